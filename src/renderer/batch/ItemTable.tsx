import { Select, VisuallyHidden } from '@mantine/core'
import {
  memo,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import type { BatchView } from '../../shared/job.js'
import { mediaPath } from '../../shared/media.js'
import { mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import { dropRows, openResult } from './commands.js'
import { ROW, RowList } from './rowList.js'
import { isDraft } from './selectors.js'
import { filterStates, useItems, type ItemFilter } from './useItems.js'
import { wordsBy } from './words.js'
import classes from './ItemTable.module.css'

/** Where each batch's list was scrolled to, for when it is shown again. */
const scrolled = new Map<string, number>()

interface Props {
  readonly batch: BatchView
  readonly filter: ItemFilter
  readonly onFilter: (filter: ItemFilter) => void
  /** A file to be brought into sight; another object for each time. */
  readonly jump: { readonly item: number } | null
}

/** Rows of the list, selected from the one where the selection began to the one moved to. */
interface Marked {
  readonly anchor: number
  readonly cursor: number
}

/** The files of a batch: any number of them, of which those in sight are there. */
export function ItemTable({ batch, filter, onFilter, jump }: Props) {
  const text = useText()
  const gridId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const pages = useItems(batch.id, filter)
  const total = countOf(batch, filter)
  const draft = isDraft(batch)
  const [marked, setMarked] = useState<Marked | null>(null)
  const place = `${batch.id} ${filter}`
  const [initialOffset] = useState(() => scrolled.get(place) ?? offsetOfWork(batch, filter))
  const body = useRef<HTMLDivElement>(null)
  const list = useRef<RowList | null>(null)
  const fractions = useMemo(() => new Map(batch.progress?.items.map(({ item, fraction }) => [item, fraction])), [batch])
  const cursor = marked === null ? null : Math.min(marked.cursor, total - 1)
  const mark = (to: number, extend: boolean): void => {
    const index = Math.max(0, Math.min(total - 1, to))
    setMarked({ anchor: extend && marked !== null ? marked.anchor : index, cursor: index })
    list.current?.scrollTo(index, 'nearest')
  }
  const keys = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event
    if (total === 0 || event.altKey) return
    if ((key === 'a' || key === 'A') && (event.ctrlKey || event.metaKey)) setMarked({ anchor: 0, cursor: total - 1 })
    else if (event.ctrlKey || event.metaKey) return
    else if (key === 'Delete' || key === 'Backspace') {
      if (!draft || marked === null) return
      const [from, to] = [Math.min(marked.anchor, marked.cursor), Math.max(marked.anchor, marked.cursor)]
      void dropRows(batch.id, from, to - from + 1, filterStates[filter])
      setMarked({ anchor: from, cursor: from })
    } else if (key === 'Enter') {
      const item = cursor === null ? null : pages.at(cursor)
      if (item !== null) void openResult(batch, item)
    } else {
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2)
      const to = target(key, cursor, page, total)
      if (to === null) return
      mark(to, shiftKey)
    }
    event.preventDefault()
  }
  const click = (event: MouseEvent): void => {
    const index = rowAt(event)
    if (index !== null) mark(index, event.shiftKey)
  }
  const open = (event: MouseEvent): void => {
    const item = pages.at(rowAt(event) ?? -1)
    if (item !== null) void openResult(batch, item)
  }
  const isMarked = (index: number): boolean =>
    marked !== null &&
    index >= Math.min(marked.anchor, marked.cursor) &&
    index <= Math.max(marked.anchor, marked.cursor)
  const rowId = (index: number): string => `${gridId}-${index}`
  const wordsOf = useMemo(() => wordsBy(text, draft), [text, draft])

  useLayoutEffect(() => {
    if (scroller.current === null || body.current === null) return
    const rows = new RowList(scroller.current, body.current)
    scroller.current.scrollTop = initialOffset
    list.current = rows
    return () => rows.close()
  }, [initialOffset])
  // With each drawing of the table; what scrolling changes, the list sees to by itself.
  useLayoutEffect(() => {
    const grid = scroller.current
    const rows = list.current
    if (grid === null || rows === null) return
    rows.show({
      total,
      item: (index) => pages.at(index),
      content: (index, item, resting) => ({
        words: item === null ? null : wordsOf(item, fractions.get(item.item) ?? null),
        thumb: item === null || !resting ? null : mediaUrl(mediaPath.batchItem(batch.id, item.item)),
        selected: isMarked(index),
        id: index === cursor ? rowId(index) : null,
      }),
      look(first, last, top) {
        pages.look(first, last)
        scrolled.set(place, top)
        if (cursor !== null && cursor >= first && cursor <= last)
          grid.setAttribute('aria-activedescendant', rowId(cursor))
        else grid.removeAttribute('aria-activedescendant')
      },
    })
  })
  useEffect(() => pages.subscribe(() => list.current?.draw()), [pages])
  useEffect(() => {
    if (jump !== null) list.current?.scrollTo(jump.item - 1, 'centre')
  }, [jump])

  return (
    <div className={classes.table}>
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        className={classes.grid}
        aria-label={text('batch.files')}
        aria-rowcount={total + 1}
        aria-colcount={6}
        aria-multiselectable
        onKeyDown={keys}
        onClick={click}
        onDoubleClick={open}
        onMouseMove={sayWhole}
      >
        <div role="row" aria-rowindex={1} className={classes.head}>
          <span role="columnheader">
            <VisuallyHidden>{text('batch.column.picture')}</VisuallyHidden>
          </span>
          {(['name', 'size', 'noise', 'state', 'output'] as const).map((column) => (
            <span key={column} role="columnheader">
              {text(`batch.column.${column}`)}
            </span>
          ))}
        </div>
        <div
          ref={body}
          role={total > 0 ? 'rowgroup' : undefined}
          className={classes.body}
          style={{ height: total * ROW }}
        />
      </div>
      {total === 0 && <p className={classes.none}>{text(`batch.none.${filter}`)}</p>}
      <FilterMenu batch={batch} filter={filter} onFilter={onFilter} />
    </div>
  )
}

const filters: readonly ItemFilter[] = ['all', 'waiting', 'done', 'failed', 'skipped']

/** Not drawn with every step of scrolling. */
const FilterMenu = memo(function FilterMenu({ batch, filter, onFilter }: Pick<Props, 'batch' | 'filter' | 'onFilter'>) {
  const text = useText()
  return (
    <Select
      className={classes.filter}
      aria-label={text('batch.filter.label')}
      data={filters.map((value) => ({
        value,
        label: text(`batch.filter.${value}`, { total: text.format.number(countOf(batch, value)) }),
        disabled: value !== 'all' && value !== filter && countOf(batch, value) === 0,
      }))}
      value={filter}
      onChange={(value) => onFilter(filters.find((one) => one === value) ?? 'all')}
    />
  )
})

/** By the batch's own counts, so that the list has its length before anything is fetched. */
export function countOf({ counts }: BatchView, filter: ItemFilter): number {
  const states = filterStates[filter] ?? (Object.keys(counts) as (keyof typeof counts)[])
  return states.reduce((sum, state) => sum + counts[state], 0)
}

/** A batch at work is shown where the work is. */
function offsetOfWork({ progress }: BatchView, filter: ItemFilter): number {
  const first = progress?.items[0]
  return filter !== 'all' || first === undefined ? 0 : Math.max(0, (first.item - 8) * ROW)
}

function target(key: string, cursor: number | null, page: number, total: number): number | null {
  const from = cursor ?? -1
  switch (key) {
    case 'ArrowDown':
      return from + 1
    case 'ArrowUp':
      return cursor === null ? 0 : from - 1
    case 'PageDown':
      return from + page
    case 'PageUp':
      return from - page
    case 'Home':
      return 0
    case 'End':
      return total - 1
    default:
      return null
  }
}

function rowAt({ target }: MouseEvent): number | null {
  const row = target instanceof Element ? target.closest('[role="rowgroup"] > [role="row"]') : null
  return row === null ? null : Number(row.getAttribute('aria-rowindex')) - 2
}

/** A cell that is cut off says the whole under the pointer: as a title of each it would be written anew with every step of scrolling. */
function sayWhole({ target }: MouseEvent): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role="gridcell"]') : null
  if (cell === null) return
  const whole = cell.scrollWidth > cell.clientWidth ? (cell.textContent ?? '') : ''
  if (cell.title !== whole) cell.title = whole
}
