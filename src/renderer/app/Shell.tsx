import { useEffect } from 'react'
import { BatchView } from '../batch/BatchView.js'
import { useText } from '../i18n/index.js'
import { ModelsView } from '../models/ModelsView.js'
import { Picker } from '../open/Picker.js'
import { useDrop } from '../open/useDrop.js'
import { activeDocument, useStudio } from '../state/store.js'
import { EditView } from './EditView.js'
import { JobsView } from '../jobs/JobsView.js'
import { KeyList } from '../settings/KeyList.js'
import { SettingsDialog } from '../settings/SettingsDialog.js'
import { StatusBar } from './StatusBar.js'
import { TopBar } from './TopBar.js'
import classes from './Shell.module.css'

export function Shell() {
  const text = useText()
  const view = useStudio((studio) => studio.view)
  const name = useStudio((studio) => activeDocument(studio)?.name ?? null)
  const dropping = useDrop()
  useEffect(
    () => void (document.title = name === null ? text('app.title') : `${name} · ${text('app.title')}`),
    [name, text],
  )
  return (
    <div className={classes.shell}>
      <TopBar />
      <main className={classes.main}>
        {view === 'edit' && <EditView />}
        {view === 'batch' && <BatchView />}
        {view === 'models' && <ModelsView />}
        {view === 'jobs' && <JobsView />}
      </main>
      <StatusBar />
      {dropping && <div className={classes.drop}>{text(view === 'batch' ? 'open.dropBatch' : 'open.drop')}</div>}
      <Picker />
      <SettingsDialog />
      <KeyList />
    </div>
  )
}
