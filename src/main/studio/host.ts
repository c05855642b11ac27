/** What the handlers need of the host that serves them: dialogs, paths, uploads. Each host implements it once. */
import type { Readable } from 'node:stream'
import type { Capabilities, FileEntry } from '../../shared/contract.js'
import type { OutputFormat } from '../../shared/picture.js'

export interface HostServices {
  readonly capabilities: Capabilities
  /** Absolute paths of the chosen pictures; empty when the person cancelled. Throws `request.forbidden` where there are no dialogs. */
  showOpenDialog(): Promise<string[]>
  /** The absolute path of a network to import; null when it was cancelled. Throws like the other. */
  showModelDialog(): Promise<string | null>
  /** The same for one folder: to take pictures from, or for results, where one may be made. Null when it was cancelled. */
  showFolderDialog(purpose: 'source' | 'target'): Promise<string | null>
  /** An absolute path, or null when the person cancelled. The dialog has asked before replacing a file. Throws like the other. */
  showSaveDialog(suggested: SuggestedFile): Promise<string | null>
  /** Shows a file in the system's file manager. */
  reveal(path: string): Promise<void>
  /**
   * The real path, when the page may read or write there: inside a root, dropped or chosen by the person.
   * Throws `request.forbidden`.
   */
  checkPath(path: string, access: 'read' | 'write'): Promise<string>
  /** Real paths of the folders that the page may see; absent where there are dialogs or uploads instead. */
  readonly roots?: readonly string[]
  /** The roots for null, else a folder in one. Throws `request.forbidden` outside of them or where there are none. */
  listFiles(path: string | null): Promise<FileListing>
  readonly uploads: UploadStore
}

export interface SuggestedFile {
  readonly name: string
  /** Of the original; null when that was an upload. */
  readonly folder: string | null
  readonly format: OutputFormat
}

export interface FileListing {
  path: string | null
  parent: string | null
  entries: FileEntry[]
}

export interface UploadStore {
  /** Resolves to the upload's id. Throws `upload.tooLarge`, `output.diskFull`, `cancelled`. */
  receive(name: string, bytes: Readable, length: number | null, signal?: AbortSignal): Promise<string>
  /** Throws `upload.notFound`. */
  get(id: string): { readonly name: string; readonly path: string }
  /** Makes it another file, `path`, whose folder is there and whose name is free; the upload is over. Throws `upload.notFound`, `output.*`. */
  move(id: string, path: string): Promise<void>
  /** Called when the document that was opened from it is gone for good. */
  remove(id: string): Promise<void>
}
