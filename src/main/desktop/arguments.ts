/** The pictures that were named when the program was started, or started again. */
import { resolve } from 'node:path'

/**
 * `argv` as Electron gives it: the executable, the program's folder unless it is packaged, then what was typed, with
 * switches that Chromium adds among it. Relative paths are those of the folder in which the person typed.
 */
export function namedFiles(argv: readonly string[], folder: string, isPackaged: boolean): string[] {
  const typed = argv.slice(1).filter((argument) => !argument.startsWith('-'))
  return (isPackaged ? typed : typed.slice(1)).map((file) => resolve(folder, file))
}
