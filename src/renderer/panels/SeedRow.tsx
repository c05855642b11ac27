import { ActionIcon, NumberInput } from '@mantine/core'
import { Dice5 } from 'lucide-react'
import { useId } from 'react'
import { Tip } from '../actions/Tip.js'
import { newSeed } from '../fill/commands.js'
import { useText } from '../i18n/index.js'
import { Row } from './Row.js'

const MOST = 0xffffffff

interface Props {
  readonly edit: { readonly seed: number }
  readonly disabled: boolean
  readonly onChange: (change: { seed: number }) => void
}

/** A number that gives the same again; the dice throws another. */
export function SeedRow({ edit: { seed }, disabled, onChange }: Props) {
  const text = useText()
  const id = useId()
  return (
    <Row label={text('fill.seed')} wide htmlFor={id}>
      <div title={text('fill.seedHint')}>
        <NumberInput
          id={id}
          aria-label={text('fill.seed')}
          value={seed}
          min={0}
          max={MOST}
          allowDecimal={false}
          disabled={disabled}
          onChange={(value) => typeof value === 'number' && value >= 0 && value <= MOST && onChange({ seed: value })}
          rightSectionWidth={26}
          rightSection={
            <Tip label={text('fill.dice')}>
              <ActionIcon
                size={22}
                aria-label={text('fill.dice')}
                disabled={disabled}
                onClick={() => onChange({ seed: newSeed() })}
              >
                <Dice5 size={15} />
              </ActionIcon>
            </Tip>
          }
        />
      </div>
    </Row>
  )
}
