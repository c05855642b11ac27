/**
 * `node scripts/run-built.mjs tests/bench/upscale-contact.ts <photo:left,top>... --out sheet.jpg [--scale 2] [--detail 0.5,1]`
 *
 * A contact sheet to look at. Of each photo a square from `left`, `top` is cut, shrunk as the benchmarks do it (bicubic with
 * antialiasing, rounded to 8 bits) and enlarged by the command line; bicubic enlargement, ours and the original stand side
 * by side, every pixel shown `--zoom` times. Under the sheet's name, PSNR-Y, HaarPSI and the energy of the top octave
 * against the original's go to standard output, and how far a result that is shrunk again is from what it was made of.
 */
import { mkdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp, { type OverlayOptions } from 'sharp'
import { enlarged, shrunk } from '../metrics/bicubic.js'
import { asEightBit, mean, psnr } from '../metrics/error.js'
import { haarPsi } from '../metrics/haar-psi.js'
import { topOctave } from '../metrics/spectrum.js'
import type { PlanarPicture } from '../metrics/ssim.js'
import { readPicture, writePng } from './pictures.js'
import { table } from './table.js'
import { openWorkspace, runLacuna } from './workspace.js'

const GAP = 4
const HEAD = 22
const PAPER = '#f4f4f2'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    scale: { type: 'string', default: '2' },
    detail: { type: 'string', default: '' },
    side: { type: 'string', default: '128' },
    zoom: { type: 'string', default: '2' },
    model: { type: 'string', default: 'lacuna-upscale' },
  },
})
const out = values.out
if (out === undefined || positionals.length === 0) {
  process.stderr.write(
    'upscale-contact <photo:left,top>... --out sheet.jpg [--scale 2] [--detail 0.5,1] [--side 128]\n',
  )
  process.exit(2)
}
const [scale, side, zoom] = [Number(values.scale), Number(values.side), Number(values.zoom)]
const details = values.detail === '' ? [] : values.detail.split(',')

interface Column {
  title: string
  pictures: readonly PlanarPicture[]
}

const originals = await Promise.all(positionals.map(cutOut))
const small = originals.map((picture) => eightBit(shrunk(picture, scale)))
const ours = await enlargements()
const columns: Column[] = [
  { title: 'bicubic', pictures: small.map((picture) => eightBit(enlarged(picture, scale))) },
  ...ours,
  { title: 'original', pictures: originals },
]
await writeSheet(out, columns)
process.stdout.write(`${out}\n\n${figures()}\n`)

async function cutOut(named: string): Promise<PlanarPicture> {
  const [, path, left, top] = /^(.+):(\d+),(\d+)$/.exec(named) ?? []
  if (path === undefined) throw new Error(`${named} names no place: photo:left,top`)
  const whole = await readPicture(path)
  const [x, y] = [Math.min(Number(left), whole.width - side), Math.min(Number(top), whole.height - side)]
  const data = new Float32Array(3 * side * side)
  for (let c = 0; c < 3; c++)
    for (let row = 0; row < side; row++) {
      const from = (c * whole.height + y + row) * whole.width + x
      data.set(whole.data.subarray(from, from + side), (c * side + row) * side)
    }
  return { width: side, height: side, channels: 3, data }
}

async function enlargements(): Promise<Column[]> {
  await using workspace = await openWorkspace(values.model)
  const from = join(workspace.dir, 'small')
  await mkdir(from)
  const names = small.map((_, i) => `${String(i).padStart(3, '0')}.png`)
  for (const [i, picture] of small.entries()) await writePng(join(from, names[i]!), picture)
  const made: Column[] = []
  for (const detail of ['0', ...details]) {
    const to = join(workspace.dir, `large-${detail}`)
    await runLacuna(workspace, [
      ...['upscale', from, '-o', to, '--scale', String(scale), '--model', workspace.model.id, '--name', '{name}'],
      ...['--input', 'clean', ...(detail === '0' ? [] : ['--detail', detail]), '--quiet'],
    ])
    const title = detail === '0' ? workspace.model.id : `detail ${detail}`
    made.push({ title, pictures: await Promise.all(names.map((name) => readPicture(join(to, name)))) })
  }
  return made
}

/** JPEG or PNG by the file's name. */
async function writeSheet(file: string, columns: readonly Column[]): Promise<void> {
  const cell = side * zoom
  const parts: OverlayOptions[] = []
  for (const [i, { title, pictures }] of columns.entries()) {
    const left = i * (cell + GAP)
    const text = `<svg width="${cell}" height="18"><text x="2" y="14" font-family="sans-serif" font-size="14">${title}</text></svg>`
    parts.push({ input: Buffer.from(text), left, top: 2 })
    for (const [row, picture] of pictures.entries())
      parts.push({ input: await shown(picture), left, top: HEAD + row * (cell + GAP) })
  }
  const rows = columns[0]!.pictures.length
  const [width, height] = [columns.length * (cell + GAP) - GAP, HEAD + rows * (cell + GAP) - GAP]
  const sheet = sharp({ create: { width, height, channels: 3, background: PAPER } }).composite(parts)
  await (extname(file) === '.png' ? sheet.png() : sheet.jpeg({ quality: 80, mozjpeg: true })).toFile(file)
}

async function shown({ width, height, data }: PlanarPicture): Promise<Buffer> {
  const size = width * height
  const bytes = Uint8Array.from({ length: 3 * size }, (_, i) =>
    Math.round(255 * data[(i % 3) * size + Math.floor(i / 3)]!),
  )
  return await sharp(bytes, { raw: { width, height, channels: 3 } })
    .resize(width * zoom, height * zoom, { kernel: 'nearest' })
    .png()
    .toBuffer()
}

function figures(): string {
  const rows = columns.slice(0, -1).map(({ title, pictures }) => {
    const of = (measure: (picture: PlanarPicture, original: PlanarPicture) => number) =>
      pictures.map((picture, i) => measure(picture, originals[i]!))
    const octave = of((picture, original) => Math.log(topOctave(picture) / topOctave(original)))
    const apart = pictures.map((picture, i) =>
      shrunk(picture, scale).data.reduce((most, value, at) => Math.max(most, Math.abs(value - small[i]!.data[at]!)), 0),
    )
    return [
      title,
      mean(of((picture, original) => psnr(lumaOf(picture).data, lumaOf(original).data))).toFixed(2),
      mean(of((picture, original) => haarPsi(picture, original))).toFixed(3),
      Math.exp(mean(octave)).toFixed(2),
      (255 * Math.max(...apart)).toFixed(2),
    ]
  })
  return table(['', 'PSNR-Y', 'HaarPSI', 'top octave', 'shrunk again, of 255'], rows)
}

function eightBit(picture: PlanarPicture): PlanarPicture {
  return { ...picture, data: asEightBit(picture.data) }
}

/** BT.601, 16 to 235, of 255; without a border of `scale` pixels. */
function lumaOf({ width, height, data }: PlanarPicture): PlanarPicture {
  const size = width * height
  const inner: number[] = []
  for (let y = scale; y < height - scale; y++)
    for (let x = scale; x < width - scale; x++) {
      const i = y * width + x
      inner.push((16 + 65.481 * data[i]! + 128.553 * data[size + i]! + 24.966 * data[2 * size + i]!) / 255)
    }
  return { width: width - 2 * scale, height: height - 2 * scale, channels: 1, data: Float32Array.from(inner) }
}
