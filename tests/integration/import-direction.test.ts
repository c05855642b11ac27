/** The import directions of docs/architecture.md are enforced by lint: each case lints one line as if it stood in that folder. */
import { ESLint } from 'eslint'
import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
// The rules at hand need no types, which would take half a minute to read.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] })

/** A file that is there, so that the way from it to what it imports can be followed. */
function someFile(folder: string): string {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()
  const name = names.find((file) => /(?<!\.test)\.tsx?$/.test(file))
  if (name === undefined) throw new Error(`no source file in ${folder}`)
  return join(root, folder, name)
}

async function rulesBroken(folder: string, code: (from: (path: string) => string) => string): Promise<string[]> {
  const file = someFile(folder)
  const from = (path: string) => `./${relative(join(file, '..'), join(root, path)).replaceAll('\\', '/')}`
  const [result] = await eslint.lintText(code(from), { filePath: file })
  return result!.messages.filter((message) => message.ruleId !== null).map((message) => message.ruleId!)
}

const path = 'import-x/no-restricted-paths'
const packages = 'no-restricted-imports'

describe('imports go one way', () => {
  it.each([
    ['src/shared', 'src/main/engine/protocol/tasks.js'],
    ['src/renderer', 'src/main/engine/protocol/tasks.js'],
    ['src/preload', 'src/main/engine/protocol/tasks.js'],
    ['src/main/engine', 'src/main/web/index.js'],
    ['src/main/engine/protocol', 'src/main/engine/process.js'],
    ['src/main/engine/diffusion', 'src/main/engine/process.js'],
    ['src/main/studio', 'src/main/engine/process.js'],
    ['src/main/studio', 'src/main/web/index.js'],
    ['src/main/web', 'src/main/engine/process.js'],
    ['src/main/web', 'src/main/desktop/index.js'],
    ['src/main/desktop', 'src/main/web/index.js'],
    ['src/main/cli', 'src/main/engine/process.js'],
  ])('%s may not import %s', async (folder, target) => {
    const rules = await rulesBroken(folder, (from) => `import * as x from '${from(target)}'\nexport { x }\n`)
    expect(rules).toContain(path)
  })

  it('a dynamic import and a type import are imports too', async () => {
    const target = 'src/main/engine/process.js'
    expect(
      await rulesBroken('src/main/studio', (from) => `export const x = () => import('${from(target)}')\n`),
    ).toContain(path)
    expect(await rulesBroken('src/main/studio', (from) => `export type * from '${from(target)}'\n`)).toContain(path)
  })

  it.each([
    ['src/shared', 'src/shared/errors.js'],
    ['src/main/engine', 'src/shared/errors.js'],
    ['src/main/studio', 'src/main/engine/protocol/tasks.js'],
    ['src/main/web', 'src/main/studio/index.js'],
    ['src/main/cli', 'src/main/web/index.js'],
    ['src/renderer', 'src/shared/errors.js'],
  ])('%s may import %s', async (folder, target) => {
    const rules = await rulesBroken(folder, (from) => `import * as x from '${from(target)}'\nexport { x }\n`)
    expect(rules).toEqual([])
  })
})

describe('packages stay where they belong', () => {
  it.each([
    ['src/main/web', 'electron'],
    ['src/main/studio', 'electron'],
    ['src/main/engine', 'electron'],
    ['src/renderer', 'electron'],
    ['src/main/studio', 'sharp'],
    ['src/main/cli', 'onnxruntime-node'],
    ['src/main/engine/imaging', 'onnxruntime-node'],
    ['src/main/engine/diffusion', 'sharp'],
    ['src/main/engine/diffusion', 'node:fs'],
    ['src/shared', 'node:path'],
    ['src/renderer', 'node:path'],
  ])('%s may not import %s', async (folder, name) => {
    const rules = await rulesBroken(folder, () => `import * as x from '${name}'\nexport { x }\n`)
    expect(rules).toContain(packages)
  })

  it.each([
    ['src/main/desktop', 'electron'],
    ['src/preload', 'electron'],
    ['src/main/engine/imaging', 'sharp'],
    ['src/main/engine/runtime', 'onnxruntime-node'],
  ])('%s may import %s', async (folder, name) => {
    const rules = await rulesBroken(folder, () => `import * as x from '${name}'\nexport { x }\n`)
    expect(rules).toEqual([])
  })

  it('shared uses no name that only a page or only Node has', async () => {
    const rules = await rulesBroken('src/shared', () => 'export const x = [window, document, process.env]\n')
    expect(rules.filter((rule) => rule === 'no-restricted-globals')).toHaveLength(3)
  })
})
