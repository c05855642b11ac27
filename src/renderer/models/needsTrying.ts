import type { ImportGiven, ImportProposal } from '../../shared/model-import.js'

/** Whether what a person says of a network gives another picture than the one that was tried. */
export function needsTrying({ manifest }: ImportProposal, given: ImportGiven): boolean {
  if (manifest.kind !== 'image-to-image') return false
  const { channels, range, margin, size } = manifest
  const differs = (value: unknown, now: unknown) => value !== undefined && JSON.stringify(value) !== JSON.stringify(now)
  return (
    differs(given.channels, channels) ||
    differs(given.range?.image, range.image) ||
    differs(given.range?.output, range.output) ||
    differs(given.margin, margin) ||
    ('multipleOf' in size && differs(given.multipleOf, size.multipleOf))
  )
}
