import { Select, Switch } from '@mantine/core'
import { useId } from 'react'
import type { BatchView } from '../../shared/job.js'
import type { DraftChange } from '../../shared/contract.js'
import type { DenoiseEdit } from '../../shared/edit.js'
import { OutputFormat, type OutputSettings } from '../../shared/picture.js'
import { useText } from '../i18n/index.js'
import { AmountRows, type EditRowsProps, ModelRow, SampleRows, useCleaning } from '../panels/DenoiseRows.js'
import { More } from '../panels/More.js'
import { Row, SliderRow } from '../panels/Row.js'
import { useStudio } from '../state/store.js'
import { changeSoon, useRequest } from './changes.js'
import { UpscaleBatchRows } from '../upscale/BatchRows.js'
import { ExtendBatchRows } from './ExtendBatchRows.js'
import { FillBatchRows } from './FillBatchRows.js'
import { SaveToRow } from './SaveToRow.js'
import { isDraft } from './selectors.js'
import { TextField } from './TextField.js'
import panels from '../panels/panels.module.css'
import classes from './BatchPanel.module.css'

const QUALITY: Partial<Record<OutputFormat, number>> = { jpeg: 92, webp: 92, avif: 60 }
/** Where a level set by hand begins: light noise, as most photos have that are worth a batch. */
const FIRST_LEVEL = 10

/** The job's settings. Once it runs they are what was asked for, and stay as they are. */
export function JobRows({ batch }: { batch: BatchView }) {
  const text = useText()
  const request = useRequest(batch)
  const { edit, output } = request
  const nameId = useId()
  const disabled = !isDraft(batch)
  const sent = useStudio((studio) => studio.capabilities?.open === 'upload')
  const change = (part: DraftChange): void => changeSoon(batch.id, part)
  const changeOutput = (part: Partial<OutputSettings>): void => change({ output: { ...output, ...part } })
  const lossy = output.format === 'keep' ? undefined : QUALITY[output.format]
  // What a command line started may be an edit that has no rows here.
  const rows = edit.kind === 'denoise' ? denoiseRows(edit, disabled, change) : null
  return (
    <section className={panels.job} style={{ borderBottom: 0 }} aria-label={text('batch.settings')}>
      {rows !== null && (
        <>
          <NoiseRows {...rows} />
          <AmountRows {...rows} />
        </>
      )}
      {edit.kind === 'inpaint' && (
        <FillBatchRows
          batch={batch.id}
          edit={edit}
          mask={request.mask ?? { from: 'beside', fit: false }}
          disabled={disabled}
          onChange={change}
        />
      )}
      {edit.kind === 'extend' && (
        <ExtendBatchRows edit={edit} disabled={disabled} onChange={(next) => change({ edit: next })} />
      )}
      {edit.kind === 'upscale' && (
        <UpscaleBatchRows key={batch.id} edit={edit} disabled={disabled} onChange={(next) => change({ edit: next })} />
      )}
      <SaveToRow batch={batch} target={request.target} disabled={disabled} />
      <Row label={text('batch.name')} wide htmlFor={nameId}>
        <TextField
          id={nameId}
          title={text('batch.nameHint')}
          value={request.template}
          disabled={disabled}
          onCommit={(template) => change({ template })}
        />
      </Row>
      <Row label={text('export.format')} wide>
        <Select
          aria-label={text('export.format')}
          disabled={disabled}
          data={[
            { value: 'keep', label: text('export.keepFormat') },
            ...OutputFormat.options.map((value) => ({ value, label: text(`format.${value}`) })),
          ]}
          value={output.format}
          onChange={(value) => {
            const { quality: _, ...rest } = output
            if (value !== null)
              change({ output: { ...rest, format: value === 'keep' ? 'keep' : OutputFormat.parse(value) } })
          }}
        />
      </Row>
      {lossy !== undefined && (
        <SliderRow
          label={text('export.quality')}
          hint={text('export.qualityHint')}
          value={output.quality ?? lossy}
          initial={lossy}
          min={1}
          max={100}
          step={1}
          disabled={disabled}
          onChange={(quality) => changeOutput({ quality })}
        />
      )}
      <More
        summary={text(
          !request.recursive ? 'batch.moreSummaryFlat' : rows === null ? 'batch.moreSummaryDeep' : 'batch.moreSummary',
        )}
      >
        <div className={classes.switches}>
          <Switch
            label={text('batch.recursive')}
            disabled={disabled}
            checked={request.recursive}
            onChange={(event) => change({ recursive: event.currentTarget.checked })}
          />
          <Switch
            label={text('batch.overwrite')}
            disabled={disabled}
            checked={request.overwrite === 'always'}
            onChange={(event) => change({ overwrite: event.currentTarget.checked ? 'always' : 'never' })}
          />
          <Switch
            label={text('batch.watch')}
            // Nothing comes into a folder that was sent.
            disabled={disabled || sent}
            checked={request.watch}
            onChange={(event) => change({ watch: event.currentTarget.checked })}
          />
          <Switch
            label={text('export.strip')}
            disabled={disabled}
            checked={output.strip}
            onChange={(event) => changeOutput({ strip: event.currentTarget.checked })}
          />
        </div>
        {rows !== null && (
          <>
            <ModelRow {...rows} />
            <DetailRows {...rows} />
          </>
        )}
      </More>
    </section>
  )
}

const denoiseRows = (edit: DenoiseEdit, disabled: boolean, change: (part: DraftChange) => void) => ({
  edit,
  disabled,
  onChange: (part: Partial<DenoiseEdit>): void => change({ edit: { ...edit, ...part } }),
})

function DetailRows(rows: EditRowsProps) {
  return useCleaning(rows.edit).detail ? <SampleRows {...rows} /> : null
}

function NoiseRows({ edit, disabled, onChange }: EditRowsProps) {
  const text = useText()
  const { sigma } = edit
  const { noise } = useCleaning(edit)
  if (noise === 'none') return null
  return (
    <>
      {noise === 'estimated' && (
        <Row label={text('denoise.noise')} wide>
          <Select
            aria-label={text('denoise.noise')}
            disabled={disabled}
            data={[
              { value: 'auto', label: text('batch.autoNoise') },
              { value: 'given', label: text('denoise.given') },
            ]}
            value={sigma === 'auto' ? 'auto' : 'given'}
            onChange={(value) => onChange({ sigma: value === 'auto' ? 'auto' : FIRST_LEVEL })}
          />
        </Row>
      )}
      {sigma !== 'auto' && (
        <SliderRow
          label={text('denoise.level')}
          hint={text.noise(sigma)}
          value={sigma}
          initial={FIRST_LEVEL}
          min={0}
          max={75}
          step={0.1}
          digits={1}
          disabled={disabled}
          onChange={(value) => onChange({ sigma: value })}
        />
      )}
    </>
  )
}
