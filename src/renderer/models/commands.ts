/** Choosing a network, trying it again with other values, and making it a model. A failure is said in the import itself. */
import type { ModelSource } from '../../shared/contract.js'
import { isCancelled, LacunaError } from '../../shared/errors.js'
import type { ImportGiven } from '../../shared/model-import.js'
import { api, bridge, wireOf } from '../client.js'
import { nameOf, send } from '../open/upload.js'
import { attempt } from '../state/commands.js'
import { getStudio } from '../state/store.js'
import { idle, useImport } from './store.js'

/** Weights beside a graph have any name: some exporters call each file as its tensor. */
const ACCEPT = '.onnx,.tgz,.gz,.json,.data,.bin,.weight,.bias'
let sending: AbortController | null = null

/** By the host's dialog where it has one, else by the browser's. */
export async function chooseNetwork(): Promise<void> {
  if (getStudio().capabilities?.open === 'dialog') return await look({ from: 'dialog' }, '')
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.accept = ACCEPT
  input.hidden = true
  // In the page while its dialog is open: nobody else holds it, and it could be collected before it answers.
  document.body.append(input)
  input.oncancel = () => input.remove()
  input.onchange = () => {
    input.remove()
    void takeFiles([...(input.files ?? [])])
  }
  input.click()
}

/** The graph, or the model.json of a layers model, and files of weights beside it. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  // The network itself first; what lies beside it has other extensions.
  const rank = ({ name }: File) => (/\.(onnx|tgz|tar\.gz)$/i.test(name) ? 0 : name.endsWith('.json') ? 1 : 2)
  const [main, ...beside] = [...files].sort((a, b) => rank(a) - rank(b))
  if (main === undefined) return
  const name = nameOf(main)
  await forget()
  const path = await bridge()?.pathForFile(main)
  if (path !== undefined && path !== '') return await look({ from: 'path', path }, name)
  sending = new AbortController()
  const { signal } = sending
  useImport.setState({ ...idle, phase: 'sending', name })
  try {
    const uploads: string[] = []
    for (const file of [main, ...beside]) uploads.push(await send(file, (sent) => useImport.setState({ sent }), signal))
    await look({ from: 'upload', uploads }, name)
  } catch (thrown) {
    failed(thrown)
  }
}

async function look(source: ModelSource, name: string): Promise<void> {
  useImport.setState({ ...idle, phase: 'looking', name })
  try {
    const view = await api().models.look({ source })
    if (view === null || useImport.getState().phase !== 'looking') {
      // The dialog was cancelled, or the person has gone away from it.
      if (view !== null) await api().models.discard({ import: view.id })
      if (view === null) useImport.setState(idle)
      return
    }
    useImport.setState({ ...idle, phase: 'looked', name, view })
  } catch (thrown) {
    if (useImport.getState().phase === 'looking') failed(thrown)
  }
}

const failed = (thrown: unknown): void => {
  const error = thrown instanceof LacunaError ? thrown : LacunaError.fromWire(wireOf(thrown))
  const { name } = useImport.getState()
  useImport.setState(isCancelled(error) ? idle : { ...idle, name, error: error.toWire() })
}

/** What is said of the values of a network; undefined: as derived. */
export function say(change: ImportGiven): void {
  useImport.setState(({ given }) => ({ given: { ...given, ...change }, error: null }))
}

export async function tryAgain(): Promise<void> {
  const { view, given } = useImport.getState()
  if (view === null) return
  useImport.setState({ phase: 'looking', error: null })
  try {
    useImport.setState({ view: await api().models.again({ import: view.id, given }), phase: 'looked' })
  } catch (thrown) {
    useImport.setState({ phase: 'looked', error: wireOf(thrown) })
  }
}

export async function install(): Promise<void> {
  const { view, given, replace } = useImport.getState()
  if (view === null) return
  useImport.setState({ phase: 'installing', error: null })
  try {
    await api().models.install({ import: view.id, given, replace })
    useImport.setState(({ revision }) => ({ ...idle, revision: revision + 1 }))
  } catch (thrown) {
    useImport.setState({ phase: 'looked', error: wireOf(thrown) })
  }
}

/** Nothing is imported. */
export async function forget(): Promise<void> {
  sending?.abort()
  const { view } = useImport.getState()
  useImport.setState(idle)
  if (view !== null) await attempt('models', () => api().models.discard({ import: view.id }))
}

export async function removeModel(model: string): Promise<void> {
  const done = await attempt('models', async () => {
    await api().models.remove({ model })
    return true
  })
  if (done === true) useImport.setState(({ revision }) => ({ revision: revision + 1 }))
}
