/** Taskbar, sleep and the one notification, as `manners.ts` says. */
import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Words } from '../../shared/words.js'
import type { Studio } from '../studio/studio.js'
import { idle, nextManners, type Manners } from './manners.js'

export interface BatchFollower {
  readonly words: Words
  readonly window: () => BrowserWindow | null
}

/** Until the signal is aborted; the system may sleep again then. */
export async function followBatches(
  studio: Studio,
  { words, window }: BatchFollower,
  signal: AbortSignal,
): Promise<void> {
  let blocker: number | null = null
  const setAwake = (wanted: boolean): void => {
    if (wanted) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }
  let now = idle
  try {
    for await (const view of studio.watch(signal)) {
      now = nextManners(now, view)
      setAwake(now.keepAwake)
      // -1 takes the bar away.
      window()?.setProgressBar(now.progress ?? -1)
      if (now.ended !== null && window()?.isFocused() !== true) tell(words, now.ended, window)
    }
  } finally {
    setAwake(false)
  }
}

function tell(words: Words, { done, failed }: NonNullable<Manners['ended']>, window: BatchFollower['window']): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({
    title: words.t('desktop.batchEnded'),
    body: [
      words.t('desktop.batchDone', { count: done }),
      ...(failed === 0 ? [] : [words.t('desktop.batchFailed', { count: failed })]),
    ].join(', '),
  })
  notification.on('click', () => {
    const shown = window()
    if (shown?.isMinimized()) shown.restore()
    shown?.focus()
  })
  notification.show()
}
