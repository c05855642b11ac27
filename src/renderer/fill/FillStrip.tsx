/** The variations of a fill at the bottom of the canvas: looked at one after the other, one kept, or all discarded. */
import { Button, Progress } from '@mantine/core'
import { Info } from 'lucide-react'
import { useRef, type KeyboardEvent } from 'react'
import { ActionButton } from '../actions/ActionButton.js'
import { useAction } from '../actions/useAction.js'
import { mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { usePhase } from '../panels/usePhase.js'
import { activeDocument, useStudio } from '../state/store.js'
import { chooseVariation, keepShown, stepVariation } from './commands.js'
import { variationUrl } from './picture.js'
import { fillJob, fillOf, fillPhase, shownVariation } from './selectors.js'
import type { JobView } from '../../shared/contract.js'
import type { FillView } from '../../shared/fill.js'
import overlay from '../canvas/overlay.module.css'
import classes from './FillStrip.module.css'

/** From so many on they are small, so that they fit. */
const MANY = 5

export function FillStrip() {
  const text = useText()
  const document = useStudio(activeDocument)
  const phase = useStudio(fillPhase)
  const job = useStudio(fillJob)
  const quick = useStudio((studio) => studio.quickFill !== null)
  const shown = useStudio((studio) => {
    const fill = fillOf(activeDocument(studio))
    return fill === null ? 0 : shownVariation(studio, fill)
  })
  const fill = fillOf(document)
  if (document === null || fill === null || phase === 'keeping' || phase === 'idle') return null
  const drawing = phase === 'drawing'
  const unchanged = fill.variations[shown]?.changed === false
  return (
    <div className={overlay.place}>
      <section
        data-overlay
        className={overlay.strip}
        data-drawing={drawing || undefined}
        aria-label={text('fill.strip')}
        data-testid="fill-strip"
      >
        {unchanged && (
          <p className={classes.notice} style={{ margin: 0 }} role="status">
            <Info size={16} aria-hidden />
            {text('fill.unchanged')}
          </p>
        )}
        <div className={classes.line}>
          {fill.variations.length > 0 && !quick && (
            <>
              <span className={classes.count} role="status">
                {text('fill.count', { n: shown + 1, m: fill.done ? fill.variations.length : fill.edit.variations })}
                {drawing && job !== null && <small>{text.format.percent(job.fraction)}</small>}
              </span>
              <Thumbs document={document.id} fill={fill} shown={shown} />
            </>
          )}
          {fill.variations.length === 0 && job !== null && <Drawing job={job} />}
          <Acts drawing={drawing} ready={fill.variations.length > 0 && !quick} />
        </div>
      </section>
    </div>
  )
}

/** What is going on, how far, and how long it will take. */
function Drawing({ job }: { job: JobView }) {
  const text = useText()
  const phase = usePhase(job)
  const left =
    job.secondsLeft === null ? '' : ` · ${text('jobs.left', { time: text.format.duration(job.secondsLeft) })}`
  return (
    <div className={classes.words}>
      <span role="status">{phase}</span> {text.format.percent(job.fraction)}
      {left}
      <Progress value={Math.round(job.fraction * 100)} aria-label={phase} mt={6} />
    </div>
  )
}

function Thumbs({ document, fill, shown }: { document: string; fill: FillView; shown: number }) {
  const text = useText()
  const list = useRef<HTMLDivElement>(null)
  const count = fill.variations.length
  const coming = fill.done ? 0 : Math.max(0, fill.edit.variations - count)
  const keys = (event: KeyboardEvent): void => {
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as const)[event.key]
    if (event.key === 'Enter') void keepShown()
    else if (by !== undefined) {
      stepVariation(by)
      list.current?.querySelectorAll('button')[(shown + by + count) % count]?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={list}
      className={`${overlay.thumbs} ${fill.edit.variations >= MANY ? classes.many : ''}`}
      role="radiogroup"
      aria-label={text('fill.variations')}
      onKeyDown={keys}
    >
      {fill.variations.map((_, i) => (
        <button
          key={i}
          type="button"
          role="radio"
          className={classes.thumb}
          aria-checked={i === shown}
          tabIndex={i === shown ? 0 : -1}
          aria-label={text('fill.variation', { n: i + 1 })}
          onClick={() => chooseVariation(i)}
        >
          <img src={mediaUrl(variationUrl(document, fill.id, i, 'thumb'))} alt="" draggable={false} />
        </button>
      ))}
      {Array.from({ length: coming }, (_, i) => (
        <span key={`coming ${i}`} className={classes.coming} />
      ))}
    </div>
  )
}

function Acts({ drawing, ready }: { drawing: boolean; ready: boolean }) {
  const text = useText()
  const discard = useAction('fill.discard')
  return (
    <div className={classes.acts}>
      <Button
        variant="default"
        aria-keyshortcuts={discard.ariaKey}
        rightSection={<kbd>{discard.key}</kbd>}
        onClick={discard.run}
      >
        {text(drawing ? 'fill.cancel' : 'fill.discard')}
      </Button>
      {ready && (
        <>
          <ActionButton action="fill.again">{text('fill.again')}</ActionButton>
          <ActionButton action="fill.keep" variant="filled" withKey>
            {text('fill.keep')}
          </ActionButton>
        </>
      )}
    </div>
  )
}
