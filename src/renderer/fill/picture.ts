/**
 * Which picture of a fill lies over the canvas. What was shown stays until its successor is there: the last preview until the
 * next, a variation until another one, and what is kept until the new state's own tiles are drawn below it.
 */
import type { DocumentView } from '../../shared/contract.js'
import type { FillArea, FillView } from '../../shared/fill.js'
import { mediaPath } from '../../shared/media.js'
import { shownState, type Studio } from '../state/store.js'
import { fillOf, shownVariation } from './selectors.js'

export interface FillPicture {
  readonly url: string
  /** Of the state `state`, in its pixels. */
  readonly area: FillArea
  readonly state: string
}

type Chosen = Pick<Studio, 'chosen'>

export const variationUrl = (document: string, fill: string, variation: number, size: 'full' | 'thumb'): string =>
  mediaPath.fill(document, fill, variation, size)

/** What is to be seen of a fill; null before its first preview. */
export function pictureOf(document: DocumentView, chosen: Chosen): FillPicture | null {
  const fill = fillOf(document)
  if (fill?.area == null) return null
  const { area, state } = fill
  if (fill.variations.length > 0)
    return { url: variationUrl(document.id, fill.id, shownVariation(chosen, fill), 'full'), area, state }
  if (fill.previews === 0) return null
  return { url: mediaPath.fillPreview(document.id, fill.id, fill.previews), area, state }
}

/** What to load, most urgent first: what is to be seen, and the neighbours that an arrow key brings. */
export function picturesOf(document: DocumentView, chosen: Chosen): string[] {
  const fill = fillOf(document)
  const wanted = pictureOf(document, chosen)
  if (fill === null || wanted === null) return []
  return [
    ...new Set([wanted.url, ...neighbours(chosen, fill).map((n) => variationUrl(document.id, fill.id, n, 'full'))]),
  ]
}

function neighbours(chosen: Chosen, fill: FillView): number[] {
  const count = fill.variations.length
  if (count < 2) return []
  const shown = shownVariation(chosen, fill)
  return [(shown + 1) % count, (shown + count - 1) % count]
}

export interface Held {
  readonly picture: FillPicture
  /** Set once another state is shown: the one whose tiles are waited for. */
  readonly until: string | null
}

export interface HoldInput {
  readonly document: DocumentView
  readonly chosen: Studio['chosen']
  readonly keeping: Studio['keeping']
  readonly has: (url: string) => boolean
  /** Whether all of the state shown that is in sight is there. */
  readonly drawn: boolean
}

/** The picture to draw now. */
export function hold(before: Held | null, { document, chosen, keeping, has, drawn }: HoldInput): Held | null {
  const wanted = pictureOf(document, { chosen })
  if (wanted !== null && has(wanted.url)) return same(before, wanted) ? before : { picture: wanted, until: null }
  if (before === null) return null
  const shown = shownState(document)?.id ?? null
  if (before.until !== null) return before.until === shown && !drawn ? before : null
  if (shown === before.picture.state) {
    const goesOn = fillOf(document) !== null || keeping?.state === shown
    return goesOn ? before : null
  }
  // It was kept (or another state was asked for): until that can be seen.
  return keeping !== null && keeping.state === before.picture.state && !drawn
    ? { picture: before.picture, until: shown }
    : null
}

const same = (held: Held | null, { url }: FillPicture): boolean =>
  held !== null && held.until === null && held.picture.url === url
