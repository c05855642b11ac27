import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { DraftCheck } from '../../shared/contract.js'
import type { ErrorWire } from '../../shared/errors.js'
import type { BatchView } from '../../shared/job.js'
import { useAction } from '../actions/useAction.js'
import { Problem } from '../app/Problem.js'
import { api, wireOf } from '../client.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { revisionOf } from './selectors.js'
import classes from './BatchPanel.module.css'

/** What a draft comes to, said before anything starts; and the button that starts it. */
export function DraftCheckLines({ batch }: { batch: BatchView }) {
  const text = useText()
  const { check, error } = useCheck(batch)
  const run = useAction('batch.run')
  return (
    <div className={classes.lines}>
      <div className={classes.facts} data-testid="batch-check">
        {check !== null && <Facts check={check} />}
      </div>
      {error !== null && <Problem error={error} />}
      {check?.obstacle != null && <Problem error={check.obstacle} />}
      <div className={classes.run}>
        <Button
          variant="filled"
          // What is in the way is told above; Run itself says it again if it is still there.
          disabled={!run.enabled || check === null || check.obstacle !== null}
          aria-keyshortcuts={run.ariaKey}
          rightSection={<kbd>{run.key}</kbd>}
          onClick={run.run}
        >
          {text('batch.run', { count: check?.ready ?? 0 })}
        </Button>
      </div>
    </div>
  )
}

function Facts({ check }: { check: DraftCheck }) {
  const text = useText()
  const { example, needBytes, freeBytes, seconds, memory, provider, device, ready, problems } = check
  // What keeps all of them from running is told by itself.
  const others = problems.filter(({ error }) => error.code !== check.obstacle?.code)
  const foreseen = others.filter(({ error }) => isForeseen(error))
  const listed = others.filter((problem) => !foreseen.includes(problem))
  const failing = listed.reduce((sum, { count }) => sum + count, 0)
  const where = { device: text.device(provider, device), memory: text.format.memory(memory) }
  const short = needBytes !== null && freeBytes !== null && needBytes > freeBytes
  return (
    <>
      {example !== null && <span>{text('batch.example', example)}</span>}
      {needBytes !== null && (
        <span className={short ? classes.warn : undefined}>
          {freeBytes === null
            ? text('batch.needs', { need: text.format.bytes(needBytes) })
            : text('batch.needsOf', { need: text.format.bytes(needBytes), free: text.format.bytes(freeBytes) })}
        </span>
      )}
      <span>
        {seconds === null
          ? device === ''
            ? text('batch.predictionUnknown', where)
            : text('denoise.predictionUnknown', where)
          : text('denoise.prediction', { ...where, time: text.format.duration(seconds) })}
      </span>
      {failing > 0 && <span className={classes.warn}>{text('batch.willFail', { count: failing, ready })}</span>}
      {foreseen.map(({ error, count }) => (
        <span key={error.code} className={classes.warn}>
          {text('batch.foreseen', { count, reason: text.error(error) })}
        </span>
      ))}
    </>
  )
}

/** Of no file yet, as the list of problems has them: they follow from the settings. */
const isForeseen = ({ code }: ErrorWire): boolean =>
  code.startsWith('upscale.') || code === 'output.formatLimit' || code === 'mask.missing' || code === 'extend.nothing'

const DEBOUNCE_MS = 150

interface Checked {
  readonly batch: string
  readonly check: DraftCheck | null
  readonly error: ErrorWire | null
}

/** Asked again after each change of the draft, and when the engine is there to say what it can do. */
function useCheck({ id }: BatchView): Pick<Checked, 'check' | 'error'> {
  const revision = useStudio((studio) => revisionOf(studio, id))
  const engine = useStudio((studio) => `${studio.server?.engine.state} ${studio.server?.engine.device}`)
  const online = useStudio((studio) => studio.connection === 'online')
  const [checked, setChecked] = useState<Checked | null>(null)
  useEffect(() => {
    if (!online) return
    let stale = false
    const timer = setTimeout(() => {
      void ask(id).then((answer) => {
        if (!stale) setChecked(answer)
      })
    }, DEBOUNCE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [id, revision, engine, online])
  return checked?.batch === id ? checked : { check: null, error: null }
}

async function ask(batch: string): Promise<Checked> {
  try {
    return { batch, check: await api().batches.check({ batch }), error: null }
  } catch (thrown) {
    return { batch, check: null, error: wireOf(thrown) }
  }
}
