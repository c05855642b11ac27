#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const cli = resolve(dirname(fileURLToPath(import.meta.url)), '../out/main/cli.js')

if (existsSync(cli)) {
  await import(pathToFileURL(cli).href)
} else {
  process.stderr.write('Lacuna Studio is not built yet: run "npm run build" in its folder, or "npm start".\n')
  process.exitCode = 1
}
