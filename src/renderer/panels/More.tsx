import { Collapse } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { useText } from '../i18n/index.js'
import classes from './panels.module.css'

/** Settings that few need, folded away; what they are is told beside the word. */
export function More({ summary, children }: { summary: string; children: ReactNode }) {
  const text = useText()
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div>
      <button
        type="button"
        className={classes.more}
        style={{ width: 'calc(100% + 8px)' }}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={16} aria-hidden />
        {text('denoise.more')}
        <span className={classes.summary}>{summary}</span>
      </button>
      <Collapse expanded={open} id={id}>
        <div className={classes.moreRows} style={{ paddingTop: 10 }}>
          {children}
        </div>
      </Collapse>
    </div>
  )
}
