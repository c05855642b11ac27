import { Button, Progress } from '@mantine/core'
import type { ModelView } from '../../shared/contract.js'
import { Problem } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { forget, install, tryAgain } from './commands.js'
import { ImportFields } from './ImportFields.js'
import classes from './models.module.css'
import { needsTrying } from './needsTrying.js'
import { Sample } from './Sample.js'
import { idle, useImport } from './store.js'

/** A network on its way in: how far it is, what was derived of it, and the way on. */
export function ImportPanel({ models }: { models: readonly ModelView[] }) {
  const text = useText()
  const { phase, name, error, view } = useImport()
  if (phase === 'none' && error === null) return null
  return (
    <section className={classes.import} aria-label={text('models.importing')}>
      {phase === 'none' && error !== null && (
        <Problem error={error} onDismiss={() => useImport.setState(idle)}>
          {text('models.nothingImported')}
        </Problem>
      )}
      {(phase === 'sending' || (phase === 'looking' && view === null)) && <Waiting name={name} />}
      {view !== null && <Looked models={models} />}
    </section>
  )
}

function Waiting({ name }: { name: string }) {
  const text = useText()
  const { phase, sent } = useImport()
  const tried = useStudio((studio) => studio.server?.importing ?? 0)
  const fraction = phase === 'sending' ? sent : tried
  const label = text(phase === 'sending' ? 'models.sending' : 'models.looking', { name })
  return (
    <div className={classes.waiting}>
      <span role="status">{label}</span>
      <Progress value={100 * fraction} aria-label={label} />
      <Button variant="default" onClick={() => void forget()}>
        {text('models.cancel')}
      </Button>
    </div>
  )
}

function Looked({ models }: { models: readonly ModelView[] }) {
  const text = useText()
  const { phase, view, given, replace, error } = useImport()
  const tried = useStudio((studio) => studio.server?.importing ?? null)
  if (view === null) return null
  const { proposal, sample } = view
  const id = given.id ?? proposal.manifest.id
  const taken = models.some((model) => model.id === id)
  const changed = needsTrying(proposal, given)
  const busy = phase !== 'looked'
  return (
    <>
      <h3>{text('models.derived', { name: proposal.manifest.name })}</h3>
      <div className={classes.looked}>
        <ImportFields view={view} disabled={busy} />
        <div className={classes.tried}>
          {sample !== null && <Sample view={view} stale={changed} />}
          <ul className={classes.remarks}>
            {proposal.remarks.map((remark) => (
              <li key={remark.code}>{text.remark(remark)}</li>
            ))}
          </ul>
        </div>
      </div>
      {error !== null && <Problem error={error} />}
      {taken && (
        <label className={classes.replace}>
          <input
            type="checkbox"
            checked={replace}
            onChange={({ currentTarget }) => useImport.setState({ replace: currentTarget.checked })}
          />
          {text('models.replace', { id })}
        </label>
      )}
      <div className={classes.actions}>
        <Button variant="filled" disabled={busy || (taken && !replace)} onClick={() => void install()}>
          {text('models.install')}
        </Button>
        <Button variant="default" disabled={busy || !changed} onClick={() => void tryAgain()}>
          {text('models.tryAgain')}
        </Button>
        <Button variant="default" disabled={phase === 'installing'} onClick={() => void forget()}>
          {text('models.cancel')}
        </Button>
        <span role="status" className={classes.now}>
          {tried !== null && text('models.trying', { done: text.format.percent(tried) })}
        </span>
      </div>
    </>
  )
}
