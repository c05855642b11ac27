import { Problem } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { isReady, previewing } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import { usePrediction, type Predicted } from './usePrediction.js'
import classes from './panels.module.css'

/** Before a job: how long, where, how much memory. Or why there is no preview, in the same room. */
export function Prediction() {
  const text = useText()
  const ready = useStudio(isReady)
  const live = useStudio(previewing)
  const { previewFailure } = useStudio((studio) => studio.media)
  const draft = useStudio((studio) => studio.draft)
  const predicted = usePrediction(draft)
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
  const bytes = text.format.memory(memory)
  return seconds === null
    ? text('denoise.predictionUnknown', { device: where, memory: bytes })
    : text('denoise.prediction', { time: text.format.duration(seconds), device: where, memory: bytes })
}
