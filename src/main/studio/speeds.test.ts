import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DenoiseEdit, ExtendEdit, InpaintEdit, type Edit } from '../../shared/edit.js'
import type { JobReport } from '../../shared/picture.js'
import { openLog } from './log.js'
import { makeFolders, studioPaths, type StudioPaths } from './paths.js'
import { evaluations, Speeds, variationsOf } from './speeds.js'

let paths: StudioPaths
let speeds: Speeds

const open = (): Promise<Speeds> => Speeds.open(paths, openLog(paths))

beforeEach(async () => {
  paths = studioPaths({ dataDir: mkdtempSync(join(tmpdir(), 'lacuna-speeds-')) })
  makeFolders(paths)
  speeds = await open()
})
afterEach(() => rmSync(join(paths.data, '..'), { recursive: true, force: true }))

const fill = (variations: number): InpaintEdit => InpaintEdit.parse({ kind: 'inpaint', variations })
const extend = ExtendEdit.parse({ kind: 'extend', left: 100, variations: 4 })
const report = (pixelsOut: number, wallMs: number): JobReport => ({
  ...{ provider: 'cpu', device: 'CPU', model: 'lacuna-patch', tile: 0, sigma: null },
  ...{ wallMs, sessionMs: wallMs, pixelsOut, pixelsInferred: pixelsOut, notes: [] },
})
const speedOf = (edit: Edit): number | undefined => speeds.for(edit, 'auto')?.measured.megapixelsPerSecond

describe('how often a pixel is computed', () => {
  it('is once for each variation, but once for all where a network fills', () => {
    expect(evaluations(fill(4), variationsOf(fill(4), 'patches'))).toBe(4)
    expect(evaluations(extend, variationsOf(extend, 'inpainter'))).toBe(1)
    // Of a batch each item is one of them.
    expect(evaluations(fill(4))).toBe(1)
    expect(evaluations(DenoiseEdit.parse({ kind: 'denoise', detail: 0.5, steps: 6 }))).toBe(7)
  })
})

describe('a measured speed', () => {
  it('is that of what was drawn, not of what was asked for', async () => {
    await speeds.add(fill(8), report(50_000, 1000), 2)
    expect(speedOf(fill(1))).toBeCloseTo(0.1)
  })

  it('of an extension is its own; until there is one, that of fills is taken', async () => {
    await speeds.add(fill(1), report(50_000, 1000), 1)
    expect(speedOf(extend)).toBeCloseTo(0.05)
    await speeds.add(extend, report(400_000, 1000), 1)
    expect(speedOf(extend)).toBeCloseTo(0.4)
    expect(speedOf(fill(1))).toBeCloseTo(0.05)
    speeds = await open()
    expect(speedOf(extend)).toBeCloseTo(0.4)
  })

  it('of the newest run counts half', async () => {
    await speeds.add(fill(1), report(50_000, 1000), 1)
    await speeds.add(fill(1), report(150_000, 1000), 1)
    expect(speedOf(fill(1))).toBeCloseTo(0.1)
  })
})
