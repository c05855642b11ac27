import { Menu } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ActionId } from '../actions/registry.js'
import { useAction } from '../actions/useAction.js'
import { api, wireOf } from '../client.js'
import { useText } from '../i18n/index.js'
import type { Point } from '../canvas/viewport.js'
import { fits, isReady, viewportOf } from '../state/selectors.js'
import { activeDocument, usePointer, useStudio } from '../state/store.js'
import classes from './StatusBar.module.css'

export function StatusBar() {
  const text = useText()
  const connection = useStudio((studio) => studio.connection)
  const editing = useStudio((studio) => studio.view === 'edit')
  return (
    <footer className={classes.bar}>
      {editing && (
        <>
          <ZoomMenu />
          <Pixel />
          <Noise />
        </>
      )}
      <div className={classes.right} role="status">
        {connection === 'online' ? (
          <Engine />
        ) : (
          <span className={classes.warn}>{text(`connection.${connection}`)}</span>
        )}
        <Saved />
      </div>
    </footer>
  )
}

const zooms: readonly ActionId[] = [
  'view.fit',
  'view.100',
  'view.200',
  'view.400',
  'view.800',
  'view.zoomIn',
  'view.zoomOut',
]

function ZoomMenu() {
  const text = useText()
  const viewport = useStudio(useShallow(viewportOf))
  const fitted = useStudio(fits)
  const value = viewport === null ? '' : text.format.percent(viewport.zoom, viewport.zoom < 0.1 ? 1 : 0)
  return (
    <Menu position="top-start">
      <Menu.Target>
        <button
          type="button"
          className={classes.zoom}
          disabled={viewport === null}
          aria-label={text('zoom.label', { value })}
        >
          {viewport === null ? text('zoom.none') : fitted ? text('zoom.fitted', { value }) : value} ▾
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {zooms.map((id) => (
          <ZoomItem key={id} id={id} />
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ZoomItem({ id }: { id: ActionId }) {
  const { label, key, run } = useAction(id)
  return (
    <Menu.Item onClick={run} rightSection={<span className={classes.key}>{key}</span>}>
      {label}
    </Menu.Item>
  )
}

/** Where the pointer is and the file's own numbers there, ten times a second at most. */
function Pixel() {
  const text = useText()
  const at = usePointed()
  const document = useStudio((studio) => (isReady(studio) ? activeDocument(studio) : null))
  const key = document === null ? '' : `${document.id}/${document.states[document.current]?.id}`
  const hex = usePixel(document?.id ?? null, at, key)
  if (at === null || document === null) return <span className={classes.pixel} />
  return (
    <span className={classes.pixel} data-testid="pixel">
      <span>{text('status.x', { x: at.x })}</span>
      <span>{text('status.y', { y: at.y })}</span>
      {hex !== null && (
        <span className={classes.hex}>
          <i className={classes.swatch} style={{ background: hex }} />
          {hex}
        </span>
      )}
    </span>
  )
}

const PIXEL_MS = 100

/** Where the pointer is. While it moves nothing is read as fast as it does, and a page that paints has other things to do. */
function usePointed(): Point | null {
  const [at, setAt] = useState(() => usePointer.getState().at)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tell = (): void => {
      timer = undefined
      setAt(usePointer.getState().at)
    }
    tell()
    const end = usePointer.subscribe(() => (timer ??= setTimeout(tell, PIXEL_MS)))
    return () => {
      end()
      clearTimeout(timer)
    }
  }, [])
  return at
}

function usePixel(document: string | null, at: Point | null, key: string): string | null {
  const [hex, setHex] = useState<string | null>(null)
  useEffect(() => {
    if (at === null || document === null) return
    let stale = false
    void readPixel(document, at).then((value) => {
      if (!stale) setHex(value)
    })
    return () => void (stale = true)
  }, [at, document, key])
  return at === null || document === null ? null : hex
}

async function readPixel(document: string, { x, y }: { x: number; y: number }): Promise<string | null> {
  try {
    return (await api().documents.pixel({ document, x, y })).hex
  } catch (thrown) {
    // A readout that comes too late or while the line is down is left blank; the reason is in the console.
    console.debug('No pixel value:', wireOf(thrown))
    return null
  }
}

function Noise() {
  const text = useText()
  const noise = useStudio((studio) => activeDocument(studio)?.noise ?? null)
  return noise === null ? null : <span>{text('status.noise', { value: text.noise(noise) })}</span>
}

function Engine() {
  const text = useText()
  const engine = useStudio((studio) => studio.server?.engine)
  if (engine === undefined) return null
  const name =
    engine.state !== 'ready'
      ? text(`engine.${engine.state}`)
      : engine.device === null
        ? text('engine.ready')
        : text.device(engine.provider ?? '', engine.device)
  return (
    <>
      <span className={classes.device} data-testid="engine">
        {name}
      </span>
      <span>
        {text('status.memory', {
          used: text.format.memory(engine.memoryUsed),
          budget: text.format.memory(engine.memoryBudget),
        })}
      </span>
    </>
  )
}

function Saved() {
  const text = useText()
  const document = useStudio(activeDocument)
  if (document === null || document.phase === 'failed') return null
  if (document.current === 0) return <span>{text('status.unchanged')}</span>
  return <span>{text(document.saved ? 'status.saved' : 'status.unsaved')}</span>
}
