/** What was dropped or chosen in a browser: files, each with its path below the folder that was taken. */

export interface DroppedFile {
  readonly file: File
  /** `trip/day 1/a.jpg` of a dropped folder `trip`; the name alone of a file dropped itself. */
  readonly below: string
}

export interface Dropped {
  readonly files: readonly DroppedFile[]
  /** Names of the folders among what was dropped. */
  readonly folders: readonly string[]
}

/** Folders are walked. Must be called within the event: its items are gone after it. */
export async function droppedIn(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0)
    return { files: [...transfer.files].map((file) => ({ file, below: file.name })), folders: [] }
  return {
    folders: entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name),
    files: await walkEntries(entries),
  }
}

/**
 * The files of entries in the order of a file manager. Hidden ones are left out here already, since each would be sent;
 * which of the others are pictures is for the studio to say, so that it can count what it skips.
 */
export async function walkEntries(entries: readonly FileSystemEntry[], below = ''): Promise<DroppedFile[]> {
  const found: DroppedFile[] = []
  const visible = entries.filter(({ name }) => !name.startsWith('.'))
  for (const entry of visible.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))) {
    const path = below + entry.name
    if (isFile(entry)) found.push({ file: await fileOf(entry), below: path })
    else if (isFolder(entry)) found.push(...(await walkEntries(await childrenOf(entry), `${path}/`)))
  }
  return found
}

/** The files of `<input type="file" webkitdirectory>`, which the browser walked. */
export const chosenFiles = (files: Iterable<File>): DroppedFile[] =>
  [...files]
    .map((file) => ({ file, below: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath }))
    .filter(({ below }) => !below.split('/').some((part) => part.startsWith('.')))

// By their flags, not by their classes, which not every browser has under these names.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  // A reader gives its entries in portions, and an empty one at the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (portion.length === 0) return children
    children.push(...portion)
  }
}
