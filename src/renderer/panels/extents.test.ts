import { describe, expect, it } from 'vitest'
import { Extent } from '../../shared/edit.js'
import { amountOf, extentOf, typedExtent, unitOf, wordOf } from './extents.js'

describe('what is added on a side', () => {
  it('is whole pixels or per cent with one decimal, and keeps its number when the unit changes', () => {
    expect(extentOf(12.6, 'px')).toBe(13)
    expect(extentOf(12.55, '%')).toBe('12.6%')
    expect([unitOf('12.5%'), amountOf('12.5%')]).toEqual(['%', 12.5])
    expect([unitOf(40), amountOf(40)]).toEqual(['px', 40])
  })

  it('never is what an edit could not hold', () => {
    for (const amount of [-5, 0, 1e9])
      for (const unit of ['px', '%'] as const) expect(Extent.safeParse(extentOf(amount, unit)).success).toBe(true)
  })

  it('is what was typed: with its own unit, or in the one of the field', () => {
    for (const [text, unit, extent] of [
      ['15%', 'px', '15%'],
      [' 15 % ', 'px', '15%'],
      ['12,5 %', '%', '12.5%'],
      ['120px', '%', 120],
      ['120 PX', '%', 120],
      ['40', 'px', 40],
      ['40', '%', '40%'],
      ['', 'px', 0],
      ['%', 'px', '0%'],
    ] as const)
      expect([text, typedExtent(text, unit)]).toEqual([text, extent])
  })

  it('is nothing that was typed half or wrong', () => {
    for (const text of ['-5', 'ten', '5 %%', '3 cm', '1e3', '5 5'])
      expect([text, typedExtent(text, 'px')]).toEqual([text, null])
  })

  it('is read again as it is shown', () => {
    for (const extent of [0, 240, '0%', '12.5%'] as const) expect(typedExtent(wordOf(extent), 'px')).toBe(extent)
  })
})
