import { describe, expect, it } from 'vitest'
import { mediaPath } from '../../shared/media.js'
import { hold, picturesOf, pictureOf, type Held, type HoldInput } from './picture.js'
import { documentOf, fill, inpaint, state, variations } from './testing.js'

const full = (n: number): string => mediaPath.fill('d', 'f', n, 'full')
const preview = (n: number): string => mediaPath.fillPreview('d', 'f', n)
const chosen = (variation: number) => ({ chosen: { fill: 'f', variation } })
const none = { chosen: null }

describe('what is to be seen of a fill', () => {
  it('is nothing before its first preview, then the newest, then the best variation', () => {
    expect(pictureOf(documentOf({ fill: fill() }), none)).toBeNull()
    expect(pictureOf(documentOf({ fill: fill({ previews: 3 }) }), none)?.url).toBe(preview(3))
    const drawn = fill({ previews: 3, variations: variations(2) })
    expect(pictureOf(documentOf({ fill: drawn }), none)?.url).toBe(full(0))
  })

  it('is the variation that was chosen, of this fill and no other', () => {
    const document = documentOf({ fill: fill({ variations: variations(3) }) })
    expect(pictureOf(document, chosen(2))?.url).toBe(full(2))
    expect(pictureOf(document, { chosen: { fill: 'another', variation: 2 } })?.url).toBe(full(0))
    expect(picturesOf(document, chosen(2))).toEqual([full(2), full(0), full(1)])
  })

  it('is nothing where another state is shown than the one that was painted on', () =>
    expect(pictureOf(documentOf({ fill: fill({ state: 'other', previews: 1 }) }), none)).toBeNull())
})

describe('the picture that lies over the canvas', () => {
  const input = (change: Partial<HoldInput>): HoldInput => ({
    document: documentOf(),
    chosen: null,
    keeping: null,
    has: () => true,
    drawn: true,
    ...change,
  })
  const shown = hold(null, input({ document: documentOf({ fill: fill({ variations: variations(3), done: true }) }) }))
  const url = (held: Held | null): string | null => held?.picture.url ?? null
  const keeping = { document: 'd', fill: 'f', state: 'original' }
  const kept = documentOf({ states: [state('original'), state('new', inpaint)], current: 1 })

  it('stays until its successor is loaded', () => {
    const next = documentOf({ fill: fill({ variations: variations(3) }) })
    const loading = hold(shown, input({ document: next, ...chosen(1), has: (each) => each !== full(1) }))
    expect(url(loading)).toBe(full(0))
    expect(url(hold(loading, input({ document: next, ...chosen(1) })))).toBe(full(1))
  })

  it('stays while another fill of the same hole begins', () =>
    expect(url(hold(shown, input({ document: documentOf({ fill: fill({ id: 'again' }) }) })))).toBe(full(0)))

  it('goes when it is discarded', () => expect(hold(shown, input({}))).toBeNull())

  it('stays while it is kept, and until the new state is drawn below it', () => {
    const asked = hold(shown, input({ keeping }))
    expect(url(asked)).toBe(full(0))
    const arrived = hold(asked, input({ document: kept, keeping, drawn: false }))
    expect(url(arrived)).toBe(full(0))
    expect(url(hold(arrived, input({ document: kept, drawn: false })))).toBe(full(0))
    expect(hold(arrived, input({ document: kept }))).toBeNull()
  })

  it('goes at once when the new state is left again, and when a keeping failed', () => {
    const arrived = hold(hold(shown, input({ keeping })), input({ document: kept, keeping, drawn: false }))
    expect(hold(arrived, input({ drawn: false }))).toBeNull()
    expect(hold(hold(shown, input({ keeping })), input({}))).toBeNull()
  })
})
