import { notifications } from '@mantine/notifications'
import { useEffect, useState } from 'react'
import { useText } from '../i18n/index.js'
import { attempt } from '../state/commands.js'
import { getStudio, setStudio } from '../state/store.js'
import { addFiles } from './batchFiles.js'
import type { Dropped } from './dropped.js'
import { openFiles, takenFrom } from './open.js'
import { nameOf } from './upload.js'

/**
 * Files may be dropped anywhere on the window, and pasted: in the Batch view they are added to the batch, elsewhere
 * opened. A dropped folder always is a batch. True while some are held over the window.
 */
export function useDrop(): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    // dragenter and dragleave come for every element on the way: the depth says whether the window itself was left.
    let depth = 0
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent): void => {
      if (!holdsFiles(event)) return
      depth++
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!holdsFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const dragOver = (event: DragEvent): void => {
      if (holdsFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      depth = 0
      setOver(false)
      const { dataTransfer } = event
      if (dataTransfer === null || !holdsFiles(event)) return
      event.preventDefault()
      const inBatch = getStudio().view === 'batch'
      void attempt(inBatch ? 'batch' : 'open', () => takenFrom(dataTransfer)).then((dropped) => {
        if (dropped !== undefined) void take(dropped, inBatch)
      })
    }
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      void take(
        { files: files.map((file) => ({ file, below: nameOf(file) })), folders: [] },
        getStudio().view === 'batch',
      )
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: dragOver, drop, paste } as const
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener)
    }
  }, [])
  return over
}

function take({ files, folders }: Dropped, inBatch: boolean): Promise<void> {
  const [folder] = folders
  if (!inBatch && folder === undefined) return openFiles(files.map(({ file }) => file))
  if (folder !== undefined && !inBatch) {
    setStudio((studio) => void (studio.view = 'batch'))
    notifications.show({ id: 'to-batch', message: <ToBatch folder={folder} />, autoClose: 8000 })
  }
  return addFiles(files)
}

/** Why another view came up. */
function ToBatch({ folder }: { folder: string }) {
  return <>{useText()('batch.folderDropped', { name: folder })}</>
}
