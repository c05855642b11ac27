/** From pressing Enter to help, to an answering server, and to a studio that can be used. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import { systemChromium } from '../../scripts/chromium.mjs'
import { ServingEvent } from '../../src/shared/events.js'
import { median } from '../metrics/error.js'
import { measure } from './process-tree.js'
import { table } from './table.js'
import { lacuna, openWorkspace, type Workspace } from './workspace.js'

export async function startUp(quick: boolean): Promise<string> {
  await using workspace = await openWorkspace()
  const times = quick ? 2 : 10
  const help: number[] = []
  const bare: number[] = []
  for (let i = 0; i < times; i++) {
    bare.push((await measure(process.execPath, ['-e', '0'])).seconds * 1000)
    help.push((await measure(process.execPath, [lacuna, '--help'])).seconds * 1000)
  }
  const served: { answered: number; usable: number }[] = []
  for (let i = 0; i < times; i++) served.push(await serve(workspace))
  const ms = (values: number[]) => [median(values).toFixed(0), Math.max(...values).toFixed(0)]
  return table(
    ['from the command to', 'median, ms', 'largest, ms'],
    [
      ['the end of an empty Node programme', ...ms(bare)],
      ['the end of `lacuna --help`', ...ms(help)],
      ['`lacuna serve` has said its address', ...ms(served.map((one) => one.answered))],
      ['the studio shows its first button in a Chromium that was already open', ...ms(served.map((one) => one.usable))],
    ],
  )
}

async function serve(workspace: Workspace): Promise<{ answered: number; usable: number }> {
  const browser = await chromium.launch({ executablePath: systemChromium(), args: ['--no-sandbox'] })
  const page = await browser.newPage()
  const began = performance.now()
  const server = spawn(process.execPath, [lacuna, 'serve', '--no-open', '--json', '--data-dir', workspace.home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
    const answered = performance.now() - began
    await page.goto(ServingEvent.parse(JSON.parse(line)).url)
    await page.getByRole('button').first().waitFor()
    return { answered, usable: performance.now() - began }
  } finally {
    server.kill('SIGINT')
    await ended
    await browser.close()
  }
}
