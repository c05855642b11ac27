/** The command line: parses, and loads what a command needs only when it runs (`--help` answers in 150 ms). */
import { fileURLToPath } from 'node:url'
import english from '../../../resources/locales/en.json'
import { createWords } from '../../shared/words.js'
import { run } from './program.js'

const engineEntry = fileURLToPath(new URL('./engine.js', import.meta.url))
process.exitCode = await run(process.argv.slice(2), { words: createWords(english), engineEntry })
