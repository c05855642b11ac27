import type { Note } from '../../../shared/errors.js'

/** The same remark from two tasks is said once; the first stays in its place. */
export function uniqueNotes(...lists: readonly (readonly Note[])[]): Note[] {
  const seen = new Map<string, Note>()
  for (const note of lists.flat()) {
    const key = `${note.code} ${JSON.stringify(Object.entries(note.params).sort())}`
    if (!seen.has(key)) seen.set(key, note)
  }
  return [...seen.values()]
}
