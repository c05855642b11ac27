import { useEffect, useState } from 'react'
import type { DenoiseEdit } from '../../shared/edit.js'
import { Problem } from '../app/Problem.js'
import { api, wireOf } from '../client.js'
import { useText } from '../i18n/index.js'
import { isReady, previewing } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import classes from './panels.module.css'

interface Predicted {
  readonly seconds: number | null
  readonly memory: number
  readonly provider: string
  readonly device: string
}

/** Before a job: how long, where, how much memory. Or why there is no preview, in the same room. */
export function Prediction() {
  const text = useText()
  const ready = useStudio(isReady)
  const live = useStudio(previewing)
  const { previewFailure } = useStudio((studio) => studio.media)
  const predicted = usePrediction()
  if (!ready) return <p className={classes.note} style={{ margin: 0 }} />
  if (live && previewFailure !== null) return <Problem error={previewFailure} />
  return (
    <p className={classes.note} style={{ margin: 0 }} data-testid="prediction">
      {predicted !== null && line(text, predicted)}
    </p>
  )
}

function line(text: ReturnType<typeof useText>, { seconds, memory, provider, device }: Predicted): string {
  const where = text.device(provider, device)
  const bytes = text.format.bytes(memory)
  return seconds === null
    ? text('denoise.predictionUnknown', { device: where, memory: bytes })
    : text('denoise.prediction', { time: text.format.duration(seconds), device: where, memory: bytes })
}

const DEBOUNCE_MS = 250

function usePrediction(): Predicted | null {
  const document = useStudio((studio) => (isReady(studio) ? studio.active : null))
  const shown = useStudio((studio) => studio.server?.documents.find(({ id }) => id === studio.active)?.current ?? 0)
  const engine = useStudio((studio) => `${studio.server?.engine.state} ${studio.server?.engine.device}`)
  const draft = useStudio((studio) => studio.draft)
  const [predicted, setPredicted] = useState<Predicted | null>(null)
  useEffect(() => {
    if (document === null) return
    let stale = false
    const timer = setTimeout(() => {
      void predict(document, draft).then((value) => {
        if (!stale) setPredicted(value)
      })
    }, DEBOUNCE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [document, shown, engine, draft])
  return document === null ? null : predicted
}

async function predict(document: string, edit: DenoiseEdit): Promise<Predicted | null> {
  try {
    return await api().documents.predict({ document, edit })
  } catch (thrown) {
    // Without a prediction the line stays empty; what is wrong will be said by Apply, where it matters.
    console.warn('No prediction:', wireOf(thrown))
    return null
  }
}
