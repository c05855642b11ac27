import { SegmentedControl, Select } from '@mantine/core'
import { Settings } from '../../shared/settings.js'
import { languages, useText } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { Line } from './Line.js'
import classes from './settings.module.css'

const { theme, ground } = Settings.shape

export function LookSection({ settings }: { settings: Settings }) {
  const text = useText()
  return (
    <div className={classes.form}>
      <Line label={text('settings.theme')}>
        <SegmentedControl
          aria-label={text('settings.theme')}
          value={settings.theme}
          onChange={(value) => void changeSettings({ theme: theme.parse(value) })}
          data={(['dark', 'light', 'system'] as const).map((value) => ({ value, label: text(`settings.${value}`) }))}
        />
      </Line>
      <Line label={text('settings.ground')}>
        <SegmentedControl
          aria-label={text('settings.ground')}
          value={settings.ground}
          onChange={(value) => void changeSettings({ ground: ground.parse(value) })}
          data={(['theme', 'black', 'grey', 'white'] as const).map((value) => ({
            value,
            label: text(`settings.ground_${value}`),
          }))}
        />
      </Line>
      <Line label={text('settings.language')}>
        <Select
          aria-label={text('settings.language')}
          value={languages.includes(settings.language) ? settings.language : 'en'}
          onChange={(value) => value !== null && void changeSettings({ language: value })}
          // The pseudo language is for tests; it is offered to whoever already has it, as the way back.
          data={languages
            .filter((language) => language !== 'pseudo' || settings.language === 'pseudo')
            .map((value) => ({ value, label: value === 'en' ? 'English' : value }))}
        />
      </Line>
    </div>
  )
}
