import { GRAPH_SCALES, graphRole, type GraphScale } from '../../shared/image-network.js'
import type { ImportGiven, ImportProposal } from '../../shared/model-import.js'

/** Whether what a person says of a network gives another picture than the one that was tried. */
export function needsTrying({ manifest }: ImportProposal, given: ImportGiven): boolean {
  if (manifest.kind === 'denoiser') return false
  const { channels, range, size } = manifest
  const differs = (value: unknown, now: unknown) => value !== undefined && JSON.stringify(value) !== JSON.stringify(now)
  return (
    differs(given.channels, channels) ||
    differs(given.range?.image, range.image) ||
    differs(given.range?.output, range.output) ||
    (manifest.kind === 'image-to-image'
      ? differs(given.margin, manifest.margin) ||
        (given.scale !== undefined && manifest.files[graphRole(scaleOf(given.scale))] === undefined)
      : differs(given.mask, manifest.mask) ||
        ('order' in manifest.inputs && differs(given.order, manifest.inputs.order))) ||
    ('multipleOf' in size && differs(given.multipleOf, size.multipleOf))
  )
}

const scaleOf = (given: number): GraphScale => GRAPH_SCALES.find((scale) => scale === given) ?? 1
