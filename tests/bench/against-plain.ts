/** The command line against a plain Python script that does the same job with the same tiles (plain.py). */
import { join } from 'node:path'
import { mean } from '../metrics/error.js'
import { makePhoto } from './photo.js'
import { readPicture } from './pictures.js'
import { NO_PYTHON, plainScript } from './plain.js'
import { measure } from './process-tree.js'
import { table } from './table.js'
import { lacuna, openWorkspace } from './workspace.js'

const TILE = 512
export async function againstPlain(quick: boolean): Promise<string> {
  const script = await plainScript()
  if (script === null) return NO_PYTHON
  await using workspace = await openWorkspace()
  const size = quick ? 0.2 : 12
  const { path } = await makePhoto(join(workspace.dir, 'photo.jpg'), size)
  const [ours, theirs] = [join(workspace.dir, 'ours.jpg'), join(workspace.dir, 'plain.jpg')]
  const studio = await measure(process.execPath, [
    ...[lacuna, 'denoise', path, '-o', ours, '--tile', String(TILE)],
    ...['--provider', 'cpu', '--quiet', '--data-dir', workspace.home],
  ])
  const plain = await script({ source: path, target: theirs, model: workspace.model.folder, tile: TILE })
  const { parts } = plain
  const [a, b] = [await readPicture(ours), await readPicture(theirs)]
  const difference = mean([...a.data.map((value, i) => Math.abs(value - b.data[i]!) * 255)])
  const share = (100 * (parts.decode + parts.encode)) / plain.seconds
  const memory = (bytes: number | null) => (bytes === null ? 'not measured' : (bytes / 1e6).toFixed(0))
  return `${table(
    [`${size} MP JPEG to JPEG`, 'time, s', 'memory, MB'],
    [
      ['`lacuna denoise`', studio.seconds.toFixed(1), memory(studio.peakAnonymous)],
      ['plain script', plain.seconds.toFixed(1), memory(plain.peakAnonymous)],
    ],
  )}

The script spends ${share.toFixed(1)} % of its time on decoding and encoding, ${parts.load.toFixed(1)} s on loading the networks. The two results differ by ${difference.toFixed(2)} of 255 on average.`
}
