import { usualTemplates } from '../../../shared/usual-templates.js'
import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const upscale: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('upscale')
    .summary(words.t('cli.upscale.summary'))
    .description(words.t('cli.upscale.description'))
    .argument('<files|folders...>', words.t('cli.denoise.files'))
    .addHelpText('after', `\n${words.t('cli.upscale.examples')}`)
  addOptions(
    command,
    [
      ...([
        'output',
        'scale',
        'width',
        'height',
        'dpi',
        'input',
        'ensemble',
        'detail',
        'seed',
        'model',
        'provider',
        'tile',
        'memory',
      ] as const),
      ...(['format', 'quality', 'depth', 'name', 'strip', 'recursive', 'overwrite'] as const),
      ...(['resume', 'watch', 'report', 'dataDir', 'json', 'quiet'] as const),
    ],
    words,
    { template: usualTemplates.upscale },
  )
  command.action(
    act(async (files, given) => {
      const { runEdit } = await import('../edit.js')
      return runEdit('upscale', files, given, context)
    }),
  )
}
