/**
 * Settings of a draft as they are being changed. A slider gives a value for every pixel, and each change plans all
 * outputs again: what is moved shows at once and is sent when it rests. Until the studio shows it, it is kept here.
 */
import { useMemo } from 'react'
import { create } from 'zustand'
import type { DraftChange } from '../../shared/contract.js'
import type { BatchView, JobRequest } from '../../shared/job.js'
import { api } from '../client.js'
import { attempt } from '../state/commands.js'

interface Pending {
  readonly batch: string | null
  readonly change: DraftChange
}

const REST_MS = 250
/** Longer than the next snapshot takes to come. */
const SHOWN_MS = 1_000

const usePending = create<Pending>(() => ({ batch: null, change: {} }))
let timer: ReturnType<typeof setTimeout> | undefined
let sending: Promise<boolean> | null = null
let unsent: DraftChange = {}

/** Changes a draft soon; several changes go together. */
export function changeSoon(batch: string, change: DraftChange): void {
  const { batch: other, change: before } = usePending.getState()
  if (other !== batch) void flushChanges()
  usePending.setState({ batch, change: other === batch ? { ...before, ...change } : change })
  unsent = { ...unsent, ...change }
  clearTimeout(timer)
  timer = setTimeout(() => void flushChanges(), REST_MS)
}

/** Sends what was not sent yet. False when it was refused. */
export function flushChanges(): Promise<boolean> {
  clearTimeout(timer)
  const { batch } = usePending.getState()
  const change = unsent
  unsent = {}
  const before = sending
  if (batch === null || Object.keys(change).length === 0) return before ?? Promise.resolve(true)
  // One after the other: the last word wins.
  const mine = (before ?? Promise.resolve(true)).then(() => send(batch, change))
  sending = mine
  void mine.finally(() => {
    if (sending === mine) sending = null
  })
  return mine
}

async function send(batch: string, change: DraftChange): Promise<boolean> {
  const taken = await attempt('batch', async () => {
    await api().batches.set({ batch, change })
    return true
  })
  if (taken === true) setTimeout(() => forget(batch, change), SHOWN_MS)
  else forget(batch, change)
  return taken === true
}

/** From now on the studio's own values are shown, except where something newer waits. */
function forget(batch: string, sent: DraftChange): void {
  const { batch: current, change } = usePending.getState()
  if (current !== batch) return
  const rest = Object.entries(change).filter(([key, value]) => sent[key as keyof DraftChange] !== value)
  usePending.setState({ batch, change: Object.fromEntries(rest) })
}

/** What a batch is asked for, with what was just changed. */
export function useRequest({ id, request }: Pick<BatchView, 'id' | 'request'>): JobRequest {
  const { batch, change } = usePending()
  return useMemo(() => (batch === id ? { ...request, ...change } : request), [batch, change, id, request])
}
