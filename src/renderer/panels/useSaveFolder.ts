import { useEffect } from 'react'
import { api } from '../client.js'
import { attempt } from '../state/commands.js'
import { setStudio, useStudio } from '../state/store.js'

/** The folder that results go to: the one looked into last, else the first that the studio was given. */
export function useSaveFolder(wanted: boolean): string | null {
  const folder = useStudio((studio) => studio.folder)
  useEffect(() => {
    if (!wanted || folder !== null) return
    void attempt('export', () => api().files.list({ path: null })).then((roots) => {
      const first = roots?.entries[0]?.path
      if (first !== undefined) setStudio((studio) => void (studio.folder ??= first))
    })
  }, [wanted, folder])
  return folder
}
