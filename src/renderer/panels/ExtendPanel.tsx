import { ActionIcon, Collapse, Select } from '@mantine/core'
import { RotateCw } from 'lucide-react'
import { useId, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ExtendEdit } from '../../shared/edit.js'
import { Tip } from '../actions/Tip.js'
import { Problem, ProblemAt } from '../app/Problem.js'
import type { Size } from '../canvas/viewport.js'
import { aspectName, aspectsFor, extended, extensionFor, roomOf, type Aspect } from '../fill/extension.js'
import { failedFill, fillJob, fillPhase } from '../fill/selectors.js'
import { useText } from '../i18n/index.js'
import { changeExtend } from '../state/commands.js'
import { isReady, pictureSize, runningEdit } from '../state/selectors.js'
import { activeDocument, useStudio } from '../state/store.js'
import { FillActions } from './FillActions.js'
import { MethodRow, PositionRows, VariationsRow } from './FillRows.js'
import { costOf } from './HoleLine.js'
import { JobProgress } from './JobProgress.js'
import { Row, SliderRow } from './Row.js'
import { SeedRow } from './SeedRow.js'
import { SideFields } from './SideFields.js'
import { usePrediction } from './usePrediction.js'
import classes from './panels.module.css'

/** Makes the canvas larger and fills what is new. */
export function ExtendPanel() {
  const text = useText()
  const edit = useStudio((studio) => studio.extendDraft)
  const picture = useStudio(useShallow((studio) => pictureSize(activeDocument(studio))))
  const idle = useStudio((studio) => isReady(studio) && runningEdit(studio) === null)
  const drawing = useStudio((studio) => fillPhase(studio) === 'drawing')
  const job = useStudio(fillJob)
  const failed = useStudio(failedFill)
  const [open, setOpen] = useState(false)
  const more = useId()
  const disabled = !idle || drawing
  const rows = { edit, disabled, onChange: changeExtend }
  return (
    <section className={classes.job} aria-label={text('extend.title')}>
      <SideFields {...rows} />
      <AspectRow {...rows} picture={picture} />
      <AnchorRow {...rows} picture={picture} />
      <MethodRow {...rows} />
      <VariationsRow {...rows} />
      <Collapse expanded={open} id={more}>
        <div className={classes.moreRows}>
          <SeedRow {...rows} />
          <ExtendFeatherRow {...rows} />
          <PositionRows {...rows} />
        </div>
      </Collapse>
      {drawing && job !== null ? <JobProgress job={job} lines={3} /> : <ResultLine picture={picture} edit={edit} />}
      <FillActions name={text('extend.extend')} more={{ id: more, open, toggle: () => setOpen(!open) }} />
      <ProblemAt place="fill" />
      {failed?.error != null && <Problem error={failed.error} />}
    </section>
  )
}

interface ExtendRowProps {
  readonly edit: ExtendEdit
  readonly disabled: boolean
  readonly onChange: (change: Partial<ExtendEdit>) => void
  readonly picture: Size | null
}

const FREE = 'free'

/** `picture`: null where many are meant. */
export function AspectRow({ edit: { aspect }, disabled, onChange, picture }: ExtendRowProps) {
  const text = useText()
  const known = aspectsFor(picture ?? { width: 3, height: 2 })
  const all =
    aspect === null || known.some((each) => aspectName(each) === aspectName(aspect)) ? known : [...known, aspect]
  const choose = (value: string | null): void => {
    const found = all.find((each) => aspectName(each) === value)
    onChange({ aspect: found === undefined ? null : [...found] })
  }
  const turned = (each: Aspect): Aspect => [each[1], each[0]]
  return (
    <Row label={text('extend.aspect')} wide>
      <div className={classes.withIcon}>
        <Select
          aria-label={text('extend.aspect')}
          disabled={disabled}
          data={[
            { value: FREE, label: text('extend.free') },
            ...all.map((each) => ({ value: aspectName(each), label: aspectName(each) })),
          ]}
          value={aspect === null ? FREE : aspectName(aspect)}
          onChange={choose}
        />
        <Tip label={text('extend.turn')}>
          <ActionIcon
            size={24}
            aria-label={text('extend.turn')}
            disabled={disabled || aspect === null || aspect[0] === aspect[1]}
            onClick={() => aspect !== null && onChange({ aspect: [...turned(aspect)] })}
          >
            <RotateCw size={14} />
          </ActionIcon>
        </Tip>
      </div>
    </Row>
  )
}

const anchors = [0, 0.5, 1] as const

/** How far the new part fades into the old one. */
export function ExtendFeatherRow({ edit, disabled, onChange }: Omit<ExtendRowProps, 'picture'>) {
  const text = useText()
  return (
    <SliderRow
      label={text('fill.feather')}
      hint={text('extend.featherHint')}
      value={edit.feather}
      initial={0}
      min={0}
      max={100}
      step={1}
      suffix=" px"
      disabled={disabled}
      onChange={(value) => onChange({ feather: Math.round(value) })}
    />
  )
}

/** Only where an aspect adds room; the row stays, so that nothing moves. */
function AnchorRow({ edit, disabled, onChange, picture }: ExtendRowProps) {
  const text = useText()
  const room = picture === null ? null : roomOf(edit, picture)
  const words = room === 'down' ? (['top', 'middle', 'bottom'] as const) : (['left', 'middle', 'right'] as const)
  return (
    <Row label={text('extend.anchor')} wide>
      <Select
        aria-label={text('extend.anchor')}
        disabled={disabled || room === null}
        data={anchors.map((value, i) => ({ value: String(value), label: text(`extend.at.${words[i] ?? 'middle'}`) }))}
        value={String(edit.anchor)}
        onChange={(value) => value !== null && onChange({ anchor: Number(value) })}
      />
    </Row>
  )
}

/** What comes out, and how long it takes. */
function ResultLine({ picture, edit }: { picture: Size | null; edit: ExtendEdit }) {
  const text = useText()
  const extension = picture === null ? null : extensionFor(edit, picture)
  const predicted = usePrediction(extension === null ? null : edit)
  const line = (): string => {
    if (picture === null) return ''
    if (extension === null) return text('extend.nothingYet')
    const { width, height } = extended(extension, picture)
    return text('extend.result', {
      from: text.format.size(picture.width, picture.height),
      to: text.format.size(width, height),
      cost: costOf(text, predicted),
    })
  }
  return (
    <p className={classes.note} data-lines={3} style={{ margin: 0 }} data-testid="prediction">
      {line()}
    </p>
  )
}
