/**
 * The twenty photos that numbers are reported of, each with the seed of its damage. Weights are fitted on other photos:
 * `--fit` leaves these out. Set14's comic and ppt3 are drawings.
 */
export const CASES: readonly { picture: string; seed: number }[] = [
  ...['0002', '0008', '0013', '0019', '0024', '0030', '0035', '0041', '0046', '0052', '0057', '0063'].map(
    (name) => `${name}.png`,
  ),
  ...['002', '006', '009', '011'].map((name) => `img_${name}_SRF_2_HR.png`),
  ...['0007', '0024', '0058', '0070'].map((name) => `${name}.webp`),
].map((picture, i) => ({ picture, seed: 1001 + i }))
