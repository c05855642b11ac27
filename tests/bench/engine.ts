/** The built engine under its supervisor, as the hosts start it. */
import { join } from 'node:path'
import type { EngineClient } from '../../src/main/engine/protocol/client.js'
import { forkEngine } from '../../src/main/studio/engine/fork-link.js'
import { createEngine } from '../../src/main/studio/engine/supervisor.js'
import { root } from './workspace.js'

export function openEngine(): { client: EngineClient } & AsyncDisposable {
  const client = createEngine({ start: forkEngine(join(root, 'out/main/engine.js')) })
  return { client, [Symbol.asyncDispose]: () => client.close() }
}
