import { Problem } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { setMask, useMask } from '../mask/store.js'
import inPlace from '../app/inPlace.module.css'

/** What could not be done with a mask, over the picture. */
export function MaskProblem() {
  const text = useText()
  const problem = useMask((mask) => mask.problem)
  if (problem === null) return null
  const { error, fit } = problem
  return (
    <div>
      <Problem error={error} onDismiss={() => setMask({ problem: null })}>
        {fit !== null && (
          <button type="button" className={inPlace.button} onClick={fit}>
            {text('mask.fit')}
          </button>
        )}
      </Problem>
    </div>
  )
}
