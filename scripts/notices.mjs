/**
 * Writes THIRD_PARTY_NOTICES.md: every package that the product ships, with its licence and copyright lines.
 *
 *   node scripts/notices.mjs            writes the file
 *   node scripts/notices.mjs --check    fails when the file is out of date
 *
 * Both fail when a licence appears that the project does not take. What ships is read from package-lock.json, so that
 * the file is the same on every platform; the texts come from node_modules. Packages for single platforms are named
 * from the lock alone, since only this machine's are installed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const target = 'THIRD_PARTY_NOTICES.md'

const taken = new Set([
  ...['MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'ISC', '0BSD', 'CC0-1.0'],
  ...['OFL-1.1', 'Python-2.0', 'BlueOak-1.0.0'],
])

/** Packages that may carry one licence more. */
const exceptions = [
  {
    packages: /^@img\/sharp-(libvips-|win32-|wasm32$|freebsd-wasm32$|webcontainers-wasm32$)/,
    licence: 'LGPL-3.0-or-later',
  },
]

/**
 * @typedef {{ version?: string, license?: string, dev?: boolean, devOptional?: boolean, optional?: boolean }} LockEntry
 * @typedef {{ name: string, version: string, licence: string, path: string, platform: boolean }} Package
 */

/**
 * Whether an SPDX expression of names, AND, OR and parentheses can be met by `allowed` licences.
 *
 * @param {string} expression
 * @param {(licence: string) => boolean} allowed
 */
export function satisfies(expression, allowed) {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? []
  let at = 0
  const either = () => {
    let met = both()
    while (tokens[at] === 'OR') {
      at++
      met = both() || met
    }
    return met
  }
  const both = () => {
    let met = one()
    while (tokens[at] === 'AND') {
      at++
      met = one() && met
    }
    return met
  }
  /** @returns {boolean} */
  const one = () => {
    const token = tokens[at++]
    if (token !== '(') return token !== undefined && allowed(token)
    const met = either()
    at++
    return met
  }
  const met = either()
  return met && at === tokens.length
}

/**
 * What a user of the product gets: the lock's entries that are not for development.
 *
 * @param {{ packages: Record<string, LockEntry> }} lock
 * @returns {Package[]} by name, then version
 */
export function shippedPackages(lock) {
  const packages = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      licence: entry.license ?? '',
      path,
      platform: Boolean(entry.optional),
    }))
  const key = (/** @type {Package} */ one) => `${one.name}@${one.version}`
  return [...new Map(packages.map((one) => [key(one), one])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/**
 * @param {Package[]} packages
 * @returns {string[]} one sentence for each package whose licence is not taken
 */
export function refused(packages) {
  return packages
    .filter(({ name, licence }) => {
      const extra = exceptions.filter((one) => one.packages.test(name)).map((one) => one.licence)
      return !satisfies(licence, (one) => taken.has(one) || extra.includes(one))
    })
    .map(
      ({ name, version, licence }) =>
        `${name} ${version} is under "${licence || 'no stated licence'}", which this project does not take`,
    )
}

/**
 * The package's own licence files; where it has none, its author.
 *
 * @param {Package} one
 */
function licenceText(one) {
  const folder = join(root, one.path)
  if (!existsSync(folder)) throw new Error(`${one.path} is not installed: run npm ci first`)
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
  if (files.length > 0)
    return files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n')
  /** @type {{ author?: string | { name: string } }} */
  const { author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const name = one.name.startsWith('onnxruntime-')
    ? 'Microsoft Corporation'
    : typeof author === 'object'
      ? author.name
      : author
  return `${one.licence} License, Copyright (c) ${name ?? `the authors of ${one.name}`}\n\n(The package holds no licence file; the terms are those of the ${one.licence} texts in this list.)`
}

/** @param {Package[]} packages */
function notices(packages) {
  const everywhere = packages.filter((one) => !one.platform)
  /** @type {Map<string, Package[]>} */
  const byText = new Map()
  for (const one of everywhere) {
    const text = licenceText(one)
    byText.set(text, [...(byText.get(text) ?? []), one])
  }
  const label = (/** @type {Package} */ one) => `${one.name} ${one.version}`
  return `# Third-party notices

Made by \`npm run notices\` from package-lock.json; do not edit. Lacuna Studio itself is under the MIT licence (LICENSE).

## Parts under other terms than MIT, BSD, Apache or ISC

| part | licence | how it is used |
| --- | --- | --- |
| libvips, inside the \`@img/sharp-*\` packages | LGPL-3.0-or-later | a shared library of its own that a user may replace; source: https://github.com/libvips/libvips and https://github.com/lovell/sharp-libvips, which also lists the libraries inside it |
| ExifTool, inside \`exiftool-vendored.pl\` and \`exiftool-vendored.exe\` | Artistic-1.0-Perl or GPL-1.0-or-later, as Perl itself | a program of its own that is started beside the studio; source: https://exiftool.org |
| Inter, inside \`@fontsource-variable/inter\` | OFL-1.1 | the interface's typeface, unchanged |

Electron (MIT, https://github.com/electron/electron) is fetched at the first start of the desktop application and brings its own \`LICENSE\` and \`LICENSES.chromium.html\`. What is inside onnxruntime-node's library is listed by https://github.com/microsoft/onnxruntime (ThirdPartyNotices.txt). The weights in \`models/\` were made by this project (MIT; each folder's CARD.md names the training photos), the photos in \`resources/samples\` are in the public domain (CREDITS.md there).

## Packages for single platforms

Only those of one platform are installed; each holds its own licence texts.

${packages
  .filter((one) => one.platform)
  .map((one) => `- ${label(one)}: ${one.licence}`)
  .join('\n')}

## Packages

${[...byText]
  .map(
    ([text, ones]) =>
      `### ${ones.map(label).join(', ')}\n\n${[...new Set(ones.map((one) => one.licence))].join(', ')}\n\n\`\`\`text\n${text}\n\`\`\``,
  )
  .join('\n\n')}
`
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

function main() {
  const packages = shippedPackages(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const problems = refused(packages)
  if (problems.length > 0) return fail(problems.join('\n'))
  const text = notices(packages)
  const path = join(root, target)
  if (!process.argv.includes('--check')) return writeFileSync(path, text)
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) fail(`${target} is out of date: run npm run notices`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main()
