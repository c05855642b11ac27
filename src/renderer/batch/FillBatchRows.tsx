import { Button, Select, Switch } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import type { DraftChange } from '../../shared/contract.js'
import type { InpaintEdit } from '../../shared/edit.js'
import { DEFAULT_SENSITIVITY } from '../../shared/fill.js'
import type { JobRequest } from '../../shared/job.js'
import { useText } from '../i18n/index.js'
import { MethodRow, PositionRows } from '../panels/FillRows.js'
import { More } from '../panels/More.js'
import { Row, SliderRow } from '../panels/Row.js'
import { SeedRow } from '../panels/SeedRow.js'
import { chooseMask } from './chooseMask.js'
import panels from '../panels/panels.module.css'
import classes from './BatchPanel.module.css'

type DraftMask = NonNullable<JobRequest['mask']>

interface Props {
  readonly batch: string
  readonly edit: InpaintEdit
  readonly mask: DraftMask
  readonly disabled: boolean
  readonly onChange: (change: DraftChange) => void
}

/** The settings of a fill of many pictures: where each has its mask from, and how it is filled. */
export function FillBatchRows({ batch, edit, mask, disabled, onChange }: Props) {
  const text = useText()
  const rows = { edit, disabled, onChange: (part: Partial<InpaintEdit>) => onChange({ edit: { ...edit, ...part } }) }
  return (
    <>
      <MaskRows batch={batch} mask={mask} disabled={disabled} onChange={(next) => onChange({ mask: next })} />
      <MethodRow {...rows} />
      <SpreadRows {...rows} />
      <More summary={text('batch.fillMore')}>
        <SeedRow {...rows} />
        <PositionRows {...rows} />
      </More>
    </>
  )
}

const wanted = ['beside', 'file', 'auto'] as const

function MaskRows({
  batch,
  mask,
  disabled,
  onChange,
}: Pick<Props, 'batch' | 'mask' | 'disabled'> & { onChange: (mask: DraftMask) => void }) {
  const text = useText()
  const fit = mask.from !== 'auto' && mask.fit
  const choose = (value: string | null): void => {
    if (value === 'beside') onChange({ from: 'beside', fit })
    else if (value === 'auto') onChange({ from: 'auto', sensitivity: DEFAULT_SENSITIVITY })
    // Until one was chosen, it stays as it is.
    else if (value === 'file') void chooseMask(batch, fit)
  }
  return (
    <>
      <Row label={text('batch.mask.label')} wide>
        <Select
          aria-label={text('batch.mask.label')}
          disabled={disabled}
          data={wanted.map((value) => ({ value, label: text(`batch.mask.${value}`) }))}
          value={mask.from}
          onChange={choose}
        />
      </Row>
      {mask.from === 'file' && (
        <Row label={text('batch.mask.name')} wide>
          <Button
            variant="default"
            fullWidth
            className={classes.folder}
            disabled={disabled}
            title={mask.path}
            aria-label={text('batch.mask.choose', { name: nameOf(mask.path) })}
            rightSection={<Ellipsis size={14} />}
            onClick={() => void chooseMask(batch, fit)}
          >
            {nameOf(mask.path)}
          </Button>
        </Row>
      )}
      {mask.from === 'auto' ? (
        <SliderRow
          label={text('mask.sensitivity')}
          hint={text('mask.sensitivityHint')}
          value={mask.sensitivity}
          initial={DEFAULT_SENSITIVITY}
          min={0}
          max={1}
          step={0.05}
          digits={2}
          disabled={disabled}
          onChange={(sensitivity) => onChange({ from: 'auto', sensitivity })}
        />
      ) : (
        <>
          <p className={panels.note} style={{ margin: 0, minHeight: 0 }}>
            {text(`batch.mask.${mask.from}Hint`)}
          </p>
          <div className={panels.switches}>
            <Switch
              label={text('batch.mask.fit')}
              disabled={disabled}
              checked={mask.fit}
              onChange={(event) => onChange({ ...mask, fit: event.currentTarget.checked })}
            />
          </div>
        </>
      )}
    </>
  )
}

const MAX_SPREAD = 100

function SpreadRows({
  edit: { grow, feather },
  disabled,
  onChange,
}: {
  edit: InpaintEdit
  disabled: boolean
  onChange: (change: Partial<InpaintEdit>) => void
}) {
  const text = useText()
  const common = { initial: 0, max: MAX_SPREAD, step: 1, suffix: ' px', disabled }
  return (
    <>
      <SliderRow
        {...common}
        label={text('mask.grow')}
        hint={text('mask.growHint')}
        value={grow}
        min={-MAX_SPREAD}
        onChange={(value) => onChange({ grow: Math.round(value) })}
      />
      <SliderRow
        {...common}
        label={text('mask.feather')}
        hint={text('mask.featherHint')}
        value={feather}
        min={0}
        onChange={(value) => onChange({ feather: Math.round(value) })}
      />
    </>
  )
}

const nameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path
