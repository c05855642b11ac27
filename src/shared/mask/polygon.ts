/** Polygons of any kind, crossing themselves too: what they wind around is inside. Four lines a pixel, 64ths across. */
import { pixelsOf, type Area } from './area.js'
import type { Coverage } from './coverage.js'
import type { PolygonOperation } from './mask.js'

/** Lines that are looked at in each row of pixels. */
const LINES = 4
/** Steps across a pixel. */
const STEPS = 64
/** Edges are filed by bands of so many rows. */
const BAND = 16

interface Edge {
  /** The upper end, so that an edge has the same crossings in both directions. */
  readonly x: number
  readonly y: number
  /** The lower end; a level edge is crossed by no line, but a tile that it goes through is not all the same. */
  readonly end: number
  readonly bottom: number
  readonly slope: number
  readonly winding: 1 | -1
}

export class PolygonCoverage implements Coverage {
  readonly bounds: Area
  private readonly first: number
  private readonly last: number
  private readonly bands = new Map<number, Edge[]>()
  private readonly sums = new Int32Array(1 + 4096)

  /** `within`: rows outside it are never asked for. */
  constructor({ points }: PolygonOperation, within: Area) {
    this.first = Math.floor((within.y - 1) / BAND)
    this.last = Math.floor((within.y + within.height + 1) / BAND)
    const xs = points.map(([x]) => x)
    const ys = points.map(([, y]) => y)
    const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity)
    const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity)
    this.bounds = pixelsOf(least(xs) - 1, least(ys), most(xs) + 1, most(ys))
    points.forEach(([ax, ay], i) => {
      const [bx, by] = points[(i + 1) % points.length] ?? [ax, ay]
      this.file(ay <= by ? edge(ax, ay, bx, by, 1) : edge(bx, by, ax, ay, -1))
    })
  }

  classify(area: Area): 'none' | 'full' | 'part' {
    const top = area.y - 1
    const bottom = area.y + area.height + 1
    for (let band = Math.floor(top / BAND); band <= Math.floor(bottom / BAND); band++)
      for (const item of this.bands.get(band) ?? []) {
        if (item.y > bottom || item.bottom < top) continue
        const level = item.y === item.bottom
        const from = level ? item.x : xAt(item, Math.max(top, item.y))
        const to = level ? item.end : xAt(item, Math.min(bottom, item.bottom))
        if (Math.max(from, to) >= area.x - 1 && Math.min(from, to) <= area.x + area.width + 1) return 'part'
      }
    const pixel = new Uint8Array(1)
    this.row(area.y, area.x, 1, pixel)
    return pixel[0] === 0 ? 'none' : 'full'
  }

  row(y: number, x: number, width: number, out: Uint8Array): void {
    const sums = width < this.sums.length ? this.sums : new Int32Array(width + 1)
    sums.fill(0, 0, width + 1)
    const edges = this.bands.get(Math.floor(y / BAND)) ?? []
    for (let line = 0; line < LINES; line++) this.addLine(y + (line + 0.5) / LINES, x, width, edges, sums)
    for (let i = 0; i < width; i++) out[i] = ((sums[i]! * 255) / (LINES * STEPS) + 0.5) | 0
  }

  /** Adds what lies inside along one line, in {@link STEPS}ths of a pixel. */
  private addLine(y: number, x: number, width: number, edges: readonly Edge[], sums: Int32Array): void {
    const crossings: { at: number; winding: number }[] = []
    for (const item of edges)
      if (item.y <= y && y < item.bottom)
        crossings.push({ at: Math.round(xAt(item, y) * STEPS) - x * STEPS, winding: item.winding })
    crossings.sort((a, b) => a.at - b.at)
    let winding = 0
    crossings.forEach((crossing, i) => {
      winding += crossing.winding
      const next = crossings[i + 1]
      if (winding === 0 || next === undefined) return
      addSpan(sums, Math.max(0, crossing.at), Math.min(width * STEPS, next.at))
    })
  }

  private file(item: Edge): void {
    const last = Math.min(this.last, Math.floor(item.bottom / BAND))
    for (let band = Math.max(this.first, Math.floor(item.y / BAND)); band <= last; band++) {
      const filed = this.bands.get(band)
      if (filed === undefined) this.bands.set(band, [item])
      else filed.push(item)
    }
  }
}

const edge = (x: number, y: number, bx: number, by: number, winding: 1 | -1): Edge => ({
  x,
  y,
  end: bx,
  bottom: by,
  slope: (bx - x) / (by - y),
  winding,
})

const xAt = ({ x, y, slope }: Edge, at: number): number => x + (at - y) * slope

function addSpan(sums: Int32Array, from: number, to: number): void {
  if (to <= from) return
  const first = Math.floor(from / STEPS)
  const last = Math.floor(to / STEPS)
  if (first === last) {
    sums[first]! += to - from
    return
  }
  sums[first]! += (first + 1) * STEPS - from
  for (let i = first + 1; i < last; i++) sums[i]! += STEPS
  sums[last]! += to - last * STEPS
}
