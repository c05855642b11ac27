/** The canvas as it will be, around the picture: where something is added, and how large it becomes. */
import { useShallow } from 'zustand/react/shallow'
import type { Scene } from '../canvas/scene.js'
import { useText } from '../i18n/index.js'
import { extending, pictureSize } from '../state/selectors.js'
import { activeDocument, useStudio } from '../state/store.js'
import { extended, extensionFor } from './extension.js'
import { afterPane, placeOf } from './paint.js'
import { pictureOf } from './picture.js'
import classes from './ExtendOutline.module.css'

export function ExtendOutline({ scene, ratio }: { scene: Scene; ratio: number }) {
  const text = useText()
  // Once there is a picture of what is added, that says it.
  const edit = useStudio((studio) => {
    const document = activeDocument(studio)
    if (document === null || studio.original || pictureOf(document, studio) !== null) return null
    return extending(studio, document)
  })
  const picture = useStudio(useShallow((studio) => pictureSize(activeDocument(studio))))
  const after = afterPane(scene)
  if (edit === null || picture === null || after === null) return null
  const extension = extensionFor(edit, picture)
  if (extension === null) return null
  const size = extended(extension, picture)
  const outer = placeOf(after.pane, { left: -extension.left, top: -extension.top, ...size })
  const inner = placeOf(after.pane, { left: 0, top: 0, ...picture })
  const { rect } = after.pane
  return (
    <div
      className={classes.pane}
      style={{ left: rect.x / ratio, top: rect.y / ratio, width: rect.width / ratio, height: rect.height / ratio }}
      aria-hidden
    >
      <div
        className={classes.outline}
        data-testid="extend-outline"
        style={{
          left: (outer.x - rect.x) / ratio,
          top: (outer.y - rect.y) / ratio,
          width: outer.width / ratio,
          height: outer.height / ratio,
          // The room that is added, and not the picture in it.
          borderWidth: 0,
        }}
      >
        <span
          className={classes.added}
          style={{
            borderStyle: 'solid',
            borderWidth: [
              inner.y - outer.y,
              outer.x + outer.width - inner.x - inner.width,
              outer.y + outer.height - inner.y - inner.height,
              inner.x - outer.x,
            ]
              .map((width) => `${Math.max(0, width) / ratio}px`)
              .join(' '),
          }}
        />
        <span className={classes.size}>{text.format.size(size.width, size.height)}</span>
      </div>
    </div>
  )
}
