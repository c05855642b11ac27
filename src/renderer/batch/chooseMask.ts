import { api } from '../client.js'
import type { MaskFile } from '../../shared/contract.js'
import { pickFiles } from '../open/open.js'
import { send } from '../open/upload.js'
import { attempt } from '../state/commands.js'
import { getStudio } from '../state/store.js'
import { flushChanges } from './changes.js'

/** One mask for all pictures of a draft, chosen in the host's dialog or in the browser's. */
export async function chooseMask(batch: string, fit: boolean): Promise<void> {
  if (getStudio().capabilities?.open === 'dialog') return take(batch, () => Promise.resolve({ from: 'dialog' }), fit)
  pickFiles(([file]) => {
    if (file !== undefined)
      void take(batch, async () => ({ from: 'upload', upload: await send(file, () => undefined) }), fit)
  })
}

async function take(batch: string, origin: () => Promise<MaskFile>, fit: boolean): Promise<void> {
  // That it is a fill is known to the studio before the mask is.
  if (!(await flushChanges())) return
  await attempt('batch', async () => void (await api().batches.chooseMask({ batch, origin: await origin(), fit })))
}
