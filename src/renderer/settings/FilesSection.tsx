import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { LacunaError } from '../../shared/errors.js'
import { fillPlaceholders } from '../../shared/name-template.js'
import { OutputFormat } from '../../shared/picture.js'
import type { Settings } from '../../shared/settings.js'
import { useText } from '../i18n/index.js'
import { changeSettings } from '../state/commands.js'
import { Line } from './Line.js'
import { NumberSetting } from './NumberSetting.js'
import classes from './settings.module.css'

/** What results are called and written as, unless an export or a batch says otherwise. */
export function FilesSection({ settings }: { settings: Settings }) {
  const text = useText()
  return (
    <div className={classes.form}>
      <p className={classes.intro}>{text('settings.filesNote')}</p>
      <Line label={text('settings.template')}>
        <Template value={settings.template} format={settings.format} />
      </Line>
      <Line label={text('settings.format')}>
        <Select
          aria-label={text('settings.format')}
          value={settings.format}
          data={[
            { value: 'keep', label: text('export.keepFormat') },
            ...OutputFormat.options.map((value) => ({ value, label: text(`format.${value}`) })),
          ]}
          onChange={(value) => void changeSettings({ format: value === 'keep' ? 'keep' : OutputFormat.parse(value) })}
        />
      </Line>
      <Line label={text('settings.quality')} note={text('settings.qualityNote')}>
        <NumberSetting
          label={text('settings.quality')}
          value={settings.quality}
          min={1}
          max={100}
          step={1}
          onChange={(value) => void changeSettings({ quality: value === null ? null : Math.round(value) })}
        />
      </Line>
    </div>
  )
}

const extensions: Readonly<Record<Settings['format'], string>> = {
  keep: 'tif',
  png: 'png',
  jpeg: 'jpg',
  webp: 'webp',
  avif: 'avif',
  tiff: 'tif',
}

/** The name's pattern with what it makes of an example while it is typed. It is kept when it is finished and names a file. */
function Template({ value, format }: { value: string; format: Settings['format'] }) {
  const text = useText()
  const [typed, setTyped] = useState<string | null>(null)
  const template = typed ?? value
  const filled = example(template)
  const finish = (): void => {
    if (filled instanceof LacunaError) return
    setTyped(null)
    if (template !== value) void changeSettings({ template })
  }
  return (
    <>
      <TextInput
        aria-label={text('settings.template')}
        error={filled instanceof LacunaError}
        spellCheck={false}
        value={template}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === 'Enter' && finish()}
      />
      <p className={classes.example} data-bad={filled instanceof LacunaError || undefined} role="status">
        {filled instanceof LacunaError
          ? text.error(filled)
          : text('settings.templateExample', {
              input: `${sample.name}.${sample.ext}`,
              output: `${filled}.${extensions[format]}`,
            })}
      </p>
    </>
  )
}

const sample = { name: 'DSC_0412', ext: 'tif', model: 'lacuna-denoise' }

function example(template: string): string | LacunaError {
  try {
    return fillPlaceholders(template, sample)
  } catch (thrown) {
    return LacunaError.from(thrown)
  }
}
