import type { ExtendEdit } from '../../shared/edit.js'
import { useText } from '../i18n/index.js'
import { AspectRow, ExtendFeatherRow } from '../panels/ExtendPanel.js'
import { MethodRow, PositionRows } from '../panels/FillRows.js'
import { More } from '../panels/More.js'
import { SeedRow } from '../panels/SeedRow.js'
import { SideFields } from '../panels/SideFields.js'

interface Props {
  readonly edit: ExtendEdit
  readonly disabled: boolean
  readonly onChange: (edit: ExtendEdit) => void
}

/** The settings of an extension of many pictures. Pictures of any size may come: room that an aspect adds lies on both sides. */
export function ExtendBatchRows({ edit, disabled, onChange }: Props) {
  const text = useText()
  const rows = { edit, disabled, onChange: (part: Partial<ExtendEdit>) => onChange({ ...edit, ...part }) }
  return (
    <>
      <SideFields {...rows} />
      <AspectRow {...rows} picture={null} />
      <MethodRow {...rows} />
      <More summary={text('batch.fillMore')}>
        <ExtendFeatherRow {...rows} />
        <SeedRow {...rows} />
        <PositionRows {...rows} />
      </More>
    </>
  )
}
