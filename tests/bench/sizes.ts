/** Memory and time of the command line against the picture's size. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makePhoto } from './photo.js'
import { measure } from './process-tree.js'
import { table } from './table.js'
import { lacuna, openWorkspace, root } from './workspace.js'

const TINY = join(root, 'tests/fixtures/models/tiny-denoiser')
const TINY_UPSCALER = join(root, 'tests/fixtures/models/tiny-upscaler')
const SCALE = 4

const HEAD = ['time, s', 'time a MP, s', 'memory, host and engine, MB']

export async function sizes(quick: boolean): Promise<string> {
  const rows = [
    ...(await sizesOf('denoise', TINY, 'tiny test network', quick ? [0.2, 0.8] : [1, 4, 16, 64, 200])),
    ...(await sizesOf('denoise', 'lacuna-denoise', 'lacuna-denoise', quick ? [0.1] : [1, 4, 16])),
  ]
  return table(['network', 'picture, MP', ...HEAD], rows)
}

/** By the size of the result, which is four times as wide and high as the picture. */
export async function enlargedSizes(quick: boolean): Promise<string> {
  const rows = [
    ...(await sizesOf('upscale', TINY_UPSCALER, 'tiny test network', quick ? [0.5, 2] : [1, 4, 16, 64, 200], SCALE)),
    ...(await sizesOf('upscale', 'lacuna-upscale', 'lacuna-upscale', quick ? [0.2] : [1, 4, 16], SCALE)),
  ]
  return table(['network', 'result, MP', ...HEAD], rows)
}

/** The largest result that is promised, by the network that is meant. */
export async function largestEnlarged(quick: boolean): Promise<string> {
  const rows = await sizesOf('upscale', 'lacuna-upscale', 'lacuna-upscale', [quick ? 1 : 200], SCALE)
  return table(['network', 'result, MP', ...HEAD], rows)
}

/** `megapixels`: of the results; an upscale's is `scale` times as wide and high as the picture. */
async function sizesOf(
  command: 'denoise' | 'upscale',
  model: string,
  label: string,
  megapixels: readonly number[],
  scale = 1,
): Promise<string[][]> {
  await using workspace = await openWorkspace(model)
  const own = command === 'upscale' ? ['--scale', String(scale), '--input', 'clean'] : []
  const rows: string[][] = []
  for (const size of megapixels) {
    const { path, pixels } = await makePhoto(join(workspace.dir, `${size}.jpg`), size / scale ** 2)
    const output = join(workspace.dir, `${size}-out.jpg`)
    const { seconds, peakAnonymous } = await measure(process.execPath, [
      ...[lacuna, command, path, '-o', output, '--model', workspace.model.id, ...own],
      ...['--provider', 'cpu', '--quiet', '--data-dir', workspace.home],
    ])
    await rm(path)
    await rm(output)
    rows.push([
      label,
      String(size),
      seconds.toFixed(1),
      (seconds / ((pixels * scale ** 2) / 1e6)).toFixed(2),
      peakAnonymous === null ? 'not measured' : (peakAnonymous / 1e6).toFixed(0),
    ])
  }
  return rows
}
