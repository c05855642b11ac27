import { Tabs } from '@mantine/core'
import { useText } from '../i18n/index.js'
import { useStudio, type PanelId } from '../state/store.js'
import { showPanel } from '../state/view.js'
import { DenoisePanel } from './DenoisePanel.js'
import { ExtendPanel } from './ExtendPanel.js'
import { FillPanel } from './FillPanel.js'
import { HistoryPanel } from './HistoryPanel.js'
import { UpscalePanel } from './UpscalePanel.js'

const panels = {
  denoise: DenoisePanel,
  upscale: UpscalePanel,
  fill: FillPanel,
  extend: ExtendPanel,
} as const satisfies Record<PanelId, unknown>
const ids = Object.keys(panels) as PanelId[]

/** The settings of one edit at a time, and the history of what was done. */
export function SidePanel() {
  const text = useText()
  const panel = useStudio((studio) => studio.panel)
  const Panel = panels[panel]
  return (
    <>
      <Tabs value={panel} onChange={(id) => showPanel(ids.find((known) => known === id) ?? panel)}>
        <Tabs.List aria-label={text('panel.jobs')}>
          {ids.map((id) => (
            <Tabs.Tab key={id} value={id}>
              {text(`${id}.title`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {ids.map((id) => (
          <Tabs.Panel key={id} value={id}>
            {id === panel && <Panel />}
          </Tabs.Panel>
        ))}
      </Tabs>
      <HistoryPanel />
    </>
  )
}
