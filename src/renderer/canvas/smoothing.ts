/** How this browser enlarges with `imageSmoothingQuality = 'high'`, found out once: what is called bicubic has to be. */

let found: boolean | null = null

/**
 * Whether it is a cubic filter: it alone goes beyond black and white beside an edge. Chromium's is that of Mitchell and
 * Netravali (1988), to the last bit of a step from 100 to 200 enlarged 2 and 4 times; other browsers may take straight lines.
 */
export function enlargesBicubically(): boolean {
  return (found ??= overshoots())
}

function overshoots(): boolean {
  const [width, dark, bright, scale] = [8, 100, 200, 4]
  const step = document.createElement('canvas')
  step.width = width
  step.height = 1
  const large = document.createElement('canvas')
  large.width = scale * width
  large.height = scale
  const [from, to] = [step.getContext('2d'), large.getContext('2d')]
  if (from === null || to === null) return false
  for (const [at, value] of [
    [0, dark],
    [width / 2, bright],
  ] as const) {
    from.fillStyle = `rgb(${value},${value},${value})`
    from.fillRect(at, 0, width / 2, 1)
  }
  to.imageSmoothingQuality = 'high'
  to.drawImage(step, 0, 0, large.width, large.height)
  const row = to.getImageData(0, scale / 2, large.width, 1).data
  return row.some((value, i) => i % 4 === 0 && (value < dark - 1 || value > bright + 1))
}
