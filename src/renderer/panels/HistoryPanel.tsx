import { Button } from '@mantine/core'
import type { DocumentView, StateView } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import { Problem, ProblemAt } from '../app/Problem.js'
import { mediaUrl } from '../client.js'
import { useText, type Text } from '../i18n/index.js'
import { showState, storeAgain } from '../state/commands.js'
import { activeDocument, useStudio } from '../state/store.js'
import classes from './panels.module.css'

/** The states of the document, newest first; a click shows one. Those after the one shown can be redone. */
export function HistoryPanel() {
  const text = useText()
  const document = useStudio(activeDocument)
  return (
    <section className={classes.history} aria-label={text('history.title')} tabIndex={-1}>
      <h2 className={classes.heading}>{text('history.title')}</h2>
      <ProblemAt place="history" />
      {document?.unstored != null && (
        <Problem error={document.unstored}>
          <Button variant="default" onClick={() => void storeAgain(document.id)}>
            {text('history.store')}
          </Button>
        </Problem>
      )}
      {document?.info?.notes
        .filter(({ code }) => code === 'history.newer' || code === 'history.damaged')
        .map((note) => (
          <p key={note.code} className={classes.historyNote}>
            {text.note(note)}
          </p>
        ))}
      {document !== null && document.phase !== 'failed' && (
        <ol className={classes.historyList}>
          {document.states
            .map((state, index) => ({ state, index }))
            .reverse()
            .map(({ state, index }) => (
              <State key={state.id} document={document} state={state} index={index} />
            ))}
        </ol>
      )}
    </section>
  )
}

function State({ document, state, index }: { document: DocumentView; state: StateView; index: number }) {
  const text = useText()
  const current = index === document.current
  return (
    <li>
      <button
        type="button"
        className={classes.state}
        aria-current={current ? 'true' : undefined}
        data-undone={index > document.current || undefined}
        onClick={() => void showState(index)}
      >
        {state.levels > 0 ? (
          <img className={classes.thumb} src={mediaUrl(mediaPath.thumb(document.id, state.id))} alt="" />
        ) : (
          <span className={classes.thumb} />
        )}
        <span className={classes.stateName}>
          {text(`history.${state.edit?.kind ?? 'original'}`)}
          <small>{describe(text, state)}</small>
        </span>
        <span className={classes.time}>{text.format.time(state.at)}</span>
      </button>
    </li>
  )
}

function describe(text: Text, { edit, report, width, height }: StateView): string {
  if (edit === null) return text('history.neverChanged')
  const ran =
    report === null ? [] : [text.format.duration(report.wallMs / 1000), text.device(report.provider, report.device)]
  if (edit.kind === 'upscale') {
    const drawn = edit.detail > 0 ? [text('history.detail', { value: text.format.number(edit.detail, 2) })] : []
    return [text.format.size(width, height), ...drawn, ...ran].join(' · ')
  }
  if (edit.kind !== 'denoise') {
    const { variation, variations } = edit
    const which = variations > 1 ? [text('history.variation', { n: variation + 1, m: variations })] : []
    return [...which, ...ran.slice(0, 1)].join(' · ')
  }
  const sigma = report?.sigma ?? (edit.sigma === 'auto' ? null : edit.sigma)
  return [
    ...(sigma === null ? [] : [text('history.sigma', { value: text.format.number(sigma, 1) })]),
    ...(edit.detail > 0 ? [text('history.detail', { value: text.format.number(edit.detail, 2) })] : []),
    ...(edit.blend > 0 ? [text('history.blend', { value: text.format.number(edit.blend, 2) })] : []),
    ...ran,
  ].join(' · ')
}
