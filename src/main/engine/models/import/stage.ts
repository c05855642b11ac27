/** Brings what is to be imported into a folder of its own: the graphs, and the files of weights beside one. */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, open, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { LacunaError } from '../../../../shared/errors.js'
import type { DataFiles, ModelFile } from '../../../../shared/model-parts.js'
import { dataFiles } from './external.js'
import { GraphError, type GraphFacts, readGraph } from './graph.js'
import { convertLayers, isLayersModel } from './layers/convert.js'
import { type FileTree, folderTree, tarTree } from './tree.js'

export interface StagedGraph {
  /** In the folder. */
  readonly file: string
  readonly facts: GraphFacts
}

export interface Staged {
  readonly graphs: readonly StagedGraph[]
  /** Names of files of weights beside a graph. */
  readonly data: readonly string[]
  /** What is known of the network beside its graph. */
  readonly about: { name?: string; licence?: string; source?: string; convertedFrom?: string }
}

/**
 * An ONNX file, a folder with one, or a TensorFlow.js layers model: its `model.json`, a folder or .tgz with it, or with one for
 * each scale, of which `scale` takes one. Throws `import.*`.
 */
export async function stage(source: string, dir: string, scale: number | undefined): Promise<Staged> {
  const name = basename(source)
  const found = await stat(source).catch((error: unknown) => {
    throw new LacunaError('file.notFound', { name }, error)
  })
  if (found.isDirectory()) {
    const tree = await folderTree(source)
    const graphs = tree.paths.filter((path) => !path.includes('/') && extname(path).toLowerCase() === '.onnx')
    if (graphs.length === 1) return await stageGraph(join(source, graphs[0]!), dir)
    return await stageLayers(tree, jsonFiles(tree), dir, name, scale)
  }
  if (/\.(tgz|tar\.gz)$/i.test(name)) {
    const tree = await tarTree(source)
    return await stageLayers(tree, jsonFiles(tree), dir, name, scale)
  }
  if (extname(name).toLowerCase() === '.json')
    return await stageLayers(await folderTree(dirname(source)), [name], dir, basename(dirname(source)), scale)
  return await stageGraph(source, dir)
}

const jsonFiles = ({ paths }: FileTree): string[] => paths.filter((path) => posix.basename(path) === 'model.json')

/** More networks than there are scales are no network's. */
const MOST_NETWORKS = 8

async function stageLayers(
  tree: FileTree,
  paths: readonly string[],
  dir: string,
  name: string,
  scale: number | undefined,
): Promise<Staged> {
  const graphs: StagedGraph[] = []
  for (const path of paths.slice(0, MOST_NETWORKS)) {
    const json = jsonOf(await tree.read(path))
    if (!isLayersModel(json)) continue
    const converted = await convertLayers(tree, path, json, name, scale)
    if (converted === null) continue
    const file = `x${converted.scale}.onnx`
    // Two of one scale are no network for several.
    if (graphs.some((graph) => graph.file === file)) throw new LacunaError('import.notAlike', { name })
    try {
      await writeFile(join(dir, file), converted.onnx)
    } catch (error) {
      throw copyError(error, join(dir, file))
    }
    graphs.push({ file, facts: checkedGraph(join(dir, file)) })
  }
  if (graphs.length === 0) throw new LacunaError('import.nothing', { name })
  const about = await packageOf(tree)
  if (about.licenceFile !== null) await writeFile(join(dir, 'LICENSE'), await tree.read(about.licenceFile))
  return { graphs, data: [], about: { ...about.known, convertedFrom: 'TensorFlow.js' } }
}

/** What the package.json of a package says; npm puts it into a folder `package` of a .tgz. */
async function packageOf(tree: FileTree): Promise<{ known: Staged['about']; licenceFile: string | null }> {
  const file = ['package.json', 'package/package.json'].find((path) => tree.paths.includes(path))
  const folder = file === undefined ? '' : file.slice(0, -'package.json'.length)
  const licenceFile = tree.paths.find((path) => /^licen[cs]e(\.\w+)?$/i.test(path.slice(folder.length))) ?? null
  if (file === undefined) return { known: {}, licenceFile }
  const json = jsonOf(await tree.read(file))
  const text = (key: string): string | undefined => {
    const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, key) : undefined
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [name, version, licence] = [text('name'), text('version'), text('license')]
  const known = {
    ...(name === undefined ? {} : { name: name.replace(/^@[^/]*\//, ''), source: `npm: ${name} ${version ?? ''}`.trim() }),
    ...(licence === undefined ? {} : { licence }),
  }
  return { known, licenceFile }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // Some other program's file of that name.
    return null
  }
}

/** An ONNX file. Throws `import.*`, and what the disk says as `import.copy`. */
export async function stageGraph(source: string, dir: string): Promise<Staged> {
  const facts = checkedGraph(source)
  const data = await dataFiles(source, facts)
  const file = 'model.onnx'
  await copy(source, join(dir, file))
  for (const { path, location } of data) await copy(path, join(dir, location))
  return { graphs: [{ file, facts }], data: data.map(({ location }) => location), about: {} }
}

/** What is known of a file's graph. Throws `import.*` for what is none, and for one that needs operators that are not there. */
export function checkedGraph(source: string): GraphFacts {
  const name = basename(source)
  let facts: GraphFacts
  try {
    facts = readGraph(source)
  } catch (error) {
    if (error instanceof GraphError) throw new LacunaError(sentences[error.why], { name }, error)
    throw new LacunaError('file.unreadable', { name }, error)
  }
  const unknown = [...facts.foreign].filter(([domain]) => !domains.includes(domain))
  if (unknown.length > 0) {
    const operators = unknown.flatMap(([domain, ops]) => [...ops].map((operator) => `${domain}.${operator}`))
    throw new LacunaError('import.operator', { name, operator: operators.slice(0, 3).join(', ') })
  }
  return facts
}

const sentences = {
  notOnnx: 'import.notOnnx',
  truncated: 'import.truncated',
  empty: 'file.empty',
  pytorch: 'import.pytorch',
  pointer: 'import.pointer',
} as const

/** Of onnxruntime's own operators, beside ONNX's. */
const domains = ['ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc', 'ai.onnx.training']

async function copy(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
  } catch (error) {
    throw copyError(error, to)
  }
}

export function copyError(error: unknown, to: string): LacunaError {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  const params = { name: basename(to), folder: to }
  if (code === 'ENOSPC' || code === 'EDQUOT') return new LacunaError('output.diskFull', params, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new LacunaError('output.readOnly', params, error)
  return new LacunaError('output.failed', { ...params, reason: code ?? String(error) }, error)
}

/** Of files of weights, as a manifest has them: one alone as it is. Undefined for none. */
export async function sealedData(dir: string, names: readonly string[]): Promise<DataFiles | undefined> {
  const files: ModelFile[] = []
  for (const name of names) files.push(await sealed(dir, name))
  return files.length > 1 ? files : files[0]
}

/** Its size and hash, once it is on the disk for good. */
export async function sealed(dir: string, name: string): Promise<ModelFile> {
  const path = join(dir, name)
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { path: name, sha256: hash.digest('hex'), bytes: (await stat(path)).size }
}
