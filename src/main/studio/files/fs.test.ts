import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commit, nameTaken, outputError } from './fs.js'
import { InputGuard } from './guard.js'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'lacuna-fs-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const at = (name: string): string => join(dir, name)

describe('P1: a finished file takes its name in one step', () => {
  it('takes a free name and leaves no temporary file', async () => {
    writeFileSync(at('.temp'), 'new')
    await commit(at('.temp'), at('out'), false)
    expect(readdirSync(dir)).toEqual(['out'])
    expect(readFileSync(at('out'), 'utf8')).toBe('new')
  })

  it('never replaces a file that is there, however it came there', async () => {
    writeFileSync(at('.temp'), 'new')
    writeFileSync(at('out'), 'old')
    await expect(commit(at('.temp'), at('out'), false)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(at('out'), 'utf8')).toBe('old')
  })

  it('does not write through a link, not even through one that leads nowhere', async () => {
    writeFileSync(at('.temp'), 'new')
    symlinkSync(at('elsewhere'), at('out'))
    await expect(commit(at('.temp'), at('out'), false)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await nameTaken(at('out'))).toBe(true)
    expect(await nameTaken(at('elsewhere'))).toBe(false)
  })

  it('lets exactly one of two win who want the same name at once', async () => {
    writeFileSync(at('.one'), 'one')
    writeFileSync(at('.two'), 'two')
    const outcomes = await Promise.allSettled([
      commit(at('.one'), at('out'), false),
      commit(at('.two'), at('out'), false),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('replaces a file when that was asked for', async () => {
    writeFileSync(at('.temp'), 'new')
    writeFileSync(at('out'), 'old')
    await commit(at('.temp'), at('out'), true)
    expect(readFileSync(at('out'), 'utf8')).toBe('new')
  })
})

describe('P1: an output is no input', () => {
  it.each([
    ['the same path', 'in.png'],
    ['the same path, the long way', 'sub/../in.png'],
    ['a symbolic link', 'symbolic.png'],
    ['a hard link', 'hard.png'],
    ['a link to a link', 'twice.png'],
  ])('sees it under another name: %s', async (_, name) => {
    writeFileSync(at('in.png'), 'x')
    symlinkSync(at('in.png'), at('symbolic.png'))
    symlinkSync(at('symbolic.png'), at('twice.png'))
    linkSync(at('in.png'), at('hard.png'))
    const guard = new InputGuard()
    await guard.add(at('in.png'))
    expect(await guard.holds(join(dir, name))).toBe(true)
  })

  it('lets other files and free names pass', async () => {
    writeFileSync(at('in.png'), 'x')
    writeFileSync(at('other.png'), 'x')
    const guard = new InputGuard()
    await guard.add(at('in.png'))
    expect(await guard.holds(at('other.png'))).toBe(false)
    expect(await guard.holds(at('free.png'))).toBe(false)
  })
})

describe("P7: the system's words become ours", () => {
  it.each([
    ['ENOSPC', 'output.diskFull'],
    ['EDQUOT', 'output.diskFull'],
    ['EACCES', 'output.readOnly'],
    ['EROFS', 'output.readOnly'],
    ['EPERM', 'output.readOnly'],
    ['ENAMETOOLONG', 'output.nameTooLong'],
    ['ENOENT', 'output.folderMissing'],
    ['ENOTDIR', 'output.folderMissing'],
    ['EEXIST', 'output.exists'],
    ['EIO', 'output.failed'],
  ])('%s: %s, with the name and the cause', (code, ours) => {
    const cause = Object.assign(new Error('x'), { code })
    expect(outputError(cause, '/a/b.png')).toMatchObject({ code: ours, params: { name: 'b.png', folder: '/a' }, cause })
  })
})
