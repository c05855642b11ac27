import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const open: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('open', { isDefault: true })
    .summary(words.t('cli.open.summary'))
    .description(words.t('cli.open.description'))
    .argument('[files...]', words.t('cli.open.files'))
    .addHelpText('after', `\n${words.t('cli.open.examples')}`)
  addOptions(command, ['paused', 'open', 'provider', 'tile', 'memory', 'dataDir', 'json', 'quiet'], words)
  command.action(
    act(async (files, given) => {
      const { runServe } = await import('../serve.js')
      return runServe(files, given, context)
    }),
  )
}
