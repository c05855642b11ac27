/** Whose turn it is: of the jobs that a process holds, one starts files; one that has none lets another go on. */
import { Changes } from '../changes.js'

/** A job's place among those of its process. */
export interface Turn {
  /** Whether its files may be started now. */
  readonly held: boolean
  /** It has files again: it waits for its turn, behind those that asked before. */
  ask(): void
  /** It has nothing to do for now, or for ever. */
  give(): void
  /** Called when the turn is here. */
  subscribe(listener: () => void): () => void
}

export class Turns {
  /** Told when the turn was given up or asked for. */
  readonly changed = new Changes()
  #holder: JobTurn | null = null
  #asking: JobTurn[] = []

  /** Nobody holds the turn. */
  get free(): boolean {
    return this.#holder === null
  }

  /** A job that was just claimed begins with the turn, which has to be free. */
  begin(): Turn {
    const turn = new JobTurn(this)
    this.#holder = turn
    return turn
  }

  /** Whose turn was free: the first that asked has it now. False when nobody asks. */
  next(): boolean {
    const turn = this.#asking.shift()
    if (turn === undefined) return false
    this.#holder = turn
    turn.granted.notify()
    return true
  }

  isHeldBy(turn: JobTurn): boolean {
    return this.#holder === turn
  }

  ask(turn: JobTurn): void {
    if (this.#holder === turn || this.#asking.includes(turn)) return
    this.#asking.push(turn)
    this.changed.notify()
  }

  give(turn: JobTurn): void {
    this.#asking = this.#asking.filter((other) => other !== turn)
    if (this.#holder !== turn) return
    this.#holder = null
    this.changed.notify()
  }
}

class JobTurn implements Turn {
  readonly granted = new Changes()
  readonly #turns: Turns

  constructor(turns: Turns) {
    this.#turns = turns
  }

  get held(): boolean {
    return this.#turns.isHeldBy(this)
  }

  ask(): void {
    this.#turns.ask(this)
  }

  give(): void {
    this.#turns.give(this)
  }

  subscribe(listener: () => void): () => void {
    return this.granted.subscribe(listener)
  }
}
