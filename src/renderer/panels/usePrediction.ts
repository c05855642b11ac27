import { useEffect, useState } from 'react'
import type { Prediction } from '../../shared/contract.js'
import type { Edit } from '../../shared/edit.js'
import type { OutputSettings } from '../../shared/picture.js'
import { api, wireOf } from '../client.js'
import { flushMasks } from '../mask/index.js'
import { isReady } from '../state/selectors.js'
import { useStudio } from '../state/store.js'

export type Predicted = Prediction

const DEBOUNCE_MS = 250

/** What an edit of the picture shown would come to, saved as `output`; null until it is known. Asked again when `key` changes. */
export function usePrediction(edit: Edit | null, key = '', output?: OutputSettings): Predicted | null {
  const document = useStudio((studio) => (isReady(studio) ? studio.active : null))
  const shown = useStudio((studio) => studio.server?.documents.find(({ id }) => id === studio.active)?.current ?? 0)
  const engine = useStudio((studio) => `${studio.server?.engine.state} ${studio.server?.engine.device}`)
  // What has run was measured.
  const ended = useStudio((studio) => studio.server?.jobs.filter(({ state }) => state === 'done').length ?? 0)
  const [predicted, setPredicted] = useState<Predicted | null>(null)
  const asked = JSON.stringify(edit)
  const saved = JSON.stringify(output)
  useEffect(() => {
    if (document === null || edit === null) return
    let stale = false
    const timer = setTimeout(() => {
      void predict(document, edit, output).then((value) => {
        if (!stale) setPredicted(value)
      })
    }, DEBOUNCE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
    // An edit is a value: one that says the same is the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [document, shown, engine, ended, asked, key, saved])
  return document === null || edit === null ? null : predicted
}

async function predict(document: string, edit: Edit, output?: OutputSettings): Promise<Predicted | null> {
  try {
    if (edit.kind === 'inpaint') await flushMasks(document)
    return await api().documents.predict({ document, edit, ...(output === undefined ? {} : { output }) })
  } catch (thrown) {
    // Without a prediction the line stays empty; what is wrong will be said when it is begun, where it matters.
    console.warn('No prediction:', wireOf(thrown))
    return null
  }
}
