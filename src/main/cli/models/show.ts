/** `lacuna models list` and `lacuna models info`. */
import pc from 'picocolors'
import type { ModelEvent } from '../../../shared/events.js'
import type { InpainterManifest, ModelManifest } from '../../../shared/model.js'
import type { Words } from '../../../shared/words.js'
import { makeFolders, openLibrary, studioPaths, type Model } from '../../studio/index.js'
import { openLog } from '../../studio/log.js'
import { Speeds } from '../../studio/speeds.js'
import { exit, type Context } from '../context.js'
import { fileSize, table } from '../report/table.js'
import { checkValues } from '../values.js'

export async function runList(given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  const { library, speeds } = await open(dataDir)
  const models = library.list().map((model) => modelEvent(model, speeds))
  if (json) for (const model of models) process.stdout.write(`${JSON.stringify(model)}\n`)
  else process.stdout.write(`${table(models.map((model) => row(model, words)))}\n`)
  // What cannot be used is not left out silently.
  for (const error of library.broken().values()) process.stderr.write(`${words.errorSentence(error)}\n`)
  return exit.done
}

/** Throws `model.notFound`, `model.invalid`. */
export async function runInfo(id: string, given: Record<string, unknown>, { words }: Context): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  const { library, speeds } = await open(dataDir)
  const model = library.resolve(id)
  const event = modelEvent(model, speeds)
  if (json) process.stdout.write(`${JSON.stringify({ ...event, manifest: model.manifest })}\n`)
  else process.stdout.write(`${infoText(event, model.manifest, words)}\n`)
  return exit.done
}

async function open(dataDir: string | undefined) {
  const paths = studioPaths({ dataDir })
  makeFolders(paths)
  return { library: await openLibrary(paths), speeds: await Speeds.open(paths, openLog(paths)) }
}

export function modelEvent({ ref, manifest, bundled, bytes: size }: Model, speeds?: Speeds): ModelEvent {
  const { id, name, task, kind, summary, licence, source } = manifest
  const measured = Object.entries(speeds?.of(id) ?? {}).map(([provider, one]) => [provider, one.megapixelsPerSecond])
  return {
    ...({ v: 1, event: 'model' } as const),
    ...{ id, name, task, kind, summary, licence, source, bundled, bytes: size, folder: ref.folder },
    speed: Object.fromEntries(measured) as Record<string, number>,
  }
}

function row({ id, task, licence, bundled, bytes: size, speed }: ModelEvent, { t }: Words): string[] {
  const fastest = Object.entries(speed).sort(([, a], [, b]) => b - a)[0]
  return [
    id,
    t(`cli.models.task.${task}`),
    t(bundled ? 'cli.models.bundled' : 'cli.models.installed'),
    size === 0 ? '' : fileSize(size),
    licence,
    fastest === undefined ? '' : t('cli.doctor.speed', { speed: `${fastest[0]} ${fastest[1].toPrecision(3)}` }),
  ]
}

function infoText(event: ModelEvent, manifest: ModelManifest, { t }: Words): string {
  const { bold } = pc.createColors(process.stdout.isTTY === true && !process.env['NO_COLOR'])
  const label = (key: string) => t(`cli.models.label.${key}`)
  const general: string[][] = [
    [label('name'), event.name],
    [label('task'), t(`cli.models.task.${event.task}`)],
    [label('summary'), event.summary],
    [label('licence'), event.licence],
    [label('source'), event.source],
    [label('size'), fileSize(event.bytes)],
    [label('folder'), event.folder],
    [label('origin'), t(event.bundled ? 'cli.models.bundled' : 'cli.models.installed')],
    ...Object.entries(event.speed).map(([provider, speed]) => [
      label('speed'),
      `${provider} ${t('cli.doctor.speed', { speed: speed.toPrecision(3) })}`,
    ]),
  ].filter(([, value]) => value !== '')
  return `${bold(event.id)}\n${table(general)}${described(manifest, t)}`
}

/** What a network wants to be fed, in the words of its manifest. */
function described(manifest: ModelManifest, t: Words['t']): string {
  if (manifest.kind === 'inpainter') return `\n${table(fillRows(manifest, t))}`
  if (manifest.kind !== 'image-to-image') return ''
  return `\n${table(factRows(manifest, t))}`
}

export function fillRows(manifest: InpainterManifest, t: Words['t']): string[][] {
  const { layout, channels, elements, range, mask, size, precision } = manifest
  const label = (key: string) => t(`cli.models.label.${key}`)
  const span = ([low, high]: readonly [number, number]) => `${low}..${high}`
  return [
    [label('tensors'), `${layout}, ${channels}, ${elements.image} → ${elements.output}, ${precision}`],
    [label('range'), `${span(range.image)} → ${span(range.output)}`],
    [label('mask'), t('cli.models.mask', { known: mask.known, hole: mask.hole })],
    [
      label('sizes'),
      'width' in size
        ? `${size.width} × ${size.height}`
        : t('cli.models.multiples', { multiple: size.multipleOf, least: size.least }),
    ],
  ]
}

export function factRows(manifest: Extract<ModelManifest, { kind: 'image-to-image' }>, t: Words['t']): string[][] {
  const { files, layout, channels, elements, range, size, margin, crop, bytesPerPixel, precision } = manifest
  const label = (key: string) => t(`cli.models.label.${key}`)
  const span = ([low, high]: readonly [number, number]) => `${low}..${high}`
  const cropped = Object.values(crop).map((one) => t('cli.models.crop', { pixels: one.join(' + ') }))
  const scales = Object.keys(files).filter((role) => /^x\d$/.test(role))
  return [
    [label('scales'), scales.map((role) => role.slice(1)).join(', ')],
    [label('tensors'), `${layout}, ${channels}, ${elements.image} → ${elements.output}, ${precision}`],
    [label('range'), `${span(range.image)} → ${span(range.output)}`],
    [
      label('sizes'),
      'width' in size
        ? `${size.width} × ${size.height}`
        : t('cli.models.multiples', { multiple: size.multipleOf, least: size.least }),
    ],
    [label('margin'), [`${margin} px`, ...cropped].join(', ')],
    [label('memory'), t('cli.models.perPixel', { bytes: bytesPerPixel })],
  ]
}
