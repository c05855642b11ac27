import { Kbd } from '@mantine/core'
import { useEffect, useState } from 'react'
import { mediaPath } from '../../shared/media.js'
import type { ActionId } from '../actions/registry.js'
import { useAction } from '../actions/useAction.js'
import { api, mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { attempt } from '../state/commands.js'
import { useStudio } from '../state/store.js'
import { AddButtons } from './AddButtons.js'
import { trySamples } from './commands.js'
import classes from './BatchEmpty.module.css'

/** No batch yet: what to drop here, what happens with it, and photos to try it with. */
export function BatchEmpty() {
  const text = useText()
  const samples = useSamples()
  return (
    <div className={classes.empty} data-testid="batch-empty">
      <div className={classes.box}>
        <h2 className={classes.title}>{text('batch.empty.title')}</h2>
        <p className={classes.dim}>{text('batch.empty.what')}</p>
        <div className={classes.buttons}>
          <AddButtons primary />
        </div>
        {samples.length === 0 ? (
          <div className={classes.room} />
        ) : (
          <button type="button" className={classes.samples} onClick={() => void trySamples(samples)}>
            {samples.map((id) => (
              <img key={id} src={mediaUrl(mediaPath.sample(id))} alt="" />
            ))}
            <span>{text('batch.empty.try', { count: samples.length })}</span>
          </button>
        )}
        <dl className={classes.keys}>
          <KeyLine action="batch.run" />
          <KeyLine action="batch.send" />
          <KeyLine action="window.keys" />
        </dl>
      </div>
    </div>
  )
}

function KeyLine({ action }: { action: ActionId }) {
  const { key, label } = useAction(action)
  return (
    <div>
      <dt>
        <Kbd>{key}</Kbd>
      </dt>
      <dd>{label}</dd>
    </div>
  )
}

function useSamples(): readonly string[] {
  const online = useStudio((studio) => studio.connection === 'online')
  const [samples, setSamples] = useState<readonly string[]>([])
  useEffect(() => {
    if (!online) return
    let stale = false
    void attempt('batch', () => api().files.samples()).then((list) => {
      if (!stale && list !== undefined) setSamples(list.map(({ id }) => id))
    })
    return () => {
      stale = true
    }
  }, [online])
  return samples
}
