/** Saving a state: what it would lose, said before; then written by the same code as the command line's. */
import { basename, dirname, join, resolve } from 'node:path'
import PQueue from 'p-queue'
import { densityAfter } from '../../../shared/edit.js'
import { LacunaError, type Note } from '../../../shared/errors.js'
import { usualTemplates } from '../../../shared/name-template.js'
import type { Depth, OutputFormat, OutputSettings } from '../../../shared/picture.js'
import type { Downloads } from '../downloads.js'
import { extensionIn, extensionOf, formatByExtension } from '../files/formats.js'
import { defaultTemplate, fillTemplate, splitName } from '../files/names.js'
import { checkTarget, outputForName, type Target, writePicture } from '../files/write-picture.js'
import type { SuggestedFile } from '../host.js'
import { inQueue } from '../in-queue.js'
import type { JobControl } from '../jobs/job-list.js'
import { uniqueNotes } from '../jobs/notes.js'
import { JobMeter } from '../jobs/progress.js'
import { recipeOf } from '../jobs/recipe.js'
import { namedError } from '../named-error.js'
import { openScratch } from '../scratch.js'
import { type DocumentState, fingerprint, type OpenDocument, sameContent } from './document.js'
import type { Documents, DocumentTools } from './documents.js'

export interface ExportPlan {
  format: OutputFormat
  /** Without its dot; that of `suggestedName`. */
  extension: string
  depth: Depth
  notes: Note[]
  estimatedBytes: number
  suggestedName: string
}

export interface ExportRequest {
  document: string
  output: OutputSettings
  /** A path, or a file to be fetched once by `media.download`. */
  target: { path: string; overwrite: 'never' | 'always' } | 'download'
}

export interface Exported {
  path: string | null
  download: string | null
  name: string
  bytes: number
  notes: Note[]
}

export class Exports {
  readonly #tools: DocumentTools
  readonly #documents: Documents
  readonly #downloads: Downloads
  /** Beside a running edit, but not beside each other: each holds an encoder's memory. */
  readonly #queue = new PQueue({ concurrency: 1 })
  readonly #written = new Set<string>()

  constructor(tools: DocumentTools, documents: Documents, downloads: Downloads) {
    this.#tools = tools
    this.#documents = documents
    this.#downloads = downloads
  }

  /** Throws `document.*`, `output.formatLimit`. */
  async plan(id: string, output: OutputSettings): Promise<ExportPlan> {
    const document = this.#documents.get(id)
    const { info, state } = document.ready()
    const task = { kind: 'planOutput', info, width: state.width, height: state.height, output } as const
    const plan = await this.#tools.engine.run(task, { priority: 0 })
    const suggestedName = this.#suggestName(document, state, plan.format)
    return { ...plan, extension: extensionIn(suggestedName), suggestedName }
  }

  /** What a save dialog starts with. */
  async suggest(id: string, output: OutputSettings): Promise<SuggestedFile> {
    const { suggestedName, format } = await this.plan(id, output)
    return { name: suggestedName, format, folder: this.#documents.get(id).origin.folder }
  }

  /** Resolves when the file is there. Throws `document.*`, `file.changed`, `output.*`, `cancelled`. */
  async export(request: ExportRequest): Promise<Exported> {
    const document = this.#documents.get(request.document)
    const { state } = document.ready()
    const { jobs } = this.#tools
    const start = (): { id: string; result: Promise<Exported> } =>
      jobs.run<Exported>(
        { kind: 'export', document: document.id, name: document.origin.name, edit: null },
        (control) => inQueue(this.#queue, control.signal, () => this.#write(document, state, request, control)),
        () => {
          // Its id goes to who asked for it; a retry from the list of jobs has nobody to give it to.
          if (request.target === 'download')
            throw new LacunaError('request.invalid', { reason: 'export the picture again' })
          return start().id
        },
      )
    return await start().result
  }

  /** Whether a path was written by this session, so that it may be shown in the file manager. */
  wrote(path: string): boolean {
    return this.#written.has(resolve(path))
  }

  async #write(
    document: OpenDocument,
    state: DocumentState,
    request: ExportRequest,
    control: JobControl,
  ): Promise<Exported> {
    const { engine, library, paths } = this.#tools
    control.start()
    try {
      const { info: found } = document.ready()
      const edits = document.editsTo(state)
      const info = { ...found, density: densityAfter(edits, found.density) }
      await using pixels = await this.#documents.pixels(document.id, state.id)
      const { raster } = pixels
      await checkUnchanged(document)
      const named = await this.#nameTarget(document, state, request)
      const { target, output, plan } = named
      const guard = await this.#documents.guard()
      await guard.add(document.origin.path)
      await checkTarget(target, plan.format, guard, plan.estimatedBytes)
      await using scratch = await openScratch(join(paths.cache, 'jobs'))
      const recipe = recipeOf(edits, library)
      const original = document.origin.path
      const meter = new JobMeter(['encode'])
      const written = await writePicture(
        engine,
        { raster, original, info, output, recipe, target, guard, scratch },
        {
          signal: control.signal,
          onProgress: ({ phase, fraction }) => control.progress(meter.update('encode', phase, fraction)),
          onNote: (note) => control.note(note),
        },
      )
      const notes = uniqueNotes(plan.notes, written.notes)
      const { bytes } = written
      const name = basename(target.path)
      document.change(state, { exported: true })
      this.#documents.states.save(document)
      if (named.download !== null)
        return { path: null, download: this.#downloads.add(named.download, target.path), name, bytes, notes }
      this.#written.add(written.path)
      return { path: written.path, download: null, name, bytes, notes }
    } catch (thrown) {
      throw namedError(thrown, document.origin.name)
    }
  }

  /** The format follows a chosen name where none is set, as on the command line; a name without an extension gets one. */
  async #nameTarget(
    document: OpenDocument,
    state: DocumentState,
    { target, output }: ExportRequest,
  ): Promise<{ target: Target; output: OutputSettings; plan: PlannedOutput; download: string | null }> {
    if (target === 'download') {
      const plan = await this.#planOutput(document, state, output)
      const room = await this.#downloads.makeRoom()
      const path = join(room.dir, this.#suggestName(document, state, plan.format))
      return { target: { path, overwrite: 'always', makeFolder: false }, output, plan, download: room.id }
    }
    const named = outputForName(output, target.path)
    const plan = await this.#planOutput(document, state, named)
    const path = formatByExtension(target.path) === null ? `${target.path}.${extensionOf(plan.format)}` : target.path
    // A dialog asked about the name as it was typed, not about the one with the extension.
    const overwrite = path === target.path ? target.overwrite : 'never'
    return { target: { path: resolve(path), overwrite, makeFolder: false }, output: named, plan, download: null }
  }

  /** By the template of the settings, or `<name>_copy` for the original, which may not be written over. */
  #suggestName(document: OpenDocument, state: DocumentState, format: OutputFormat): string {
    const { name, ext } = splitName(document.origin.name)
    const wanted = this.#tools.template()
    // Where the settings say nothing of their own, the name says what was done.
    const usual = wanted === defaultTemplate ? usualTemplates[state.edit?.kind ?? 'denoise'] : wanted
    const template = state.edit === null ? '{name}_copy' : usual
    const stem = fillTemplate(template, { name, ext, model: state.edit?.model ?? '' })
    return `${stem}.${formatByExtension(document.origin.name) === format ? ext : extensionOf(format)}`
  }

  #planOutput(document: OpenDocument, state: DocumentState, output: OutputSettings): Promise<PlannedOutput> {
    const { info } = document.ready()
    return this.#tools.engine.run({ kind: 'planOutput', info, width: state.width, height: state.height, output })
  }
}

type PlannedOutput = Omit<ExportPlan, 'suggestedName'>

/** The profile and metadata are read from the original while writing: they must belong to the pixels. */
async function checkUnchanged(document: OpenDocument): Promise<void> {
  const { path, name } = document.origin
  const now = await fingerprint(path).catch((error: unknown) => {
    throw new LacunaError('file.notFound', { name, folder: dirname(path) }, error)
  })
  if (document.opened !== null && !sameContent(document.opened.fingerprint, now))
    throw new LacunaError('file.changed', { name })
}
