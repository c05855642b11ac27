import { ActionIcon, Menu } from '@mantine/core'
import { Check, Columns2, Eye, SquareSplitHorizontal } from 'lucide-react'
import { Tip } from '../actions/Tip.js'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { setStudio, useStudio, type CompareMode } from '../state/store.js'

const modes: readonly CompareMode[] = ['slider', 'side', 'off']

/** How before and after are shown. */
export function CompareMenu() {
  const text = useText()
  const mode = useStudio((studio) => studio.compare)
  const { label, key } = useAction('view.compare')
  const original = useAction('view.original')
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      {/* A tooltip hands nothing on to what is inside: the menu has to be the button's own. */}
      <Tip label={label} shortcut={key}>
        <span>
          <Menu.Target>
            <ActionIcon
              aria-label={text('compare.label', { mode: text(`compare.${mode}`) })}
              aria-pressed={mode !== 'off'}
            >
              {mode === 'side' ? <Columns2 size={16} /> : <SquareSplitHorizontal size={16} />}
            </ActionIcon>
          </Menu.Target>
        </span>
      </Tip>
      <Menu.Dropdown>
        {modes.map((id) => (
          <Menu.RadioItem
            key={id}
            value={id}
            checked={mode === id}
            checkIcon={<Check size={16} />}
            closeMenuOnClick
            onChange={() => setStudio((studio) => void (studio.compare = id))}
          >
            {text(`compare.${id}`)}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Label>
          <Eye size={12} aria-hidden /> {text('compare.holdKey', { key: original.key })}
        </Menu.Label>
      </Menu.Dropdown>
    </Menu>
  )
}
