import './zod.js'
import './theme/styles.js'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.js'
import { startI18n } from './i18n/index.js'
import { follow } from './client.js'
import { rememberTools } from './mask/remembered.js'
import { tellLooked } from './state/looked.js'
import { receive, setStudio } from './state/store.js'

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no #root')

await startI18n()
rememberTools()
tellLooked()
createRoot(root).render(<App />)
void follow(
  {
    connection: (connection) => setStudio((studio) => void (studio.connection = connection)),
    capabilities: (capabilities) => setStudio((studio) => void (studio.capabilities = capabilities)),
    view: receive,
  },
  new AbortController().signal,
)
