import { describe, expect, it } from 'vitest'
import { Extent } from '../../shared/edit.js'
import { amountOf, extentOf, unitOf } from './SideFields.js'

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
})
