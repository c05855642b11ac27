/** The contract, served: each call is checked, handed to the studio, and its errors put into the contract's form. */
import { implement, ORPCError } from '@orpc/server'
import { contract, type SaveTarget } from '../../shared/contract.js'
import { type ErrorWire, LacunaError } from '../../shared/errors.js'
import type { Exported, ExportRequest } from './documents/export.js'
import type { HostServices, SuggestedFile } from './host.js'
import { importSource } from './library/import-source.js'
import { verifyModel } from './library/verify.js'
import { maskSource } from './mask-source.js'
import { openSource } from './open-source.js'
import { listSamples } from './samples.js'
import type { Studio } from './studio.js'

export interface HandlerContext {
  readonly studio: Studio
  readonly host: HostServices
}

const base = implement(contract).$context<HandlerContext>()

/** LacunaError crosses as the contract's LACUNA; whatever else was thrown is logged and crosses as `internal`. */
const served = base.use(async ({ context, next, path, signal }) => {
  try {
    return await next()
  } catch (thrown) {
    if (thrown instanceof ORPCError) throw thrown
    const error = LacunaError.from(thrown)
    if (error.code === 'internal' && signal?.aborted !== true) context.studio.log.error(path.join('.'), thrown)
    throw new ORPCError('LACUNA', { status: 422, data: onWire(error), cause: thrown })
  }
})

/** The cause of an unforeseen error stays in the log: it may hold paths. */
const onWire = (error: LacunaError): ErrorWire =>
  error.code === 'internal' ? { code: error.code, params: {} } : error.toWire()

export const router = served.router({
  capabilities: served.capabilities.handler(({ context }) => context.host.capabilities),

  watch: served.watch.handler(({ context, signal }) => context.studio.watch(signal ?? new AbortController().signal)),

  files: {
    list: served.files.list.handler(({ context, input }) => context.host.listFiles(input.path)),
    samples: served.files.samples.handler(async ({ context }) =>
      (await listSamples(context.studio.paths)).map(({ id, name, credit }) => ({ id, name, credit })),
    ),
  },

  documents: {
    open: served.documents.open.handler(async ({ context, input }) => {
      const origins = (await Promise.all(input.sources.map((source) => openSource(source, context)))).flat()
      const documents: string[] = []
      // In order, so that they lie in the filmstrip as they were named.
      for (const origin of origins) documents.push(await context.studio.documents.open(origin))
      return { documents }
    }),
    close: served.documents.close.handler(async ({ context: { studio }, input }) => {
      await studio.fills.discardOf(input.document)
      studio.documents.close(input.document)
    }),
    look: served.documents.look.handler(({ context, input }) => context.studio.documents.look(input.document)),
    reopen: served.documents.reopen.handler(async ({ context }) => ({
      document: await context.studio.documents.reopen(),
    })),
    apply: served.documents.apply.handler(async ({ context: { studio }, input }) => {
      await studio.fills.discardOf(input.document)
      return { job: studio.documents.apply(input.document, input.edit) }
    }),
    masks: served.documents.masks.handler(({ context, input }) =>
      context.studio.masks.get(input.document, input.state),
    ),
    setMasks: served.documents.setMasks.handler(({ context, input }) =>
      context.studio.masks.set(input.document, input.state, input.masks),
    ),
    select: served.documents.select.handler(({ context, input, signal }) =>
      context.studio.maskPictures.select(input.document, input.state, input.operation, signal),
    ),
    loadMask: served.documents.loadMask.handler(async ({ context, input }) => {
      await using source = await maskSource(input.origin, input.fit, context)
      if (source === null) return null
      return await context.studio.maskPictures.load(input.document, input.state, source.mask)
    }),
    saveMask: served.documents.saveMask.handler(async ({ context: { studio, host }, input }) => {
      const { document, state, target } = input
      const suggested = () => ({
        name: studio.maskPictures.suggestedName(document),
        folder: studio.documents.get(document).origin.folder,
        format: 'png' as const,
      })
      const place = await placeOf(target, host, suggested)
      return place === null ? null : await studio.maskPictures.save(document, state, place)
    }),
    fill: served.documents.fill.handler(({ context, input }) => context.studio.fills.start(input.document, input.edit)),
    keepFill: served.documents.keepFill.handler(({ context, input }) =>
      context.studio.fills.keep(input.document, input.fill, input.variation),
    ),
    discardFill: served.documents.discardFill.handler(({ context, input }) =>
      context.studio.fills.discard(input.document, input.fill),
    ),
    store: served.documents.store.handler(({ context, input }) => context.studio.documents.store(input.document)),
    show: served.documents.show.handler(async ({ context: { studio }, input }) => {
      await studio.fills.discardOf(input.document)
      await studio.documents.show(input.document, input.index)
    }),
    predict: served.documents.predict.handler(({ context, input }) =>
      context.studio.foretell(input.document, input.edit, input.output),
    ),
    plan: served.documents.plan.handler(({ context, input }) =>
      context.studio.exports.plan(input.document, input.output),
    ),
    export: served.documents.export.handler(async ({ context, input }): Promise<Exported | null> => {
      const { document, output } = input
      const suggested = () => context.studio.exports.suggest(document, output)
      const target = await placeOf(input.target, context.host, suggested)
      return target === null ? null : await context.studio.exports.export({ document, output, target })
    }),
    pixel: served.documents.pixel.handler(({ context, input }) =>
      context.studio.pixel(input.document, input.x, input.y),
    ),
    reveal: served.documents.reveal.handler(async ({ context, input }) => {
      if (!context.studio.exports.wrote(input.path)) throw new LacunaError('request.forbidden', { name: input.path })
      await context.host.reveal(input.path)
    }),
  },

  jobs: {
    cancel: served.jobs.cancel.handler(({ context, input }) => context.studio.jobs.cancel(input.job)),
    retry: served.jobs.retry.handler(async ({ context, input }) => ({
      job: await context.studio.jobs.retry(input.job),
    })),
    clear: served.jobs.clear.handler(({ context }) => context.studio.jobs.clear()),
  },

  batches: {
    add: served.batches.add.handler(async ({ context: { studio, host }, input }) => ({
      batch: await studio.batches.add(input.sources, host),
    })),
    drop: served.batches.drop.handler(({ context: { studio, host }, input }) =>
      studio.batches.drop(input.batch, input.items, host),
    ),
    set: served.batches.set.handler(({ context: { studio, host }, input }) =>
      studio.batches.set(input.batch, input.change, host),
    ),
    chooseFolder: served.batches.chooseFolder.handler(async ({ context: { studio, host }, input }) => ({
      chosen: await studio.batches.chooseFolder(input.batch, host),
    })),
    chooseMask: served.batches.chooseMask.handler(async ({ context: { studio, host }, input }) => ({
      chosen: await studio.batches.chooseMask(input.batch, input.origin, input.fit, host),
    })),
    check: served.batches.check.handler(({ context, input }) => context.studio.batches.check(input.batch)),
    run: served.batches.run.handler(({ context, input }) => context.studio.batches.run(input.batch)),
    resumeQueue: served.batches.resumeQueue.handler(({ context }) => context.studio.queue.resume()),
    pause: served.batches.pause.handler(({ context, input }) => context.studio.batches.pause(input.batch)),
    resume: served.batches.resume.handler(({ context, input }) => context.studio.batches.resume(input.batch)),
    adopt: served.batches.adopt.handler(({ context: { studio, host }, input }) =>
      studio.batches.adopt(input.batch, host),
    ),
    cancel: served.batches.cancel.handler(({ context, input }) => context.studio.batches.cancel(input.batch)),
    retry: served.batches.retry.handler(({ context, input }) => context.studio.batches.retry(input.batch, input.items)),
    move: served.batches.move.handler(({ context, input }) => context.studio.batches.move(input.batch, input.before)),
    remove: served.batches.remove.handler(({ context, input }) => context.studio.batches.remove(input.batch)),
    items: served.batches.items.handler(({ context, input }) => context.studio.batches.items(input)),
    reveal: served.batches.reveal.handler(({ context: { studio, host }, input }) =>
      studio.batches.reveal(input.batch, input.item, host),
    ),
    download: served.batches.download.handler(async ({ context: { studio, host }, input }) => ({
      download: await studio.batches.download(input.batch, input.item, host),
    })),
    report: served.batches.report.handler(({ context, input }) => context.studio.batches.report(input.batch)),
  },

  models: {
    list: served.models.list.handler(({ context }) => context.studio.models()),
    look: served.models.look.handler(async ({ context: { studio, host }, input, signal }) => {
      const source = await importSource(input.source, host)
      return source === null ? null : await studio.imports.look(source, {}, { signal })
    }),
    again: served.models.again.handler(({ context, input, signal }) =>
      context.studio.imports.again(input.import, input.given, { signal }),
    ),
    install: served.models.install.handler(async ({ context, input, signal }) => {
      const model = await context.studio.imports.install(input.import, input.given, input.replace, { signal })
      return { model: model.manifest.id }
    }),
    discard: served.models.discard.handler(({ context, input }) => context.studio.imports.discard(input.import)),
    remove: served.models.remove.handler(({ context, input }) => context.studio.removeModel(input.model)),
    verify: served.models.verify.handler(({ context, input, signal }) =>
      verifyModel(context.studio, input.model, signal),
    ),
  },

  settings: { set: served.settings.set.handler(({ context, input }) => context.studio.settings.set(input)) },
})
export type Router = typeof router

/** Null when the person cancelled the dialog. */
async function placeOf(
  target: SaveTarget,
  host: HostServices,
  suggested: () => SuggestedFile | Promise<SuggestedFile>,
): Promise<ExportRequest['target'] | null> {
  switch (target.to) {
    case 'download':
      return 'download'
    case 'path':
      return { path: await host.checkPath(target.path, 'write'), overwrite: target.overwrite ? 'always' : 'never' }
    case 'dialog': {
      const path = await host.showSaveDialog(await suggested())
      // The dialog asked before it let an existing file be chosen.
      return path === null ? null : { path, overwrite: 'always' }
    }
  }
}
