import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const doctor: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('doctor')
    .summary(words.t('cli.doctor.summary'))
    .description(words.t('cli.doctor.description'))
  addOptions(command, ['dataDir', 'json'], words)
  const handle = act(async (_files, given) => {
    const { runDoctor } = await import('../doctor.js')
    return runDoctor(given, context)
  })
  command.action((given: Record<string, unknown>) => handle([], given))
}
