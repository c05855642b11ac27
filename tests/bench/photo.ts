/** Photos of any size for the benchmarks: a sample photo enlarged, as a JPEG of quality 90. */
import { join } from 'node:path'
import sharp from 'sharp'
import { root } from './workspace.js'

const SAMPLE = join(root, 'resources/samples/otters-high-iso.jpg')

export async function makePhoto(path: string, megapixels: number): Promise<{ path: string; pixels: number }> {
  const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3))
  const height = Math.round((megapixels * 1e6) / width)
  await sharp(SAMPLE).resize(width, height, { fit: 'fill', kernel: 'cubic' }).jpeg({ quality: 90 }).toFile(path)
  return { path, pixels: width * height }
}
