import { usualTemplates } from '../../../shared/usual-templates.js'
import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const denoise: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('denoise')
    .summary(words.t('cli.denoise.summary'))
    .description(words.t('cli.denoise.description'))
    .argument('<files|folders...>', words.t('cli.denoise.files'))
    .addHelpText('after', `\n${words.t('cli.denoise.examples')}`)
  addOptions(
    command,
    [
      ...(['output', 'sigma', 'strength', 'detail', 'blend', 'seed', 'model', 'provider', 'tile', 'memory'] as const),
      ...([
        'format',
        'quality',
        'depth',
        'name',
        'strip',
        'recursive',
        'overwrite',
        'resume',
        'watch',
        'report',
        'dataDir',
        'json',
        'quiet',
      ] as const),
    ],
    words,
    { template: usualTemplates.denoise },
  )
  command.action(
    act(async (files, given) => {
      const { runEdit } = await import('../edit.js')
      return runEdit('denoise', files, given, context)
    }),
  )
}
