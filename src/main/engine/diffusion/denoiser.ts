/**
 * The one shape that schedules, parameterisations, guidance, tiling and samplers agree on (Karras et al. 2022,
 * "Elucidating the Design Space of Diffusion-Based Generative Models", arXiv 2206.00364, equation 2).
 */

/**
 * D(x; sigma): the mean of the clean picture given `x` = clean + sigma * noise. Returns a new field that belongs
 * to the caller; `x` is not written to and not kept.
 *
 * Sigma is a number even where the noise differs from pixel to pixel: it is then in units of a map (1 = the map
 * itself), which the denoiser multiplies in. Every sampler here only uses ratios of sigmas on fields and sigma as
 * a factor of noise, so the same walk holds for a map, as long as the {@link NoiseSource} multiplies it in too.
 */
export type Denoiser<F> = (x: F, sigma: number) => Promise<F>

/**
 * Fresh noise for step `step` (0, 1, …): independent values of mean 0 and variance 1 (times the map, where sigma is
 * in units of one). Returns a new field that belongs to the caller.
 */
export type NoiseSource<F> = (step: number) => Promise<F>
