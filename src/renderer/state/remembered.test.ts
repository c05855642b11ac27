import { describe, expect, it } from 'vitest'
import { readRemembered } from './remembered.js'

describe('what a window remembers', () => {
  const fresh = { panel: 'denoise', quick: false }

  it('is what it wrote', () =>
    expect(readRemembered('{"panel":"extend","quick":true}')).toEqual({ panel: 'extend', quick: true }))

  it.each([null, '', 'no json', '[]', '{"panel":"sharpen"}', '{"quick":"yes"}'])('is as new for %j', (stored) =>
    expect(readRemembered(stored)).toEqual(fresh),
  )
})
