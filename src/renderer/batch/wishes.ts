/**
 * What was asked of a running batch and is not so yet: pictures in work are finished first. Known to this window alone;
 * the batch's state says when it is so.
 */
import { useEffect } from 'react'
import { create } from 'zustand'
import type { BatchView } from '../../shared/job.js'

export type Wish = 'pause' | 'cancel'

const useWishes = create<Readonly<Record<string, Wish | undefined>>>(() => ({}))

export const wish = (batch: string, wanted: Wish | undefined): void => useWishes.setState({ [batch]: wanted })

/** Only while it runs. */
export const wishOf = ({ id, state }: Pick<BatchView, 'id' | 'state'>): Wish | undefined =>
  state === 'running' ? useWishes.getState()[id] : undefined

export function useWish({ id, state }: Pick<BatchView, 'id' | 'state'>): Wish | undefined {
  const wanted = useWishes((wishes) => wishes[id])
  useEffect(() => {
    // It came about, or something else did: it is not asked for any more when the batch runs again.
    if (state !== 'running') wish(id, undefined)
  }, [id, state])
  return state === 'running' ? wanted : undefined
}
