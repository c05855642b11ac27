import pc from 'picocolors'
import type { DoctorEvent } from '../../../shared/events.js'
import type { Words } from '../../../shared/words.js'
import { bytes, table } from './table.js'

/** The report as titled, aligned tables. */
export function doctorText(report: DoctorEvent, { t }: Words): string {
  const { bold } = pc.createColors(process.stdout.isTTY === true && !process.env['NO_COLOR'])
  const title = (key: string) => bold(t(`cli.doctor.title.${key}`))
  const state = (name: string) => t(`cli.doctor.state.${name}`)
  const { versions, providers, models, memory, folders } = report

  const providerRows = providers.map(
    ({ provider, device, model, state: found, maxError, megapixelsPerSecond, reason }) => [
      provider,
      state(found),
      model,
      megapixelsPerSecond === null ? '' : t('cli.doctor.speed', { speed: megapixelsPerSecond.toPrecision(3) }),
      maxError === null ? '' : t('cli.doctor.error', { error: maxError.toExponential(1) }),
      firstLine(reason) || device,
    ],
  )
  const sections: [string, string[][]][] = [
    ['versions', Object.entries(versions)],
    ['providers', providerRows],
    ['models', models.map((model) => [model.id, state(model.state), firstLine(model.reason)])],
    ['memory', Object.entries(memory).map(([key, value]) => [t(`cli.doctor.memory.${key}`), bytes(value)])],
    ['folders', Object.entries(folders)],
  ]
  const verdict = t(report.healthy ? 'cli.doctor.healthy' : 'cli.doctor.unhealthy')
  return [...sections.map(([key, rows]) => `${title(key)}\n${table(rows)}\n`), verdict].join('\n')
}

const firstLine = (text: string | null): string => text?.split('\n')[0]?.trim() ?? ''
