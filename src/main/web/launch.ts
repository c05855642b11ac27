/** Opens an address in the person's browser. */
import { spawn } from 'node:child_process'

/** Resolves to false where there is no browser to open it in: no screen, or no program that knows one. */
export function openInBrowser(address: string): Promise<boolean> {
  const command = opener()
  if (command === null) return Promise.resolve(false)
  const [program, ...args] = command
  return new Promise((done) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    child.on('error', () => done(false))
    // Some openers stay as long as the browser does.
    child.on('spawn', () => setTimeout(() => done(true), 500).unref())
    child.on('exit', (code) => done(code === 0))
    child.unref()
  })
}

function opener(): [program: string, ...args: string[]] | null {
  switch (process.platform) {
    case 'darwin':
      return ['open']
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler']
    default:
      return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : null
  }
}
