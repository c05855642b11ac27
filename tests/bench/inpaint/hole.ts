/** A case's picture with its hole, as files that every method starts from. */
import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { PlanarPicture } from '../../metrics/ssim.js'
import { readPicture, writePng } from '../pictures.js'
import { holeOf, type Case } from './cases.js'
import type { HoleClass } from './classes.js'
import { shownHole, type Shown } from './shown.js'

export interface Hole {
  id: string
  /** The picture's file name. */
  picture: string
  kind: HoleClass | 'shown'
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

/** Longer side of the pictures on the documents' sheet, px. */
const SHOWN_SIDE = 900

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

/** A picture of the evaluation with its hole. */
export async function makeHole(which: Case, path: string, work: string): Promise<Hole> {
  const truth = await readPicture(path)
  return written(which, truth, holeOf(which, truth.width, truth.height).data, work)
}

/** A picture of the documents' sheet with its hole, scaled down: it is shown small. */
export async function makeShown(which: Shown, path: string, work: string): Promise<Hole> {
  const folder = await holesOf(work)
  const scaled = join(folder, `${which.id}-scaled.png`)
  await sharp(path).resize(SHOWN_SIDE, SHOWN_SIDE, { fit: 'inside' }).toFile(scaled)
  const truth = await readPicture(scaled)
  return written({ ...which, kind: 'shown' }, truth, shownHole(which, truth.width, truth.height).data, work)
}

async function written(
  { id, picture, kind }: Pick<Hole, 'id' | 'picture' | 'kind'>,
  truth: PlanarPicture,
  mask: Uint8Array,
  work: string,
): Promise<Hole> {
  const { width, height } = truth
  const folder = await holesOf(work)
  const files = { picture: join(folder, `${id}.png`), mask: join(folder, `${id}-mask.png`) }
  await writePng(files.picture, { ...truth, data: truth.data.map((value, i) => (mask[i % mask.length] ? 0 : value)) })
  await sharp(
    mask.map((value) => value * 255),
    { raw: { width, height, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toFile(files.mask)
  const hash = createHash('sha256').update(mask).update(new Uint8Array(truth.data.buffer)).digest('hex')
  return { id, picture, kind, truth, mask, files, hash }
}

async function holesOf(work: string): Promise<string> {
  const folder = join(work, 'holes')
  await mkdir(folder, { recursive: true })
  return folder
}
