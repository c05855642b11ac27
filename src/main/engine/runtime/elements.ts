/**
 * Element types of tensors. The engine counts in float32; what a graph wants is made of that, and made to that again,
 * in the inference worker.
 */
export const elementTypes = ['float32', 'float16', 'uint8'] as const
export type ElementType = (typeof elementTypes)[number]

export type Elements = Float32Array | Uint16Array | Uint8Array

/** float16 as the bits that onnxruntime takes; uint8 rounded to nearest and clipped, NaN to 0. float32 as it is, not copied. */
export function toElements(values: Float32Array, type: ElementType): Elements {
  if (type === 'float32') return values
  if (type === 'float16') {
    const out = new Uint16Array(values.length)
    for (let i = 0; i < values.length; i++) out[i] = halfBits(values[i]!)
    return out
  }
  const out = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = Math.min(255, Math.max(0, Math.round(values[i]!)))
  return out
}

/** Always a copy, in `room` (of the same length) where that is given: whose memory the elements lie in may not be ours. */
export function fromElements(
  elements: Elements,
  type: ElementType,
  room: Float32Array = new Float32Array(elements.length),
): Float32Array {
  const out = room
  out.set(elements)
  // A newer Node has an array of half floats, whose elements are numbers already.
  if (type === 'float16' && elements instanceof Uint16Array)
    for (let i = 0; i < out.length; i++) out[i] = halfValue(elements[i]!)
  return out
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** IEEE 754 binary16 of a number, rounded to nearest, ties to even. */
export function halfBits(value: number): number {
  float[0] = value
  const b = bits[0]!
  const sign = (b >>> 16) & 0x8000
  const magnitude = b & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  // 65520 and above are nearer to 2^16 than to the largest finite number.
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude < 0x38800000) {
    // Below the smallest normal number: in steps of 2^-24.
    return sign | roundToEven(Math.abs(float[0]) * 2 ** 24)
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
  return sign | ((rounded - 0x38000000) >>> 13)
}

export function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function roundToEven(value: number): number {
  const whole = Math.floor(value)
  const rest = value - whole
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole
}
