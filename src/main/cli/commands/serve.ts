import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const serve: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('serve')
    .summary(words.t('cli.serve.summary'))
    .description(words.t('cli.serve.description'))
    .addHelpText('after', `\n${words.t('cli.serve.examples')}`)
  addOptions(
    command,
    [
      ...(['port', 'host', 'allowRemote', 'root', 'paused', 'open'] as const),
      ...(['provider', 'tile', 'memory', 'dataDir', 'json', 'quiet'] as const),
    ],
    words,
  )
  const handle = act(async (_files, given) => {
    const { runServe } = await import('../serve.js')
    return runServe([], given, context)
  })
  command.action((given: Record<string, unknown>) => handle([], given))
}
