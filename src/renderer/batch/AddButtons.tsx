import { Button } from '@mantine/core'
import { useText } from '../i18n/index.js'
import { askForBatch } from '../open/open.js'
import { useStudio } from '../state/store.js'

/** Ways to put more into a draft; a host with folders of its own lists files and folders together. */
export function AddButtons({ primary = false }: { primary?: boolean }) {
  const text = useText()
  const together = useStudio((studio) => studio.capabilities?.open === 'roots')
  const online = useStudio((studio) => studio.connection === 'online')
  const first = primary ? 'filled' : 'default'
  if (together)
    return (
      <Button variant={first} disabled={!online} onClick={() => void askForBatch('folder')}>
        {text('batch.add.both')}
      </Button>
    )
  return (
    <>
      <Button variant={first} disabled={!online} onClick={() => void askForBatch('folder')}>
        {text('batch.add.folder')}
      </Button>
      <Button variant="default" disabled={!online} onClick={() => void askForBatch('files')}>
        {text('batch.add.files')}
      </Button>
    </>
  )
}
