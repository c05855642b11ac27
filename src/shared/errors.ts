/**
 * The one error family of the project: a code, parameters for its sentence, and the cause.
 *
 * The sentence itself is the key `error.<code>` of `resources/locales/en.json`; errors cross process
 * borders as code + parameters ({@link ErrorWire}) and are put into words by the host that shows them.
 */
import { z } from 'zod'

export const errorCodes = [
  // The person's files
  'file.notFound',
  'file.unreadable',
  'file.isFolder',
  'file.empty',
  'file.notAPicture',
  'file.truncated',
  'file.tooLarge',
  'file.unsupportedHeic',
  'file.unsupportedRaw',
  'file.unsupportedFormat',
  'file.changed',
  'upload.tooLarge',
  'upload.notFound',
  // Where results go
  'output.exists',
  'output.isInput',
  'output.clash',
  'output.folderMissing',
  'output.readOnly',
  'output.diskFull',
  'output.formatLimit',
  'output.nameTooLong',
  'output.nameTemplate',
  'output.extensionMismatch',
  'output.verifyFailed',
  'output.failed',
  // Models and engine
  'model.notFound',
  'model.invalid',
  'model.damaged',
  /** It came with the program, and is not removed. */
  'model.bundled',
  // A network from elsewhere that cannot be used
  'import.notOnnx',
  'import.truncated',
  'import.pytorch',
  'import.pointer',
  'import.operator',
  /** Weights in a file beside the graph: missing, shorter than the graph says, outside its folder, in several files. */
  'import.dataMissing',
  'import.dataShort',
  'import.dataOutside',
  'import.dataMany',
  'import.inputs',
  'import.twoPictures',
  'import.noPicture',
  'import.otherOutput',
  'import.batch',
  'import.elements',
  'import.scale',
  'import.notFinite',
  /** It takes a mask, and fills no hole however it is asked. */
  'import.noFill',
  'import.wontRun',
  'import.notAlike',
  /** A folder or package with no network in it. */
  'import.nothing',
  /** A layer of another program's network that is not converted. */
  'import.layer',
  'import.id',
  /** There is a model of that id. */
  'import.exists',
  'import.notFound',
  'engine.died',
  'engine.startFailed',
  'engine.stuck',
  'engine.outOfMemory',
  'engine.badOutput',
  'engine.providerUnavailable',
  // The program's own files
  'settings.damaged',
  'settings.newer',
  // What was asked
  'edit.invalid',
  // What to repaint
  /** Nothing is painted. */
  'mask.empty',
  /** Of one picture among many, whose mask is looked for beside it. */
  'mask.missing',
  /** Its file is another than when the fill began. */
  'mask.changed',
  /** Scratches were looked for, and none found. */
  'mask.noScratches',
  /** What a person allowed to be taken lies nowhere near, or is nothing. */
  'mask.noSource',
  /** Everything is painted: nothing known is left to go by. */
  'mask.full',
  /** Something is painted, but beside the picture. */
  'mask.outside',
  /** Made for a picture of another size. */
  'mask.size',
  'mask.notAPicture',
  'mask.damaged',
  'mask.newer',
  'extend.nothing',
  /** The network has to be told a noise level, and cannot find one itself. */
  'denoise.noLevel',
  /** The size that was asked for is less than the picture has. */
  'upscale.smaller',
  /** It is more than 8 times as wide. */
  'upscale.tooLarge',
  /** It is more than a gigapixel. */
  'upscale.tooManyPixels',
  /** It was kept, discarded, or another took its place. */
  'fill.notFound',
  'document.notFound',
  'document.busy',
  /** What a state was made of is missing or damaged. */
  'history.damaged',
  /** What was done last is in scratch alone. */
  'history.diskFull',
  'history.notStored',
  'job.notFound',
  /** The beginning of an id that several jobs share. */
  'job.ambiguous',
  'job.notDraft',
  'job.running',
  /** Another process works on the job now. */
  'job.leaseLost',
  /** Started three times and ended by a crash each time. */
  'job.setAside',
  /** Nothing in it can be worked on. */
  'job.empty',
  /** A batch that has no output folder yet. */
  'job.noFolder',
  'store.damaged',
  'store.newer',
  'store.failed',
  'request.invalid',
  'request.forbidden',
  'request.refused',
  'usage',
  'cancelled',
  'internal',
] as const

export const ErrorCode = z.enum(errorCodes)
export type ErrorCode = z.infer<typeof ErrorCode>

/** Values for the placeholders of a sentence: short strings and numbers only. */
export const MessageParams = z.record(z.string(), z.union([z.string(), z.number()]))
export type MessageParams = z.infer<typeof MessageParams>

/** An error as it crosses a process border. `detail` is for the log, never the person's sentence. */
export const ErrorWire = z.object({ code: ErrorCode, params: MessageParams, detail: z.string().optional() })
export type ErrorWire = z.infer<typeof ErrorWire>

export class LacunaError extends Error {
  readonly code: ErrorCode
  readonly params: MessageParams

  constructor(code: ErrorCode, params: MessageParams = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(params)}`, cause === undefined ? undefined : { cause })
    this.name = 'LacunaError'
    this.code = code
    this.params = params
  }

  toWire(): ErrorWire {
    return {
      code: this.code,
      params: this.params,
      ...(this.cause === undefined ? {} : { detail: describe(this.cause) }),
    }
  }

  static fromWire(wire: ErrorWire): LacunaError {
    return new LacunaError(wire.code, wire.params, wire.detail)
  }

  /** Anything thrown, as a member of the family; what is not one already becomes `fallback`, with the cause kept. */
  static from(thrown: unknown, fallback: ErrorCode = 'internal', params: MessageParams = {}): LacunaError {
    if (thrown instanceof LacunaError) return thrown
    return new LacunaError(fallback, fallback === 'internal' ? { reason: describe(thrown), ...params } : params, thrown)
  }
}

/** Thrown by whatever notices that it was cancelled. */
export const cancelled = (): LacunaError => new LacunaError('cancelled')

export const isCancelled = (thrown: unknown): boolean => thrown instanceof LacunaError && thrown.code === 'cancelled'

function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

/** A remark on a result that the person should know of: the key `note.<code>` and its parameters. */
export const noteCodes = [
  'colour.cmykConverted',
  'colour.labConverted',
  'colour.gainMapLost',
  'gif.firstFrame',
  'animation.firstFrame',
  'page.first',
  'format.alphaLost',
  'format.depthLost',
  'format.greyLost',
  'format.pngTextLost',
  'format.fallback',
  'metadata.exifLost',
  'metadata.xmpLost',
  'metadata.iptcLost',
  'metadata.unreadable',
  'metadata.iccInvalid',
  'engine.providerFellBack',
  'engine.tileRedoneOnCpu',
  'engine.retriedSmaller',
  'engine.retriedOnCpu',
  'picture.nothingChanged',
  'picture.nothingFilled',
  /** Looked for, and none found: the picture is as it was. */
  'picture.noScratches',
  'inpaint.enlarged',
  'inpaint.oneVariation',
  /** A noise level or a strength was asked of a network that is told nothing of noise. */
  'denoise.noNoiseInput',
  /** Detail was asked of a network that draws none. */
  'denoise.noDetail',
  /** The picture is as it was. */
  'upscale.sameSize',
  /** It was to be taken as a photo, but the network is told nothing of noise. */
  'upscale.noNoiseMap',
  'history.newer',
  'history.damaged',
] as const
export const Note = z.object({ code: z.enum(noteCodes), params: MessageParams.default({}) })
export type Note = z.infer<typeof Note>
