import { useEffect, useState } from 'react'
import { filesOf, openFiles } from './open.js'

/** Files may be dropped anywhere on the window, and pasted. True while some are held over it. */
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
      if (event.dataTransfer === null || !holdsFiles(event)) return
      event.preventDefault()
      void filesOf(event.dataTransfer).then(openFiles)
    }
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      void openFiles(files)
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
