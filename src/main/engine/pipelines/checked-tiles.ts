/** Every tile that a network gives is checked; what a GPU got wrong is done again on the CPU, and the person is told. */
import { LacunaError, type Note } from '../../../shared/errors.js'
import { deviceName } from '../runtime/device.js'
import { allFinite, tileFault, type TileStatistics } from './tile-check.js'

type Run = () => Promise<Float32Array>

export class CheckedTiles {
  #redone = 0

  constructor(
    private readonly model: string,
    private readonly provider: string,
  ) {}

  /**
   * A picture's tile. `again` runs it on the CPU; null where `run` does so already. Throws `engine.badOutput` when the CPU's own
   * result is not finite or flat.
   */
  async picture(input: TileStatistics, run: Run, again: Run | null): Promise<Float32Array> {
    const result = await run()
    const fault = tileFault(result, input)
    if (!fault) return result
    if (!again) {
      // Noise cut off at black or white moves the mean rightly; the CPU is the reference and is believed there.
      if (fault === 'shifted') return result
      throw this.#bad(this.provider, fault)
    }
    const second = await again()
    const still = tileFault(second, input)
    if (still && still !== 'shifted') throw this.#bad('cpu', still)
    if (!still || differs(second, result)) this.#redone++
    return second
  }

  /** Anything else: it has to be finite. */
  async finite(run: Run, again: Run | null): Promise<Float32Array> {
    const result = await run()
    if (allFinite(result)) return result
    if (!again) throw this.#bad(this.provider, 'notFinite')
    this.#redone++
    return again()
  }

  /** Remarks for the person so far: how many tiles were done again, and where. */
  notes(): Note[] {
    const { provider } = this
    if (this.#redone === 0) return []
    return [{ code: 'engine.tileRedoneOnCpu', params: { count: this.#redone, device: deviceName(provider), provider } }]
  }

  #bad(provider: string, fault: string): LacunaError {
    return new LacunaError('engine.badOutput', { model: this.model, device: deviceName(provider), fault })
  }
}

const differs = (a: Float32Array, b: Float32Array): boolean =>
  a.some((value, i) => !(Math.abs(value - (b[i] as number)) < 2e-3))
