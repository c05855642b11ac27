/** Opening a JPEG of 100 megapixels: what the viewer waits for. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openEngine } from './engine.js'
import { makePhoto } from './photo.js'
import { table } from './table.js'
import { openWorkspace } from './workspace.js'

export async function largeJpeg(quick: boolean): Promise<string> {
  await using workspace = await openWorkspace()
  const { path } = await makePhoto(join(workspace.dir, 'large.jpg'), quick ? 2 : 100)
  const small = await makePhoto(join(workspace.dir, 'small.jpg'), 0.1)
  const dir = join(workspace.dir, 'scratch')
  await mkdir(dir)
  await using engine = openEngine()
  const rows: string[][] = []
  let sum = 0
  const timed = async <R>(label: string, task: Promise<R>): Promise<R> => {
    const began = performance.now()
    const result = await task
    const ms = performance.now() - began
    sum += ms
    rows.push([label, ms.toFixed(0), sum.toFixed(0)])
    return result
  }
  // The engine is up before a picture is opened.
  await engine.client.run({ kind: 'inspect', path: small.path })
  const { client } = engine
  await timed('header', client.run({ kind: 'inspect', path }))
  await timed('first pixels: the whole picture at 2048 px', client.run({ kind: 'thumbnail', path, size: 2048 }))
  const { raster } = await timed('whole picture decoded to scratch', client.run({ kind: 'decode', path, dir }))
  const rect = { left: 512, top: 512, width: 512, height: 512 }
  await timed('one tile of 512 px at 100 %', client.run({ kind: 'region', raster, rect, type: 'webp' }))
  await timed('all levels of the viewer', client.run({ kind: 'levels', raster, dir }))
  return table(['step', 'ms', 'since opening, ms'], rows)
}
