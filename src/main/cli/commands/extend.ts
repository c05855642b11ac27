import { usualTemplates } from '../../../shared/usual-templates.js'
import type { Declare } from '../context.js'
import { addOptions } from '../options.js'

export const extend: Declare = (program, context, act) => {
  const { words } = context
  const command = program
    .command('extend')
    .summary(words.t('cli.extend.summary'))
    .description(words.t('cli.extend.description'))
    .argument('<files|folders...>', words.t('cli.denoise.files'))
    .addHelpText('after', `\n${words.t('cli.extend.examples')}`)
  addOptions(
    command,
    [
      ...(['output', 'left', 'top', 'right', 'bottom', 'aspect', 'anchor', 'feather', 'mirror', 'rotate'] as const),
      ...(['seed', 'count', 'model', 'provider', 'tile', 'memory', 'format', 'quality', 'depth', 'name'] as const),
      ...(['strip', 'recursive', 'overwrite', 'resume', 'watch', 'report', 'dataDir', 'json', 'quiet'] as const),
    ],
    words,
    { template: usualTemplates.extend },
  )
  command.action(
    act(async (files, given) => {
      const { runEdit } = await import('../edit.js')
      return runEdit('extend', files, given, context)
    }),
  )
}
