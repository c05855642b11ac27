/** The page's way to the host, and all that it gets: {@link DesktopBridge}. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { desktopMessage, portMessage, type DesktopBridge } from '../shared/host.js'

const bridge: DesktopBridge = {
  connect() {
    // A port cannot pass through the context bridge, but a message to the page's own window carries one.
    const { port1, port2 } = new MessageChannel()
    ipcRenderer.postMessage(desktopMessage.connect, null, [port1])
    window.postMessage(portMessage, location.origin, [port2])
  },
  async pathForFile(file) {
    const path = webUtils.getPathForFile(file)
    await ipcRenderer.invoke(desktopMessage.grant, path)
    return path
  },
}

contextBridge.exposeInMainWorld('lacuna', bridge)
