import { type Command, Option } from 'commander'
import type { Act, Context, Declare } from '../context.js'
import { addOptions, type OptionName } from '../options.js'
import { importFlags } from '../models/flags.js'

/** One command of `lacuna models`. */
interface ModelsCommand {
  readonly name: string
  /** How its argument is written; null for none. */
  readonly argument: '<id>' | '<ids...>' | '[ids...]' | '<file|folder>' | null
  readonly options: readonly OptionName[]
  /** Those of `import`, which have names of their own. */
  readonly describes?: boolean
  run(named: string[], given: Record<string, unknown>, context: Context): Promise<number>
}

const importing = {
  argument: '<file|folder>',
  options: ['overwrite', 'dataDir', 'json', 'quiet'],
  describes: true,
  run: async ([source = ''], given, context) => (await import('../models/import.js')).runImport(source, given, context),
} satisfies Omit<ModelsCommand, 'name'>

/** The order is that of `--help`. */
const modelsCommands: readonly ModelsCommand[] = [
  {
    name: 'list',
    argument: null,
    options: ['dataDir', 'json'],
    run: async (_named, given, context) => (await import('../models/show.js')).runList(given, context),
  },
  {
    name: 'info',
    argument: '<id>',
    options: ['dataDir', 'json'],
    run: async ([id = ''], given, context) => (await import('../models/show.js')).runInfo(id, given, context),
  },
  { name: 'import', ...importing },
  { name: 'add', ...importing },
  {
    name: 'remove',
    argument: '<ids...>',
    options: ['dataDir', 'json'],
    run: async (ids, given, context) => (await import('../models/remove.js')).runRemove(ids, given, context),
  },
  {
    name: 'verify',
    argument: '[ids...]',
    options: ['dataDir', 'json'],
    run: async (ids, given, context) => (await import('../models/verify.js')).runVerify(ids, given, context),
  },
]

export const models: Declare = (program, context, act) => {
  const { t } = context.words
  const parent = program
    .command('models')
    .summary(t('cli.models.summary'))
    .description(t('cli.models.description'))
    .helpCommand(false)
    .addHelpText('after', `\n${t('cli.models.examples')}`)
  for (const one of modelsCommands) declare(parent, one, context, act)
}

function declare(parent: Command, one: ModelsCommand, context: Context, act: Act): void {
  const { words } = context
  const { name, argument, options, describes = false } = one
  const command = parent
    .command(name, { isDefault: name === 'list' })
    .summary(words.t(`cli.models.command.${name}`))
    .description(words.t(describes ? 'cli.models.importDescription' : `cli.models.command.${name}`))
  if (describes) command.addHelpText('after', `\n${words.t('cli.models.importExamples')}`)
  if (argument !== null)
    command.argument(argument, words.t(argument.includes('id') ? 'cli.models.id' : 'cli.models.source'))
  if (describes)
    for (const [key, flag] of Object.entries(importFlags))
      command.addOption(new Option(flag, words.t(`cli.models.option.${key}`)))
  addOptions(command, options, words)
  const handle = act((named, given) => one.run(named, given, context))
  if (argument === null) command.action((given: Record<string, unknown>) => handle([], given))
  else
    command.action((named: string | string[], given: Record<string, unknown>) =>
      handle(typeof named === 'string' ? [named] : named, given),
    )
}
