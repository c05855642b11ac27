import { Select } from '@mantine/core'
import { GRAPH_SCALES, graphScales, rimOf, type ImageNetworkManifest } from '../../shared/image-network.js'
import { useText } from '../i18n/index.js'
import { say } from './commands.js'
import { type DerivedProps, FormFields, known, WholeField } from './DerivedFields.js'
import { Field } from './Field.js'

/** What was derived of a network from picture to picture. */
export function ImageFields(props: DerivedProps<ImageNetworkManifest>) {
  const text = useText()
  const { manifest, how, given, disabled } = props
  const { crop, margin } = manifest
  const scales = graphScales(manifest)
  // Sizes that went in and came out show the scale, unless the network crops and takes one size alone.
  const unsure = how.scale === 'assumed' || given.scale !== undefined
  return (
    <>
      <Field label={text('models.scale')} {...known(how, 'scale', given.scale)}>
        {(id) =>
          unsure && scales.length === 1 ? (
            <Select
              id={id}
              data={GRAPH_SCALES.map((scale) => ({ value: String(scale), label: `${scale}×` }))}
              value={String(given.scale ?? scales[0])}
              disabled={disabled}
              allowDeselect={false}
              onChange={(value) => say({ scale: Number(value) })}
            />
          ) : (
            <output id={id}>{scales.map((scale) => `${scale}×`).join(', ')}</output>
          )
        }
      </Field>
      {Object.values(crop).map((one) => (
        <Field key={one.join()} label={text('models.crop')} {...known(how, 'scale', undefined)}>
          {(id) => <output id={id}>{text('models.cropped', { pixels: one.join(' + ') })}</output>}
        </Field>
      ))}
      <FormFields {...props} />
      <WholeField {...props} name="margin" field="margin" value={margin} least={rimOf(manifest)} />
    </>
  )
}
