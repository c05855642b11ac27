/**
 * Decoded pictures by URL. The view says what it wants, most urgent first; what it no longer wants is dropped by
 * aborting the request, which also cancels the work behind it. The least recently used are let go above `limitBytes`.
 */
import { ErrorWire } from '../../shared/errors.js'

export interface BitmapCacheOptions {
  readonly limitBytes: number
  readonly inFlight: number
  /** Called when a picture arrived or a request failed for good. */
  readonly onChange: () => void
}

const RETRIES = 3

export class BitmapCache {
  private readonly bitmaps = new Map<string, ImageBitmap>()
  private readonly running = new Map<string, AbortController>()
  private readonly tries = new Map<string, number>()
  private readonly failures = new Map<string, ErrorWire>()
  private wanted: readonly string[] = []
  private bytes = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: BitmapCacheOptions) {}

  get(url: string): ImageBitmap | undefined {
    const bitmap = this.bitmaps.get(url)
    if (bitmap !== undefined) {
      this.bitmaps.delete(url)
      this.bitmaps.set(url, bitmap)
    }
    return bitmap
  }

  has(url: string): boolean {
    return this.bitmaps.has(url)
  }

  want(urls: readonly string[]): void {
    this.wanted = urls
    const set = new Set(urls)
    for (const [url, controller] of this.running) if (!set.has(url)) controller.abort()
    this.pump()
  }

  /** Wanted and neither here nor given up. */
  get pending(): number {
    return this.wanted.filter((url) => !this.bitmaps.has(url) && !this.failures.has(url)).length
  }

  /** Why something wanted could not be had. */
  get failure(): ErrorWire | null {
    const url = this.wanted.find((wanted) => this.failures.has(wanted))
    return url === undefined ? null : (this.failures.get(url) ?? null)
  }

  /** Why this one could not be had; null while it is here or still to come. */
  failureOf(url: string): ErrorWire | null {
    return this.tries.get(url) === RETRIES ? (this.failures.get(url) ?? null) : null
  }

  retry(): void {
    this.failures.clear()
    this.tries.clear()
    this.options.onChange()
    this.pump()
  }

  close(): void {
    clearTimeout(this.timer)
    this.wanted = []
    for (const controller of this.running.values()) controller.abort()
    for (const bitmap of this.bitmaps.values()) bitmap.close()
    this.bitmaps.clear()
    this.bytes = 0
  }

  private pump(): void {
    for (const url of this.wanted) {
      if (this.running.size >= this.options.inFlight) return
      if (!this.bitmaps.has(url) && !this.running.has(url) && !this.failures.has(url)) void this.load(url)
    }
  }

  private async load(url: string): Promise<void> {
    const controller = new AbortController()
    this.running.set(url, controller)
    try {
      const response = await fetch(url, { signal: controller.signal })
      if (!response.ok) throw new MediaError(await wireOf(response))
      const bitmap = await createImageBitmap(await response.blob())
      this.keep(url, bitmap)
      this.options.onChange()
    } catch (thrown) {
      if (!controller.signal.aborted) this.fail(url, thrown)
    } finally {
      this.running.delete(url)
      this.pump()
    }
  }

  private keep(url: string, bitmap: ImageBitmap): void {
    this.tries.delete(url)
    this.bitmaps.set(url, bitmap)
    this.bytes += bitmap.width * bitmap.height * 4
    const wanted = new Set(this.wanted)
    for (const [old, oldBitmap] of this.bitmaps) {
      if (this.bytes <= this.options.limitBytes) break
      if (wanted.has(old)) continue
      this.bitmaps.delete(old)
      this.bytes -= oldBitmap.width * oldBitmap.height * 4
      oldBitmap.close()
    }
  }

  private fail(url: string, thrown: unknown): void {
    const tries = (this.tries.get(url) ?? 0) + 1
    this.tries.set(url, tries)
    const wire: ErrorWire =
      thrown instanceof MediaError ? thrown.wire : { code: 'internal', params: { reason: String(thrown) } }
    this.failures.set(url, wire)
    if (tries < RETRIES) {
      this.timer = setTimeout(() => {
        this.failures.delete(url)
        this.pump()
      }, 400 * tries)
    } else {
      this.options.onChange()
    }
  }
}

class MediaError extends Error {
  constructor(readonly wire: ErrorWire) {
    super(wire.code)
  }
}

/** The studio answers a failed request with an ErrorWire as JSON; anything else is told by its status. */
async function wireOf(response: Response): Promise<ErrorWire> {
  const text = await response.text()
  const parsed = ErrorWire.safeParse(safeJson(text))
  return parsed.success ? parsed.data : { code: 'internal', params: { reason: `HTTP ${response.status}` } }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the caller falls back to the status.
    return null
  }
}
