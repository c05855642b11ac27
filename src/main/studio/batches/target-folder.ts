/** Where a batch's results go: what is proposed, and what a page may choose. */
import { stat } from 'node:fs/promises'
import { dirname, join, parse, relative, sep } from 'node:path'
import type { Edit } from '../../../shared/edit.js'
import { LacunaError } from '../../../shared/errors.js'
import type { HostServices } from '../host.js'
import { type BatchFolder, isOwn } from './folders.js'

const NAMES: Record<Edit['kind'], string> = {
  denoise: 'denoised',
  inpaint: 'inpainted',
  extend: 'extended',
  upscale: 'upscaled',
}

/**
 * `<folder>_denoised` (or by what else is done) beside the one folder that was named, else `denoised` in the common folder of
 * what was named;
 * the batch's own folder where results are downloaded. Null when nothing tells.
 */
export async function proposedTarget(
  inputs: readonly string[],
  own: BatchFolder,
  host: HostServices,
  edit: Edit['kind'] = 'denoise',
): Promise<string | null> {
  if (host.capabilities.save === 'download') return own.out
  const named = inputs.filter((input) => !isOwn(own, input))
  for (const candidate of await candidates(named, NAMES[edit])) {
    if (host.capabilities.save !== 'roots') return candidate
    const allowed = await checkTargetFolder(candidate, host).catch(() => null)
    if (allowed !== null) return allowed
  }
  return null
}

async function candidates(named: readonly string[], name: string): Promise<string[]> {
  const [first, ...others] = named
  if (first === undefined) return []
  const isOneFolder = others.length === 0 && (await isFolder(first))
  // A root has no name, and beside it there is nothing.
  if (isOneFolder) return parse(first).base === '' ? [join(first, name)] : [`${first}_${name}`, join(first, name)]
  const common = others.reduce((folder, input) => commonFolder(folder, dirname(input)), dirname(first))
  // The root of a disk is nobody's place for photos.
  return [join(common === parse(common).root ? dirname(first) : common, name)]
}

/** The innermost folder that holds both; on different disks the first. */
function commonFolder(a: string, b: string): string {
  let common = a
  while (!holds(common, b)) {
    const above = dirname(common)
    if (above === common) return a
    common = above
  }
  return common
}

function holds(folder: string, path: string): boolean {
  const below = relative(folder, path)
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && parse(below).root === '')
}

/**
 * The real path of a folder that the page named for results: one inside a root that is there, or a new one in such a
 * folder. Hosts whose folders are chosen in dialogs refuse: the answer of a dialog never passes through the page.
 * Throws `request.forbidden`, `file.notFound`, `output.folderMissing`.
 */
export async function checkTargetFolder(path: string, host: HostServices): Promise<string> {
  const name = parse(path).base
  if (host.capabilities.save !== 'roots') throw new LacunaError('request.forbidden', { name })
  let real: string
  try {
    real = await host.checkPath(path, 'read')
  } catch (error) {
    if (LacunaError.from(error).code !== 'file.notFound') throw error
    return await host.checkPath(path, 'write')
  }
  if (!(await isFolder(real))) throw new LacunaError('output.folderMissing', { name, folder: dirname(path) })
  return real
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
