import type { JobView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'

const phases = ['decode', 'estimate', 'denoise', 'sample', 'fill', 'upscale', 'encode', 'store'] as const
const isPhase = (phase: string | null): phase is (typeof phases)[number] => phases.some((known) => known === phase)

/** What a running job is busy with, in words. */
export function usePhase(job: JobView): string {
  const text = useText()
  if (job.state === 'waiting') return text('phase.waiting')
  return text(isPhase(job.phase) ? `phase.${job.phase}` : 'phase.working')
}
