import { ActionIcon, Button, Menu } from '@mantine/core'
import { Keyboard, PanelRightClose, PanelRightOpen, Redo2, Settings, Undo2 } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import { ActionIconButton } from '../actions/ActionButton.js'
import { Tip } from '../actions/Tip.js'
import { useAction } from '../actions/useAction.js'
import { CompareMenu } from '../canvas/CompareMenu.js'
import { useText } from '../i18n/index.js'
import { ExportPopover } from '../panels/ExportPopover.js'
import { overallOf } from '../jobs/entries.js'
import { activeDocument, shownState, useStudio, type Studio, type ViewId } from '../state/store.js'
import classes from './TopBar.module.css'

export function TopBar() {
  const text = useText()
  return (
    // Not a header element: an open dialog brings its own, and a page may have one banner.
    <section className={classes.bar} aria-label={text('app.bar')}>
      <div className={classes.left}>
        <h1 className={classes.brand}>{text('app.brand')}</h1>
        <Views />
      </div>
      <FileLine />
      <div className={classes.right}>
        <ActionIconButton action="edit.undo">
          <Undo2 size={16} />
        </ActionIconButton>
        <ActionIconButton action="edit.redo">
          <Redo2 size={16} />
        </ActionIconButton>
        <CompareMenu />
        <FoldButton />
        <JobsButton />
        <ExportPopover />
        <AppMenu />
      </div>
    </section>
  )
}

function Views() {
  const text = useText()
  const view = useStudio((studio) => studio.view)
  const views = [
    { id: 'edit', label: text('view.edit'), action: useAction('window.edit') },
    { id: 'batch', label: text('view.batch'), action: useAction('window.batch') },
    { id: 'models', label: text('view.models'), action: useAction('window.models') },
    { id: 'jobs', label: text('view.jobs'), action: useAction('window.jobs') },
  ] as const satisfies readonly { id: ViewId; label: string; action: unknown }[]
  return (
    <nav className={classes.views} aria-label={text('view.label')}>
      {views.map(({ id, label, action }) => (
        <Tip key={id} label={action.label} shortcut={action.key}>
          <button
            type="button"
            className={classes.view}
            aria-current={view === id ? 'page' : undefined}
            aria-keyshortcuts={action.ariaKey}
            onClick={action.run}
          >
            {label}
          </button>
        </Tip>
      ))}
    </nav>
  )
}

function FileLine() {
  const text = useText()
  const document = useStudio(activeDocument)
  if (document === null) return <div className={classes.file} />
  const { info } = document
  const state = shownState(document)
  const facts =
    info === null
      ? []
      : [
          text.format.size(state?.width || info.width, state?.height || info.height),
          text('file.depth', { bits: info.depth }),
          ...(info.grey ? [text('file.grey')] : []),
          info.profile ?? text('file.noProfile'),
        ]
  return (
    <div className={classes.file} data-testid="file-line">
      <h2 className={classes.name}>{document.name}</h2>
      <span className={classes.facts}>{facts.join(' · ')}</span>
    </div>
  )
}

function FoldButton() {
  const folded = useStudio((studio) => studio.folded)
  return (
    <ActionIconButton action="window.fold">
      {folded ? <PanelRightOpen size={16} /> : <PanelRightClose size={16} />}
    </ActionIconButton>
  )
}

/** In whole percent, so that the bar is drawn a hundred times at most. */
function jobsSummary({ server }: Studio): { live: number; running: boolean; percent: number } {
  const { live, running, fraction } = server === null ? { live: 0, running: 0, fraction: 0 } : overallOf(server)
  return { live, running: running > 0, percent: Math.round(fraction * 100) }
}

/** How many edits, exports and batches run or wait, and how far all of them are. */
function JobsButton() {
  const text = useText()
  const { live, running, percent } = useStudio(useShallow(jobsSummary))
  const { run } = useAction('window.jobs')
  const count = text('jobs.button', { count: live })
  const label = running ? text('jobs.buttonDone', { count, value: text.format.percent(percent / 100) }) : count
  return (
    <Tip label={label}>
      <Button variant="default" onClick={run} aria-label={label} className={classes.jobs}>
        <span>{text('view.jobs')}</span>
        <b className={classes.count}>{text.format.number(live)}</b>
        {running && <i className={classes.overall} style={{ width: `${percent}%` }} />}
      </Button>
    </Tip>
  )
}

function AppMenu() {
  const text = useText()
  const items = [
    { icon: <Settings size={16} />, action: useAction('window.settings') },
    { icon: <Keyboard size={16} />, action: useAction('window.keys') },
  ]
  const more = [useAction('file.open'), useAction('file.close'), useAction('file.reopen')]
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={text('app.menu')}>
          <Settings size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {more.map(({ label, key, run, enabled }) => (
          <Menu.Item
            key={label}
            rightSection={<span className={classes.key}>{key}</span>}
            onClick={run}
            disabled={!enabled}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {items.map(({ icon, action: { label, key, run } }) => (
          <Menu.Item
            key={label}
            leftSection={icon}
            rightSection={<span className={classes.key}>{key}</span>}
            onClick={run}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
