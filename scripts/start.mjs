/**
 * `npm start`: installs and builds what is missing, then opens the studio; with arguments it is the command line.
 * Standard output belongs to the program that is started; everything said here goes to standard error.
 */
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { findElectron, noDisplayReason } from './electron.mjs'
import { cli, ensureBuilt, ensureInstalled, root, say, ScriptError } from './project.mjs'

/**
 * The command line runs in this very process: signals, standard streams and the exit code are its own.
 *
 * @param {string[]} args
 */
async function commandLine(args) {
  process.argv = [process.argv[0], cli, ...args]
  await import(pathToFileURL(cli).href)
}

/** Electron's exit code for "a library that I need is not on this system". */
const missingLibrary = 127

/**
 * @param {string} binary
 * @param {string[]} files
 * @returns {Promise<number>} the exit code
 */
function desktop(binary, files) {
  const env = { ...process.env }
  delete env.ELECTRON_RUN_AS_NODE
  const child = spawn(binary, [root, ...files], { stdio: 'inherit', env })
  // Ctrl+C reaches the whole group by itself; a signal sent to this process alone must be handed on.
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

/** @param {string[]} args */
async function main(args) {
  ensureInstalled()
  ensureBuilt()
  const wantsDesktop = args[0] === '--desktop'
  if (args.length > 0 && !wantsDesktop) return commandLine(args)

  const files = args.slice(1)
  const noDisplay = noDisplayReason()
  const electron = noDisplay ? { reason: noDisplay } : findElectron(wantsDesktop)
  if ('binary' in electron) {
    const code = await desktop(electron.binary, files)
    if (code !== missingLibrary) return process.exit(code)
  }
  const reason = 'reason' in electron ? electron.reason : 'system libraries that Electron needs are missing'
  say(`The desktop app cannot start, because ${reason}: opening the studio in the browser instead.`)
  return commandLine(['open', ...files])
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof ScriptError ? error.message : String(error?.stack ?? error))
  process.exit(1)
})
