import { Button, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { DEFAULT_SENSITIVITY } from '../../shared/fill.js'
import type { ErrorWire } from '../../shared/errors.js'
import { Problem } from '../app/Problem.js'
import { wireOf } from '../client.js'
import { useText } from '../i18n/index.js'
import { findScratches, maskName, saveMaskTo, spreadMask, spreadNow } from '../mask/commands.js'
import { overlayColours, setMask, useMask } from '../mask/store.js'
import { Row, SliderRow } from '../panels/Row.js'
import { join } from '../panels/save.js'
import { useSaveFolder } from '../panels/useSaveFolder.js'
import { activeDocument, useStudio } from '../state/store.js'
import classes from './bars.module.css'

const MAX_GROW = 100
const MAX_FEATHER = 200

/** Changes the painted mask, a step for each slider however long it is dragged. */
export function SpreadForm() {
  const text = useText()
  const [grow, setGrow] = useState(() => spreadNow('grow'))
  const [feather, setFeather] = useState(() => spreadNow('feather'))
  const working = useMask(({ shown }) => shown?.working ?? null)
  return (
    <>
      <h2>{text('mask.spreadTitle')}</h2>
      <SliderRow
        label={text('mask.spreadGrow')}
        hint={text('mask.spreadGrowHint')}
        value={grow}
        initial={0}
        min={-MAX_GROW}
        max={MAX_GROW}
        step={1}
        suffix=" px"
        onChange={(value) => {
          setGrow(Math.round(value))
          spreadMask('grow', Math.round(value))
        }}
      />
      <SliderRow
        label={text('mask.spreadFeather')}
        hint={text('mask.spreadFeatherHint')}
        value={feather}
        initial={0}
        min={0}
        max={MAX_FEATHER}
        step={1}
        suffix=" px"
        onChange={(value) => {
          setFeather(Math.round(value))
          spreadMask('feather', Math.round(value))
        }}
      />
      <p className={classes.note} role="status">
        {working === null ? '' : text(`mask.working.${working}`)}
      </p>
    </>
  )
}

export function ScratchesForm() {
  const text = useText()
  const [sensitivity, setSensitivity] = useState(DEFAULT_SENSITIVITY)
  const [state, setState] = useState<'idle' | 'finding' | 'found' | 'noneFound'>('idle')
  const [error, setError] = useState<ErrorWire | null>(null)
  const find = async (): Promise<void> => {
    setState('finding')
    setError(null)
    try {
      setState((await findScratches(sensitivity)) ? 'found' : 'noneFound')
    } catch (thrown) {
      setState('idle')
      setError(wireOf(thrown))
    }
  }
  return (
    <>
      <h2>{text('mask.scratchesTitle')}</h2>
      <SliderRow
        label={text('mask.sensitivity')}
        hint={text('mask.sensitivityHint')}
        value={sensitivity}
        initial={DEFAULT_SENSITIVITY}
        min={0}
        max={1}
        step={0.05}
        digits={2}
        onChange={setSensitivity}
      />
      <p className={classes.note} role="status">
        {state === 'idle' ? '' : text(`mask.${state}`)}
      </p>
      {error !== null && <Problem error={error} />}
      {/* Not disabled while it works: that would take the focus out of the popover, and Esc with it. */}
      <Button variant="filled" aria-disabled={state === 'finding'} onClick={() => void (state !== 'finding' && find())}>
        {text('mask.find')}
      </Button>
    </>
  )
}

/** For hosts with folders of their own: where the mask is to lie. */
export function SaveMaskForm() {
  const text = useText()
  const picture = useStudio((studio) => activeDocument(studio)?.name ?? '')
  const folder = useSaveFolder(true)
  const [typed, setTyped] = useState<string | null>(null)
  const [state, setState] = useState<{ saved?: string; error?: ErrorWire; busy?: true }>({})
  const path = typed ?? join(folder, maskName(picture))
  const saveButton = useRef<HTMLButtonElement>(null)
  const save = async (overwrite: boolean): Promise<void> => {
    setState({ busy: true })
    try {
      setState({ saved: await saveMaskTo(path, overwrite) })
    } catch (thrown) {
      setState({ error: wireOf(thrown) })
    }
  }
  return (
    <>
      <h2>{text('mask.saveTitle')}</h2>
      <TextInput
        data-autofocus
        aria-label={text('export.saveAs')}
        value={path}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <p className={classes.note} role="status">
        {state.saved === undefined ? '' : text('mask.saved', { name: state.saved })}
      </p>
      {state.error !== undefined && (
        <Problem error={state.error}>
          {state.error.code === 'output.exists' && (
            <Button
              variant="default"
              onClick={() => {
                // This button goes away with the problem, and must not take the focus along: Esc would be lost.
                saveButton.current?.focus()
                void save(true)
              }}
            >
              {text('export.replace')}
            </Button>
          )}
        </Problem>
      )}
      {/* Not disabled while it works, as above. */}
      <Button
        ref={saveButton}
        variant="filled"
        aria-disabled={state.busy}
        onClick={() => void (state.busy !== true && save(false))}
      >
        {text('export.save')}
      </Button>
    </>
  )
}

export function OverlayForm() {
  const text = useText()
  const overlay = useMask((mask) => mask.overlay)
  return (
    <>
      <h2>{text('mask.overlayTitle')}</h2>
      <Row label={text('mask.colour')} wide>
        <div className={classes.swatches} role="group" aria-label={text('mask.colour')}>
          {overlayColours.map((colour, index) => (
            <button
              key={colour}
              type="button"
              className={classes.swatch}
              aria-pressed={overlay.colour === colour}
              aria-label={text('mask.colourOf', { n: index + 1 })}
              style={{ backgroundColor: colour }}
              onClick={() => setMask({ overlay: { ...overlay, colour, visible: true } })}
            />
          ))}
        </div>
      </Row>
      <SliderRow
        label={text('mask.opacity')}
        hint={text('mask.opacityHint')}
        value={overlay.opacity * 100}
        initial={50}
        min={5}
        max={100}
        step={5}
        suffix=" %"
        onChange={(value) => setMask({ overlay: { ...overlay, opacity: value / 100, visible: true } })}
      />
    </>
  )
}
