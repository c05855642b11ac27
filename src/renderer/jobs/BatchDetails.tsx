import { Button } from '@mantine/core'
import type { BatchView, ItemView } from '../../shared/job.js'
import { showBatch } from '../batch/commands.js'
import { useText, type Text } from '../i18n/index.js'
import { adoptBatch, resumeBatch, retryBatch } from './commands.js'
import { isForeign, wayOn } from './entries.js'
import { useFailed } from './useItems.js'
import classes from './jobs.module.css'

/** What was asked for, why it stands still, and which files failed why. */
export function BatchDetails({ id, batch }: { id: string; batch: BatchView }) {
  const text = useText()
  const { state, counts, request } = batch
  const foreign = isForeign(batch)
  const way = wayOn(batch)
  return (
    <div id={id} className={classes.details}>
      {(state === 'interrupted' || state === 'paused') && (
        <div className={classes.explain}>
          <p>{text(`jobs.${state}Why`)}</p>
          {!foreign && (
            <Button variant="filled" onClick={() => void resumeBatch(batch.id)}>
              {text('jobs.resume')}
            </Button>
          )}
        </div>
      )}
      {way !== null && (
        <div className={classes.explain}>
          <p>
            {text('jobs.onCommandLine')} <code className={classes.command}>{`lacuna jobs ${way} ${batch.id}`}</code>
          </p>
          <Button variant="filled" onClick={() => void adoptBatch(batch.id)}>
            {text(`jobs.${way}Here`)}
          </Button>
        </div>
      )}
      {counts.failed > 0 && <Failed batch={batch} />}
      <dl className={classes.facts}>
        <Fact name={text('jobs.factFrom')} value={inputsOf(text, request.inputs)} />
        <Fact name={text('jobs.factTo')} value={batch.kept ? text('jobs.toDownload') : (request.target ?? '')} />
        <Fact name={text('jobs.factEdit')} value={editOf(text, request)} />
        <Fact name={text('jobs.factId')} value={batch.id} />
      </dl>
    </div>
  )
}

function Failed({ batch }: { batch: BatchView }) {
  const text = useText()
  const failed = useFailed(batch, true)
  const { failed: count } = batch.counts
  const again = (batch.state === 'done' || batch.state === 'cancelled') && !isForeign(batch)
  return (
    <div className={classes.failed}>
      <ul>
        {failed?.items.map((item) => (
          <Reason key={item.item} item={item} />
        ))}
      </ul>
      <div className={classes.buttons}>
        {again && (
          <Button variant="default" onClick={() => void retryBatch(batch.id)}>
            {text('jobs.retryFailed', { count })}
          </Button>
        )}
        {failed !== null && failed.total > failed.items.length && (
          <Button variant="default" onClick={() => showBatch(batch.id)}>
            {text('jobs.allFailed', { count: failed.total })}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The sentence names the file; where it names another (the result), the file stands before it. */
function Reason({ item: { label, error } }: { item: ItemView }) {
  const text = useText()
  const name = label.split('/').at(-1)
  if (error !== null && error.params['name'] === name)
    return <li>{text.error({ ...error, params: { ...error.params, name: label } })}</li>
  return (
    <li>
      <b>{label}</b> {error === null ? text('jobs.failed') : text.error(error)}
    </li>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const INPUTS_SHOWN = 3

function inputsOf(text: Text, inputs: readonly string[]): string {
  const more = inputs.length - INPUTS_SHOWN
  return [...inputs.slice(0, INPUTS_SHOWN), ...(more > 0 ? [text('jobs.more', { count: more })] : [])].join(', ')
}

function editOf(text: Text, { edit, mask }: BatchView['request']): string {
  if (edit.kind === 'inpaint') return [...maskOf(text, mask), edit.model].join(' · ')
  if (edit.kind !== 'denoise') return edit.model
  const { sigma, strength, detail, blend, model } = edit
  return [
    sigma === 'auto' ? text('jobs.sigmaAuto') : text('history.sigma', { value: text.format.number(sigma, 1) }),
    text('jobs.strength', { value: text.format.percent(strength) }),
    ...(detail > 0 ? [text('history.detail', { value: text.format.number(detail, 2) })] : []),
    ...(blend > 0 ? [text('history.blend', { value: text.format.number(blend, 2) })] : []),
    model,
  ].join(' · ')
}

function maskOf(text: Text, mask: BatchView['request']['mask']): string[] {
  switch (mask?.from) {
    case undefined:
      return []
    case 'beside':
      return [text('jobs.mask.beside')]
    case 'auto':
      return [text('jobs.mask.auto', { value: text.format.number(mask.sensitivity, 2) })]
    case 'file':
      return [mask.path.split(/[/\\]/).at(-1) ?? mask.path]
  }
}
