/** Whether there is something to fill, and something to fill it from. */
import { LacunaError } from '../errors.js'
import { intersection, isEmpty, type Area } from './area.js'
import type { Mask, MaskOperation } from './mask.js'
import { PolygonCoverage } from './polygon.js'
import type { MaskRaster } from './raster.js'
import { effective } from './rasterise.js'
import { MASKED_FROM } from './read-image.js'
import { EllipseCoverage, RectangleCoverage } from './shapes.js'
import { strokeCoverages } from './stroke.js'

/**
 * Throws `mask.empty` when no pixel is masked, `mask.outside` when that is because all that was painted lies beside the
 * picture, `mask.full` when every pixel is masked. `raster` is the whole mask's, `name` what sentences call the picture.
 */
export function checkMask(mask: Mask, raster: MaskRaster, name: string): void {
  const { masked, kept } = extent(raster)
  if (!masked) throw new LacunaError(liesBeside(mask) ? 'mask.outside' : 'mask.empty', { name })
  if (!kept) throw new LacunaError('mask.full', { name })
}

function extent(raster: MaskRaster): { masked: boolean; kept: boolean } {
  let masked = false
  let kept = false
  for (let index = 0; index < raster.grid.count && !(masked && kept); index++) {
    const tile = raster.tile(index)
    const bytes = typeof tile === 'number' ? [tile] : raster.read(raster.grid.areaOf(index))
    for (const value of bytes) {
      masked ||= value > 0
      kept ||= value < MASKED_FROM
    }
  }
  return { masked, kept }
}

function liesBeside({ width, height, operations }: Mask): boolean {
  const picture = { x: 0, y: 0, width, height }
  const painted = effective(operations).flatMap((operation) => boundsOf(operation, picture))
  return painted.length > 0 && painted.every((bounds) => isEmpty(intersection(bounds, picture)))
}

/** Where an operation paints, if it has a place of its own. */
function boundsOf(operation: MaskOperation, picture: Area): Area[] {
  if (!('erase' in operation) || operation.erase) return []
  if (operation.kind === 'stroke') return strokeCoverages(operation).map(({ bounds }) => bounds)
  if (operation.kind === 'rectangle') return [new RectangleCoverage(operation).bounds]
  if (operation.kind === 'ellipse') return [new EllipseCoverage(operation).bounds]
  return operation.kind === 'polygon' ? [new PolygonCoverage(operation, picture).bounds] : []
}
