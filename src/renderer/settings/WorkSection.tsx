import { Select, Switch } from '@mantine/core'
import { ProviderChoice, type Settings } from '../../shared/settings.js'
import { useText, type Text } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { useStudio } from '../state/store.js'
import { Line } from './Line.js'
import { NumberSetting } from './NumberSetting.js'
import classes from './settings.module.css'

const GIGABYTE = 2 ** 30

/** Where and how the work is done. */
export function WorkSection({ settings }: { settings: Settings }) {
  const text = useText()
  const overrides = useStudio(({ server }) => server?.overrides) ?? {}
  const { provider, memoryBudget, tile } = overrides
  /** A setting that does not hold now says what does. */
  const note = (usual: string, now: string | undefined) => (
    <>
      {now !== undefined && <strong>{text('settings.forThisRun', { value: now })} </strong>}
      {usual}
    </>
  )
  return (
    <div className={classes.form}>
      <Line
        label={text('settings.device')}
        note={note(text('settings.deviceNote'), provider === undefined ? undefined : deviceWords(text, provider))}
      >
        <Select
          aria-label={text('settings.device')}
          value={settings.provider}
          onChange={(value) => void changeSettings({ provider: ProviderChoice.parse(value) })}
          data={ProviderChoice.options.map((value) => ({
            value,
            label: deviceWords(text, value),
          }))}
        />
      </Line>
      <Line
        label={text('settings.memory')}
        note={note(
          text('settings.memoryNote'),
          memoryBudget === undefined ? undefined : text.format.memory(memoryBudget),
        )}
      >
        <NumberSetting
          label={text('settings.memory')}
          value={settings.memoryBudget === null ? null : settings.memoryBudget / GIGABYTE}
          min={0.5}
          max={512}
          step={0.5}
          digits={1}
          suffix={text('settings.gigabytes')}
          onChange={(value) =>
            void changeSettings({ memoryBudget: value === null ? null : Math.round(value * GIGABYTE) })
          }
        />
      </Line>
      <Line
        label={text('settings.tile')}
        note={note(
          text('settings.tileNote'),
          tile === undefined ? undefined : `${text.format.number(tile)}${text('settings.pixels')}`,
        )}
      >
        <NumberSetting
          label={text('settings.tile')}
          value={settings.tile}
          min={64}
          max={4096}
          step={64}
          suffix={text('settings.pixels')}
          onChange={(value) => void changeSettings({ tile: value === null ? null : Math.round(value) })}
        />
      </Line>
      <Line label={text('settings.history')} note={text('settings.historyNote')}>
        <NumberSetting
          label={text('settings.history')}
          value={settings.historyBudget / GIGABYTE}
          min={0}
          max={10_000}
          step={1}
          suffix={text('settings.gigabytes')}
          onChange={(value) =>
            value === null ? undefined : void changeSettings({ historyBudget: Math.round(value * GIGABYTE) })
          }
        />
      </Line>
      <Line label={text('settings.queue')} note={text('settings.startPausedNote')}>
        <Switch
          className={classes.switch}
          label={text('settings.startPaused')}
          checked={settings.startPaused}
          onChange={(event) => void changeSettings({ startPaused: event.currentTarget.checked })}
        />
      </Line>
    </div>
  )
}

const deviceWords = (text: Text, provider: ProviderChoice): string =>
  provider === 'auto' ? text('settings.deviceAuto') : text.provider(provider)
