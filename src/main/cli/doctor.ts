import { DenoiseEdit } from '../../shared/edit.js'
import { LacunaError } from '../../shared/errors.js'
import type { DoctorEvent } from '../../shared/events.js'
import { isNetwork } from '../../shared/model.js'
import type { Words } from '../../shared/words.js'
import { cancelOnSignals } from './cancel.js'
import { exit, type Context } from './context.js'
import { doctorText } from './report/doctor.js'
import { openEngine, type EngineTools } from './tools.js'
import { checkValues } from './values.js'

/** `lacuna doctor`: 0 when the CPU runs every bundled model and all of them are intact, else 1. */
export async function runDoctor(given: Record<string, unknown>, { words, engineEntry }: Context): Promise<number> {
  const values = checkValues(given, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => {})
  await using tools = await openEngine(values, engineEntry)
  const report = await examine(tools, cancelling.signal, words)
  process.stdout.write(`${values.json === true ? JSON.stringify(report) : doctorText(report, words)}\n`)
  return report.healthy ? exit.done : exit.someFailed
}

async function examine(
  { library, paths, run, engine }: EngineTools,
  signal: AbortSignal,
  words: Words,
): Promise<DoctorEvent> {
  // Only networks can be damaged, and run on a provider.
  const models = library.list().filter(({ manifest }) => isNetwork(manifest))
  const found = await engine.run({ kind: 'doctor', models: models.map((model) => model.ref), run }, { signal })
  const states = [...found.models, ...unusable(library, words)]
  const bundled = new Set(models.filter((model) => model.bundled).map((model) => model.manifest.id))
  const runsOnCpu = (id: string) =>
    found.providers.some((tested) => tested.model === id && tested.provider === 'cpu' && tested.state === 'passed')
  const intact = (id: string) => states.some((model) => model.id === id && model.state === 'intact')
  return {
    v: 1,
    event: 'doctor',
    healthy: [defaultModel, ...bundled].every((id) => intact(id) && runsOnCpu(id)),
    versions: { lacuna: paths.version, ...found.versions },
    providers: found.providers,
    models: states,
    memory: found.memory,
    folders: {
      data: paths.data,
      config: paths.config,
      cache: paths.cache,
      state: paths.state,
      models: paths.bundledModels,
    },
  }
}

const defaultModel = DenoiseEdit.parse({ kind: 'denoise' }).model

/** Models whose manifest cannot be used are in no list; and the one that everything uses must not be missing silently. */
function unusable(library: EngineTools['library'], words: Words): DoctorEvent['models'] {
  const reasons = new Map(library.broken())
  try {
    library.resolve(defaultModel)
  } catch (thrown) {
    reasons.set(defaultModel, LacunaError.from(thrown))
  }
  return Array.from(reasons, ([id, error]) => ({
    id,
    state: error.code === 'model.notFound' ? 'missing' : 'damaged',
    reason: words.errorSentence(error),
  }))
}
