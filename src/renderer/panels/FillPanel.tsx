import { Collapse, Select } from '@mantine/core'
import { useId, useState } from 'react'
import { Problem, ProblemAt } from '../app/Problem.js'
import { failedFill, fillJob, fillPhase } from '../fill/selectors.js'
import { useText } from '../i18n/index.js'
import { setMask, setSourcesMode, useMask, type SourcesMode } from '../mask/index.js'
import { changeFill } from '../state/commands.js'
import { isReady, runningEdit } from '../state/selectors.js'
import { useStudio } from '../state/store.js'
import { FillActions } from './FillActions.js'
import { HoleLine } from './HoleLine.js'
import { JobProgress } from './JobProgress.js'
import { MethodRow, PositionRows, VariationsRow } from './FillRows.js'
import { Row } from './Row.js'
import { SeedRow } from './SeedRow.js'
import { SpreadRow } from './SpreadRow.js'
import classes from './panels.module.css'

/** Replaces what is painted over: what draws it, how many to choose from, where it is taken from. */
export function FillPanel() {
  const text = useText()
  const edit = useStudio((studio) => studio.fillDraft)
  const idle = useStudio((studio) => isReady(studio) && runningEdit(studio) === null)
  const drawing = useStudio((studio) => fillPhase(studio) === 'drawing')
  const job = useStudio(fillJob)
  const failed = useStudio(failedFill)
  const [open, setOpen] = useState(false)
  const more = useId()
  const rows = { edit, disabled: !idle || drawing, onChange: changeFill }
  return (
    <section className={classes.job} aria-label={text('fill.title')}>
      <MethodRow {...rows} />
      <VariationsRow {...rows} />
      <TakeFromRow disabled={rows.disabled} />
      <SeedRow {...rows} />
      <Collapse expanded={open} id={more}>
        <div className={classes.moreRows}>
          <SpreadRow kind="grow" disabled={rows.disabled} />
          <SpreadRow kind="feather" disabled={rows.disabled} />
          <PositionRows {...rows} />
        </div>
      </Collapse>
      {drawing && job !== null ? <JobProgress job={job} lines={3} /> : <HoleLine />}
      <FillActions name={text('fill.fill')} more={{ id: more, open, toggle: () => setOpen(!open) }} />
      <ProblemAt place="fill" />
      {failed?.error != null && <Problem error={failed.error} />}
    </section>
  )
}

const modes: readonly SourcesMode[] = ['anywhere', 'only', 'never']

/** Where the patches come from. What is painted for it is not the hole: the row after says which of both the brush paints. */
function TakeFromRow({ disabled }: { disabled: boolean }) {
  const text = useText()
  const mode = useMask(({ shown }) => shown?.sources.mode ?? 'anywhere')
  const target = useMask(({ paintTarget }) => paintTarget)
  const known = useMask(({ shown }) => shown !== null)
  return (
    <>
      <Row label={text('fill.takeFrom')} wide>
        <Select
          aria-label={text('fill.takeFrom')}
          disabled={disabled || !known}
          data={modes.map((value) => ({ value, label: text(`fill.from.${value}`) }))}
          value={mode}
          onChange={(value) => setSourcesMode(modes.find((each) => each === value) ?? 'anywhere')}
        />
      </Row>
      {mode !== 'anywhere' && (
        <Row label={text('fill.paints')} wide>
          <Select
            aria-label={text('fill.paints')}
            disabled={disabled}
            data={[
              { value: 'sources', label: text(`fill.source.${mode}`) },
              { value: 'mask', label: text('fill.source.hole') },
            ]}
            value={target}
            onChange={(value) => setMask({ paintTarget: value === 'sources' ? 'sources' : 'mask' })}
          />
        </Row>
      )}
    </>
  )
}
