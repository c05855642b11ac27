import { Collapse, NumberInput, Select } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { ProblemAt, Problem } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { changeDraft } from '../state/commands.js'
import { failedEdit, isReady, runningEdit } from '../state/selectors.js'
import { activeDocument, defaultEdit, useStudio } from '../state/store.js'
import { DenoiseActions } from './DenoiseActions.js'
import { JobProgress } from './JobProgress.js'
import { Prediction } from './Prediction.js'
import { Row, SliderRow } from './Row.js'
import { useModels } from './useModels.js'
import classes from './panels.module.css'

/** The settings of the one edit there is: noise, strength, detail, kept grain, model. */
export function DenoisePanel() {
  const text = useText()
  const draft = useStudio((studio) => studio.draft)
  const estimate = useStudio((studio) => activeDocument(studio)?.noise ?? null)
  const ready = useStudio(isReady)
  const running = useStudio(runningEdit)
  const failed = useStudio(failedEdit)
  const idle = ready && running === null
  const auto = !ready
    ? text('denoise.autoIdle')
    : estimate === null
      ? text('denoise.autoUnknown')
      : text('denoise.auto', { value: text.noiseBrief(estimate) })
  const level = draft.sigma === 'auto' ? (estimate ?? 0) : draft.sigma

  return (
    <section className={classes.job} aria-label={text('denoise.title')}>
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
        onReset={() => changeDraft({ sigma: 'auto' })}
      />
      <SliderRow
        label={text('denoise.strength')}
        hint={text('denoise.strengthHint')}
        value={draft.strength * 100}
        initial={defaultEdit.strength * 100}
        min={0}
        max={200}
        step={1}
        suffix=" %"
        disabled={!idle}
        onChange={(value) => changeDraft({ strength: value / 100 })}
      />
      <SliderRow
        label={text('denoise.detail')}
        hint={text('denoise.detailHint')}
        value={draft.detail}
        initial={defaultEdit.detail}
        min={0}
        max={1}
        step={0.01}
        digits={2}
        disabled={!idle}
        onChange={(detail) => changeDraft({ detail })}
      />
      <SliderRow
        label={text('denoise.blend')}
        hint={text('denoise.blendHint')}
        value={draft.blend}
        initial={defaultEdit.blend}
        min={0}
        max={1}
        step={0.01}
        digits={2}
        disabled={!idle}
        onChange={(blend) => changeDraft({ blend })}
      />
      <ModelRow disabled={!idle} />
      <MoreRows disabled={!idle} />
      {running === null ? <Prediction /> : <JobProgress job={running} />}
      <DenoiseActions />
      <ProblemAt place="denoise" />
      {failed?.error != null && <Problem error={failed.error} />}
    </section>
  )
}

function ModelRow({ disabled }: { disabled: boolean }) {
  const text = useText()
  const model = useStudio((studio) => studio.draft.model)
  const models = useModels()?.filter(({ task }) => task === 'denoise') ?? []
  const known = models.some(({ id }) => id === model)
  const data = [
    ...models.map(({ id, name }) => ({ value: id, label: name })),
    ...(known ? [] : [{ value: model, label: model }]),
  ]
  return (
    <Row label={text('denoise.model')} wide>
      <Select
        aria-label={text('denoise.model')}
        disabled={disabled}
        data={data}
        value={model}
        onChange={(value) => value !== null && changeDraft({ model: value })}
      />
    </Row>
  )
}

function MoreRows({ disabled }: { disabled: boolean }) {
  const text = useText()
  const { steps, seed } = useStudio((studio) => studio.draft)
  const [open, setOpen] = useState(false)
  const id = useId()
  const seedId = useId()
  return (
    <div>
      <button
        type="button"
        className={classes.more}
        style={{ width: 'calc(100% + 8px)' }}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} aria-hidden />
        {text('denoise.more')}
        <span className={classes.summary}>{text('denoise.moreSummary', { seed, count: steps })}</span>
      </button>
      <Collapse expanded={open} id={id}>
        <div className={classes.moreRows} style={{ paddingTop: 10 }}>
          <SliderRow
            label={text('denoise.steps')}
            hint={text('denoise.stepsHint')}
            value={steps}
            initial={defaultEdit.steps}
            min={2}
            max={50}
            step={1}
            disabled={disabled}
            onChange={(value) => changeDraft({ steps: value })}
          />
          <Row label={text('denoise.seed')} wide htmlFor={seedId}>
            <NumberInput
              id={seedId}
              aria-label={text('denoise.seed')}
              value={seed}
              min={0}
              max={0xffffffff}
              allowDecimal={false}
              disabled={disabled}
              onChange={(value) =>
                typeof value === 'number' && value >= 0 && value <= 0xffffffff && changeDraft({ seed: value })
              }
            />
          </Row>
        </div>
      </Collapse>
    </div>
  )
}
