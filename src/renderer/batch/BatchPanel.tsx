import { Tabs } from '@mantine/core'
import { useRef } from 'react'
import type { DraftChange } from '../../shared/contract.js'
import { ExtendEdit, InpaintEdit, type Edit } from '../../shared/edit.js'
import type { BatchView } from '../../shared/job.js'
import { usualTemplates } from '../../shared/name-template.js'
import { useText, type UiKey } from '../i18n/index.js'
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

/** In the order of their tabs: what an edit is called there, and what it begins with. */
const edits = {
  denoise: { title: 'denoise.title', edit: defaultEdit },
  inpaint: { title: 'fill.title', edit: InpaintEdit.parse({ kind: 'inpaint' }) },
  extend: { title: 'extend.title', edit: ExtendEdit.parse({ kind: 'extend' }) },
  upscale: { title: 'upscale.title', edit: defaultUpscale },
} as const satisfies Record<Edit['kind'], { title: UiKey; edit: Edit }>
const kinds = Object.keys(edits) as Edit['kind'][]

/** What is done with each file; before, during and after, what there is to know of it. */
export function BatchPanel({ batch, onFilter }: { batch: BatchView; onFilter: (filter: ItemFilter) => void }) {
  const text = useText()
  const { edit, mask, template } = useRequest(batch)
  const shown = edit.kind
  // Looked at for a moment, another edit loses nothing of this one.
  const left = useRef<{ batch: string; edits: Partial<Record<Edit['kind'], DraftChange>> }>({ batch: '', edits: {} })
  const choose = (value: string | null): void => {
    const other = kinds.find((kind) => kind === value)
    if (other === undefined || other === shown || !isDraft(batch)) return
    if (left.current.batch !== batch.id) left.current = { batch: batch.id, edits: {} }
    left.current.edits[shown] = { edit, ...(edit.kind === 'inpaint' && mask !== undefined ? { mask } : {}) }
    changeSoon(batch.id, {
      ...(left.current.edits[other] ?? { edit: edits[other].edit }),
      // A name that says what is done says what is done now.
      ...(template === usualTemplates[shown] ? { template: usualTemplates[other] } : {}),
    })
  }
  return (
    <aside className={classes.panel} aria-label={text('batch.panel')}>
      <Tabs value={shown} onChange={choose}>
        <Tabs.List aria-label={text('panel.jobs')}>
          {kinds.map((id) => (
            <Tabs.Tab key={id} value={id} disabled={id !== shown && !isDraft(batch)}>
              {text(edits[id].title)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {kinds.map((id) => (
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
