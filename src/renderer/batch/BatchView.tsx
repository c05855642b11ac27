import { ProblemAt } from '../app/Problem.js'
import { useText } from '../i18n/index.js'

/** Many files, one job. */
export function BatchView() {
  const text = useText()
  return (
    <section aria-label={text('view.batch')}>
      <ProblemAt place="batch" />
    </section>
  )
}
