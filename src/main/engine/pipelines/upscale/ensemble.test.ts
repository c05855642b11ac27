import { describe, expect, it } from 'vitest'
import { random } from '../../../../../tests/support/engine.js'
import type { ImageNetwork } from '../../models/image-to-image.js'
import { enlargeEnsemble } from './ensemble.js'

const SHAPE = { width: 7, height: 5 }

/** Twice as large, each pixel mixed with what lies right of it and below it: another answer for every position. */
const lopsided: ImageNetwork = {
  provider: 'cpu',
  sessionMs: 0,
  enlarge(scale, picture, sigma, { width, height }) {
    const out = new Float32Array(picture.length * scale * scale)
    const large = { width: width * scale, height: height * scale }
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < large.height; y++)
        for (let x = 0; x < large.width; x++) {
          const [u, v] = [Math.floor(x / scale), Math.floor(y / scale)]
          const at = (row: number, column: number) =>
            picture[(c * height + Math.min(height - 1, row)) * width + Math.min(width - 1, column)]!
          out[(c * large.height + y) * large.width + x] =
            0.6 * at(v, u) +
            0.3 * at(v, u + 1) +
            0.1 * at(v + 1, u) ** 2 +
            (x % 2) * 0.01 +
            sigma![v * width + u]! * at(v, u)
        }
    return Promise.resolve(out)
  },
  estimate: () => Promise.reject(new Error('not asked for')),
}

const next = random(1)
const picture = Float32Array.from({ length: 3 * 35 }, next)
const sigma = Float32Array.from({ length: 35 }, next)

type Planes = { data: Float32Array; width: number; height: number }

const moved = ({ data, width, height }: Planes, swap: boolean, place: (x: number, y: number) => number): Planes => {
  const channels = data.length / (width * height)
  const size = swap ? { width: height, height: width } : { width, height }
  const out = new Float32Array(data.length)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++)
        out[(c * size.height + y) * size.width + x] = data[c * width * height + place(x, y)]!
  return { data: out, ...size }
}
const mirrored = (planes: Planes) => moved(planes, false, (x, y) => y * planes.width + planes.width - 1 - x)
/** A quarter to the right. */
const turned = (planes: Planes) => moved(planes, true, (x, y) => (planes.height - 1 - x) * planes.width + y)

const ensembleOf = async (image: Planes, map: Planes): Promise<Planes> => {
  const { width, height } = image
  const data = await enlargeEnsemble(lopsided, 2, image.data, map.data, { width, height }, {}, true)
  return { data, width: 2 * width, height: 2 * height }
}

describe('an ensemble of eight positions', () => {
  const image = { data: picture, ...SHAPE }
  const map = { data: sigma, ...SHAPE }

  it.each([
    ['mirrored', mirrored],
    ['turned', turned],
    ['turned and mirrored', (planes: Planes) => mirrored(turned(planes))],
  ])('of a %s picture is exactly the %s ensemble', async (_, move) => {
    expect(await ensembleOf(move(image), move(map))).toEqual(move(await ensembleOf(image, map)))
  })

  it('is the mean: a network that gives the pixels back gives the picture', async () => {
    const plain: ImageNetwork = { ...lopsided, enlarge: (_scale, window) => Promise.resolve(window.slice()) }
    const out = await enlargeEnsemble(plain, 1, picture, sigma, SHAPE, {}, true)
    for (const [i, value] of out.entries()) expect(Math.abs(value - picture[i]!)).toBeLessThan(1e-7)
  })

  it('is not what a single run gives', async () => {
    const single = await lopsided.enlarge(2, picture, sigma, SHAPE, {})
    expect(single).not.toEqual((await ensembleOf(image, map)).data)
  })

  it('leaves quarter turns out where the network cannot take them', async () => {
    const shapes: string[] = []
    const watched: ImageNetwork = {
      ...lopsided,
      enlarge(scale, window, level, shape, context) {
        shapes.push(`${shape.width}x${shape.height}`)
        return lopsided.enlarge(scale, window, level, shape, context)
      },
    }
    await enlargeEnsemble(watched, 2, picture, sigma, SHAPE, {}, false)
    expect(shapes).toEqual(['7x5', '7x5', '7x5', '7x5'])
  })
})
