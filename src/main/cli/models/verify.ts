/** `lacuna models verify`: whether the files of models are whole, and what runs them here, how fast. */
import { LacunaError } from '../../../shared/errors.js'
import type { VerifiedEvent } from '../../../shared/events.js'
import { isNetwork } from '../../../shared/model.js'
import type { Words } from '../../../shared/words.js'
import { cancelOnSignals } from '../cancel.js'
import { exit, type Context } from '../context.js'
import { table } from '../report/table.js'
import { openEngine } from '../tools.js'
import { checkValues } from '../values.js'

/** 0 when all (named) models are whole and run on the CPU, else 1. Throws `model.notFound`. */
export async function runVerify(
  ids: string[],
  given: Record<string, unknown>,
  { words, engineEntry }: Context,
): Promise<number> {
  const { json = false, dataDir } = checkValues(given, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => {})
  await using tools = await openEngine({ dataDir }, engineEntry)
  const { library, engine, run } = tools
  const events: VerifiedEvent[] = []
  for (const id of ids.length > 0 ? new Set(ids) : library.list().map(({ manifest }) => manifest.id)) {
    const found = library.broken().get(id)
    if (found !== undefined) {
      events.push({ ...blank(id), state: 'damaged', reason: words.errorSentence(found) })
      continue
    }
    const model = library.resolve(id)
    if (!isNetwork(model.manifest)) {
      events.push(blank(id))
      continue
    }
    const { signal } = cancelling
    const { models, providers } = await engine.run<'doctor'>({ kind: 'doctor', models: [model.ref], run }, { signal })
    const state = models[0]?.state ?? 'missing'
    const damage = () => words.errorSentence(new LacunaError('model.damaged', { model: id }))
    events.push({
      ...blank(id),
      state,
      reason: state === 'damaged' ? damage() : (models[0]?.reason ?? null),
      providers: providers.map(({ model: _, ...rest }) => rest),
    })
  }
  if (ids.length === 0)
    for (const [id, error] of library.broken())
      events.push({ ...blank(id), state: 'damaged', reason: words.errorSentence(error) })
  if (json) for (const event of events) process.stdout.write(`${JSON.stringify(event)}\n`)
  else process.stdout.write(`${table(events.flatMap((event) => rows(event, words)))}\n`)
  return events.every(isFine) ? exit.done : exit.someFailed
}

const blank = (id: string): VerifiedEvent => ({
  v: 1,
  event: 'verified',
  id,
  state: 'intact',
  reason: null,
  providers: [],
})

const isFine = ({ state, providers }: VerifiedEvent): boolean =>
  state === 'intact' &&
  (providers.length === 0 || providers.some((one) => one.provider === 'cpu' && one.state === 'passed'))

function rows({ id, state, reason, providers }: VerifiedEvent, { t }: Words): string[][] {
  const first = [id, t(`cli.doctor.state.${state}`), '', reason ?? '']
  return [
    first,
    ...providers.map((one) => [
      `  ${one.provider}`,
      t(`cli.doctor.state.${one.state}`),
      one.megapixelsPerSecond === null ? '' : t('cli.doctor.speed', { speed: one.megapixelsPerSecond.toPrecision(3) }),
      one.reason?.split('\n')[0] ?? one.device,
    ]),
  ]
}
