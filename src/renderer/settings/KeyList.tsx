import { Modal } from '@mantine/core'
import { useState } from 'react'
import { ProblemAt } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { setStudio, useStudio } from '../state/store.js'
import { KeyTable } from './KeyTable.js'

/** Every action with its key, at once: the same table as in the settings. */
export function KeyList() {
  const text = useText()
  const opened = useStudio((studio) => studio.dialog === 'keys')
  const close = (): void => setStudio((studio) => void (studio.dialog = null))
  const [listening, setListening] = useState(false)
  return (
    <Modal
      opened={opened}
      onClose={close}
      closeOnEscape={!listening}
      title={text('keys.title')}
      size={520}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      <ProblemAt place="settings" />
      <KeyTable onListening={setListening} />
    </Modal>
  )
}
