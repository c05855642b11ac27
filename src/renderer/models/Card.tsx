import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ModelView, VerifyView } from '../../shared/contract.js'
import { api } from '../client.js'
import { useText } from '../i18n/index.js'
import { attempt } from '../state/commands.js'
import { removeModel } from './commands.js'
import classes from './models.module.css'

/** A model: what it does, what it weighs, whose it is, how fast it is here; what can be done with it. */
export function Card({ model }: { model: ModelView }) {
  const text = useText()
  const [asked, setAsked] = useState(false)
  const [checking, setChecking] = useState(false)
  const [verified, setVerified] = useState<VerifyView | null>(null)
  const verify = async (): Promise<void> => {
    setChecking(true)
    setVerified((await attempt('models', () => api().models.verify({ model: model.id }))) ?? null)
    setChecking(false)
  }
  return (
    <li className={classes.card} aria-label={model.name}>
      <div className={classes.cardHead}>
        <h3>{model.name}</h3>
        <span className={classes.origin}>{text(model.bundled ? 'models.isBundled' : 'models.isInstalled')}</span>
      </div>
      <p>{model.summary}</p>
      <dl>
        <Fact name={text('models.task')} value={text(`models.${model.task}`)} />
        <Fact name={text('models.id')} value={model.id} />
        <Fact
          name={text('models.size')}
          value={model.bytes === 0 ? text('models.noWeights') : text.format.bytes(model.bytes)}
        />
        <Fact name={text('models.licence')} value={model.licence} />
        <Fact
          name={text('models.source')}
          value={model.bundled ? text('models.bundled', { source: model.source }) : model.source}
        />
        <Fact name={text('models.speed')} value={useSpeeds(model)} />
      </dl>
      {verified !== null && <Verified verified={verified} />}
      <div className={classes.actions}>
        {asked ? (
          <>
            <span role="alert">{text('models.removeAsk', { name: model.name })}</span>
            <Button variant="filled" color="red" onClick={() => void removeModel(model.id)}>
              {text('models.remove')}
            </Button>
            <Button variant="default" autoFocus onClick={() => setAsked(false)}>
              {text('models.keep')}
            </Button>
          </>
        ) : (
          <>
            {model.bytes > 0 && (
              <Button variant="default" disabled={checking} onClick={() => void verify()}>
                {text(checking ? 'models.verifying' : 'models.verify')}
              </Button>
            )}
            {!model.bundled && (
              <Button variant="default" onClick={() => setAsked(true)}>
                {text('models.removeNamed')}
              </Button>
            )}
          </>
        )}
      </div>
    </li>
  )
}

function useSpeeds({ speed }: ModelView): string {
  const text = useText()
  const speeds = Object.entries(speed)
  if (speeds.length === 0) return text('models.notMeasured')
  return speeds.map(([provider, one]) => `${text.provider(provider)} ${text.format.speed(one)}`).join(', ')
}

function Verified({ verified: { state, reason, providers } }: { verified: VerifyView }) {
  const text = useText()
  return (
    <ul className={classes.verified} role="status">
      <li data-state={state}>
        {text(`models.verified.${state}`)}
        {reason !== null && state !== 'intact' && ` (${reason})`}
      </li>
      {providers.map((one) => (
        <li key={one.provider} data-state={one.state}>
          {text.provider(one.provider)}: {text(`models.verified.${one.state}`)}
          {one.megapixelsPerSecond !== null && `, ${text.format.speed(one.megapixelsPerSecond)}`}
        </li>
      ))}
    </ul>
  )
}

export function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
