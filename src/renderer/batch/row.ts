/**
 * A row of the list of files, kept for as long as the list is shown and each time of another file. Written by hand and not
 * by React: a list that is flung shows a dozen other files in each frame, and all that differs between two is a few words.
 */
import type { ItemView } from '../../shared/job.js'
import classes from './ItemTable.module.css'

/** What a row says. */
export interface RowWords {
  readonly name: string
  readonly size: string
  readonly noise: string
  readonly state: string
  readonly tone: 'plain' | 'ok' | 'bad' | 'dim'
  readonly output: string
  readonly outputTone: 'dim' | 'bad'
}

export interface RowContent {
  /** From 0, in the list as it is filtered. */
  readonly index: number
  /** From the list's top, in CSS pixels. */
  readonly top: number
  /** Null while it is fetched. */
  readonly item: ItemView | null
  readonly words: RowWords | null
  /** Of its picture; null while there is none, or the list is scrolled. */
  readonly thumb: string | null
  readonly selected: boolean
  /** Of the row that the keys are at. */
  readonly id: string | null
}

const EMPTY: RowWords = { name: '', size: '', noise: '', state: '', tone: 'dim', output: '', outputTone: 'dim' }

export class Row {
  readonly element = element('div', 'row', classes.row)
  private readonly cells = {
    name: cell(classes.name),
    size: cell(classes.dim),
    noise: cell(classes.dim),
    state: cell(classes.dim),
    output: cell(classes.dim),
  }
  private readonly picture = document.createElement('img')
  private shown: RowContent | null = null
  private broken: string | null = null

  constructor() {
    const first = element('span', 'gridcell', classes.thumbCell)
    this.picture.className = classes['thumb'] ?? ''
    this.picture.alt = ''
    this.picture.draggable = false
    this.picture.addEventListener('error', () => {
      this.broken = this.picture.getAttribute('src')
      this.picture.removeAttribute('src')
    })
    first.append(this.picture)
    this.element.append(first, ...Object.values(this.cells).map((each) => each.element))
  }

  show(content: RowContent): void {
    const { element: row, shown } = this
    const { index, top, selected, id, thumb } = content
    if (shown?.index !== index) {
      row.setAttribute('aria-rowindex', String(index + 2))
      row.toggleAttribute('data-odd', index % 2 === 1)
    }
    if (shown?.top !== top) row.style.transform = `translateY(${top}px)`
    if (shown?.selected !== selected) row.setAttribute('aria-selected', String(selected))
    if (shown?.id !== id) {
      row.toggleAttribute('data-cursor', id !== null)
      if (id === null) row.removeAttribute('id')
      else row.id = id
    }
    const words = content.words ?? EMPTY
    if (shown?.words !== content.words) {
      write(this.cells.name, words.name, classes.name)
      write(this.cells.size, words.size, classes.dim)
      write(this.cells.noise, words.noise, classes.dim)
      write(this.cells.state, words.state, classes[words.tone])
      write(this.cells.output, words.output, classes[words.outputTone])
    }
    // One scrolled out of sight before it came is not made any more.
    if (shown?.thumb !== thumb) {
      if (thumb === null || thumb === this.broken) this.picture.removeAttribute('src')
      else this.picture.src = thumb
    }
    this.shown = content
  }
}

interface Cell {
  readonly element: HTMLElement
  readonly text: Text
}

function element(tag: 'div' | 'span', role: string, className = ''): HTMLElement {
  const made = document.createElement(tag)
  made.setAttribute('role', role)
  made.className = className
  return made
}

function cell(className = ''): Cell {
  const text = document.createTextNode('')
  const made = element('span', 'gridcell', className)
  made.append(text)
  return { element: made, text }
}

function write({ element: to, text }: Cell, value: string, className = ''): void {
  if (text.data !== value) text.data = value
  if (to.className !== className) to.className = className
}
