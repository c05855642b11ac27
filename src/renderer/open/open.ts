/** Ways in: a dialog, dropped and pasted files. Which one a host has is told by its capabilities. */
import type { OpenSource } from '../../shared/contract.js'
import { bridge } from '../client.js'
import { attempt, openSources } from '../state/commands.js'
import { getStudio, setStudio } from '../state/store.js'
import { upload } from './upload.js'

const ACCEPT = '.jpg,.jpeg,.png,.tif,.tiff,.webp,.avif,.gif,image/*'

export async function askForFiles(): Promise<void> {
  const way = getStudio().capabilities?.open
  if (way === 'dialog') return openSources([{ from: 'dialog' }])
  if (way === 'roots') return setStudio((studio) => void (studio.dialog = 'open'))
  pickFiles()
}

/** The browser's own file dialog. */
export function pickFiles(): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.accept = ACCEPT
  input.hidden = true
  // In the page while its dialog is open: nobody else holds it, and it could be collected before it answers.
  document.body.append(input)
  input.oncancel = () => input.remove()
  input.onchange = () => {
    input.remove()
    void openFiles([...(input.files ?? [])])
  }
  input.click()
}

/** Opens files as they come; one that fails to be sent is told, and the others are opened. */
export async function openFiles(files: readonly File[]): Promise<void> {
  for (const file of files) {
    const source = await attempt('open', () => sourceOf(file))
    if (source !== undefined) await openSources([source])
  }
}

async function sourceOf(file: File): Promise<OpenSource> {
  const desktop = bridge()
  if (desktop !== undefined && file.name !== '') {
    const path = await desktop.pathForFile(file).catch((thrown: unknown) => {
      // A picture from the clipboard or from another page is no file on disk: its bytes are sent instead.
      console.debug('No path:', thrown)
      return ''
    })
    if (path !== '') return { from: 'path', path }
  }
  return { from: 'upload', upload: await upload(file) }
}

/** Files and the files of folders, hidden ones left out. Must be called within the event: its items are gone after it. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return [...transfer.files]
  return (await Promise.all(entries.map(walk))).flat()
}

async function walk(entry: FileSystemEntry): Promise<File[]> {
  if (entry.name.startsWith('.')) return []
  if (entry instanceof FileSystemFileEntry)
    return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))]
  if (!(entry instanceof FileSystemDirectoryEntry)) return []
  const reader = entry.createReader()
  const found: FileSystemEntry[] = []
  // A reader gives its entries in portions, and an empty one at the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (portion.length === 0) break
    found.push(...portion)
  }
  const pictures = found.filter((one) => one.isDirectory || /\.(jpe?g|png|tiff?|webp|avif|gif)$/i.test(one.name))
  return (await Promise.all(pictures.map(walk))).flat()
}
