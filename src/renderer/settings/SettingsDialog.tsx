import { Modal, Tabs } from '@mantine/core'
import { useState } from 'react'
import { ProblemAt } from '../app/Problem.js'
import { useText } from '../i18n/index.js'
import { setStudio, useStudio } from '../state/store.js'
import { FilesSection } from './FilesSection.js'
import { KeysSection } from './KeysSection.js'
import { LookSection } from './LookSection.js'
import classes from './settings.module.css'
import { WorkSection } from './WorkSection.js'

const sections = ['work', 'files', 'look', 'keys'] as const
type Section = (typeof sections)[number]
const isSection = (value: string | null): value is Section => sections.some((section) => section === value)

/** All settings. What is changed holds at once; the same values exist as options of the command line. */
export function SettingsDialog() {
  const text = useText()
  const opened = useStudio((studio) => studio.dialog === 'settings')
  const settings = useStudio((studio) => studio.server?.settings)
  const [section, setSection] = useState<Section>('work')
  const [listening, setListening] = useState(false)
  const close = (): void => setStudio((studio) => void (studio.dialog = null))
  return (
    <Modal
      opened={opened && settings !== undefined}
      onClose={close}
      closeOnEscape={!listening}
      title={text('settings.title')}
      size={720}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      {settings !== undefined && (
        <Tabs
          orientation="vertical"
          value={section}
          onChange={(value) => isSection(value) && setSection(value)}
          keepMounted={false}
          classNames={{ root: classes.tabs, list: classes.tabList, tab: classes.tab, tabLabel: classes.tabLabel }}
        >
          <Tabs.List aria-label={text('settings.sections')}>
            {sections.map((id) => (
              <Tabs.Tab key={id} value={id}>
                {text(`settings.section_${id}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <div className={classes.body}>
            <ProblemAt place="settings" />
            <Tabs.Panel value="work">
              <WorkSection settings={settings} />
            </Tabs.Panel>
            <Tabs.Panel value="files">
              <FilesSection settings={settings} />
            </Tabs.Panel>
            <Tabs.Panel value="look">
              <LookSection settings={settings} />
            </Tabs.Panel>
            <Tabs.Panel value="keys">
              <KeysSection settings={settings} onListening={setListening} />
            </Tabs.Panel>
          </div>
        </Tabs>
      )}
    </Modal>
  )
}
