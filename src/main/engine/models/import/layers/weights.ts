/** The weights of a layers model, out of the files that its manifest names. */
import { posix } from 'node:path'
import { LacunaError } from '../../../../../shared/errors.js'
import { halfValue } from '../../../runtime/elements.js'
import type { FileTree } from '../tree.js'
import type { LayersModel, Weight } from './topology.js'

export interface Weights {
  /** Of a layer. Throws what `refuse` makes where there is none. */
  get(layer: string, what: string, refuse: (layer: string) => LacunaError): { shape: readonly number[]; values: Float32Array }
}

/** Throws `import.dataOutside` for a file that is not below the model's own folder, `import.truncated` where bytes are missing. */
export async function weightsOf(tree: FileTree, path: string, { weightsManifest }: LayersModel): Promise<Weights> {
  const folder = posix.dirname(path)
  const found = new Map<string, { shape: readonly number[]; values: Float32Array }>()
  for (const { paths, weights } of weightsManifest) {
    const parts: Uint8Array[] = []
    for (const part of paths) {
      const whole = posix.normalize(posix.join(folder, part))
      const isBelow = folder === '.' ? !whole.startsWith('..') : whole.startsWith(`${folder}/`)
      if (posix.isAbsolute(part) || !isBelow) throw new LacunaError('import.dataOutside', { name: path, file: part })
      parts.push(await tree.read(whole))
    }
    const bytes = Buffer.concat(parts)
    let at = 0
    for (const weight of weights) {
      const count = weight.shape.reduce((product, side) => product * side, 1)
      const length = count * bytesOf(weight)
      if (at + length > bytes.length) throw new LacunaError('import.truncated', { name: paths.at(-1) ?? path })
      found.set(weight.name.replace(/:0$/, ''), {
        shape: weight.shape,
        values: valuesOf(weight, bytes.subarray(at, at + length), count),
      })
      at += length
    }
  }
  return {
    get(layer, what, refuse) {
      const weight = found.get(`${layer}/${what}`)
      if (weight === undefined) throw refuse(`${layer} without its ${what}`)
      return weight
    },
  }
}

function bytesOf({ quantization }: Weight): number {
  if (quantization === undefined) return 4
  return quantization.dtype === 'uint8' ? 1 : 2
}

/** Numbers are little-endian. */
function valuesOf({ quantization }: Weight, bytes: Uint8Array, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { dtype, scale = 1, min = 0 } = quantization ?? {}
  const read = (i: number): number => {
    switch (dtype) {
      case undefined:
        return view.getFloat32(4 * i, true)
      case 'float16':
        return halfValue(view.getUint16(2 * i, true))
      case 'uint8':
        return view.getUint8(i) * scale + min
      case 'uint16':
        return view.getUint16(2 * i, true) * scale + min
    }
  }
  // As they are, which is by far the most frequent: copied in one piece.
  if (dtype === undefined && LITTLE_ENDIAN) return new Float32Array(new Uint8Array(bytes).buffer, 0, count)
  return Float32Array.from({ length: count }, (_, i) => read(i))
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
