/** States of a document as a value: undo and redo only move `current`; an edit drops what could be redone. */
export interface History<S> {
  /** Oldest first; the first is the original. */
  readonly states: readonly [S, ...S[]]
  readonly current: number
}

export const startHistory = <S>(original: S): History<S> => ({ states: [original], current: 0 })

export const currentState = <S>({ states, current }: History<S>): S => states[current] ?? states[0]

/** Throws RangeError for an index that is none. */
export function show<S>(history: History<S>, index: number): History<S> {
  if (!Number.isInteger(index) || index < 0 || index >= history.states.length) throw new RangeError(`no state ${index}`)
  return { ...history, current: index }
}

/** `result` follows the state at `base` (where the edit started), whatever is shown by now; `dropped` can go. */
export function push<S>(history: History<S>, base: number, result: S): { history: History<S>; dropped: S[] } {
  const [original, ...rest] = history.states
  const kept: [S, ...S[]] = [original, ...rest.slice(0, base), result]
  return { history: { states: kept, current: kept.length - 1 }, dropped: rest.slice(base) }
}

/** The same states in the same place, one of them changed. */
export function replace<S>(history: History<S>, old: S, changed: S): History<S> {
  const [original, ...rest] = history.states.map((state) => (state === old ? changed : state))
  return { ...history, states: [original as S, ...rest] }
}
