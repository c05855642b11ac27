/** A studio that a test kills: opens a picture and changes it for ever. `node --import tsx testing-process.ts <home> <picture>` */
import { join } from 'node:path'
import { random, root } from '../../../../tests/support/engine.js'
import { forkEngine } from '../engine/fork-link.js'
import { createEngine } from '../engine/supervisor.js'
import { studioPaths } from '../paths.js'
import { createStudio } from '../studio.js'
import { changeAll, fillAt, opened } from '../../../../tests/support/states.js'

const [dataDir, picture = ''] = process.argv.slice(2)
const engine = createEngine({ start: forkEngine(join(root, 'out/main/engine.js')) })
const studio = await createStudio({ engine, paths: studioPaths({ dataDir }) })
const id = await opened(studio, picture)
const next = random(process.pid)
for (;;) {
  await fillAt(studio, id, next)
  await changeAll(studio, id, next)
}
