/** Several pictures of the filmstrip at once, as file managers do it. */

export interface Selected {
  /** The picture shown, from which a selection is stretched. */
  readonly active: string | null
  /** All that are selected, the one shown among them; empty when it is only that one. */
  readonly selection: readonly string[]
}

/** Adds a picture to the selection, or takes it out. */
export function toggle(ids: readonly string[], { active, selection }: Selected, id: string): string[] {
  const before = selection.length > 0 ? selection : ids.filter((one) => one === active)
  const chosen = before.includes(id) ? before.filter((one) => one !== id) : [...before, id]
  return ids.filter((one) => chosen.includes(one))
}

/** From the picture shown to this one. */
export function stretch(ids: readonly string[], active: string | null, id: string): string[] {
  const to = ids.indexOf(id)
  const from = ids.indexOf(active ?? id)
  if (to === -1) return []
  return ids.slice(Math.min(from === -1 ? to : from, to), Math.max(from, to) + 1)
}

/** The picture beside the end of the selection that is not the one shown: the next one that Shift and an arrow take in or leave. */
export function nextEnd(ids: readonly string[], { active, selection }: Selected, by: -1 | 1): string | null {
  const at = ids.indexOf(active ?? '')
  const places = selection.map((id) => ids.indexOf(id))
  const first = Math.min(at, ...places)
  const last = Math.max(at, ...places)
  const end = first < at ? first : last
  return ids[Math.max(0, Math.min(ids.length - 1, end + by))] ?? null
}
