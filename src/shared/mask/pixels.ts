/** A picture's numbers, for the operations that look at them. */
export interface PixelSource {
  readonly width: number
  readonly height: number
  /** Numbers of a pixel: grey, grey + alpha, RGB, RGB + alpha. */
  readonly bands: 1 | 2 | 3 | 4
  /** The largest number: 255 or 65535. */
  readonly max: 255 | 65535
  /** The interleaved numbers of a row; may be reused by the next call. */
  row(y: number): Uint8Array | Uint16Array
}

export const hasAlpha = ({ bands }: Pick<PixelSource, 'bands'>): boolean => bands === 2 || bands === 4
