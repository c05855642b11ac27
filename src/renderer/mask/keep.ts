/** Keeps what is painted with its state: a moment after the last step, or at once when someone is about to use it. */
import type { StateMasks } from '../../shared/fill.js'
import type { Mask, MaskOperation } from '../../shared/mask/index.js'
import { api, wireOf } from '../client.js'

/** A step rests for so long before it is sent, in ms. */
const SETTLE = 400

interface Unsaved {
  readonly document: string
  readonly state: string
  readonly masks: () => StateMasks | null
}

const unsaved = new Map<string, Unsaved>()
/** What is on its way, by document: one after the other, so that the last word is the last. */
const sending = new Map<string, Promise<void>>()
let timer: ReturnType<typeof setTimeout> | undefined

/** `masks` is asked when it is sent. `failed` is told what a sending in the background threw. */
export function keepSoon(each: Unsaved, failed: (thrown: unknown) => void): void {
  unsaved.set(`${each.document}/${each.state}`, each)
  clearTimeout(timer)
  timer = setTimeout(() => {
    const documents = new Set([...unsaved.values()].map(({ document }) => document))
    for (const document of documents) sendUnsaved(document).catch(failed)
  }, SETTLE)
}

/** Until all that was painted on a document is with the studio. Throws what a sending threw; what it had stays unsaved. */
export async function sendUnsaved(document: string): Promise<void> {
  const before = sending.get(document)
  const send = async (): Promise<void> => {
    // Its own caller was told.
    await before?.catch(() => undefined)
    for (const [key, each] of [...unsaved]) {
      if (each.document !== document) continue
      unsaved.delete(key)
      try {
        await api().documents.setMasks({ document, state: each.state, masks: masksJson(each.masks()) })
      } catch (thrown) {
        // A document that was closed has no masks to keep.
        if (wireOf(thrown).code === 'document.notFound') continue
        if (!unsaved.has(key)) unsaved.set(key, each)
        throw thrown
      }
    }
  }
  const promise = send()
  sending.set(document, promise)
  try {
    await promise
  } finally {
    if (sending.get(document) === promise) sending.delete(document)
  }
}

/** Nothing more is to be sent of a document that is gone. */
export function forgetUnsaved(gone: (document: string) => boolean): void {
  for (const [key, { document }] of unsaved) if (gone(document)) unsaved.delete(key)
}

/** Each operation is written once, not with every step that follows it. */
const written = new WeakMap<MaskOperation, string>()

/** As `MasksJson` takes it. */
export function masksJson(masks: StateMasks | null): string {
  if (masks === null) return 'null'
  const { mask, sources } = masks
  const from = sources === null ? 'null' : `{"mode":${JSON.stringify(sources.mode)},"mask":${maskJson(sources.mask)}}`
  return `{"mask":${maskJson(mask)},"sources":${from}}`
}

function maskJson({ version, width, height, operations }: Mask): string {
  const list = operations.map((operation) => {
    const json = written.get(operation) ?? JSON.stringify(operation)
    written.set(operation, json)
    return json
  })
  return `{"version":${version},"width":${width},"height":${height},"operations":[${list.join(',')}]}`
}
