import type { Command } from 'commander'
import type { Act, Context, Declare } from '../context.js'
import { addOptions, type OptionName } from '../options.js'

/** One command of `lacuna jobs`. `ids`: how its argument is written; null for none. */
interface JobsCommand {
  readonly name: string
  readonly ids: '<id>' | '<ids...>' | null
  readonly options: readonly OptionName[]
  run(ids: string[], given: Record<string, unknown>, context: Context): Promise<number>
}

const wish = ['dataDir', 'json'] as const
const takeUp = ['report', 'dataDir', 'json', 'quiet'] as const

/** The order is that of `--help`. */
const jobsCommands: readonly JobsCommand[] = [
  {
    name: 'list',
    ids: null,
    options: wish,
    run: async (_ids, given, context) => (await import('../jobs/show.js')).runList(given, context),
  },
  {
    name: 'show',
    ids: '<id>',
    options: wish,
    run: async ([id = ''], given, context) => (await import('../jobs/show.js')).runShow(id, given, context),
  },
  {
    name: 'pause',
    ids: '<ids...>',
    options: wish,
    run: async (ids, given, context) => (await import('../jobs/wishes.js')).runWish('pause', ids, given, context),
  },
  {
    name: 'resume',
    ids: '<id>',
    options: takeUp,
    run: async (ids, given, context) => (await import('../jobs/take-up.js')).runTakeUp('resume', ids, given, context),
  },
  {
    name: 'cancel',
    ids: '<ids...>',
    options: wish,
    run: async (ids, given, context) => (await import('../jobs/wishes.js')).runWish('cancel', ids, given, context),
  },
  {
    name: 'retry',
    ids: '<ids...>',
    options: takeUp,
    run: async (ids, given, context) => (await import('../jobs/take-up.js')).runTakeUp('retry', ids, given, context),
  },
  {
    name: 'remove',
    ids: '<ids...>',
    options: wish,
    run: async (ids, given, context) => (await import('../jobs/forget.js')).runRemove(ids, given, context),
  },
  {
    name: 'clear',
    ids: null,
    options: wish,
    run: async (_ids, given, context) => (await import('../jobs/forget.js')).runClear(given, context),
  },
]

export const jobs: Declare = (program, context, act) => {
  const { t } = context.words
  const parent = program
    .command('jobs')
    .summary(t('cli.jobs.summary'))
    .description(t('cli.jobs.description'))
    .helpCommand(false)
    .addHelpText('after', `\n${t('cli.jobs.examples')}`)
  for (const one of jobsCommands) declare(parent, one, context, act)
}

function declare(parent: Command, { name, ids, options, run }: JobsCommand, context: Context, act: Act): void {
  const { words } = context
  const command = parent
    .command(name, { isDefault: name === 'list' })
    .summary(words.t(`cli.jobs.command.${name}`))
    .description(words.t(`cli.jobs.command.${name}`))
  if (ids !== null) command.argument(ids, words.t(ids === '<id>' ? 'cli.jobs.id' : 'cli.jobs.ids'))
  addOptions(command, options, words)
  const handle = act((named, given) => run(named, given, context))
  if (ids === null) command.action((given: Record<string, unknown>) => handle([], given))
  else
    command.action((named: string | string[], given: Record<string, unknown>) =>
      handle(typeof named === 'string' ? [named] : named, given),
    )
}
