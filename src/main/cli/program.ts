import { Command, CommanderError } from 'commander'
import { existsSync } from 'node:fs'
import { version } from '../../../package.json'
import { commands } from './commands/index.js'
import { exit, type Act, type Context } from './context.js'
import { unknownCommand, unknownSubcommand, usageSentence } from './usage.js'

/** Runs a command line (without node and script) and resolves to the exit code; never throws. */
export async function run(typed: readonly string[], context: Context): Promise<number> {
  const args = withoutHelpCommand(typed)
  const { t } = context.words
  const outcome: { code: number } = { code: exit.done }
  const program = buildProgram(context, (action) => async (files, given) => {
    outcome.code = await action(files, given)
  })
  const [first, second] = args
  const named = program.commands.find((command) => command.name() === first)
  const usageError = (sentence: string): number => {
    const command = named === undefined ? 'lacuna' : `lacuna ${named.name()}`
    process.stderr.write(`${sentence}\n${t('cli.usage.seeHelp', { command })}\n`)
    return exit.usage
  }
  const mistake =
    (first === undefined ? undefined : unknownCommand(first, program, context.words, existsSync)) ??
    (named === undefined || second === undefined ? undefined : unknownSubcommand(second, named, context.words))
  if (mistake !== undefined) return usageError(mistake)
  try {
    await program.parseAsync(args, { from: 'user' })
    return outcome.code
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version were asked for, and are printed.
      return thrown.exitCode === 0 ? exit.done : usageError(usageSentence(thrown, context.words))
    }
    return failure(thrown, context, usageError)
  }
}

/** `lacuna help denoise` is `lacuna denoise --help`: many programs have it so. */
const withoutHelpCommand = (args: readonly string[]): readonly string[] =>
  args[0] === 'help' ? [...args.slice(1), '--help'] : args

function buildProgram(context: Context, act: Act): Command {
  const { t } = context.words
  const program = new Command('lacuna')
    .description(t('cli.summary'))
    .usage(t('cli.help.usageLine'))
    .version(version, '-V, --version', t('cli.option.version'))
    .helpOption('-h, --help', t('cli.option.help'))
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      styleTitle: (title) => t(`cli.help.title.${title.replace(':', '').toLowerCase()}`),
      helpWidth: helpWidth(),
    })
    .addHelpText('after', `\n${t('cli.help.examples')}`)
  for (const declare of commands) declare(program, context, act)
  return program
}

/** The width of the terminal up to what reads well; a fixed width where there is none, so that piped help is the same everywhere. */
const helpWidth = (): number => Math.min(process.stdout.columns ?? 100, 120)

/** Errors of a whole command (never of one picture) that another command line would avoid. */
const typedWrongly: readonly string[] = ['usage', 'model.notFound', 'output.nameTemplate', 'job.ambiguous']

/** What a command could not handle itself: one sentence, and the cause where it was asked for. */
async function failure(thrown: unknown, { words }: Context, usageError: (sentence: string) => number): Promise<number> {
  const { LacunaError } = await import('../../shared/errors.js')
  const error = LacunaError.from(thrown)
  if (typedWrongly.includes(error.code)) return usageError(words.errorSentence(error))
  process.stderr.write(`${words.errorSentence(error)}\n`)
  if (process.env['LACUNA_DEBUG'] !== undefined && error.cause !== undefined)
    process.stderr.write(`${inspectCause(error)}\n`)
  return error.code === 'cancelled' ? exit.cancelled : exit.someFailed
}

const inspectCause = (error: Error): string =>
  error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause)
