import { describe, expect, it } from 'vitest'
import type { GraphScale } from './image-network.js'
import { planPasses, productOf } from './upscale-passes.js'

const passesOf = (scales: GraphScale[], factor: number) =>
  planPasses(scales, { width: 1000, height: 800 }, { width: 1000 * factor, height: 800 * factor }, 'net')

describe('the passes that enlarge a picture', () => {
  it.each<[number, GraphScale[]]>([
    [1.25, [2]],
    [1.5, [2]],
    [2, [2]],
    [3, [4]],
    [4, [4]],
    [6, [2, 4]],
    [8, [2, 4]],
  ])('to %f times with graphs for 2 and 4: %j', (factor, passes) => {
    expect(passesOf([2, 4], factor)).toEqual(passes)
  })

  it.each<[number, GraphScale[], GraphScale[]]>([
    [3, [2, 3, 4], [3]],
    [4, [2], [2, 2]],
    [8, [2], [2, 2, 2]],
    [2, [4], [4]],
    [8, [2, 4, 8], [8]],
    [1.5, [3], [3]],
  ])('to %f times with graphs for %j: %j', (factor, scales, passes) => {
    expect(passesOf(scales, factor)).toEqual(passes)
  })

  it('never leave more than a twentieth to resampling', () => {
    for (let factor = 1.01; factor <= 8; factor += 0.01)
      expect(productOf(passesOf([2, 3, 4], factor)) * 1.05).toBeGreaterThanOrEqual(factor)
    // A width of one pixel more is no reason for a pass of sixteen times the work.
    expect(planPasses([2, 4], { width: 999, height: 800 }, { width: 4000, height: 3203 }, 'net')).toEqual([4])
  })

  it('are none for a size that the picture has, unless there is a graph for it', () => {
    expect(passesOf([2, 4], 1)).toEqual([])
    expect(passesOf([1, 2], 1)).toEqual([1])
    expect(passesOf([1, 2], 2)).toEqual([2])
  })

  it('do not reach a size that is too far for the graphs', () => {
    expect(() => passesOf([1], 2)).toThrow(expect.objectContaining({ code: 'model.invalid' }) as Error)
  })
})
