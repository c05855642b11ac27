import type { Words } from '../../../shared/words.js'
import type { Values } from '../values.js'
import { humanReporter } from './human.js'
import { jsonReporter } from './json.js'
import type { Reporter } from './reporter.js'

export const reporterFor = ({ json = false, quiet = false }: Pick<Values, 'json' | 'quiet'>, words: Words): Reporter =>
  json ? jsonReporter(quiet) : humanReporter(words, quiet)
