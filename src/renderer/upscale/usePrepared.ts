import { useMemo } from 'react'
import type { UpscaleEdit } from '../../shared/edit.js'
import { useStudio } from '../state/store.js'
import { preparedUpscale } from './selectors.js'

/** The edit that the Upscale panel has prepared, the same as long as nothing of it changes. */
export function usePrepared(): UpscaleEdit | null {
  const upscaleDraft = useStudio((studio) => studio.upscaleDraft)
  const upscaleSize = useStudio((studio) => studio.upscaleSize)
  const upscaler = useStudio((studio) => studio.upscaler)
  return useMemo(() => preparedUpscale({ upscaleDraft, upscaleSize, upscaler }), [upscaleDraft, upscaleSize, upscaler])
}
