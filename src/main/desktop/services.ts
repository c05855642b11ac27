/** The desktop's side of what the studio's handlers ask of their host: native dialogs, and files that the person gave. */
import { app, dialog, shell, type BrowserWindow } from 'electron'
import { basename, join } from 'node:path'
import { realpath } from 'node:fs/promises'
import { LacunaError } from '../../shared/errors.js'
import type { OutputFormat } from '../../shared/picture.js'
import type { Words } from '../../shared/words.js'
import type { HostServices, UploadStore } from '../studio/host.js'

export interface DesktopParts {
  readonly version: string
  readonly words: Words
  readonly uploads: UploadStore
  readonly window: () => BrowserWindow | null
}

export interface DesktopServices extends HostServices {
  /** Lets the page open a file that the person dropped, chose, or named at the start. */
  grant(path: string): Promise<void>
}

const pictures = ['jpg', 'jpeg', 'png', 'tif', 'tiff', 'webp', 'avif', 'gif']
const extensions: Readonly<Record<OutputFormat, string[]>> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  tiff: ['tif', 'tiff'],
  webp: ['webp'],
  avif: ['avif'],
}

export function desktopServices({ version, words, uploads, window }: DesktopParts): DesktopServices {
  const granted = new Set<string>()
  const grant = async (path: string): Promise<void> => {
    // A file that is not there is reported when it is opened.
    granted.add(await realpath(path).catch(() => path))
  }
  /** Sheets on macOS and modal windows elsewhere hang on the window, when there is one. */
  const openDialog = (options: Electron.OpenDialogOptions) => {
    const parent = window()
    return parent === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options)
  }
  const saveDialog = (options: Electron.SaveDialogOptions) => {
    const parent = window()
    return parent === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options)
  }
  return {
    capabilities: {
      host: 'desktop',
      version,
      platform: process.platform,
      open: 'dialog',
      save: 'dialog',
      reveal: true,
    },
    uploads,
    grant,
    async showOpenDialog() {
      const { filePaths } = await openDialog({
        title: words.t('desktop.open'),
        properties: ['openFile', 'multiSelections'],
        filters: [
          { name: words.t('desktop.pictures'), extensions: pictures },
          { name: words.t('desktop.allFiles'), extensions: ['*'] },
        ],
      })
      await Promise.all(filePaths.map(grant))
      return filePaths
    },
    async showModelDialog() {
      const { filePaths } = await openDialog({
        title: words.t('desktop.openModel'),
        properties: ['openFile'],
        filters: [
          { name: words.t('desktop.models'), extensions: ['onnx', 'tgz', 'json'] },
          { name: words.t('desktop.allFiles'), extensions: ['*'] },
        ],
      })
      return filePaths[0] ?? null
    },
    async showFolderDialog(purpose) {
      const { filePaths } = await openDialog({
        title: words.t(purpose === 'source' ? 'desktop.openFolder' : 'desktop.chooseFolder'),
        properties: purpose === 'source' ? ['openDirectory'] : ['openDirectory', 'createDirectory'],
      })
      const [folder] = filePaths
      if (folder !== undefined && purpose === 'source') await grant(folder)
      return folder ?? null
    },
    async showSaveDialog({ name, folder, format }) {
      const { canceled, filePath } = await saveDialog({
        title: words.t('desktop.save'),
        defaultPath: join(folder ?? app.getPath('pictures'), name),
        filters: [{ name: format.toUpperCase(), extensions: extensions[format] }],
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || filePath === '' ? null : filePath
    },
    async checkPath(path, access) {
      const real = await realpath(path).catch(() => path)
      // Files to write are chosen in a dialog, whose answer never passes through the page.
      if (access === 'write' || !granted.has(real)) throw new LacunaError('request.forbidden', { name: basename(path) })
      return real
    },
    listFiles: (path) =>
      Promise.reject(new LacunaError('request.forbidden', { name: path ?? words.t('desktop.pictures') })),
    reveal: (path) => Promise.resolve(shell.showItemInFolder(path)),
  }
}
