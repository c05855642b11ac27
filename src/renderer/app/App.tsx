import { MantineProvider } from '@mantine/core'
import { useColorScheme } from '@mantine/hooks'
import { Notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { listenForKeys } from '../actions/dispatch.js'
import { followFills } from '../fill/flow.js'
import { setLanguage } from '../i18n/index.js'
import { useStudio } from '../state/store.js'
import { cssVariables, theme } from '../theme/theme.js'
import { Shell } from './Shell.js'

export function App() {
  const chosen = useStudio((studio) => studio.server?.settings.theme ?? 'dark')
  const ground = useStudio((studio) => studio.server?.settings.ground ?? 'theme')
  const language = useStudio((studio) => studio.server?.settings.language ?? 'en')
  const system = useColorScheme('dark', { getInitialValueInEffect: false })
  useEffect(() => setLanguage(language), [language])
  useEffect(() => void (document.documentElement.dataset.ground = ground), [ground])
  useEffect(() => listenForKeys(window), [])
  useEffect(followFills, [])
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={chosen === 'system' ? system : chosen}
      withGlobalClasses={false}
    >
      <Shell />
      <Notifications position="bottom-center" limit={2} />
    </MantineProvider>
  )
}
