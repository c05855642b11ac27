import { describe, expect, it } from 'vitest'
import { random } from '../../../../../tests/support/engine.js'
import { MemoryField } from '../memory-field.js'
import { enlargedLevel, textureField } from './texture.js'

function picture(width: number, height: number, value: (x: number, y: number) => number): MemoryField {
  const made = new MemoryField(width, height, 3, { left: 0, top: 0, width, height })
  const rows = new Float32Array(3 * width * height)
  for (let i = 0; i < rows.length; i++) rows[i] = value(i % width, Math.floor(i / width / 3))
  made.put(rows, 0)
  return made
}

const noise = (seed: number) => {
  const next = random(seed)
  const values = Array.from({ length: 100 * 100 }, () => next())
  return (x: number, y: number) => values[y * 100 + x]!
}
const middle = async (field: MemoryField) => (await textureField(field).readRows(20, 1))[20]!

describe('the texture of a picture', () => {
  it('is none where it is flat, where it only gets lighter, and at an edge that stands alone', async () => {
    expect(await middle(picture(40, 40, () => 0.4))).toBeCloseTo(0, 6)
    expect(await middle(picture(40, 40, (x) => x / 40))).toBeCloseTo(0, 6)
    expect(await middle(picture(40, 40, (x) => (x < 20 ? 0.1 : 0.9)))).toBeLessThan(0.01)
  })

  it('grows with what is there in the finest octave', async () => {
    const grain = noise(1)
    const [weak, strong] = [0.05, 0.2].map((amount) => picture(40, 40, (x, y) => 0.5 + amount * (grain(x, y) - 0.5)))
    expect(await middle(weak!)).toBeGreaterThan(0.004)
    expect(await middle(strong!)).toBeCloseTo(4 * (await middle(weak!)), 5)
  })

  it('is the same in whatever rows it is read', async () => {
    const field = textureField(picture(17, 43, noise(2)))
    const whole = await field.readRows(0, 43)
    for (let top = 0; top < 43; top += 5) {
      const count = Math.min(5, 43 - top)
      expect(await field.readRows(top, count)).toEqual(whole.slice(top * 17, (top + count) * 17))
    }
  })

  it('is enlarged around the same centres, times a factor and up to a limit', async () => {
    const small = new MemoryField(2, 1, 1, { left: 0, top: 0, width: 2, height: 1 })
    small.put(Float32Array.of(0, 1), 0)
    const rows = await enlargedLevel(small, 2, { factor: 4, most: 3.5 }).readRows(1, 1)
    expect([...rows]).toEqual([0, 1, 3, 3.5])
  })
})
