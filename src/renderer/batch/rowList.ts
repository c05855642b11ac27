/**
 * The rows in sight of a list of any length, and some around them. A row that leaves at one end is the one that comes at the
 * other; React hears of no scrolling.
 */
import type { ItemView } from '../../shared/job.js'
import { Row, type RowContent } from './row.js'

/** Height of a row and of the head above them, in CSS pixels. */
export const ROW = 36
/** Rows beyond those in sight, where the list is scrolled to, and where it comes from. */
const AHEAD = 12
const BEHIND = 4
/** The list rests when it was not scrolled for so long, in ms. */
const REST = 150

export interface RowSource {
  readonly total: number
  item(index: number): ItemView | null
  /** All but the place; `resting`: the list is not scrolled, pictures may be asked for. */
  content(index: number, item: ItemView | null, resting: boolean): Omit<RowContent, 'index' | 'top' | 'item'>
  /** These rows are there now, the list scrolled by `top`. */
  look(first: number, last: number, top: number): void
}

/** The rows to be there: the first, and how many. `top`, `height`: of what is in sight; `down`: where it is scrolled to. */
export function rowsAround(
  top: number,
  height: number,
  total: number,
  down: boolean,
): { first: number; count: number } {
  // Always as many, so that none is made or thrown away.
  const count = Math.min(total, Math.ceil(height / ROW) + 1 + AHEAD + BEHIND)
  const first = Math.floor(top / ROW) - (down ? BEHIND : AHEAD)
  return { first: Math.max(0, Math.min(first, total - count)), count }
}

/** Where the list is to be scrolled to so that a row is in sight; `height`: of what is seen of rows. */
export function scrolledTo(index: number, align: 'nearest' | 'centre', top: number, height: number): number {
  const row = index * ROW
  if (align === 'centre') return Math.max(0, row + ROW / 2 - height / 2)
  return row < top ? row : Math.max(top, row + ROW - height)
}

export class RowList {
  private readonly rows: Row[] = []
  private source: RowSource | null = null
  private first = 0
  private last = -1
  private top = 0
  private down = true
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly size = new ResizeObserver(() => this.draw())

  /** `body` is as high as all rows and empty; `scroller` has it below a head of a row's height. */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly body: HTMLElement,
  ) {
    scroller.addEventListener('scroll', this.scrolled, { passive: true })
    this.size.observe(scroller)
  }

  close(): void {
    this.scroller.removeEventListener('scroll', this.scrolled)
    this.size.disconnect()
    clearTimeout(this.timer)
    for (const { element } of this.rows.splice(0)) element.remove()
  }

  show(source: RowSource): void {
    this.source = source
    this.draw()
  }

  /** Whether a row is there. */
  has(index: number): boolean {
    return index >= this.first && index <= this.last
  }

  scrollTo(index: number, align: 'nearest' | 'centre'): void {
    this.scroller.scrollTop = scrolledTo(index, align, this.scroller.scrollTop, this.scroller.clientHeight - ROW)
  }

  private readonly scrolled = (): void => {
    const { scrollTop } = this.scroller
    this.down = scrollTop >= this.top
    this.top = scrollTop
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.draw()
    }, REST)
    this.draw()
  }

  /** Draws what is in sight anew, as the source says it now. */
  draw(): void {
    const { source } = this
    if (source === null) return
    const { scrollTop, clientHeight } = this.scroller
    const { first, count } = rowsAround(scrollTop, clientHeight, source.total, this.down)
    while (this.rows.length > count) this.rows.pop()?.element.remove()
    while (this.rows.length < count) {
      const row = new Row()
      this.rows.push(row)
      this.body.append(row.element)
    }
    const resting = this.timer === undefined
    for (let index = first; index < first + count; index++) {
      const item = source.item(index)
      this.rows[index % count]?.show({ index, top: index * ROW, item, ...source.content(index, item, resting) })
    }
    if (resting) this.inOrder(first % Math.max(1, count))
    this.first = first
    this.last = first + count - 1
    source.look(this.first, this.last, scrollTop)
  }

  /** Whoever reads the page from top to bottom finds the rows so too; while it is scrolled that would be moving nodes in each frame. */
  private inOrder(start: number): void {
    const rows = [...this.rows.slice(start), ...this.rows.slice(0, start)].map(({ element }) => element)
    if (rows.some((row, at) => row !== this.body.children[at])) this.body.append(...rows)
  }
}
