import { useEffect, useState } from 'react'
import type { ModelView } from '../../shared/contract.js'
import { api } from '../client.js'
import { useImport } from '../models/store.js'
import { attempt } from '../state/commands.js'
import { useStudio } from '../state/store.js'

/** The installed models; null until they are known. Asked again when a job has ended, because that measures speeds, and when one came or went. */
export function useModels(): readonly ModelView[] | null {
  const online = useStudio((studio) => studio.connection === 'online')
  const ended = useStudio((studio) => studio.server?.jobs.filter(({ state }) => state === 'done').length ?? 0)
  const revision = useImport((store) => store.revision)
  const [models, setModels] = useState<readonly ModelView[] | null>(null)
  useEffect(() => {
    if (!online) return
    let stale = false
    void attempt('models', () => api().models.list()).then((list) => {
      if (!stale && list !== undefined) setModels(list)
    })
    return () => {
      stale = true
    }
  }, [online, ended, revision])
  return models
}
