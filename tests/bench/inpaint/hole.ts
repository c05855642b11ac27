/** A case's picture with its hole, as files that every method starts from. */
import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { PlanarPicture } from '../../metrics/ssim.js'
import { readPicture, writePng } from '../pictures.js'
import { holeOf, type Case } from './cases.js'

export interface Hole extends Case {
  truth: PlanarPicture
  /** 1 = to be filled. */
  mask: Uint8Array
  files: {
    /** The hole is black: no method sees what was there. */
    picture: string
    /** 255 = to be filled. */
    mask: string
  }
  /** Changes with the picture and the hole. */
  hash: string
}

/** Paths of the folders' files by name. Throws when two have the same name. */
export async function filesOf(folders: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const folder of folders)
    for (const name of await readdir(folder)) {
      if (files.has(name)) throw new Error(`${name} is in two of the folders.`)
      files.set(name, join(folder, name))
    }
  return files
}

export async function makeHole(which: Case, path: string, work: string): Promise<Hole> {
  const truth = await readPicture(path)
  const { width, height } = truth
  const mask = holeOf(which, width, height).data
  const folder = join(work, 'holes')
  await mkdir(folder, { recursive: true })
  const files = { picture: join(folder, `${which.id}.png`), mask: join(folder, `${which.id}-mask.png`) }
  await writePng(files.picture, { ...truth, data: truth.data.map((value, i) => (mask[i % mask.length] ? 0 : value)) })
  await sharp(
    mask.map((value) => value * 255),
    { raw: { width, height, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toFile(files.mask)
  const hash = createHash('sha256').update(mask).update(new Uint8Array(truth.data.buffer)).digest('hex')
  return { ...which, truth, mask, files, hash }
}
