import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InpainterManifest } from '../../../../shared/model.js'

const root = resolve(import.meta.dirname, '../../../../..')
const manual = readFileSync(join(root, 'docs/network-inpainting.md'), 'utf8')
const examples = [...manual.matchAll(/^## (.+)\n[^#]*?```json\n([^`]+)```/gm)].map(
  ([, heading, text]) => [heading ?? '', JSON.parse(text ?? '') as Record<string, unknown>] as const,
)

/** The network of the fixtures that each example's contract is proven with. */
const proven: Record<string, string> = {
  'LaMa, exported for one size': 'lama-contract',
  'MI-GAN, the whole pipeline': 'migan-pipeline-contract',
  'MI-GAN, the generator alone': 'migan-generator-contract',
  'Four channels in 0..1': 'four-channel-contract',
  'Half floats': 'half-contract',
  'Channels last': 'nhwc-bgr-contract',
}

describe('the examples of docs/network-inpainting.md', () => {
  it('are all there', () => expect(examples.map(([heading]) => heading)).toEqual(Object.keys(proven)))

  it.each(examples)('%s: says of order, layout, elements, range and polarity what was proven', (heading, example) => {
    const file = join(root, 'tests/fixtures/models', proven[heading]!, 'model.json')
    const fixture = InpainterManifest.parse(JSON.parse(readFileSync(file, 'utf8')))
    const { inputs, output, layout, channels, elements, range, mask, holeValue } = fixture
    expect(InpainterManifest.parse(example)).toMatchObject({
      ...{ inputs, output, layout, channels, elements, range, mask, holeValue },
    })
  })

  it('the table names every key of the manifest', () => {
    const rows = [...manual.matchAll(/^\| ((?:`\w+` ?)+) *\|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, key]) => key),
    )
    expect(rows.toSorted()).toEqual(Object.keys(InpainterManifest.shape).sort())
  })
})
