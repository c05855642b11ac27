/** The same patch by each model that enlarges: one is chosen by looking. */
import { ActionIcon } from '@mantine/core'
import { X } from 'lucide-react'
import { useEffect, useMemo, useReducer, useRef, type KeyboardEvent } from 'react'
import type { ErrorWire } from '../../shared/errors.js'
import { mediaPath } from '../../shared/media.js'
import { BitmapCache } from '../canvas/bitmapCache.js'
import type { Painter } from '../canvas/paint.js'
import type { Pane } from '../canvas/scene.js'
import { mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { useModels } from '../panels/useModels.js'
import { changeUpscale } from '../state/commands.js'
import { runningEdit } from '../state/selectors.js'
import { setStudio, useStudio } from '../state/store.js'
import type { Patch } from './patch.js'
import type { WantedPatch } from './paint.js'
import { usePrepared } from './usePrepared.js'
import overlay from '../canvas/overlay.module.css'
import classes from './Patch.module.css'

/** CSS pixels of one of them. */
const LOOK = 132

interface Props {
  readonly document: string
  readonly state: string
  readonly wanted: WantedPatch
  /** It rests: what is dragged is not asked for on its way. */
  readonly still: boolean
  readonly painter: Painter
  readonly ratio: number
  /** Changes when the picture's own tiles have come. */
  readonly version: number
}

export function PatchStrip({ document, state, wanted: { patch }, still, painter, ratio, version }: Props) {
  const text = useText()
  const models = useModels()?.filter(({ task }) => task === 'upscale') ?? []
  const chosen = useStudio((studio) => studio.upscaler)
  const busy = useStudio((studio) => runningEdit(studio) !== null)
  const edit = usePrepared()
  const [arrived, changed] = useReducer((count: number) => count + 1, 0)
  const cache = useMemo(() => new BitmapCache({ limitBytes: 64e6, inFlight: 1, onChange: changed }), [])
  useEffect(() => () => cache.close(), [cache])
  const list = useRef<HTMLDivElement>(null)
  const urlOf = (model: string): string =>
    edit === null ? '' : mediaUrl(mediaPath.upscale(document, state, patch.rect, { ...edit, model }))
  const urls = models.map(({ id }) => urlOf(id))
  const asked = urls.join(' ')
  const rests = still && !busy
  useEffect(() => cache.want(rests ? asked.split(' ').filter((url) => url !== '') : []), [cache, asked, rests])

  const keys = (event: KeyboardEvent): void => {
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as const)[event.key]
    if (by === undefined || models.length === 0) return
    const index = (models.findIndex(({ id }) => id === chosen) + by + models.length) % models.length
    const next = models[index]
    if (next !== undefined) changeUpscale({ model: next.id })
    list.current?.querySelectorAll('button')[index]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  const before = patch.parts[0]?.pane
  return (
    <div className={overlay.place}>
      <section data-overlay className={overlay.strip} aria-label={text('upscale.strip')} data-testid="patch-strip">
        <div className={classes.head}>
          <span>{text('upscale.stripHint')}</span>
          <ActionIcon
            size={24}
            aria-label={text('upscale.stripClose')}
            onClick={() => setStudio((studio) => void (studio.upscaleStrip = false))}
          >
            <X size={14} />
          </ActionIcon>
        </div>
        <div className={overlay.thumbs}>
          {before !== undefined && (
            <span className={classes.choice} style={{ width: LOOK }}>
              <Look
                ratio={ratio}
                version={version}
                draw={(context, side) => drawBefore(context, painter, before, side)}
              />
              <span>{text('compare.before')}</span>
            </span>
          )}
          <div
            ref={list}
            className={overlay.thumbs}
            style={{ padding: 0, overflow: 'visible' }}
            role="radiogroup"
            aria-label={text('upscale.model')}
            onKeyDown={keys}
          >
            {models.map(({ id, name }, i) => (
              <button
                key={id}
                type="button"
                role="radio"
                aria-checked={id === chosen}
                tabIndex={id === chosen ? 0 : -1}
                className={classes.choice}
                style={{ width: LOOK }}
                title={name}
                data-ready={cache.has(urls[i] ?? '') || undefined}
                onClick={() => changeUpscale({ model: id })}
              >
                <Look
                  ratio={ratio}
                  version={arrived}
                  error={cache.failureOf(urls[i] ?? '')}
                  waiting={!cache.has(urls[i] ?? '')}
                  draw={(context, side) => drawAfter(context, cache.get(urls[i] ?? ''), patch, side)}
                />
                <span>{name}</span>
              </button>
            ))}
          </div>
        </div>
      </section>
    </div>
  )
}

interface LookProps {
  readonly ratio: number
  readonly version: number
  readonly error?: ErrorWire | null
  readonly waiting?: boolean
  /** `side`: of the square, device pixels. */
  readonly draw: (context: CanvasRenderingContext2D, side: number) => void
}

function Look({ ratio, version, error = null, waiting = false, draw }: LookProps) {
  const text = useText()
  const canvas = useRef<HTMLCanvasElement>(null)
  const side = Math.round(LOOK * ratio)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context == null) return
    context.clearRect(0, 0, side, side)
    draw(context, side)
  }, [draw, side, version])
  return (
    <span className={classes.look} style={{ width: LOOK, height: LOOK }}>
      <canvas ref={canvas} width={side} height={side} aria-hidden />
      {error !== null ? (
        <span className={classes.words}>{text.error(error)}</span>
      ) : (
        waiting && <span className={classes.words}>{text('upscale.computing')}</span>
      )}
    </span>
  )
}

/** The middle of the patch. */
function drawBefore(context: CanvasRenderingContext2D, painter: Painter, pane: Pane, side: number): void {
  const whole = { x: 0, y: 0, width: side, height: side }
  painter.paint(context, { panes: [{ ...pane, rect: whole, clip: whole }] })
}

function drawAfter(
  context: CanvasRenderingContext2D,
  bitmap: ImageBitmap | undefined,
  { zoom }: Patch,
  side: number,
): void {
  if (bitmap === undefined) return
  const [width, height] = [bitmap.width * zoom, bitmap.height * zoom]
  context.imageSmoothingEnabled = false
  context.drawImage(bitmap, Math.round((side - width) / 2), Math.round((side - height) / 2), width, height)
}
