/** The measured results as Markdown. */
import { mean, median } from '../../metrics/error.js'
import { table } from '../table.js'
import { CLASSES, type HoleClass } from './classes.js'
import type { Method } from './methods.js'
import type { Result, Score } from './results.js'

const JUDGES = ['haarPsi', 'msSsim'] as const

/** Means by class and method, of the pictures that all methods have filled; seconds as medians. */
export function classTable(results: readonly Result[], methods: readonly Method[]): string {
  const head = ['holes', 'pictures', 'method', 'HaarPSI', 'MS-SSIM', 'PSNR', 'seconds', 'best HaarPSI', 'best MS-SSIM']
  const rows = CLASSES.flatMap((kind) => {
    const pictures = byPicture(results, kind)
    if (pictures.length === 0) return []
    return methods.map((method, i) => {
      const scores = pictures.flatMap((of) => of.get(method.name)?.score ?? [])
      if (scores.length === 0) return [i ? '' : kind, '0', method.title, '', '', '', '', '', '']
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
