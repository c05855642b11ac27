import { Button, Kbd } from '@mantine/core'
import { useEffect, useState } from 'react'
import { mediaPath } from '../../shared/media.js'
import type { ActionId } from '../actions/registry.js'
import { useAction } from '../actions/useAction.js'
import { api, mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { attempt, openSources } from '../state/commands.js'
import { useStudio } from '../state/store.js'
import classes from './EmptyState.module.css'

interface Sample {
  readonly id: string
  readonly name: string
  readonly credit: string
}

/** Nothing is open: what to drop here, a photo to try, and the keys worth knowing first. */
export function EmptyState() {
  const text = useText()
  const open = useAction('file.open')
  const sample = useSample()
  return (
    <div className={classes.empty} data-testid="empty">
      <div className={classes.box}>
        <h2 className={classes.title}>{text('empty.title')}</h2>
        <p className={classes.dim}>{text('empty.formats')}</p>
        <Button variant="filled" onClick={open.run} rightSection={<kbd>{open.key}</kbd>}>
          {text('empty.open')}
        </Button>
        <SampleButton sample={sample} />
        <dl className={classes.keys}>
          <KeyLine action="edit.apply" />
          <KeyLine action="view.original" />
          <KeyLine action="window.keys" />
        </dl>
      </div>
    </div>
  )
}

function SampleButton({ sample }: { sample: Sample | null }) {
  const text = useText()
  if (sample === null) return <div className={classes.sampleRoom} />
  return (
    <button
      type="button"
      className={classes.sample}
      onClick={() => void openSources([{ from: 'sample', sample: sample.id }])}
    >
      <img src={mediaUrl(mediaPath.sample(sample.id))} alt="" className={classes.sampleImage} />
      <span className={classes.sampleWords}>
        {text('empty.try')}
        <small>{text('empty.credit', { name: sample.name, credit: sample.credit })}</small>
      </span>
    </button>
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

function useSample(): Sample | null {
  const online = useStudio((studio) => studio.connection === 'online')
  const [sample, setSample] = useState<Sample | null>(null)
  useEffect(() => {
    if (!online) return
    let stale = false
    void attempt('open', () => api().files.samples()).then((samples) => {
      if (!stale) setSample(samples?.[0] ?? null)
    })
    return () => {
      stale = true
    }
  }, [online])
  return sample
}
