import { Select } from '@mantine/core'
import { ProblemAt, Problem } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { changeDraft } from '../state/commands.js'
import { failedEdit, isReady, runningEdit } from '../state/selectors.js'
import { activeDocument, useStudio } from '../state/store.js'
import { DenoiseActions } from './DenoiseActions.js'
import { AmountRows, ModelRow, SampleRows, useCleaning } from './DenoiseRows.js'
import { JobProgress } from './JobProgress.js'
import { More } from './More.js'
import { Prediction } from './Prediction.js'
import { Row, SliderRow } from './Row.js'
import classes from './panels.module.css'

/** The settings of the one edit there is: noise, strength, detail, kept grain, model. */
export function DenoisePanel() {
  const text = useText()
  const draft = useStudio((studio) => studio.draft)
  const estimate = useStudio((studio) => activeDocument(studio)?.noise ?? null)
  const ready = useStudio(isReady)
  const running = useStudio(runningEdit)
  const failed = useStudio((studio) => failedEdit(studio, 'denoise'))
  const idle = ready && running === null
  const auto = !ready
    ? text('denoise.autoIdle')
    : estimate === null
      ? text('denoise.autoUnknown')
      : text('denoise.auto', { value: text.noiseBrief(estimate) })
  const level = draft.sigma === 'auto' ? (estimate ?? 0) : draft.sigma
  const cleaning = useCleaning(draft)

  return (
    <section className={classes.job} aria-label={text('denoise.title')}>
      {cleaning.noise === 'estimated' && (
        <Row label={text('denoise.noise')} wide>
          <Select
            aria-label={text('denoise.noise')}
            disabled={!idle}
            data={[
              { value: 'auto', label: auto },
              { value: 'given', label: text('denoise.given') },
            ]}
            value={draft.sigma === 'auto' ? 'auto' : 'given'}
            onChange={(value) => changeDraft({ sigma: value === 'auto' ? 'auto' : Math.round(level * 10) / 10 })}
          />
        </Row>
      )}
      {cleaning.noise !== 'none' && (
        <SliderRow
          label={text('denoise.level')}
          hint={draft.sigma === 'auto' ? text('denoise.levelHintAuto') : text.noise(level)}
          value={level}
          initial={estimate ?? 0}
          min={0}
          max={75}
          step={0.1}
          digits={1}
          disabled={!idle}
          onChange={(sigma) => changeDraft({ sigma })}
          onReset={() => changeDraft({ sigma: cleaning.noise === 'given' ? (estimate ?? 0) : 'auto' })}
        />
      )}
      <AmountRows edit={draft} disabled={!idle} onChange={changeDraft} />
      <ModelRow edit={draft} disabled={!idle} onChange={changeDraft} />
      {cleaning.detail && <MoreRows />}
      {running === null ? <Prediction /> : <JobProgress job={running} />}
      <DenoiseActions />
      <ProblemAt place="denoise" />
      {failed?.error != null && <Problem error={failed.error} />}
    </section>
  )
}

function MoreRows() {
  const text = useText()
  const draft = useStudio((studio) => studio.draft)
  const idle = useStudio((studio) => isReady(studio) && runningEdit(studio) === null)
  return (
    <More summary={text('denoise.moreSummary', { seed: draft.seed, count: draft.steps })}>
      <SampleRows edit={draft} disabled={!idle} onChange={changeDraft} />
    </More>
  )
}
