import { execFileSync } from 'node:child_process'
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createWriteStream } from 'node:fs'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../../../tests/fixtures/scratch.js'
import { zipOf, type ZipFile } from './zip.js'

const folder = scratchFolder()
const modified = new Date(2024, 1, 29, 23, 58, 30)

function put(name: string, content: string | Buffer): ZipFile {
  const path = folder.at(name.replaceAll('/', '_'))
  writeFileSync(path, content)
  return { path, name, bytes: Buffer.byteLength(content), modified }
}

const isThere = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.each([
  ['a small archive', false],
  ['a large one (ZIP64)', true],
])('%s', (_, large) => {
  it('is read by others, with its folders, names and bytes', async () => {
    const random = Buffer.from(Array.from({ length: 200_000 }, (__, i) => (i * 2654435761) >>> 24))
    const files = [put('a.txt', 'hello'), put('Ürlaub/日本 📷.bin', random), put('empty', '')]
    const zip = zipOf(files, { large })
    const bytes = await buffer(zip.stream())
    expect(bytes.length).toBe(zip.bytes)
    const read = unzipSync(bytes)
    expect(Object.keys(read)).toEqual(['a.txt', 'Ürlaub/日本 📷.bin', 'empty'])
    expect(Buffer.from(read['a.txt']!).toString()).toBe('hello')
    expect(Buffer.compare(Buffer.from(read['Ürlaub/日本 📷.bin']!), random)).toBe(0)
    expect(read['empty']).toHaveLength(0)
  })

  it.runIf(isThere('python3'))('holds what another reader checks: checksums, times, lengths', async () => {
    const path = folder.at(`${large}.zip`)
    await pipeline(
      zipOf([put('x/é.txt', 'one'), put('b.bin', Buffer.alloc(3000, 7))], { large }).stream(),
      createWriteStream(path),
    )
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n' +
      'for i in z.infolist(): print(i.filename, i.file_size, i.date_time, z.read(i)[:3])'
    const said = execFileSync('python3', ['-c', script, path], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONUTF8: '1' },
    })
    expect(said.trim().split('\n')).toEqual([
      "x/é.txt 3 (2024, 2, 29, 23, 58, 30) b'one'",
      "b.bin 3000 (2024, 2, 29, 23, 58, 30) b'\\x07\\x07\\x07'",
    ])
  })
})

describe('a file that is not what it was', () => {
  it.each<[string, (path: string) => void]>([
    ['cut', (path) => truncateSync(path, 3)],
    ['grown', (path) => writeFileSync(path, 'much longer than it was')],
  ])('breaks the download off instead of a damaged archive: %s', async (_, change) => {
    const file = put('a.txt', 'hello')
    const zip = zipOf([file])
    change(file.path)
    await expect(buffer(zip.stream())).rejects.toMatchObject({ code: 'file.changed', params: { name: 'a.txt' } })
  })

  it('has gone', async () => {
    const file = put('a.txt', 'hello')
    const zip = zipOf([file])
    rmSync(file.path)
    const stream: Readable = zip.stream()
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
