/** Memory and time of the command line against the picture's size. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makePhoto } from './photo.js'
import { measure } from './process-tree.js'
import { table } from './table.js'
import { lacuna, openWorkspace, root } from './workspace.js'

const TINY = join(root, 'tests/fixtures/models/tiny-denoiser')

export async function sizes(quick: boolean): Promise<string> {
  const rows = [
    ...(await sizesOf(TINY, 'tiny test network', quick ? [0.2, 0.8] : [1, 4, 16, 64, 200])),
    ...(await sizesOf('lacuna-denoise', 'lacuna-denoise', quick ? [0.1] : [1, 4, 16])),
  ]
  return table(['network', 'picture, MP', 'time, s', 'time a MP, s', 'memory, host and engine, MB'], rows)
}

async function sizesOf(model: string, label: string, megapixels: readonly number[]): Promise<string[][]> {
  await using workspace = await openWorkspace(model)
  const rows: string[][] = []
  for (const size of megapixels) {
    const { path, pixels } = await makePhoto(join(workspace.dir, `${size}.jpg`), size)
    const output = join(workspace.dir, `${size}-out.jpg`)
    const { seconds, peakAnonymous } = await measure(process.execPath, [
      ...[lacuna, 'denoise', path, '-o', output, '--model', workspace.model.id],
      ...['--provider', 'cpu', '--quiet', '--data-dir', workspace.home],
    ])
    await rm(path)
    await rm(output)
    rows.push([
      label,
      String(size),
      seconds.toFixed(1),
      (seconds / (pixels / 1e6)).toFixed(2),
      peakAnonymous === null ? 'not measured' : (peakAnonymous / 1e6).toFixed(0),
    ])
  }
  return rows
}
