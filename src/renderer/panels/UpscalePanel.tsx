import { ActionIcon, Button } from '@mantine/core'
import { GalleryHorizontal } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ModelView } from '../../shared/contract.js'
import { Tip } from '../actions/Tip.js'
import { Problem, ProblemAt } from '../app/Problem.js'
import type { Size } from '../canvas/viewport.js'
import { useText, type Text } from '../i18n/index.js'
import { changeSize, changeUpscale } from '../state/commands.js'
import { failedEdit, isReady, outputOf, pictureSize, runningEdit } from '../state/selectors.js'
import { activeDocument, setStudio, useStudio } from '../state/store.js'
import { patchedEdit, upscalerOf } from '../upscale/selectors.js'
import { outcomeOf } from '../upscale/size.js'
import { SizeRows } from '../upscale/SizeRows.js'
import { InputRows, UpscalerRow } from '../upscale/UpscaleRows.js'
import { usePrepared } from '../upscale/usePrepared.js'
import { DenoiseActions } from './DenoiseActions.js'
import { JobProgress } from './JobProgress.js'
import { More } from './More.js'
import { useModels } from './useModels.js'
import { usePrediction, type Predicted } from './usePrediction.js'
import classes from './panels.module.css'

/** Makes the picture larger: how large, by which model, and what that comes to. */
export function UpscalePanel() {
  const text = useText()
  const all = useModels()
  const chosen = useStudio((studio) => studio.upscaleDraft.model)
  const models = all?.filter(({ task }) => task === 'upscale') ?? null
  const upscaler = models === null ? null : upscalerOf(models, chosen)
  useEffect(() => {
    if (all !== null) setStudio((studio) => void (studio.upscaler = upscaler))
  }, [all, upscaler])
  return (
    <section className={classes.job} aria-label={text('upscale.title')}>
      {models !== null && upscaler === null ? (
        <NoModel />
      ) : (
        <Settings models={models ?? []} model={upscaler ?? chosen} />
      )}
      <ProblemAt place="models" />
    </section>
  )
}

function NoModel() {
  const text = useText()
  return (
    <>
      <p className={classes.note} style={{ margin: 0 }} data-testid="no-upscaler">
        {text('upscale.noModel')}
      </p>
      <Button variant="default" onClick={() => setStudio((studio) => void (studio.view = 'models'))}>
        {text('upscale.showModels')}
      </Button>
    </>
  )
}

function Settings({ models, model }: { models: readonly ModelView[]; model: string }) {
  const text = useText()
  const form = useStudio((studio) => studio.upscaleSize)
  const draft = useStudio((studio) => studio.upscaleDraft)
  const picture = useStudio(useShallow((studio) => pictureSize(activeDocument(studio))))
  const idle = useStudio((studio) => isReady(studio) && runningEdit(studio) === null)
  const running = useStudio(runningEdit)
  const failed = useStudio((studio) => failedEdit(studio, 'upscale'))
  const strip = useStudio((studio) => studio.upscaleStrip)
  const preview = useStudio((studio) => studio.preview)
  const rows = { edit: { ...draft, model }, disabled: !idle, onChange: changeUpscale }
  return (
    <>
      <SizeRows form={form} picture={picture} disabled={!idle} onChange={changeSize} />
      <UpscalerRow {...rows} models={models}>
        <Tip label={text('upscale.look')}>
          <ActionIcon
            size={24}
            aria-label={text('upscale.look')}
            aria-pressed={strip && preview}
            disabled={!idle}
            onClick={toggleStrip}
          >
            <GalleryHorizontal size={14} />
          </ActionIcon>
        </Tip>
      </UpscalerRow>
      <More summary={text(`upscale.inputs.${draft.input}`)}>
        <InputRows {...rows} />
      </More>
      {running === null ? <ResultLine /> : <JobProgress job={running} lines={3} />}
      <DenoiseActions />
      <ProblemAt place="upscale" />
      {failed?.error != null && <Problem error={failed.error} />}
    </>
  )
}

/** It shows what the patch shows: without that there is nothing to see. */
const toggleStrip = (): void =>
  setStudio((studio) => {
    studio.upscaleStrip = !(studio.upscaleStrip && studio.preview)
    if (studio.upscaleStrip) studio.preview = true
  })

/** What comes out, how long it takes, and how large its file will be; or why it cannot be, in the same room. */
function ResultLine() {
  const text = useText()
  const picture = useStudio(useShallow((studio) => pictureSize(activeDocument(studio))))
  const form = useStudio((studio) => studio.upscaleSize)
  const edit = usePrepared()
  const output = useStudio(useShallow(outputOf))
  const outcome = useMemo(() => (picture === null ? null : outcomeOf(form, picture)), [form, picture])
  const predicted = usePrediction(outcome?.kind === 'size' ? edit : null, '', output)
  const live = useStudio((studio) => patchedEdit(studio) !== null)
  const { previewFailure } = useStudio((studio) => studio.media)
  const problem = outcome?.kind === 'wrong' ? outcome.error : live ? previewFailure : null
  if (problem !== null)
    return (
      <div className={classes.note} data-lines={3}>
        <Problem error={problem} />
      </div>
    )
  const words =
    picture !== null && outcome?.kind === 'size'
      ? resultWords(text, picture, outcome.size, predicted)
      : outcome?.kind === 'empty'
        ? text('upscale.typeSize')
        : ''
  return (
    <>
      <p className={classes.note} data-lines={3} style={{ margin: 0 }} data-testid="prediction">
        {words}
      </p>
      {predicted?.obstacle != null && <Problem error={predicted.obstacle} />}
    </>
  )
}

function resultWords(text: Text, picture: Size, result: Size, predicted: Predicted | null): string {
  const sizes = text('upscale.result', {
    from: text.format.size(picture.width, picture.height),
    to: text.format.size(result.width, result.height),
    megapixels: text.format.megapixels(result.width * result.height),
  })
  if (predicted === null) return sizes
  const { seconds, memory, provider, device } = predicted
  const where = { device: text.device(provider, device), memory: text.format.memory(memory) }
  const cost =
    seconds === null
      ? text('denoise.predictionUnknown', where)
      : text('denoise.prediction', { ...where, time: text.format.duration(seconds) })
  const bytes = predicted.result?.bytes ?? null
  return [sizes, cost, ...(bytes === null ? [] : [text('upscale.file', { size: text.format.bytes(bytes) })])].join(' ')
}
