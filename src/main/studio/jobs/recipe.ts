/** How a picture was made, as text for its metadata: the edits in order and the models by their hash. */
import { canonicalEdit, type Edit } from '../../../shared/edit.js'
import { modelIdentity } from '../../../shared/model.js'
import type { Library } from '../library/library.js'

/** The same edits with the same models give the same text in every host: no times, names or machine in it. */
export function recipeOf(edits: readonly Edit[], library: Library): string | null {
  if (edits.length === 0) return null
  const models = [...new Set(edits.map((edit) => edit.model))].sort()
  return JSON.stringify({
    lacuna: 1,
    edits: edits.map((edit): unknown => JSON.parse(canonicalEdit(edit))),
    models: Object.fromEntries(models.map((id) => [id, modelIdentity(library.resolve(id).manifest)])),
  })
}
