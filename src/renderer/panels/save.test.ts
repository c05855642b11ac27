import { describe, expect, it } from 'vitest'
import { join, withExtension } from './save.js'

describe('a path to save to', () => {
  it('uses the separator of its folder', () => {
    expect(join('/pictures', 'a.png')).toBe('/pictures/a.png')
    expect(join('/', 'a.png')).toBe('/a.png')
    expect(join('C:\\Pictures', 'a.png')).toBe('C:\\Pictures\\a.png')
    expect(join(null, 'a.png')).toBe('a.png')
  })

  it('follows the format chosen after it was typed', () => {
    expect(withExtension('/x/holiday.jpg', 'png')).toBe('/x/holiday.png')
    expect(withExtension('/x/holiday.v2.TIFF', '.webp')).toBe('/x/holiday.v2.webp')
    expect(withExtension('/x/holiday', 'png')).toBe('/x/holiday')
    expect(withExtension('/x/holiday.jpg', undefined)).toBe('/x/holiday.jpg')
  })
})
