import type { Command } from 'commander'
import type { Words } from '../../shared/words.js'

/** What a command gets besides its arguments. */
export interface Context {
  readonly words: Words
  /** The built engine, a script for a process of its own. */
  readonly engineEntry: string
}

export const exit = { done: 0, someFailed: 1, usage: 2, cancelled: 130 } as const

/** Does a command's work and resolves to the exit code. `given`: its options as typed, not yet checked. */
export type Action = (files: string[], given: Record<string, unknown>) => Promise<number>

/**
 * Adds a command to the program: name, options and help alone. Whatever its work needs is imported inside the
 * action, so that `--help` of one command never waits for another's libraries.
 */
export type Declare = (program: Command, context: Context, act: Act) => void

/** Makes commander's handler of an action; it keeps the exit code. */
export type Act = (action: Action) => (files: string[], given: Record<string, unknown>) => Promise<void>
