import { TextInput } from '@mantine/core'
import type { ImportView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'
import { say } from './commands.js'
import { Field } from './Field.js'
import { FillFields } from './FillFields.js'
import { ImageFields } from './ImageFields.js'
import classes from './models.module.css'
import { useImport } from './store.js'

/** Everything that a person may know better: names, and what was derived, each with how it is known. */
export function ImportFields({ view: { proposal }, disabled }: { view: ImportView; disabled: boolean }) {
  const text = useText()
  const given = useImport((store) => store.given)
  const { manifest } = proposal
  const named = (key: 'name' | 'id' | 'licence' | 'source' | 'summary') => (
    <Field label={text(key === 'summary' ? 'models.about' : `models.${key}`)}>
      {(id) => (
        <TextInput
          id={id}
          value={given[key] ?? manifest[key]}
          disabled={disabled}
          spellCheck={false}
          onChange={({ currentTarget }) => say({ [key]: currentTarget.value })}
        />
      )}
    </Field>
  )
  return (
    <div className={classes.fields}>
      {named('name')}
      {named('id')}
      {named('licence')}
      {named('source')}
      {named('summary')}
      {manifest.kind === 'image-to-image' && (
        <ImageFields manifest={manifest} how={proposal.how} given={given} disabled={disabled} />
      )}
      {manifest.kind === 'inpainter' && (
        <FillFields manifest={manifest} how={proposal.how} given={given} disabled={disabled} />
      )}
    </div>
  )
}
