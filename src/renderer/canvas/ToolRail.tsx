import { Hand, ZoomIn } from 'lucide-react'
import { ActionIconButton } from '../actions/ActionButton.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import classes from './bars.module.css'

export function ToolRail() {
  const text = useText()
  const tool = useStudio((studio) => studio.tool)
  return (
    <div className={classes.rail} role="toolbar" aria-orientation="vertical" aria-label={text('tool.label')}>
      <ActionIconButton action="tool.hand" pressed={tool === 'hand'}>
        <Hand size={16} />
      </ActionIconButton>
      <ActionIconButton action="tool.zoom" pressed={tool === 'zoom'}>
        <ZoomIn size={16} />
      </ActionIconButton>
    </div>
  )
}
