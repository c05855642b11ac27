/** The menu that systems expect; everything else is in the page, whose action registry also has the keys. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from '../../shared/words.js'

export function setMenu(words: Words): void {
  const edit: MenuItemConstructorOptions = {
    label: words.t('desktop.edit'),
    // Undo and redo are the page's own actions: a menu's keys would take them away from it.
    submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
  }
  const isMac = process.platform === 'darwin'
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(isMac ? [{ role: 'appMenu' }, edit, { role: 'windowMenu' }] : [{ role: 'fileMenu' }, edit]),
  )
}
