/**
 * Snapshots come whole, ten a second at most. What did not change keeps its identity, so that only what changed is
 * drawn again.
 */
export function reconcile<T>(before: T, after: T): T {
  if (Object.is(before, after)) return before
  if (Array.isArray(before) && Array.isArray(after)) {
    const merged: unknown[] = after.map((item: unknown, index) => reconcile<unknown>(before[index], item))
    return merged.length === before.length && merged.every((item, index) => item === before[index])
      ? before
      : (merged as T)
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = Object.keys(after)
    const merged = Object.fromEntries(keys.map((key) => [key, reconcile(before[key], after[key])]))
    const same =
      keys.length === Object.keys(before).length && keys.every((key) => key in before && merged[key] === before[key])
    return same ? before : (merged as T)
  }
  return after
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
