/** The studio's one window. */
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { join } from 'node:path'
import type { Settings } from '../../shared/settings.js'
import { pageAddress } from './page.js'
import { fitToScreens, keepWindowState, minimum, readWindowState, type Area } from './window-state.js'

/** The ground behind the page until it has drawn, as in the theme: nothing flashes. */
const ground = { dark: '#1a1a1a', light: '#f2f2f2' } as const

export function followTheme(theme: Settings['theme']): void {
  nativeTheme.themeSource = theme
}

/** `program`: the folder of the built program; `state`: the file that remembers where the window was. */
export function openWindow(program: string, state: string): BrowserWindow {
  const { x, y, width, height, maximized } = fitToScreens(readWindowState(state), workAreas())
  const window = new BrowserWindow({
    x,
    y,
    width,
    height,
    minWidth: minimum.width,
    minHeight: minimum.height,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: join(program, 'out/preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    // Where it was before it was maximized: it goes back there.
    keepWindowState(state, { version: 1, ...window.getNormalBounds(), maximized: window.isMaximized() })
  })
  void window.loadURL(pageAddress)
  return window
}

function workAreas(): [Area, ...Area[]] {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id)
  return [main.workArea, ...others.map(({ workArea }) => workArea)]
}
