/** Ways in: a dialog, dropped and pasted files. Which one a host has is told by its capabilities. */
import type { OpenSource } from '../../shared/contract.js'
import { addToBatch } from '../batch/commands.js'
import { bridge } from '../client.js'
import { attempt, openSources } from '../state/commands.js'
import { getStudio, setStudio } from '../state/store.js'
import { addFiles } from './batchFiles.js'
import { chosenFiles, droppedIn, type Dropped } from './dropped.js'
import { upload } from './upload.js'

const ACCEPT = '.jpg,.jpeg,.png,.tif,.tiff,.webp,.avif,.gif,image/*'

/** Into the batch in its view, else opened. */
export async function askForFiles(): Promise<void> {
  if (getStudio().view === 'batch') return askForBatch('files')
  const way = getStudio().capabilities?.open
  if (way === 'dialog') return openSources([{ from: 'dialog' }])
  if (way === 'roots') return setStudio((studio) => void (studio.dialog = 'open'))
  pickFiles((files) => void openFiles(files))
}

/** A picker inside the host's roots lists files and folders together, whichever was asked for. */
export async function askForBatch(kind: 'files' | 'folder'): Promise<void> {
  const way = getStudio().capabilities?.open
  if (way === 'dialog') return void (await addToBatch([{ from: 'dialog', kind }]))
  if (way === 'roots') return setStudio((studio) => void (studio.dialog = 'add'))
  pickFiles((files) => void addFiles(chosenFiles(files)), kind)
}

/** The browser's own file dialog. */
export function pickFiles(chosen: (files: File[]) => void, kind: 'files' | 'folder' = 'files'): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  if (kind === 'folder') input.webkitdirectory = true
  else input.accept = ACCEPT
  input.hidden = true
  // In the page while its dialog is open: nobody else holds it, and it could be collected before it answers.
  document.body.append(input)
  input.oncancel = () => input.remove()
  input.onchange = () => {
    input.remove()
    chosen([...(input.files ?? [])])
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

/** What was dropped, for a host that is told paths: folders are given whole, not file by file. */
export function takenFrom(transfer: DataTransfer): Promise<Dropped> {
  if (bridge() === undefined) return droppedIn(transfer)
  const items = [...transfer.items].filter(({ kind }) => kind === 'file')
  return Promise.resolve({
    folders: items.flatMap((item) => {
      const entry = item.webkitGetAsEntry()
      return entry?.isDirectory === true ? [entry.name] : []
    }),
    files: [...transfer.files].map((file) => ({ file, below: file.name })),
  })
}
