import { describe, expect, it } from 'vitest'
import type { UpscaleTarget } from './edit.js'
import { upscaledSize } from './upscale.js'

const sizeOf = (target: UpscaleTarget, width = 301, height = 200) => {
  const size = upscaledSize(target, { width, height })
  return [size.width, size.height]
}
const failing = (code: string) => expect.objectContaining({ code }) as Error

describe('the size of an enlarged picture', () => {
  it.each<[UpscaleTarget, [number, number]]>([
    [{ by: 'scale', scale: 1 }, [301, 200]],
    [{ by: 'scale', scale: 1.5 }, [452, 300]],
    [{ by: 'scale', scale: 8 }, [2408, 1600]],
    [{ by: 'width', width: 1000 }, [1000, 664]],
    [{ by: 'height', height: 1000 }, [1505, 1000]],
    [{ by: 'fit', width: 1000, height: 600 }, [903, 600]],
    [{ by: 'fit', width: 600, height: 1000 }, [600, 399]],
    [{ by: 'width', width: 301 }, [301, 200]],
  ])('for %j', (target, size) => {
    expect(sizeOf(target)).toEqual(size)
  })

  it('is not less than the picture has', () => {
    expect(() => sizeOf({ by: 'width', width: 300 })).toThrow(failing('upscale.smaller'))
    expect(() => sizeOf({ by: 'fit', width: 1000, height: 199 })).toThrow(failing('upscale.smaller'))
  })

  it('is at most eight times as wide, and at most a gigapixel', () => {
    expect(() => sizeOf({ by: 'height', height: 1601 })).toThrow(failing('upscale.tooLarge'))
    expect(() => sizeOf({ by: 'width', width: 1_000_000 })).toThrow(failing('upscale.tooLarge'))
    expect(() => sizeOf({ by: 'scale', scale: 8 }, 6000, 4000)).toThrow(failing('upscale.tooManyPixels'))
  })
})
