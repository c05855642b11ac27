import type { MaskOperation } from '../../shared/mask/index.js'
import type { Point } from '../canvas/viewport.js'

/** The same operation in another place; whole pixels for those that need them. What has no place stays as it is. */
export function moved<Operation extends MaskOperation>(operation: Operation, { x, y }: Point): Operation {
  if (x === 0 && y === 0) return operation
  switch (operation.kind) {
    case 'stroke':
      return { ...operation, points: operation.points.map(([px, py, ...pressure]) => [px + x, py + y, ...pressure]) }
    case 'polygon':
      return { ...operation, points: operation.points.map(([px, py]) => [px + x, py + y]) }
    case 'rectangle':
    case 'ellipse':
    case 'wand':
      return { ...operation, x: operation.x + x, y: operation.y + y }
    case 'alpha':
    case 'image':
    case 'invert':
    case 'grow':
    case 'feather':
    case 'clear':
      return operation
  }
}
