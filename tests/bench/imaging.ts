/**
 * Time and memory of decoding, viewing and encoding against the picture's size. Prints a Markdown table.
 * `node scripts/run-built.mjs tests/bench/imaging.ts [megapixels…]` (default 1 16 100).
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { buildLevels, decode, encode, renderRegion, thumbnail } from '../../src/main/engine/imaging/index.js'
import type { OutputFormat } from '../../src/shared/picture.js'

const context = { signal: new AbortController().signal, progress: () => undefined }

/** Anonymous resident memory in MB (Linux); the whole resident set elsewhere. */
async function anonymousMB(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const found = /RssAnon:\s+(\d+)/.exec(status)
  return found ? Number(found[1]) / 1024 : process.memoryUsage().rss / 2 ** 20
}

async function measure<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; peak: number }> {
  let peak = await anonymousMB()
  let running = true
  const watch = (async () => {
    while (running) {
      peak = Math.max(peak, await anonymousMB())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const start = performance.now()
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  running = false
  await watch
  return { result, seconds, peak }
}

/** A photograph-like JPEG of about `megapixels`: smooth shapes with grain. */
async function makePicture(path: string, megapixels: number): Promise<void> {
  const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3))
  const height = Math.round((width * 3) / 4)
  const grain = sharp({
    create: {
      width: 1024,
      height: 768,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 20 },
    },
  })
  const small = await grain.blur(1).raw().toBuffer()
  await sharp(small, { raw: { width: 1024, height: 768, channels: 3 }, limitInputPixels: false })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .jpeg({ quality: 92 })
    .toFile(path)
}

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((n) => n > 0)
const formats: OutputFormat[] = ['jpeg', 'png', 'tiff', 'webp']
console.log(`sharp on ${availableParallelism()} cores; seconds / peak anonymous MB\n`)
console.log(`| MP | first pixels (2048) | decode | levels | region | ${formats.join(' | ')} |`)
console.log(`| --- | --- | --- | --- | --- | ${formats.map(() => '---').join(' | ')} |`)
for (const megapixels of sizes.length > 0 ? sizes : [1, 16, 100]) {
  const dir = await mkdtemp(join(tmpdir(), 'lacuna-bench-'))
  const path = join(dir, 'picture.jpg')
  await makePicture(path, megapixels)
  const cells: string[] = []
  const cell = ({ seconds, peak }: { seconds: number; peak: number }) =>
    cells.push(`${seconds.toFixed(2)} / ${peak.toFixed(0)}`)
  cell(await measure(() => thumbnail({ path, size: 2048 })))
  const decoded = await measure(() => decode({ path, dir }, context))
  cell(decoded)
  const { info, raster } = decoded.result
  cell(await measure(() => buildLevels({ raster, dir }, context)))
  cell(
    await measure(() => renderRegion({ raster, rect: { left: 256, top: 256, width: 512, height: 512 }, type: 'webp' })),
  )
  for (const format of formats) {
    const temp = join(dir, 'out')
    const run = () =>
      encode(
        { raster, original: path, info, output: { format, depth: 'keep', strip: false }, temp, recipe: null, dir },
        context,
      )
    try {
      cell(await measure(run))
      cells.push(`${cells.pop() ?? ''} (${((await stat(temp)).size / 1e6).toFixed(1)} MB)`)
    } catch (thrown) {
      cells.push(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }
  console.log(`| ${megapixels} | ${cells.join(' | ')} |`)
  await rm(dir, { recursive: true, force: true })
}
