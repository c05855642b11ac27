import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../../tests/fixtures/scratch.js'
import { Uploads } from './uploads.js'

const folder = scratchFolder()
const send = (uploads: Uploads, text: string, name = 'a.png'): Promise<string> =>
  uploads.receive(name, Readable.from([Buffer.from(text)]), text.length)

describe('an upload', () => {
  it('becomes a file elsewhere, and is an upload no longer', async () => {
    const from = await folder.fresh()
    const uploads = new Uploads(from)
    const id = await send(uploads, 'picture')
    const path = folder.at('moved.png')
    await uploads.move(id, path)
    expect(readFileSync(path, 'utf8')).toBe('picture')
    expect(readdirSync(from)).toEqual([])
    expect(() => uploads.get(id)).toThrowError(expect.objectContaining({ code: 'upload.notFound' }))
    await expect(uploads.move(id, path)).rejects.toMatchObject({ code: 'upload.notFound' })
  })

  it('stays one when it cannot become that file', async () => {
    const uploads = new Uploads(await folder.fresh())
    const id = await send(uploads, 'picture')
    await expect(uploads.move(id, folder.at('nowhere/moved.png'))).rejects.toMatchObject({
      code: 'output.folderMissing',
    })
    expect(readFileSync(uploads.get(id).path, 'utf8')).toBe('picture')
  })

  const memory = '/dev/shm'
  it.runIf(existsSync(memory))('may move to another disk', async () => {
    const uploads = new Uploads(await folder.fresh())
    const other = mkdtempSync(`${memory}/lacuna-`)
    try {
      // Else this would show nothing.
      expect((await stat(other)).dev).not.toBe((await stat(folder.path)).dev)
      const id = await send(uploads, 'picture')
      await uploads.move(id, `${other}/moved.png`)
      expect(readFileSync(`${other}/moved.png`, 'utf8')).toBe('picture')
      expect(() => uploads.get(id)).toThrowError()
    } finally {
      rmSync(other, { recursive: true })
    }
  })
})
