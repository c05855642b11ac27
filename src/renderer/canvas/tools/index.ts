import { maskTools, type MaskToolId } from '../../mask/tools/index.js'
import type { Tool } from './tool.js'
import { hand } from './hand.js'
import { zoom } from './zoom.js'

export const tools = { hand, zoom } as const
export type ViewToolId = keyof typeof tools
export type ToolId = ViewToolId | MaskToolId
export const isMaskTool = (id: ToolId): id is MaskToolId => id in maskTools

/** A tool with its state, so that who drives it need not know the state's type. */
export interface RunningTool {
  readonly cursor: (alt: boolean) => string
  readonly send: (event: Parameters<Tool<unknown>['reduce']>[1]) => ReturnType<Tool<unknown>['reduce']>['intents']
}

export const startTool = (id: ViewToolId): RunningTool => (id === 'hand' ? start(hand) : start(zoom))

function start<State>(tool: Tool<State>): RunningTool {
  let state = tool.initial
  return {
    cursor: (alt) => tool.cursor(state, alt),
    send(event) {
      const next = tool.reduce(state, event)
      state = next.state
      return next.intents
    },
  }
}
