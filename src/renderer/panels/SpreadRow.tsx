import { useText } from '../i18n/index.js'
import { DEFAULT_FEATHER, DEFAULT_GROW, setMask, useMask } from '../mask/store.js'
import { SliderRow } from './Row.js'

/** The largest of the sliders, in picture pixels. */
const MOST = 100
const spread = {
  grow: { initial: DEFAULT_GROW, min: -MOST },
  feather: { initial: DEFAULT_FEATHER, min: 0 },
} as const

/** How far the next fill's hole goes beyond what is painted: the same setting in the bar above the picture and in the panel. */
export function SpreadRow({ kind, disabled }: { kind: keyof typeof spread; disabled?: boolean }) {
  const text = useText()
  const value = useMask((mask) => mask[kind])
  return (
    <SliderRow
      label={text(`mask.${kind}`)}
      hint={text(`mask.${kind}Hint`)}
      value={value}
      {...spread[kind]}
      max={MOST}
      step={1}
      suffix=" px"
      disabled={disabled}
      onChange={(pixels) => setMask({ [kind]: Math.round(pixels) })}
    />
  )
}
