/** The bar while masks are painted: the tool's own settings, and how far the hole spreads. */
import { Switch } from '@mantine/core'
import { Tip } from '../actions/Tip.js'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { setBrush } from '../mask/commands.js'
import { DEFAULT_BRUSH, DEFAULT_TOLERANCE, setMask, sourcesColour, useMask } from '../mask/store.js'
import type { MaskToolId } from '../mask/tools/index.js'
import { SliderRow } from '../panels/Row.js'
import { SpreadRow } from '../panels/SpreadRow.js'
import { OptionField } from './OptionField.js'
import classes from './bars.module.css'

/** The largest of the sliders, in picture pixels; keys and the wheel go beyond the brush's. */
const MAX_BRUSH = 600

export function MaskOptions({ tool }: { tool: MaskToolId }) {
  return (
    <div className={classes.fields}>
      <TargetSwitch />
      {(tool === 'brush' || tool === 'eraser') && <BrushFields />}
      {tool === 'wand' && <WandFields />}
      <SpreadFields />
    </div>
  )
}

function BrushFields() {
  const text = useText()
  const { diameter, hardness, pressure } = useMask((mask) => mask.brush)
  const [smaller, larger] = [useAction('brush.smaller').key, useAction('brush.larger').key]
  const [softer, harder] = [useAction('brush.softer').key, useAction('brush.harder').key]
  return (
    <>
      <OptionField
        label={text('mask.brush')}
        value={text('unit.pixels', { value: text.format.number(diameter) })}
        hint={text('mask.brushHint')}
        keys={`${smaller} ${larger}`}
      >
        <SliderRow
          label={text('mask.brush')}
          hint={text('mask.brushHint')}
          value={diameter}
          initial={DEFAULT_BRUSH.diameter}
          min={1}
          max={Math.max(MAX_BRUSH, diameter)}
          step={1}
          suffix=" px"
          onChange={(value) => setBrush({ diameter: Math.round(value) })}
        />
      </OptionField>
      <OptionField
        label={text('mask.hardness')}
        value={text.format.percent(hardness)}
        hint={text('mask.hardnessHint')}
        keys={`${softer}, ${harder}`}
      >
        <SliderRow
          label={text('mask.hardness')}
          hint={text('mask.hardnessHint')}
          value={hardness * 100}
          initial={DEFAULT_BRUSH.hardness * 100}
          min={0}
          max={100}
          step={5}
          suffix=" %"
          onChange={(value) => setBrush({ hardness: Math.round(value) / 100 })}
        />
        <Switch
          label={text('mask.pressure')}
          title={text('mask.pressureHint')}
          checked={pressure}
          onChange={(event) => setBrush({ pressure: event.currentTarget.checked })}
        />
      </OptionField>
    </>
  )
}

function WandFields() {
  const text = useText()
  const tolerance = useMask((mask) => mask.tolerance)
  const contiguous = useMask((mask) => mask.contiguous)
  return (
    <>
      <OptionField
        label={text('mask.tolerance')}
        value={text.format.number(tolerance)}
        hint={text('mask.toleranceHint')}
      >
        <SliderRow
          label={text('mask.tolerance')}
          hint={text('mask.toleranceHint')}
          value={tolerance}
          initial={DEFAULT_TOLERANCE}
          min={0}
          max={255}
          step={1}
          onChange={(value) => setMask({ tolerance: Math.round(value) })}
        />
      </OptionField>
      <Tip label={text('mask.contiguousHint')}>
        <div>
          <Switch
            label={text('mask.contiguous')}
            checked={contiguous}
            onChange={(event) => setMask({ contiguous: event.currentTarget.checked })}
          />
        </div>
      </Tip>
    </>
  )
}

/** Of the next fill: the painted mask itself stays as it is. */
function SpreadFields() {
  const text = useText()
  const grow = useMask((mask) => mask.grow)
  const feather = useMask((mask) => mask.feather)
  const pixels = (value: number): string => text('unit.pixels', { value: text.format.number(value) })
  return (
    <>
      <OptionField label={text('mask.grow')} value={pixels(grow)} hint={text('mask.growHint')}>
        <SpreadRow kind="grow" />
      </OptionField>
      <OptionField label={text('mask.feather')} value={pixels(feather)} hint={text('mask.featherHint')}>
        <SpreadRow kind="feather" />
      </OptionField>
    </>
  )
}

/** Hole or source, while both are painted. */
function TargetSwitch() {
  const text = useText()
  const mode = useMask(({ shown }) => shown?.sources.mode ?? 'anywhere')
  const target = useMask(({ paintTarget }) => paintTarget)
  const colour = useMask(({ overlay }) => overlay.colour)
  const { key, ariaKey, run } = useAction('mask.target')
  if (mode === 'anywhere') return null
  const swatch = { background: target === 'mask' ? colour : sourcesColour(mode) }
  return (
    <Tip label={text('mask.targetLabel')} shortcut={key}>
      <button
        type="button"
        className={classes.field}
        aria-keyshortcuts={ariaKey}
        aria-pressed={target === 'sources'}
        onClick={run}
      >
        <i className={classes.mark} style={swatch} />
        {text('mask.paint')} <b>{text(`mask.target.${target === 'mask' ? 'mask' : mode}`)}</b>
      </button>
    </Tip>
  )
}
