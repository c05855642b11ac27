/**
 * Holes for the contact sheet of the documents, over things that somebody would take out and over what must go on: in the
 * sample photos and in photos of budgie-backgrounds, all CC0, named as training data names them.
 */
import { Dice } from './dice.js'
import { emptyMask, outline, polygon, type Mask, type Point } from './shapes.js'

export interface Shown {
  id: string
  picture: string
  /** Shares of the picture's width and height. */
  centre: Point
  radii: Point
}

export const SHOWN: readonly Shown[] = [
  { id: 'bird-of-prey', picture: 'osprey.jpg', centre: [0.375, 0.51], radii: [0.095, 0.36] },
  { id: 'wren', picture: '0004.webp', centre: [0.41, 0.33], radii: [0.075, 0.13] },
  { id: 'hikers', picture: '0006.webp', centre: [0.345, 0.835], radii: [0.075, 0.08] },
  { id: 'shore', picture: 'lake.jpg', centre: [0.5, 0.76], radii: [0.1, 0.12] },
  { id: 'wall', picture: '0013.webp', centre: [0.6, 0.5], radii: [0.08, 0.14] },
  { id: 'tea', picture: '0016.webp', centre: [0.5, 0.62], radii: [0.12, 0.12] },
]

export function shownHole({ id, centre, radii }: Shown, width: number, height: number): Mask {
  const mask = emptyMask(width, height)
  const dice = new Dice(SHOWN.findIndex((one) => one.id === id))
  const scaled = ([x, y]: Point): Point => [x * width, y * height]
  polygon(mask, outline(dice, { centre: scaled(centre), radii: scaled(radii), angle: 0, roughness: 0.04 }))
  return mask
}
