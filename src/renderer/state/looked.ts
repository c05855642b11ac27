/** The studio is told which picture this window shows, so that the next window begins with it. */
import { api } from '../client.js'
import { useStudio, type Studio } from './store.js'

/** The picture that a person looks at; null for the one that came up by itself. */
const looked = ({ active, placed }: Studio): string | null => (active === placed ? null : active)

export function tellLooked(): void {
  useStudio.subscribe((now, before) => {
    const document = looked(now)
    if (document === null || document === looked(before) || document === now.server?.shown) return
    void tell(document)
  })
}

async function tell(document: string): Promise<void> {
  try {
    await api().documents.look({ document })
  } catch (thrown) {
    // It was closed, or the line broke, which the status bar says: the next window begins with another picture.
    console.warn('The studio does not know what is shown:', thrown)
  }
}
