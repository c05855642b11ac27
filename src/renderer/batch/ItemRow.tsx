import { memo, useState } from 'react'
import type { ItemView } from '../../shared/job.js'
import { mediaPath } from '../../shared/media.js'
import { mediaUrl } from '../client.js'
import type { Text } from '../i18n/index.js'
import { itemWords, sizeWords } from './words.js'
import classes from './ItemTable.module.css'

interface Props {
  /** Not asked for by each row: rows come and go by the hundred. */
  readonly text: Text
  readonly batch: string
  readonly draft: boolean
  /** From 0, in the list as it is filtered. */
  readonly index: number
  readonly top: number
  /** Null while it is fetched. */
  readonly item: ItemView | null
  /** Of a file that is being worked on. */
  readonly fraction: number | null
  /** Of the row that the keys are at. */
  readonly id: string | undefined
  readonly cursor: boolean
  readonly selected: boolean
  /** Thumbnails wait until the list rests. */
  readonly resting: boolean
}

export const ItemRow = memo(function ItemRow(props: Props) {
  const { text, batch, draft, index, top, item, fraction, id, cursor, selected, resting } = props
  const words = item === null ? null : itemWords(text, item, draft, fraction)
  const cells = [
    { key: 'name', className: classes.name, value: item?.label ?? '' },
    { key: 'size', className: classes.dim, value: item === null ? '' : sizeWords(text, item) },
    {
      key: 'noise',
      className: classes.dim,
      value:
        item?.result?.sigma == null ? '' : text('batch.sigma', { value: text.format.number(item.result.sigma, 1) }),
    },
    { key: 'state', className: classes[words?.tone ?? 'dim'], value: words?.state ?? '' },
    { key: 'output', className: classes[words?.outputTone ?? 'dim'], value: words?.output ?? '' },
  ]
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes.row}
      data-odd={index % 2 === 1 || undefined}
      data-cursor={cursor || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className={classes.thumbCell}>
        {item !== null && <Thumb url={mediaUrl(mediaPath.batchItem(batch, item.item))} resting={resting} />}
      </span>
      {cells.map(({ key, className, value }) => (
        <span key={key} role="gridcell" className={className}>
          {value}
        </span>
      ))}
    </div>
  )
})

/** The row is another file's with each step of scrolling: which pictures were asked for, and which are none, goes by address. */
function Thumb({ url, resting }: { url: string; resting: boolean }) {
  const [wanted, setWanted] = useState(resting ? url : null)
  const [broken, setBroken] = useState<string | null>(null)
  if (resting && wanted !== url) setWanted(url)
  if (wanted !== url || broken === url) return <i className={classes.noThumb} />
  return (
    <img ref={stopped} src={url} alt="" className={classes.thumb} draggable={false} onError={() => setBroken(url)} />
  )
}

/** A picture scrolled out of sight before it came is not made any more. */
const stopped = (element: HTMLImageElement) => () => {
  if (!element.complete) element.removeAttribute('src')
}
