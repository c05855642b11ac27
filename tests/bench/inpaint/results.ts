/** Results of the methods, kept in the work folder so that only what changed is made again. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { regionPsnr } from '../../metrics/error.js'
import { haarPsi } from '../../metrics/haar-psi.js'
import { msSsim } from '../../metrics/ms-ssim.js'
import { dilate } from '../../metrics/region.js'
import type { PlanarPicture } from '../../metrics/ssim.js'
import { readPicture } from '../pictures.js'
import type { Hole } from './hole.js'
import type { Method } from './methods.js'

/** How far around the hole is judged, pixels. */
const RIM = 8

const Note = z.object({ seconds: z.number(), about: z.string(), hash: z.string() })

export interface Score {
  psnr: number
  msSsim: number
  haarPsi: number
  seconds: number
}

export interface Result {
  hole: Hole
  method: Method
  picture: PlanarPicture
  score: Score
}

/** `how`: 'kept' makes nothing new and gives null where nothing fitting is kept, 'new' keeps nothing. */
export async function resultOf(
  method: Method,
  hole: Hole,
  work: string,
  how: 'kept' | 'missing' | 'new',
): Promise<Result | null> {
  const folder = join(work, method.name)
  const [target, note] = [join(folder, `${hole.id}.png`), join(folder, `${hole.id}.json`)]
  let seconds = how === 'new' ? null : await keptSeconds(note, method, hole)
  if (seconds === null) {
    if (how === 'kept') return null
    await mkdir(folder, { recursive: true })
    seconds = await method.fill(hole, target)
    await writeFile(note, JSON.stringify({ seconds, about: method.about, hash: hole.hash }))
  }
  const picture = pasted(await readPicture(target), hole)
  return { hole, method, picture, score: { ...measured(picture, hole), seconds } }
}

async function keptSeconds(note: string, method: Method, hole: Hole): Promise<number | null> {
  const text = await readFile(note, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const kept = Note.parse(JSON.parse(text))
  return kept.about === method.about && kept.hash === hole.hash ? kept.seconds : null
}

/** With the known pixels as they were: what a method does to them is not its filling. */
function pasted(filled: PlanarPicture, { truth, mask }: Hole): PlanarPicture {
  if (filled.data.length !== truth.data.length) throw new Error('the filled picture has another size')
  return { ...filled, data: filled.data.map((value, i) => (mask[i % mask.length] ? value : truth.data[i]!)) }
}

function measured(picture: PlanarPicture, { truth, mask }: Hole): Omit<Score, 'seconds'> {
  const region = dilate(mask, truth.width, truth.height, RIM)
  return {
    psnr: regionPsnr(picture.data, truth.data, region),
    msSsim: msSsim(picture, truth, region),
    haarPsi: haarPsi(picture, truth, region),
  }
}
