import { describe, expect, it } from 'vitest'
import { chosenFiles, walkEntries } from './dropped.js'

/** Entries as a browser gives them: a folder's children in portions of two, then an empty one. */
const file = (name: string) =>
  ({
    name,
    isFile: true,
    isDirectory: false,
    file: (found: (file: File) => void) => found(new File([], name)),
  }) as unknown as FileSystemEntry
const folder = (name: string, ...children: FileSystemEntry[]) =>
  ({
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = [...children]
      return { readEntries: (found: (entries: FileSystemEntry[]) => void) => found(left.splice(0, 2)) }
    },
  }) as unknown as FileSystemEntry

const paths = async (...entries: FileSystemEntry[]): Promise<string[]> =>
  (await walkEntries(entries)).map(({ below }) => below)

describe('dropped files and folders', () => {
  it('keep their path below what was dropped', async () =>
    expect(await paths(folder('trip', file('a.jpg'), folder('day 1', file('b.jpg'))), file('c.jpg'))).toEqual([
      'c.jpg',
      'trip/a.jpg',
      'trip/day 1/b.jpg',
    ]))

  it('are all found in a folder that comes in portions', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `${index + 1}.jpg`)
    expect(await paths(folder('many', ...names.toReversed().map(file)))).toEqual(names.map((name) => `many/${name}`))
  })

  it('leave out what is hidden, folders too', async () =>
    expect(
      await paths(file('.DS_Store'), folder('.git', file('a.jpg')), folder('x', file('.b.jpg'), file('b.jpg'))),
    ).toEqual(['x/b.jpg']))

  it('hold what is no picture, so that the studio can say that it skips it', async () =>
    expect(await paths(folder('x', file('notes.txt')))).toEqual(['x/notes.txt']))
})

describe('a folder chosen by the dialog of the browser', () => {
  const chosen = (path: string): File =>
    Object.defineProperty(new File([], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path })

  it('gives the same paths', () =>
    expect(
      chosenFiles([
        chosen('trip/a.jpg'),
        chosen('trip/.cache/x.jpg'),
        Object.defineProperty(new File([], 'b.jpg'), 'webkitRelativePath', { value: '' }),
      ]).map(({ below }) => below),
    ).toEqual(['trip/a.jpg', 'b.jpg']))
})
