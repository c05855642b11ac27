/** The settings of an upscale edit beside its size, for one picture or for many. */
import { Select, Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ModelView } from '../../shared/contract.js'
import { UpscaleEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { Row, SliderRow } from '../panels/Row.js'
import panels from '../panels/panels.module.css'

interface Props {
  readonly edit: Pick<UpscaleEdit, 'model' | 'input' | 'ensemble' | 'detail'>
  readonly disabled: boolean
  readonly onChange: (change: Partial<Pick<UpscaleEdit, 'model' | 'input' | 'ensemble' | 'detail'>>) => void
}

export function UpscalerRow({
  edit: { model },
  models,
  disabled,
  onChange,
  children,
}: Props & { readonly models: readonly ModelView[]; readonly children?: ReactNode }) {
  const text = useText()
  const known = models.some(({ id }) => id === model)
  const data = [
    ...models.map(({ id, name }) => ({ value: id, label: name })),
    ...(known ? [] : [{ value: model, label: model }]),
  ]
  return (
    <Row label={text('upscale.model')} wide>
      <div
        className={children === undefined ? undefined : panels.withIcon}
        title={models.find(({ id }) => id === model)?.summary}
      >
        <Select
          aria-label={text('upscale.model')}
          disabled={disabled}
          data={data}
          value={model}
          onChange={(value) => value !== null && onChange({ model: value })}
        />
        {children}
      </div>
    </Row>
  )
}

const inputs = UpscaleEdit.shape.input.unwrap().options

export function InputRows({ edit: { input, ensemble, detail }, disabled, onChange }: Props) {
  const text = useText()
  return (
    <>
      <Row label={text('upscale.input')} wide>
        <div title={text('upscale.inputHint')}>
          <Select
            aria-label={text('upscale.input')}
            disabled={disabled}
            data={inputs.map((value) => ({ value, label: text(`upscale.inputs.${value}`) }))}
            value={input}
            onChange={(value) => {
              const chosen = inputs.find((known) => known === value)
              if (chosen !== undefined) onChange({ input: chosen })
            }}
          />
        </div>
      </Row>
      <SliderRow
        label={text('upscale.detail')}
        hint={text('upscale.detailHint')}
        value={detail}
        initial={0}
        min={0}
        max={1}
        step={0.01}
        digits={2}
        disabled={disabled}
        onChange={(value) => onChange({ detail: value })}
      />
      <div className={panels.switches}>
        <Switch
          label={text('upscale.ensemble')}
          title={text('upscale.ensembleHint')}
          disabled={disabled}
          checked={ensemble}
          onChange={(event) => onChange({ ensemble: event.currentTarget.checked })}
        />
      </div>
    </>
  )
}
