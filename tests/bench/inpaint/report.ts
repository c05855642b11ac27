/** The measured results as Markdown. */
import { mean, median } from '../../metrics/error.js'
import { table } from '../table.js'
import { CLASSES, type HoleClass } from './classes.js'
import type { Method } from './methods.js'
import type { Result, Score } from './results.js'

const JUDGES = ['haarPsi', 'msSsim'] as const

/** Means by class and method, of the pictures that all methods with results have filled; seconds as medians. */
export function classTable(results: readonly Result[], methods: readonly Method[]): string {
  const head = ['holes', 'pictures', 'method', 'HaarPSI', 'MS-SSIM', 'PSNR', 'seconds', 'best HaarPSI', 'best MS-SSIM']
  const taking = methods.filter(({ name }) => results.some(({ method }) => method.name === name))
  const rows = CLASSES.flatMap((kind) => {
    // Means over different pictures say nothing about methods.
    const pictures = byPicture(results, kind).filter((of) => taking.every(({ name }) => of.has(name)))
    if (pictures.length === 0) return []
    return taking.map((method, i) => {
      const scores = pictures.flatMap((of) => of.get(method.name)?.score ?? [])
      const average = (key: keyof Score, digits: number) => mean(scores.map((score) => score[key])).toFixed(digits)
      const [haar, structure] = JUDGES.map((key) => pictures.filter((of) => best(of, key) === method.name).length)
      return [
        ...[i ? '' : kind, String(scores.length), method.title],
        ...[average('haarPsi', 4), average('msSsim', 4), average('psnr', 2)],
        ...[median(scores.map((score) => score.seconds)).toFixed(2), String(haar), String(structure)],
      ]
    })
  })
  return table(head, rows)
}

/** Where a method is behind the best of the others, by how much, worst first. */
export function losses(results: readonly Result[], name: string): string {
  const rows = CLASSES.flatMap((kind) => byPicture(results, kind)).flatMap((of) => {
    const own = of.get(name)
    if (!own) return []
    const behind = JUDGES.map((key) => {
      const others = [...of.values()].filter((result) => result !== own)
      const top = others.reduce((a, b) => (b.score[key] > a.score[key] ? b : a), own)
      return { by: top.score[key] - own.score[key], to: top === own ? '' : top.method.title }
    })
    return [{ own, behind, worst: Math.max(...behind.map(({ by }) => by)) }]
  })
  rows.sort((a, b) => b.worst - a.worst)
  return table(
    ['hole', 'picture', 'HaarPSI', 'behind by', 'to', 'MS-SSIM', 'behind by', 'to'],
    rows.map(({ own, behind }) => [
      ...[own.hole.id, own.hole.picture],
      ...JUDGES.flatMap((key, i) => [own.score[key].toFixed(4), behind[i]!.by.toFixed(4), behind[i]!.to]),
    ]),
  )
}

function best(of: ReadonlyMap<string, Result>, key: keyof Score): string {
  return [...of.values()].reduce((a, b) => (b.score[key] > a.score[key] ? b : a)).method.name
}

/** Each picture's results by method. */
function byPicture(results: readonly Result[], kind: HoleClass): Map<string, Result>[] {
  const pictures = new Map<string, Map<string, Result>>()
  for (const result of results) {
    if (result.hole.kind !== kind) continue
    const of = pictures.get(result.hole.id) ?? new Map<string, Result>()
    pictures.set(result.hole.id, of.set(result.method.name, result))
  }
  return [...pictures.values()]
}
