/**
 * `npm run eval:denoise -- <folder of clean pictures> [--every N] [--model id|folder] [--detail]`
 *
 * Table A, the published protocol: seeded white Gaussian noise added to the float picture, neither clipped nor rounded,
 * given to the engine's tiles and network; the result is clipped and rounded to 8 bits and compared with the clean picture.
 * Table B, what a person gets: the noisy picture as an 8-bit PNG file, through the command line with `--sigma auto`.
 * PSNR in dB and SSIM, means over the pictures.
 */
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { asEightBit, mean, median, psnr } from '../metrics/error.js'
import { ssim, type PlanarPicture } from '../metrics/ssim.js'
import { detailTable } from './detail.js'
import { openNetwork, type Network } from './network.js'
import { greyOf, picturesOf, readPicture, withNoise, writePng } from './pictures.js'
import { table } from './table.js'
import { openWorkspace, runLacuna, type Workspace } from './workspace.js'

const LEVELS = [15, 25, 50]
const ESTIMATED = [5, 10, 15, 25, 50]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '1' },
    model: { type: 'string', default: 'lacuna-denoise' },
    detail: { type: 'boolean', default: false },
  },
})
const folder = positionals[0]
const every = Number(values.every)
if (folder === undefined || !Number.isInteger(every) || every < 1) {
  process.stderr.write(
    'npm run eval:denoise -- <folder of clean pictures> [--every N] [--model id|folder] [--detail]\n',
  )
  process.exit(2)
}

const print = (text: string) => process.stdout.write(`${text}\n`)
await evaluate(folder)
// The inference worker keeps its thread until the process ends.
process.exit(0)

async function evaluate(folder: string): Promise<void> {
  const paths = await picturesOf(folder, every)
  await using workspace = await openWorkspace(values.model)
  const network = await openNetwork(workspace.model.id, workspace.model.folder)
  print(`${workspace.model.id}, ${paths.length} pictures of ${basename(folder)}\n`)
  print(`A: unclipped float noise through the engine\n\n${await floatTable(network, paths)}\n`)
  print(`The estimator's median level against the true one\n\n${await estimatorTable(network, paths)}\n`)
  print(`A clean picture, blind: ${(await changeOfClean(network, paths)).toFixed(2)} of 255 mean absolute change\n`)
  print(`B: 8-bit PNG files through the command line, --sigma auto\n\n${await fileTable(workspace, paths)}\n`)
  if (values.detail) print(`Detail at sigma 25\n\n${await detailTable(workspace, paths)}\n`)
}

async function floatTable(network: Network, paths: readonly string[]): Promise<string> {
  const rows: string[][] = []
  for (const sigma of LEVELS) {
    const [noisyPsnr, given, givenSsim, blind, blindSsim]: number[][] = [[], [], [], [], []]
    for (const [seed, path] of paths.entries()) {
      const clean = await readPicture(path)
      const noisy = withNoise(clean, sigma, seed)
      const known = eightBit(await network.denoise(noisy, sigma / 255))
      const unknown = eightBit(await network.denoise(noisy, await network.estimate(noisy)))
      noisyPsnr!.push(psnr(asEightBit(noisy.data), clean.data))
      given!.push(psnr(known.data, clean.data))
      givenSsim!.push(ssim(known, clean))
      blind!.push(psnr(unknown.data, clean.data))
      blindSsim!.push(ssim(unknown, clean))
    }
    const db = (list: number[] | undefined) => mean(list!).toFixed(2)
    const similarity = (list: number[] | undefined) => mean(list!).toFixed(4)
    rows.push([String(sigma), db(noisyPsnr), db(given), similarity(givenSsim), db(blind), similarity(blindSsim)])
  }
  return table(['sigma', 'noisy PSNR', 'given PSNR', 'given SSIM', 'blind PSNR', 'blind SSIM'], rows)
}

async function estimatorTable(network: Network, paths: readonly string[]): Promise<string> {
  const rows: string[][] = []
  for (const sigma of ESTIMATED) {
    const row = [String(sigma)]
    for (const grey of [false, true]) {
      const errors: number[] = []
      for (const [seed, path] of paths.entries()) {
        const picture = await readPicture(path)
        const map = await network.estimate(withNoise(grey ? greyOf(picture) : picture, sigma, seed, grey))
        errors.push(Math.abs((median([...map.data]) * 255) / sigma - 1) * 100)
      }
      row.push(`${median(errors).toFixed(1)} %`, `${Math.max(...errors).toFixed(1)} %`)
    }
    rows.push(row)
  }
  return table(['sigma', 'colour: median error', 'largest', 'grey: median error', 'largest'], rows)
}

async function changeOfClean(network: Network, paths: readonly string[]): Promise<number> {
  const changes: number[] = []
  for (const path of paths) {
    const clean = await readPicture(path)
    const result = eightBit(await network.denoise(clean, await network.estimate(clean)))
    changes.push(mean([...result.data.map((value, i) => Math.abs(value - clean.data[i]!) * 255)]))
  }
  return mean(changes)
}

async function fileTable(workspace: Workspace, paths: readonly string[]): Promise<string> {
  const rows: string[][] = []
  for (const sigma of LEVELS) {
    const [input, output] = [join(workspace.dir, `noisy-${sigma}`), join(workspace.dir, `denoised-${sigma}`)]
    await mkdir(input)
    const names = paths.map((_, i) => String(i).padStart(4, '0'))
    for (const [i, path] of paths.entries())
      await writePng(join(input, `${names[i]}.png`), withNoise(await readPicture(path), sigma, i))
    await runLacuna(workspace, [
      ...['denoise', input, '-o', output, '--sigma', 'auto', '--model', workspace.model.id],
      ...['--name', '{name}', '--provider', 'cpu', '--quiet'],
    ])
    const [before, after, similarity]: number[][] = [[], [], []]
    for (const [i, path] of paths.entries()) {
      const clean = await readPicture(path)
      const result = await readPicture(join(output, `${names[i]}.png`))
      before!.push(psnr((await readPicture(join(input, `${names[i]}.png`))).data, clean.data))
      after!.push(psnr(result.data, clean.data))
      similarity!.push(ssim(result, clean))
    }
    rows.push([String(sigma), mean(before!).toFixed(2), mean(after!).toFixed(2), mean(similarity!).toFixed(4)])
  }
  return table(['sigma', 'noisy PSNR', 'PSNR', 'SSIM'], rows)
}

function eightBit(picture: PlanarPicture): PlanarPicture {
  return { ...picture, data: asEightBit(picture.data) }
}
