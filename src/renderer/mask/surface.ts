/** An overlay tile as a canvas of its own. */
import { OVERLAY_TILE, type Surface } from './overlay.js'

export class CanvasSurface implements Surface {
  readonly canvas = new OffscreenCanvas(OVERLAY_TILE, OVERLAY_TILE)
  private readonly context = this.canvas.getContext('2d')

  put(pixels: Uint8ClampedArray<ArrayBuffer>, x: number, y: number, width: number, height: number): void {
    this.context?.putImageData(new ImageData(pixels, width, height), x, y)
  }
}
