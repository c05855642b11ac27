/** A folder through a job, whose files overlap, against a plain script, which does one thing after another. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makePhoto } from './photo.js'
import type { Plain, PlainRun } from './plain.js'
import { table } from './table.js'
import { throughJob } from './through-job.js'
import { openWorkspace } from './workspace.js'

const TILE = 512
/** Of two cores one is left for everything but inference, as a GPU leaves them all. */
const THREADS = 1

export interface FolderComparison {
  /** A bundled one's id or a folder. The script's share of decoding and encoding grows as the network shrinks. */
  model: string
  edit: { kind: 'denoise' } | { kind: 'upscale'; scale: number }
  pictures: number
  /** Of each picture. */
  megapixels: number
}

/** A table and what it says, as Markdown. */
export async function folderAgainstPlain(plain: Plain, comparison: FolderComparison): Promise<string> {
  const { model, edit, pictures, megapixels } = comparison
  await using workspace = await openWorkspace(model)
  const [source, target, plainTarget] = ['in', 'ours', 'plain'].map((name) => join(workspace.dir, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(source)
  for (let i = 0; i < pictures; i++)
    await makePhoto(join(source, `photo-${String(i).padStart(3, '0')}.jpg`), megapixels + i / 1e5)
  const { path: first } = await makePhoto(join(workspace.dir, 'first.jpg'), megapixels)
  const scale = edit.kind === 'upscale' ? edit.scale : undefined
  const studio = await throughJob(workspace, {
    edit: edit.kind === 'upscale' ? { kind: 'upscale', input: 'clean', target: { by: 'scale', scale } } : edit,
    ...{ source, target, first, tile: TILE, threads: THREADS },
  })
  const script = await plain({
    ...{ source, target: plainTarget, model: workspace.model.folder, tile: TILE, threads: THREADS },
    ...(scale === undefined ? {} : { scale }),
  })
  const { decode, encode } = script.parts
  const total = beyondLoading(script.parts)
  const share = (decode + encode) / total
  const saved = (total - studio.seconds) / (share * total)
  const result = pictures * megapixels * (scale ?? 1) ** 2
  const row = (name: string, seconds: number, processor: number | null, memory: number | null): string[] => [
    name,
    seconds.toFixed(1),
    (seconds / pictures).toFixed(3),
    (result / seconds).toFixed(2),
    processor === null ? 'not measured' : (processor / pictures).toFixed(3),
    memory === null ? 'not measured' : (memory / 1e6).toFixed(0),
  ]
  const done = scale === undefined ? '' : `, enlarged ${scale} times`
  return `${table(
    [
      `${pictures} JPEG pictures of ${megapixels} MP${done}, ${workspace.model.id}`,
      'time, s',
      'a picture, s',
      'MP of result/s',
      'processor time a picture, s',
      'memory, MB',
    ],
    [
      row('a job of the studio', studio.seconds, studio.processor, studio.peakAnonymous),
      row('plain script', total, beyondLoading(script.processorParts), script.peakAnonymous),
    ],
  )}

Both without starting and loading the networks, with ${THREADS} thread for inference. The script spends s = ${(100 * share).toFixed(1)} % of its time on decoding (${decode.toFixed(1)} s) and encoding (${encode.toFixed(1)} s); the job takes ${(100 * (1 - studio.seconds / total)).toFixed(1)} % less time, ${saved.toFixed(2)} times s. Aim: at least 0.8.`
}

/** All parts but that one; what Python and its libraries take to start is in none. */
const beyondLoading = (parts: PlainRun['parts']): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0) - parts.load
