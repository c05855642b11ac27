/**
 * `npm run eval:upscale -- <folders of high-resolution pictures...> [--model id|folder] [--scale 4] [--input clean] [--ensemble]`
 *
 * The protocol of the super-resolution benchmarks: a picture is cropped to a multiple of the scale, shrunk bicubically with
 * antialiasing, rounded to 8 bits and written as a PNG file; the command line enlarges that. PSNR and SSIM of the luma
 * (BT.601, 16 to 235, not rounded; of a file of one channel that channel itself, 0 to 255, as the published figures have it)
 * without a border of `scale` pixels; means over the pictures. Bicubic enlargement of
 * the same files stands beside it, rounded to 8 bits too. A folder with subfolders x2 and x4 has a set for each scale.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { enlarged, shrunk } from '../metrics/bicubic.js'
import { asEightBit, mean, psnr } from '../metrics/error.js'
import { ssim, type PlanarPicture } from '../metrics/ssim.js'
import { picturesOf, readPicture, writePng } from './pictures.js'
import { table } from './table.js'
import { openWorkspace, runLacuna, type Workspace } from './workspace.js'

const SCALES = [2, 4]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'lacuna-upscale' },
    scale: { type: 'string' },
    input: { type: 'string', default: 'clean' },
    ensemble: { type: 'boolean', default: false },
  },
})
if (positionals.length === 0) {
  process.stderr.write(
    'npm run eval:upscale -- <folders of high-resolution pictures...> [--model id|folder] [--scale 2|4] [--input clean|photo|auto] [--ensemble]\n',
  )
  process.exit(2)
}

await evaluate()

async function evaluate(): Promise<void> {
  await using workspace = await openWorkspace(values.model)
  const options = [`--input ${values.input}`, ...(values.ensemble ? ['--ensemble'] : [])].join(', ')
  process.stdout.write(`${workspace.model.id}, ${options}\n\n`)
  const rows: string[][] = []
  const scales = SCALES.filter((scale) => values.scale === undefined || String(scale) === values.scale)
  for (const [set, folder] of positionals.entries())
    for (const scale of scales) rows.push(await measured(workspace, folder, set, scale))
  const head = ['set', 'scale', 'pictures', 'bicubic PSNR-Y', 'PSNR-Y', 'bicubic SSIM-Y', 'SSIM-Y']
  process.stdout.write(`${table(head, rows)}\n`)
}

async function measured({ dir, ...rest }: Workspace, folder: string, set: number, scale: number): Promise<string[]> {
  const own = join(folder, `x${scale}`)
  // Sets as they are handed around hold the small pictures, too; those are made anew.
  const paths = (await picturesOf(existsSync(own) ? own : folder)).filter((path) => !/_LR\b/i.test(basename(path)))
  const [small, large] = [join(dir, `${set}-x${scale}-small`), join(dir, `${set}-x${scale}-large`)]
  await mkdir(small)
  const names = paths.map((_, i) => `${String(i).padStart(4, '0')}.png`)
  const [originals, bicubic]: [PlanarPicture[], PlanarPicture[]] = [[], []]
  for (const [i, path] of paths.entries()) {
    const original = cropped(await readPicture(path), scale)
    const shrunken = eightBit(shrunk(original, scale))
    await writePng(join(small, names[i]!), shrunken)
    originals.push(original)
    bicubic.push(eightBit(enlarged(shrunken, scale)))
  }
  await runLacuna({ dir, ...rest }, [
    ...['upscale', small, '-o', large, '--scale', String(scale), '--model', rest.model.id, '--name', '{name}'],
    ...['--input', values.input, ...(values.ensemble ? ['--ensemble'] : []), '--quiet'],
  ])
  const figures: number[][] = []
  for (const [i, original] of originals.entries()) {
    const grey = ((await sharp(paths[i]).metadata()).channels ?? 3) < 3
    const [truth, plain, ours] = [original, bicubic[i]!, await readPicture(join(large, names[i]!))].map((picture) =>
      shaved(grey ? planeOf(picture) : lumaOf(picture), scale),
    ) as [PlanarPicture, PlanarPicture, PlanarPicture]
    figures.push([psnr(plain.data, truth.data), psnr(ours.data, truth.data), ssim(plain, truth), ssim(ours, truth)])
  }
  const [plain, ours, plainSsim, oursSsim] = [0, 1, 2, 3].map((k) => mean(figures.map((figure) => figure[k]!)))
  return [
    ...[basename(folder), `x${scale}`, String(paths.length)],
    ...[plain!.toFixed(2), ours!.toFixed(2), plainSsim!.toFixed(4), oursSsim!.toFixed(4)],
  ]
}

function eightBit(picture: PlanarPicture): PlanarPicture {
  return { ...picture, data: asEightBit(picture.data) }
}

function cropped(picture: PlanarPicture, multiple: number): PlanarPicture {
  const whole = (side: number) => side - (side % multiple)
  return part(picture, 0, 0, whole(picture.width), whole(picture.height))
}

function shaved(picture: PlanarPicture, border: number): PlanarPicture {
  return part(picture, border, border, picture.width - 2 * border, picture.height - 2 * border)
}

function part(picture: PlanarPicture, left: number, top: number, width: number, height: number): PlanarPicture {
  const { channels } = picture
  const data = new Float32Array(channels * width * height)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const from = (c * picture.height + top + y) * picture.width + left
      data.set(picture.data.subarray(from, from + width), (c * height + y) * width)
    }
  return { width, height, channels, data }
}

function planeOf({ width, height, data }: PlanarPicture): PlanarPicture {
  return { width, height, channels: 1, data: data.slice(0, width * height) }
}

/** BT.601, 16 to 235, of 255. */
function lumaOf({ width, height, data }: PlanarPicture): PlanarPicture {
  const size = width * height
  const luma = new Float32Array(size)
  for (let i = 0; i < size; i++)
    luma[i] = (16 + 65.481 * data[i]! + 128.553 * data[size + i]! + 24.966 * data[2 * size + i]!) / 255
  return { width, height, channels: 1, data: luma }
}
