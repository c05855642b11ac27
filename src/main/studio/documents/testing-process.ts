/** A studio that a test kills: opens a picture and changes it for ever. Given: home, picture, the built engine. */
import { random } from '../../../../tests/support/engine.js'
import { forkEngine } from '../engine/fork-link.js'
import { createEngine } from '../engine/supervisor.js'
import { studioPaths } from '../paths.js'
import { createStudio } from '../studio.js'
import { changeAll, fillAt, opened } from '../../../../tests/support/states.js'

const [dataDir, picture = '', entry = ''] = process.argv.slice(2)
const engine = createEngine({ start: forkEngine(entry) })
const studio = await createStudio({ engine, paths: studioPaths({ dataDir }) })
const id = await opened(studio, picture)
const next = random(process.pid)
for (;;) {
  await fillAt(studio, id, next)
  await changeAll(studio, id, next)
}
