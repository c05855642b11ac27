/** The settings of an upscale edit for many pictures. */
import { useEffect, useState } from 'react'
import { UpscaleTarget, type UpscaleEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { More } from '../panels/More.js'
import { useModels } from '../panels/useModels.js'
import { upscalerOf } from './selectors.js'
import { dpiOf, formOf, targetOf } from './size.js'
import { SizeRows } from './SizeRows.js'
import { InputRows, UpscalerRow } from './UpscaleRows.js'
import panels from '../panels/panels.module.css'

interface Props {
  readonly edit: UpscaleEdit
  readonly disabled: boolean
  readonly onChange: (edit: UpscaleEdit) => void
}

/** To be given a key for each batch: how its size was typed is not known from another. */
export function UpscaleBatchRows({ edit, disabled, onChange }: Props) {
  const text = useText()
  const [form, setForm] = useState(() => formOf(edit))
  const models = useModels()?.filter(({ task }) => task === 'upscale') ?? null
  const installed = models === null ? edit.model : upscalerOf(models, edit.model)
  useEffect(() => {
    // What was never chosen is not insisted on.
    if (!disabled && installed !== null && installed !== edit.model) onChange({ ...edit, model: installed })
  }, [disabled, installed, edit, onChange])
  const target = targetOf(form)
  const wrong =
    target === null ? 'upscale.typeSize' : UpscaleTarget.safeParse(target).success ? null : 'upscale.scaleRange'
  const rows = { edit, disabled, onChange: (part: Partial<UpscaleEdit>) => onChange({ ...edit, ...part }) }
  return (
    <>
      <SizeRows
        form={form}
        picture={null}
        disabled={disabled}
        onChange={(next) => {
          setForm(next)
          const parsed = UpscaleTarget.safeParse(targetOf(next))
          if (parsed.success) onChange({ ...edit, target: parsed.data, dpi: dpiOf(next) })
        }}
      />
      {wrong !== null && (
        <p className={panels.note} style={{ margin: 0, minHeight: 0 }} role="status">
          {text(wrong)}
        </p>
      )}
      {models !== null && installed === null ? (
        <p className={panels.note} style={{ margin: 0 }} data-testid="no-upscaler">
          {text('upscale.noModel')}
        </p>
      ) : (
        <UpscalerRow {...rows} models={models ?? []} />
      )}
      <More summary={text(`upscale.inputs.${edit.input}`)}>
        <InputRows {...rows} />
      </More>
    </>
  )
}
