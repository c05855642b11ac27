import { Button, Select, Switch, TextInput } from '@mantine/core'
import { Check } from 'lucide-react'
import { useId, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { DocumentView } from '../../shared/contract.js'
import { OutputFormat, type OutputSettings } from '../../shared/picture.js'
import { ProblemAt } from '../app/Problem.js'
import { api } from '../client.js'
import { useText } from '../i18n/index.js'
import { attempt } from '../state/commands.js'
import { outputOf, runningExport } from '../state/selectors.js'
import { setStudio, useStudio } from '../state/store.js'
import { JobProgress } from './JobProgress.js'
import { Row, SliderRow } from './Row.js'
import { join, saveDocument, withExtension, type Saved } from './save.js'
import { usePlan, type Plan } from './usePlan.js'
import { useSaveFolder } from './useSaveFolder.js'
import classes from './panels.module.css'

const QUALITY: Partial<Record<OutputFormat, number>> = { jpeg: 92, webp: 92, avif: 60 }
const change = (settings: Partial<OutputSettings>): void =>
  setStudio((studio) => void Object.assign(studio.output, settings))

export function ExportForm({ document }: { document: DocumentView }) {
  const text = useText()
  const output = useStudio(useShallow(outputOf))
  const usual = useStudio((studio) => studio.server?.settings.quality ?? null)
  const save = useStudio((studio) => studio.capabilities?.save ?? 'download')
  const running = useStudio(runningExport)
  const plan = usePlan(document, output)
  const [path, setPath] = useState<string | null>(null)
  const [saved, setSaved] = useState<Saved | null>(null)
  const [busy, setBusy] = useState(false)
  const pathId = useId()
  const lossy = plan === null ? undefined : QUALITY[plan.format]
  const folder = useSaveFolder(save === 'roots')
  const target = path === null ? join(folder, plan?.suggestedName ?? '') : withExtension(path, plan?.extension)

  const start = async (overwrite: boolean): Promise<void> => {
    setBusy(true)
    setSaved(null)
    const result = await attempt('export', () => saveDocument(document.id, output, save, target, overwrite))
    setSaved(result ?? null)
    setBusy(false)
  }
  return (
    <div className={classes.export}>
      <h2>{text('export.title')}</h2>
      <Row label={text('export.format')} wide>
        <Select
          data-autofocus
          aria-label={text('export.format')}
          data={[
            { value: 'keep', label: text('export.keepFormat') },
            ...OutputFormat.options.map((value) => ({ value, label: text(`format.${value}`) })),
          ]}
          value={output.format}
          onChange={(value) =>
            value !== null &&
            change({ format: value === 'keep' ? 'keep' : OutputFormat.parse(value), quality: undefined })
          }
        />
      </Row>
      <SliderRow
        label={text('export.quality')}
        hint={lossy === undefined ? text('export.lossless') : text('export.qualityHint')}
        value={lossy === undefined ? 100 : (output.quality ?? lossy)}
        initial={lossy === undefined ? 100 : (usual ?? lossy)}
        min={1}
        max={100}
        step={1}
        disabled={lossy === undefined}
        onChange={(quality) => change({ quality })}
        onReset={() => change({ quality: undefined })}
      />
      <Row label={text('export.depth')} wide>
        <Select
          aria-label={text('export.depth')}
          data={[
            { value: 'keep', label: text('export.keepDepth', { bits: document.info?.depth ?? 8 }) },
            { value: '8', label: text('file.depth', { bits: 8 }) },
            { value: '16', label: text('file.depth', { bits: 16 }) },
          ]}
          value={String(output.depth)}
          onChange={(value) => change({ depth: value === '8' ? 8 : value === '16' ? 16 : 'keep' })}
        />
      </Row>
      <Switch
        label={text('export.strip')}
        checked={output.strip}
        onChange={(event) => change({ strip: event.currentTarget.checked })}
      />
      {save === 'roots' && (
        <Row label={text('export.saveAs')} wide htmlFor={pathId}>
          <TextInput id={pathId} value={target} onChange={(event) => setPath(event.currentTarget.value)} />
        </Row>
      )}
      <Facts plan={plan} name={save === 'roots' ? null : (plan?.suggestedName ?? null)} />
      {running !== null && <JobProgress job={running} />}
      <ProblemAt place="export">
        {(error) =>
          error.code === 'output.exists' && (
            <Button variant="default" onClick={() => void start(true)}>
              {text('export.replace')}
            </Button>
          )
        }
      </ProblemAt>
      {/* Not disabled while it works: that would take the focus out of the popover, and Esc with it. */}
      <Button
        variant="filled"
        aria-disabled={busy}
        disabled={plan === null && !busy}
        onClick={() => !busy && void start(false)}
      >
        {text(busy ? 'export.busy' : save === 'download' ? 'export.download' : 'export.save')}
      </Button>
      {saved !== null && <Done saved={saved} />}
    </div>
  )
}

/** What the file will be, and what it will have lost, before it is written. */
function Facts({ plan, name }: { plan: Plan | null; name: string | null }) {
  const text = useText()
  return (
    <div className={classes.facts} data-testid="export-plan">
      {plan !== null && (
        <>
          {name !== null && <span>{name}</span>}
          <span>
            {text('export.estimate', {
              format: text(`format.${plan.format}`),
              bits: plan.depth,
              size: text.format.bytes(plan.estimatedBytes),
            })}
          </span>
          {plan.notes.length === 0 ? (
            <span>{text('export.nothingLost')}</span>
          ) : (
            <ul className={classes.lost}>
              {plan.notes.map((note) => (
                <li key={note.code}>{text.note(note)}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  )
}

function Done({ saved }: { saved: Saved }) {
  const text = useText()
  const reveal = useStudio((studio) => studio.capabilities?.reveal ?? false)
  const { path } = saved
  return (
    <div className={classes.done} role="status">
      <Check size={16} aria-hidden />
      <span style={{ flex: 1 }}>
        {text(path === null ? 'export.downloaded' : 'export.saved', {
          name: saved.name,
          size: text.format.bytes(saved.bytes),
        })}
      </span>
      {reveal && path !== null && (
        <Button variant="default" onClick={() => void attempt('export', () => api().documents.reveal({ path }))}>
          {text('export.reveal')}
        </Button>
      )}
    </div>
  )
}
