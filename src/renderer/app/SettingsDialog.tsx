import { Modal, NumberInput, SegmentedControl, Select } from '@mantine/core'
import type { ReactNode } from 'react'
import { ProviderChoice, Settings } from '../../shared/settings.js'
import { languages, useText } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { setStudio, useStudio } from '../state/store.js'
import { ProblemAt } from './Problem.js'
import classes from './dialogs.module.css'

const GIGABYTE = 1e9
const set = (settings: Partial<Settings>): void => void changeSettings(settings)

export function SettingsDialog() {
  const text = useText()
  const opened = useStudio((studio) => studio.dialog === 'settings')
  const settings = useStudio((studio) => studio.server?.settings)
  const close = (): void => setStudio((studio) => void (studio.dialog = null))
  return (
    <Modal
      opened={opened && settings !== undefined}
      onClose={close}
      title={text('settings.title')}
      size={480}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      {settings !== undefined && <Form settings={settings} />}
    </Modal>
  )
}

function Form({ settings }: { settings: Settings }) {
  const text = useText()
  const { theme, ground, wheel } = Settings.shape
  return (
    <div className={classes.form}>
      <ProblemAt place="settings" />
      <Line label={text('settings.theme')}>
        <SegmentedControl
          aria-label={text('settings.theme')}
          value={settings.theme}
          onChange={(value) => set({ theme: theme.parse(value) })}
          data={(['dark', 'light', 'system'] as const).map((value) => ({ value, label: text(`settings.${value}`) }))}
        />
      </Line>
      <Line label={text('settings.ground')}>
        <SegmentedControl
          aria-label={text('settings.ground')}
          value={settings.ground}
          onChange={(value) => set({ ground: ground.parse(value) })}
          data={(['theme', 'black', 'grey', 'white'] as const).map((value) => ({
            value,
            label: text(`settings.ground_${value}`),
          }))}
        />
      </Line>
      <Line label={text('settings.wheel')}>
        <SegmentedControl
          aria-label={text('settings.wheel')}
          value={settings.wheel}
          onChange={(value) => set({ wheel: wheel.parse(value) })}
          data={(['zoom', 'pan'] as const).map((value) => ({ value, label: text(`settings.wheel_${value}`) }))}
        />
      </Line>
      <Line label={text('settings.device')} note={text('settings.deviceNote')}>
        <Select
          aria-label={text('settings.device')}
          value={settings.provider}
          onChange={(value) => set({ provider: ProviderChoice.parse(value) })}
          data={ProviderChoice.options.map((value) => ({
            value,
            label: value === 'auto' ? text('settings.deviceAuto') : text.provider(value),
          }))}
        />
      </Line>
      <Line label={text('settings.memory')} note={text('settings.memoryNote')}>
        <NumberInput
          aria-label={text('settings.memory')}
          placeholder={text('settings.automatic')}
          value={settings.memoryBudget === null ? '' : settings.memoryBudget / GIGABYTE}
          min={0.5}
          max={512}
          step={0.5}
          decimalScale={1}
          suffix={text('settings.gigabytes')}
          onBlur={(event) => {
            const value = Number.parseFloat(event.currentTarget.value)
            set({ memoryBudget: Number.isFinite(value) && value > 0 ? Math.round(value * GIGABYTE) : null })
          }}
        />
      </Line>
      <Line label={text('settings.tile')} note={text('settings.tileNote')}>
        <NumberInput
          aria-label={text('settings.tile')}
          placeholder={text('settings.automatic')}
          value={settings.tile ?? ''}
          min={64}
          max={4096}
          step={64}
          allowDecimal={false}
          suffix={text('settings.pixels')}
          onBlur={(event) => {
            const value = Number.parseInt(event.currentTarget.value, 10)
            set({ tile: Number.isFinite(value) ? Math.min(4096, Math.max(64, value)) : null })
          }}
        />
      </Line>
      <Line label={text('settings.language')}>
        <Select
          aria-label={text('settings.language')}
          value={languages.includes(settings.language) ? settings.language : 'en'}
          onChange={(value) => value !== null && set({ language: value })}
          // The pseudo language is for tests; it is offered to whoever already has it, as the way back.
          data={languages
            .filter((language) => language !== 'pseudo' || settings.language === 'pseudo')
            .map((value) => ({ value, label: value === 'en' ? 'English' : value }))}
        />
      </Line>
    </div>
  )
}

function Line({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div className={classes.line}>
      <span className={classes.lineLabel}>{label}</span>
      <div>
        {children}
        {note !== undefined && <p className={classes.note}>{note}</p>}
      </div>
    </div>
  )
}
