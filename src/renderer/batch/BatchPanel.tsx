import { Tabs } from '@mantine/core'
import { useRef } from 'react'
import type { Edit } from '../../shared/edit.js'
import type { BatchView } from '../../shared/job.js'
import { usualTemplates } from '../../shared/name-template.js'
import { useText } from '../i18n/index.js'
import { defaultEdit, defaultUpscale } from '../state/store.js'
import { changeSoon, useRequest } from './changes.js'
import { DraftCheckLines } from './DraftCheckLines.js'
import { JobRows } from './JobRows.js'
import { Problems } from './Problems.js'
import { Report } from './Report.js'
import { hasEnded, isDraft } from './selectors.js'
import { RunLines } from './RunLines.js'
import type { ItemFilter } from './useItems.js'
import classes from './BatchPanel.module.css'

const tabs = ['denoise', 'upscale'] as const

/** What is done with each file; before, during and after, what there is to know of it. */
export function BatchPanel({ batch, onFilter }: { batch: BatchView; onFilter: (filter: ItemFilter) => void }) {
  const text = useText()
  const { edit, template } = useRequest(batch)
  // What a command line started may be an edit that has no rows here.
  const shown = edit.kind === 'upscale' ? 'upscale' : 'denoise'
  // Looked at for a moment, the other edit loses nothing of this one.
  const left = useRef<{ batch: string; edit: Edit } | null>(null)
  const choose = (value: string | null): void => {
    if (value === shown || !isDraft(batch)) return
    const before = left.current?.batch === batch.id && left.current.edit.kind === value ? left.current.edit : null
    left.current = { batch: batch.id, edit }
    const other = value === 'upscale' ? 'upscale' : 'denoise'
    changeSoon(batch.id, {
      edit: before ?? (other === 'upscale' ? defaultUpscale : defaultEdit),
      // A name that says what is done says what is done now.
      ...(template === usualTemplates[shown] ? { template: usualTemplates[other] } : {}),
    })
  }
  return (
    <aside className={classes.panel} aria-label={text('batch.panel')}>
      <Tabs value={shown} onChange={choose}>
        <Tabs.List aria-label={text('panel.jobs')}>
          {tabs.map((id) => (
            <Tabs.Tab key={id} value={id} disabled={id !== shown && !isDraft(batch)}>
              {text(`${id}.title`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((id) => (
          <Tabs.Panel key={id} value={id}>
            {id === shown && <JobRows batch={batch} />}
          </Tabs.Panel>
        ))}
      </Tabs>
      {isDraft(batch) ? (
        <DraftCheckLines batch={batch} />
      ) : hasEnded(batch) ? (
        <Report batch={batch} />
      ) : (
        <RunLines batch={batch} />
      )}
      <Problems batch={batch} onFilter={onFilter} />
    </aside>
  )
}
