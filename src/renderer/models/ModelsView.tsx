import { Button } from '@mantine/core'
import { useState, type DragEvent } from 'react'
import { ProblemAt } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { useModels } from '../panels/useModels.js'
import { useStudio } from '../state/store.js'
import { Card } from './Card.js'
import { chooseNetwork, takeFiles } from './commands.js'
import { ImportPanel } from './ImportPanel.js'
import classes from './models.module.css'
import { useImport } from './store.js'

/** The models that are there, and the way in for others. */
export function ModelsView() {
  const text = useText()
  const models = useModels()
  const online = useStudio((studio) => studio.connection === 'online')
  const busy = useImport(({ phase }) => phase !== 'none')
  const { over, ...dropping } = useNetworkDrop()
  return (
    <section className={classes.view} aria-label={text('view.models')} data-over={over || undefined} {...dropping}>
      <div className={classes.bar}>
        <h2>{models === null ? text('models.loading') : text('models.summary', { count: models.length })}</h2>
        <Button
          variant={busy ? 'default' : 'filled'}
          disabled={!online || busy}
          title={text('models.importHint')}
          onClick={() => void chooseNetwork()}
        >
          {text('models.import')}
        </Button>
      </div>
      <div className={classes.problems}>
        <ProblemAt place="models" />
      </div>
      <ImportPanel models={models ?? []} />
      <ul className={classes.cards}>
        {models?.map((model) => (
          <Card key={model.id} model={model} />
        ))}
      </ul>
    </section>
  )
}

/** A network that is dropped here is looked at; pictures are opened, as everywhere. */
function useNetworkDrop() {
  const [over, setOver] = useState(false)
  const files = ({ dataTransfer }: DragEvent) => [...dataTransfer.files].filter(({ name }) => /\.(onnx|tgz|json)$/i.test(name))
  return {
    over,
    onDragOver: (event: DragEvent) => {
      if (![...event.dataTransfer.items].some(({ kind, type }) => kind === 'file' && !type.startsWith('image/'))) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false)
      if (files(event).length === 0) return
      event.preventDefault()
      event.stopPropagation()
      void takeFiles([...event.dataTransfer.files])
    },
  }
}
