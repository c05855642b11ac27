/** Sixty fixed holes, each in a picture of its own: twelve of each class, ten in CBSD68 and two in Set14. */
import { CLASSES, drawHole, type HoleClass } from './classes.js'
import { Dice } from './dice.js'
import type { Mask } from './shapes.js'

export interface Case {
  /** "blobs-03" */
  id: string
  kind: HoleClass
  /** The picture's file name. */
  picture: string
  seed: number
}

const SEED = 20_260_105
/** Of Set14 the photos: without the comic (5), the slide (13), and two of three close portraits (6, 9). */
const SET14 = [1, 2, 3, 4, 7, 8, 10, 11, 12, 14]

export const CASES: readonly Case[] = CLASSES.flatMap((kind, k) =>
  Array.from({ length: 12 }, (_, i) => ({
    id: `${kind}-${String(i + 1).padStart(2, '0')}`,
    kind,
    picture: i < 10 ? cbsd68(5 * i + k) : set14(SET14[5 * (i - 10) + k]!),
    seed: SEED + 5 * i + k,
  })),
)

/** Fifty of the sixty-eight, evenly. */
function cbsd68(index: number): string {
  return `${String(Math.floor((index * 68) / 50)).padStart(4, '0')}.png`
}

function set14(number: number): string {
  return `img_${String(number).padStart(3, '0')}_SRF_2_HR.png`
}

/** The hole of a case in a picture of the given size: 1 is to be filled. */
export function holeOf({ kind, seed }: Pick<Case, 'kind' | 'seed'>, width: number, height: number): Mask {
  return drawHole(kind, new Dice(seed), width, height)
}
