import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scanFiles, type FileScan, type ScanRequest } from './scan-files.js'

let dir: string
beforeEach(() => (dir = realpathSync(mkdtempSync(join(tmpdir(), 'lacuna-scan-')))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const put = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), '')
  }
}
const scan = (inputs: string[], request: Partial<ScanRequest> = {}): Promise<FileScan> =>
  scanFiles({ inputs: inputs.map((name) => join(dir, name)), output: null, ...request })
/** Names, and of a file that fails why. */
const found = ({ files }: FileScan): string[] =>
  files.map(({ below, error }) => (error === null ? below : `${below}: ${error.code} ${String(error.params['name'])}`))

describe('a page that sees some folders only (P8)', () => {
  beforeEach(() => {
    put('in/a.png', 'in/b.png', 'in/c.png', 'in/c.mask.png', 'elsewhere/secret.png')
    symlinkSync(join(dir, 'in/c.mask.png'), join(dir, 'in/a.mask.png'))
    symlinkSync(join(dir, 'elsewhere/secret.png'), join(dir, 'in/b.mask.png'))
    symlinkSync(join(dir, 'elsewhere/secret.png'), join(dir, 'in/d.png'))
  })
  const mayFollow = (real: string): Promise<boolean> => Promise.resolve(real.startsWith(join(dir, 'in')))

  it('is led out of them neither by a picture that is a link nor by the mask beside one', async () => {
    expect(found(await scan(['in'], { masksBeside: true, mayFollow }))).toEqual([
      'a.png',
      'b.png: request.forbidden b.mask.png',
      'c.png',
      'd.png: request.forbidden d.png',
    ])
  })

  it('nor by the mask of a picture that was named itself', async () => {
    const named = ['in/a.png', 'in/b.png', 'in/c.png']
    expect(found(await scan(named, { masksBeside: true, mayFollow }))).toEqual([
      'a.png',
      'b.png: request.forbidden b.mask.png',
      'c.png',
    ])
    // Where no mask is looked for, nobody reads the link.
    expect(found(await scan(named, { mayFollow }))).toEqual(['a.png', 'b.png', 'c.png'])
  })

  it('and whoever may go anywhere follows links', async () => {
    expect(found(await scan(['in'], { masksBeside: true }))).toEqual(['a.png', 'b.png', 'c.png', 'd.png'])
  })
})
