import {
  Brush,
  CircleDashed,
  Eraser,
  Hand,
  Lasso,
  SquareDashed,
  VectorPolygon,
  WandSparkles,
  ZoomIn,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { ActionIconButton } from '../actions/ActionButton.js'
import { useText } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import type { ToolId } from './tools/index.js'
import classes from './bars.module.css'

/** What belongs together stands together. */
const groups: readonly (readonly [ToolId, ReactNode][])[] = [
  [
    ['hand', <Hand key="hand" size={16} />],
    ['brush', <Brush key="brush" size={16} />],
    ['eraser', <Eraser key="eraser" size={16} />],
  ],
  [
    ['lasso', <Lasso key="lasso" size={16} />],
    ['polygon', <VectorPolygon key="polygon" size={16} />],
    ['rectangle', <SquareDashed key="rectangle" size={16} />],
    ['ellipse', <CircleDashed key="ellipse" size={16} />],
    ['wand', <WandSparkles key="wand" size={16} />],
  ],
  [['zoom', <ZoomIn key="zoom" size={16} />]],
]

export function ToolRail() {
  const text = useText()
  const tool = useStudio((studio) => studio.tool)
  return (
    <div className={classes.rail} role="toolbar" aria-orientation="vertical" aria-label={text('tool.label')}>
      {groups.map((group) => (
        <div key={group[0]?.[0]} className={classes.tools}>
          {group.map(([id, icon]) => (
            <ActionIconButton key={id} action={`tool.${id}`} pressed={tool === id} position="right">
              {icon}
            </ActionIconButton>
          ))}
        </div>
      ))}
    </div>
  )
}
