/** A contact sheet to look at: each hole as it was given, as some methods filled it, and as it was. */
import { extname } from 'node:path'
import sharp, { type OverlayOptions } from 'sharp'
import type { PlanarPicture } from '../../metrics/ssim.js'
import type { Hole } from './hole.js'
import type { Method } from './methods.js'
import type { Result } from './results.js'

const GAP = 4
const HEAD = 22
const PAPER = '#f4f4f2'
/** The colour of a hole, of 0..1. */
const OPEN = [1, 0.1, 0.7]

interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** `cell`: the size of a picture on the sheet, pixels. JPEG or PNG by the file's name. */
export async function writeSheet(
  file: string,
  holes: readonly Hole[],
  columns: readonly Method[],
  results: readonly Result[],
  cell: number,
): Promise<void> {
  const titles = ['hole', ...columns.map((method) => method.title), 'photo']
  const parts: OverlayOptions[] = titles.map((title, i) => ({
    input: label(title, cell),
    left: i * (cell + GAP),
    top: 2,
  }))
  for (const [row, hole] of holes.entries()) {
    const box = around(hole, cell)
    const open = hole.truth.data.map((value, i) => {
      const size = hole.mask.length
      return hole.mask[i % size] ? OPEN[Math.floor(i / size)]! : value
    })
    const filled = columns.map((method) => results.find((r) => r.hole === hole && r.method === method)?.picture)
    for (const [i, picture] of [{ ...hole.truth, data: open }, ...filled, hole.truth].entries())
      if (picture)
        parts.push({ input: await cut(picture, box, cell), left: i * (cell + GAP), top: HEAD + row * (cell + GAP) })
  }
  const [width, height] = [titles.length * (cell + GAP) - GAP, HEAD + holes.length * (cell + GAP) - GAP]
  const sheet = sharp({ create: { width, height, channels: 3, background: PAPER } }).composite(parts)
  await (extname(file) === '.png' ? sheet.png() : sheet.jpeg({ quality: 82, mozjpeg: true })).toFile(file)
}

/** A square about the hole, with as much around it as makes a third of its side; the picture's own shorter side at most. */
function around({ truth: { width, height }, mask }: Hole, cell: number): Box {
  let [left, right, top, bottom] = [width, 0, height, 0]
  for (const [i, value] of mask.entries()) {
    if (!value) continue
    const [x, y] = [i % width, Math.floor(i / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  const wanted = Math.max(cell / 2, 1.5 * Math.max(right - left, bottom - top))
  const side = Math.round(Math.min(width, height, wanted))
  const start = (low: number, high: number, end: number) =>
    Math.min(end - side, Math.max(0, Math.round((low + high - side) / 2)))
  return { left: start(left, right, width), top: start(top, bottom, height), width: side, height: side }
}

async function cut(picture: PlanarPicture, box: Box, cell: number): Promise<Buffer> {
  const { width, height, data } = picture
  const size = width * height
  const bytes = new Uint8Array(3 * size)
  for (let c = 0; c < 3; c++) for (let i = 0; i < size; i++) bytes[3 * i + c] = Math.round(data[c * size + i]! * 255)
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .extract(box)
    .resize(cell, cell, { kernel: 'lanczos3' })
    .png()
    .toBuffer()
}

const label = (text: string, width: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="18"><text x="1" y="14" font-family="sans-serif" font-size="13" fill="#333">${text.replace('&', '&amp;')}</text></svg>`,
  )
