/** Finds a Chromium for the browser tests: named by LACUNA_CHROMIUM, the system's, or Playwright's own. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const programFiles = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]

const onSystem = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: programFiles.flatMap((folder) => (folder ? [join(folder, 'Google/Chrome/Application/chrome.exe')] : [])),
}

/** The executable's path, or undefined when there is none outside of Playwright's own folder. */
export function systemChromium() {
  if (process.env.LACUNA_CHROMIUM) return process.env.LACUNA_CHROMIUM
  const places = process.platform in onSystem ? onSystem[/** @type {keyof typeof onSystem} */ (process.platform)] : []
  return places.find((path) => existsSync(path))
}
