import type { ModelView } from '../../shared/contract.js'
import { useText } from '../i18n/index.js'
import { useModels } from '../panels/useModels.js'
import { ProblemAt } from './Problem.js'
import classes from './views.module.css'

export function ModelsView() {
  const text = useText()
  const models = useModels()
  return (
    <section className={classes.view} aria-label={text('view.models')}>
      <div className={classes.bar}>
        <h2>{models === null ? text('models.loading') : text('models.summary', { count: models.length })}</h2>
      </div>
      <ProblemAt place="models" />
      <ul className={classes.cards}>
        {models?.map((model) => (
          <Card key={model.id} model={model} />
        ))}
      </ul>
    </section>
  )
}

function Card({ model }: { model: ModelView }) {
  const text = useText()
  const speeds = Object.entries(model.speed)
  return (
    <li className={classes.card}>
      <h3>{model.name}</h3>
      <p>{model.summary}</p>
      <dl>
        <Fact name={text('models.task')} value={text(`models.${model.task}`)} />
        <Fact
          name={text('models.size')}
          value={model.bytes === 0 ? text('models.noWeights') : text.format.bytes(model.bytes)}
        />
        <Fact name={text('models.licence')} value={model.licence} />
        <Fact
          name={text('models.source')}
          value={model.bundled ? text('models.bundled', { source: model.source }) : model.source}
        />
        <Fact
          name={text('models.speed')}
          value={
            speeds.length === 0
              ? text('models.notMeasured')
              : speeds.map(([provider, speed]) => `${text.provider(provider)} ${text.format.speed(speed)}`).join(', ')
          }
        />
      </dl>
    </li>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
