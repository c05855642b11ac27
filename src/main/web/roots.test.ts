import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Roots } from './roots.js'

let folder: string
let root: string
let roots: Roots

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'lacuna-roots-')))
  root = join(folder, 'photos')
  await mkdir(join(root, 'summer'), { recursive: true })
  await mkdir(join(folder, 'photos-private'))
  await writeFile(join(folder, 'photos-private/hidden.jpg'), 'x')
  for (const name of ['b10.png', 'b9.png', 'a.txt', '.hidden.jpg', 'raw.NEF']) await writeFile(join(root, name), 'abc')
  await symlink(join(folder, 'photos-private'), join(root, 'way-out'))
  await symlink(join(folder, 'photos-private/hidden.jpg'), join(root, 'way-out.jpg'))
  await symlink(join(root, 'b9.png'), join(root, 'summer/inside.png'))
  await symlink(join(folder, 'nowhere'), join(root, 'broken.png'))
  roots = await Roots.open([root])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the page sees the roots and what is in them, and nothing else', () => {
  it('the roots are listed first', async () => {
    const { path, parent, entries } = await roots.list(null)
    expect({ path, parent }).toEqual({ path: null, parent: null })
    expect(entries).toMatchObject([{ name: root, path: root, kind: 'folder' }])
  })

  it('a folder lists folders and pictures, in the order of their numbers; not other files, hidden ones, or links out', async () => {
    const { path, parent, entries } = await roots.list(root)
    expect(path).toBe(root)
    expect(parent).toBeNull()
    expect(entries.map((entry) => entry.name)).toEqual(['summer', 'b9.png', 'b10.png', 'raw.NEF'])
    expect(entries[1]).toMatchObject({ kind: 'picture', path: join(root, 'b9.png'), bytes: 3 })
  })

  it('a link that stays inside is followed', async () => {
    const { parent, entries } = await roots.list(join(root, 'summer'))
    expect(parent).toBe(root)
    expect(entries.map((entry) => entry.name)).toEqual(['inside.png'])
    expect(await roots.inside(join(root, 'summer/inside.png'))).toBe(join(root, 'b9.png'))
  })

  it.each([
    ['the folder above', () => folder],
    ['a way up', () => join(root, 'summer') + '/../../photos-private/hidden.jpg'],
    ['a folder whose name begins like the root', () => join(folder, 'photos-private')],
    ['a link to a folder outside', () => join(root, 'way-out')],
    ['a file behind a link', () => join(root, 'way-out/hidden.jpg')],
    ['a link to a file outside', () => join(root, 'way-out.jpg')],
    ['the root of the disk', () => '/'],
    ['a relative path', () => 'package.json'],
    ['something that is not there, outside', () => join(folder, 'nothing')],
  ])('%s is refused', async (_name, path) => {
    await expect(roots.inside(path())).rejects.toMatchObject({ code: 'request.forbidden' })
    await expect(roots.list(path())).rejects.toMatchObject({ code: 'request.forbidden' })
  })

  it('what is missing inside is said to be missing', async () => {
    await expect(roots.inside(join(root, 'none.png'))).rejects.toMatchObject({
      code: 'file.notFound',
      params: { name: 'none.png' },
    })
  })

  it('a new file may be named only in a folder inside', async () => {
    expect(await roots.target(join(root, 'summer/new.png'))).toBe(join(root, 'summer/new.png'))
    await expect(roots.target(join(root, 'way-out/new.png'))).rejects.toMatchObject({ code: 'request.forbidden' })
    await expect(roots.target(join(root, '../new.png'))).rejects.toMatchObject({ code: 'request.forbidden' })
    await expect(roots.target(root)).rejects.toMatchObject({ code: 'request.forbidden' })
  })

  it('without roots nothing can be read', async () => {
    const none = await Roots.open([])
    expect((await none.list(null)).entries).toEqual([])
    await expect(none.inside(join(root, 'b9.png'))).rejects.toMatchObject({ code: 'request.forbidden' })
  })

  it('a root must be a folder that is there', async () => {
    await expect(Roots.open([join(folder, 'nothing')])).rejects.toMatchObject({ code: 'file.notFound' })
    await expect(Roots.open([join(root, 'a.txt')])).rejects.toMatchObject({ code: 'usage' })
  })
})
