import { useEffect, useRef } from 'react'
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels'
import { Canvas } from '../canvas/Canvas.js'
import { MaskProblem } from '../canvas/MaskProblem.js'
import { OptionsBar } from '../canvas/OptionsBar.js'
import { ToolRail } from '../canvas/ToolRail.js'
import { FillStrip } from '../fill/FillStrip.js'
import { Filmstrip } from '../filmstrip/Filmstrip.js'
import { useText } from '../i18n/index.js'
import { SidePanel } from '../panels/SidePanel.js'
import { activeDocument, setStudio, useStudio } from '../state/store.js'
import { EmptyState } from './EmptyState.js'
import { FailedState } from './FailedState.js'
import { Problem, ProblemAt } from './Problem.js'
import inPlace from './inPlace.module.css'
import classes from './EditView.module.css'

export function EditView() {
  const text = useText()
  const layout = useDefaultLayout({ id: 'lacuna.edit', storage: localStorage })
  const side = usePanelRef()
  const folded = useStudio((studio) => studio.folded)
  const known = useRef(folded)
  useEffect(() => {
    // Not at the start: then the remembered layout says whether it is folded.
    if (known.current === folded) return
    known.current = folded
    if (side.current === null || side.current.isCollapsed() === folded) return
    if (folded) side.current.collapse()
    else side.current.expand()
  }, [folded, side])
  return (
    <div className={classes.edit}>
      <ToolRail />
      <Group orientation="horizontal" {...layout} className={classes.group}>
        <Panel id="centre" minSize={400}>
          <div className={classes.centre} data-folded={folded || undefined}>
            <OptionsBar />
            <div className={classes.canvas}>
              <Stage />
            </div>
            {!folded && <Filmstrip />}
          </div>
        </Panel>
        <Separator className={classes.separator} aria-label={text('panel.resize')} />
        <Panel
          id="side"
          panelRef={side}
          defaultSize={300}
          minSize={272}
          maxSize={480}
          collapsible
          collapsedSize={0}
          groupResizeBehavior="preserve-pixel-size"
          // Folded by dragging, or remembered as folded, is the same as folded by its key.
          onResize={({ inPixels }) => setStudio((studio) => void (studio.folded = inPixels < 1))}
        >
          <aside className={classes.side} aria-label={text('panel.label')}>
            <SidePanel />
          </aside>
        </Panel>
      </Group>
    </div>
  )
}

function Stage() {
  const text = useText()
  const document = useStudio(activeDocument)
  const { tileFailure, retry } = useStudio((studio) => studio.media)
  const folded = useStudio((studio) => studio.folded)
  return (
    <>
      {document === null ? (
        <EmptyState />
      ) : document.phase === 'failed' ? (
        <FailedState document={document} />
      ) : (
        <Canvas key={document.id} document={document} />
      )}
      <FillStrip />
      <div className={classes.problems}>
        <ProblemAt place="open" />
        <ProblemAt place="canvas" />
        <MaskProblem />
        {folded && <ProblemAt place="fill" />}
        {tileFailure !== null && document?.phase === 'ready' && (
          <Problem error={tileFailure}>
            <button type="button" className={inPlace.button} onClick={retry}>
              {text('problem.retry')}
            </button>
          </Problem>
        )}
      </div>
    </>
  )
}
