/** `lacuna models import`: looks at a network, tries it, and installs it with what was derived and given. */
import { basename, resolve } from 'node:path'
import type { ImportedEvent } from '../../../shared/events.js'
import type { ImportProposal } from '../../../shared/model-import.js'
import type { Words } from '../../../shared/words.js'
import { Imports } from '../../studio/library/imports.js'
import { cancelOnSignals } from '../cancel.js'
import { exit, type Context } from '../context.js'
import { table } from '../report/table.js'
import { openEngine } from '../tools.js'
import { checkValues } from '../values.js'
import { givenOf } from './given.js'
import { factRows, fillRows, modelEvent } from './show.js'

/** Throws `import.*`, `file.notFound`, `output.*`, `cancelled`; then nothing was imported. */
export async function runImport(
  source: string,
  typed: Record<string, unknown>,
  { words, engineEntry }: Context,
): Promise<number> {
  const { id, name, licence, source: from, summary, scale, channels, range, rangeOut, ...rest } = typed
  const { multipleOf, least, most, margin, ...common } = rest
  const given = givenOf(
    { id, name, licence, source: from, summary, scale, channels, range, rangeOut, multipleOf, least, most, margin },
    words,
  )
  const { json = false, quiet = false, overwrite = 'never', dataDir } = checkValues(common, words)
  using cancelling = cancelOnSignals(exit.cancelled, () => {})
  await using tools = await openEngine({ dataDir }, engineEntry)
  await Imports.sweep(tools.paths)
  const imports = new Imports({ ...tools, run: () => tools.run })
  try {
    const path = resolve(source)
    const { signal } = cancelling
    const looked = await imports.look({ path, name: basename(path) }, given, { signal })
    const model = await imports.install(looked.id, given, overwrite === 'always', { signal })
    const { proposal } = looked
    const event: ImportedEvent = {
      ...modelEvent(model),
      event: 'imported',
      how: proposal.how,
      remarks: proposal.remarks.map(({ code, params }) => ({
        ...{ code, params },
        message: words.t(`import.remark.${code}`, params),
      })),
    }
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`)
    else if (!quiet) process.stdout.write(`${importedText(model.manifest.id, proposal, event, words)}\n`)
    return exit.done
  } finally {
    await imports.end()
  }
}

function importedText(id: string, { manifest }: ImportProposal, { how, remarks, folder }: ImportedEvent, { t }: Words): string {
  const lines = [t('cli.models.imported', { id, folder })]
  if (manifest.kind === 'image-to-image') {
    // In the order of the facts.
    const known = [how.scale, how.layout, how.range, how.size, how.margin, how.memory]
    lines.push(table(factRows(manifest, t).map((row, i) => [...row, known[i] ? t(`import.how.${known[i]}`) : ''])))
    if (how.channels !== undefined)
      lines.push(`  ${t('cli.models.order', { order: manifest.channels, how: t(`import.how.${how.channels}`) })}`)
  }
  if (manifest.kind === 'inpainter' && Object.keys(how).length > 0) {
    // In the order of the facts.
    const known = [how.layout, how.range, how.range, how.size]
    lines.push(table(fillRows(manifest, t).map((row, i) => [...row, known[i] ? t(`import.how.${known[i]}`) : ''])))
  }
  return [...lines, ...remarks.map(({ message }) => message)].join('\n')
}
