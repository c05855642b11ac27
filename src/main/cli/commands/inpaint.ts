import { usualTemplates } from '../../../shared/usual-templates.js'
import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const inpaint: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('inpaint')
    .summary(words.t('cli.inpaint.summary'))
    .description(words.t('cli.inpaint.description'))
    .argument('<files|folders...>', words.t('cli.denoise.files'))
    .addHelpText('after', `\n${words.t('cli.inpaint.examples')}`)
  addOptions(
    command,
    [
      ...([
        'output',
        'mask',
        'sensitivity',
        'fitMask',
        'grow',
        'feather',
        'mirror',
        'rotate',
        'seed',
        'count',
      ] as const),
      ...(['model', 'provider', 'tile', 'memory'] as const),
      ...(['format', 'quality', 'depth', 'name', 'strip', 'recursive', 'overwrite'] as const),
      ...(['resume', 'watch', 'report', 'dataDir', 'json', 'quiet'] as const),
    ],
    words,
    { template: usualTemplates.inpaint },
  )
  command.action(
    act(async (files, given) => {
      const { runEdit } = await import('../edit.js')
      return runEdit('inpaint', files, given, context)
    }),
  )
}
