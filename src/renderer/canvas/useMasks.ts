import { useEffect } from 'react'
import type { DocumentView } from '../../shared/contract.js'
import { forgetMasks, hideMasks, showMasks, tellProblem } from '../mask/session.js'
import { getStudio, shownState } from '../state/store.js'

/** The masks of the state that is shown come up with it, and are kept when it goes. */
export function useMasks(document: DocumentView): void {
  const { id, phase } = document
  const state = shownState(document)
  const shown = state?.id ?? null
  const { width, height, masked } = state ?? { width: 0, height: 0, masked: false }
  useEffect(() => {
    if (phase === 'ready' && shown !== null && width > 0)
      showMasks(id, shown, { width, height }, masked).catch(tellProblem)
    // Whether there are some counts only when the state comes up: after that, this page knows better.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, phase, shown, width, height])
  useEffect(() => {
    const leave = (): void => hideMasks()
    return leave
  }, [])
  useEffect(() => {
    const open = new Set(getStudio().server?.documents.map((each) => each.id))
    forgetMasks((each) => !open.has(each))
  }, [id])
}
