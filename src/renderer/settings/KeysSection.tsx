import { SegmentedControl } from '@mantine/core'
import { Settings } from '../../shared/settings.js'
import { useText } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { KeyTable } from './KeyTable.js'
import { Line } from './Line.js'
import classes from './settings.module.css'

interface Props {
  readonly settings: Settings
  readonly onListening: (listening: boolean) => void
}

export function KeysSection({ settings, onListening }: Props) {
  const text = useText()
  return (
    <div className={classes.form}>
      <Line label={text('settings.wheel')}>
        <SegmentedControl
          aria-label={text('settings.wheel')}
          value={settings.wheel}
          onChange={(value) => void changeSettings({ wheel: Settings.shape.wheel.parse(value) })}
          data={(['zoom', 'pan'] as const).map((value) => ({ value, label: text(`settings.wheel_${value}`) }))}
        />
      </Line>
      <KeyTable onListening={onListening} />
    </div>
  )
}
