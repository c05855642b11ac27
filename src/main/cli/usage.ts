/** What was typed wrongly, in the catalogue's words. */
import type { Command, CommanderError } from 'commander'
import type { Words } from '../../shared/words.js'
import { closest } from '../studio/library/closest.js'

/** Commands of later versions: known by name, so that typing one is not called a mistake. */
const later = ['generate']

/**
 * The sentence for a first word that is neither a command nor a file; undefined when it may be a file.
 * `lacuna photo.jpg` opens a picture, `lacuna denoize` is a mistake: a word with a dot or a slash is a file.
 */
export function unknownCommand(
  word: string,
  program: Command,
  words: Words,
  exists: (path: string) => boolean,
): string | undefined {
  const commands = program.commands.map((command) => command.name())
  if (word.startsWith('-') || commands.includes(word)) return undefined
  if (/[./\\]/.test(word) || exists(word)) return undefined
  if (later.includes(word)) return words.t('cli.usage.laterCommand', { command: word })
  const nearest = closest(word, commands) ?? undefined
  return withSuggestion('cli.usage.unknownCommand', { command: word }, nearest, words)
}

/** The same for the second word of a command that has commands of its own (`lacuna jobs lsit`); undefined when it fits. */
export function unknownSubcommand(word: string, parent: Command, words: Words): string | undefined {
  const commands = parent.commands.map((command) => command.name())
  if (commands.length === 0 || word.startsWith('-') || commands.includes(word)) return undefined
  const nearest = closest(word, commands) ?? undefined
  const params = { command: parent.name(), word, commands: commands.join(', ') }
  return withSuggestion('cli.usage.unknownSubcommand', params, nearest, words)
}

/** The sentence for what commander could not parse. It names the culprit in quotes and suggests in brackets. */
export function usageSentence(error: CommanderError, words: Words): string {
  const what = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const nearest = /\(Did you mean (?:one of )?([^)]*)\?\)/.exec(error.message)?.[1]
  switch (error.code) {
    case 'commander.unknownOption':
      return withSuggestion('cli.usage.unknownOption', { option: what }, nearest, words)
    case 'commander.unknownCommand':
      return withSuggestion('cli.usage.unknownCommand', { command: what }, nearest, words)
    case 'commander.missingArgument':
      return words.t(what.startsWith('id') ? 'cli.usage.missingId' : 'cli.usage.missingArgument')
    case 'commander.optionMissingArgument':
      return words.t('cli.usage.missingValue', { option: what })
    case 'commander.excessArguments':
      return words.t('cli.usage.excessArguments')
    default:
      return error.message.replace(/^error: /, '')
  }
}

function withSuggestion(
  key: string,
  params: Record<string, string>,
  nearest: string | undefined,
  { t }: Words,
): string {
  return nearest === undefined ? t(key, params) : `${t(key, params)} ${t('common.suggestion', { nearest })}`
}
