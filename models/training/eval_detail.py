"""Which walk turns the posterior mean into a posterior sample: squared error and spectrum of sampled crops (docs/models.md).

python3 eval_detail.py ../lacuna-denoise ../data/eval/CBSD68 [sigma]
"""
import sys
from pathlib import Path
import numpy as np
from PIL import Image
from eval_denoise import exported

SIDE, PICTURES = 192, 12


def linear(n):
    return np.linspace(1, 0, n + 1)


def exponential(n, low):
    return np.r_[low ** np.linspace(0, 1, n), 0]


def karras(n, low, rho=3):
    return np.r_[(1 + np.linspace(0, 1, n) * (low ** (1 / rho) - 1)) ** rho, 0]


def walk(denoise, noisy, sigma, levels, rng, second_order=True, noise_scale=1.0):
    """From the noisy picture (level 1) to a sample: DPM-Solver++(2M) SDE (arXiv 2211.01095), or its first-order form."""
    x, before, level_before = noisy, None, None
    for a, b in zip(levels, levels[1:]):
        denoised = denoise(x, (a * sigma).astype(np.float32))
        if b == 0:
            return denoised
        mean = denoised
        if second_order and before is not None:
            mean = denoised + 0.5 * np.log(a / b) / np.log(level_before / a) * (denoised - before)
        ratio = (b / a) ** 2
        x = mean * (1 - ratio) + ratio * x + rng.standard_normal(x.shape).astype(np.float32) * noise_scale * b * np.sqrt(1 - ratio) * sigma
        x, before, level_before = x.astype(np.float32), denoised, a


def top_octave(x):
    """Energy of the luminance over a quarter of the sampling rate (half of Nyquist), under a Hann window."""
    grey = x[0].mean(0)
    window = np.hanning(SIDE)
    power = np.abs(np.fft.fft2((grey - grey.mean()) * window[:, None] * window)) ** 2
    frequency = np.fft.fftfreq(SIDE)
    radius = np.hypot(frequency[:, None], frequency)
    return power[(radius > 0.25) & (radius <= 0.5)].sum()


WALKS = {
    "first order, linear, 6": (linear(6), dict(second_order=False)),
    "first order, exponential to 0.1, 6, noise x 1.2": (exponential(6, 0.1), dict(second_order=False, noise_scale=1.2)),
    "second order, exponential to 0.1, 6": (exponential(6, 0.1), {}),
    "second order, Karras (rho 3) to 0.1, 6": (karras(6, 0.1), {}),
    "second order, linear, 6": (linear(6), {}),
    "second order, linear, 8": (linear(8), {}),
}

if __name__ == "__main__":
    level = float(sys.argv[3]) if len(sys.argv) > 3 else 25
    denoise, _ = exported(Path(sys.argv[1]))
    crops = []
    for i, path in enumerate(sorted(Path(sys.argv[2]).glob("*.png"))[::6][:PICTURES]):
        clean = np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
        top, left = ((n - SIDE) // 2 for n in clean.shape[:2])
        clean = np.ascontiguousarray(clean[top:top + SIDE, left:left + SIDE].transpose(2, 0, 1)[None])
        noisy = (clean + np.random.default_rng(i).normal(0, level / 255, clean.shape)).astype(np.float32)
        sigma = np.full_like(clean[:, :1], level / 255)
        crops.append((clean, noisy, sigma, denoise(noisy, sigma)))
    error = lambda x, clean: np.mean((np.clip(x, 0, 1) - clean) ** 2)
    geometric = lambda values: float(np.exp(np.mean(np.log(values))))
    textured = np.argsort([-top_octave(clean) for clean, *_ in crops])[:PICTURES // 2]
    mean_error = np.array([error(mean, clean) for clean, _, _, mean in crops])

    def spectrum(samples):
        ratios = np.array([top_octave(np.clip(x, 0, 1)) / top_octave(clean) for x, (clean, *_) in zip(samples, crops)])
        return f"top octave {geometric(ratios):.2f}, textured {geometric(ratios[textured]):.2f}"

    print(f"mean: {spectrum([mean for *_, mean in crops])}", flush=True)
    for name, (levels, options) in WALKS.items():
        samples = [walk(denoise, noisy, sigma, levels, np.random.default_rng(100 + i), **options) for i, (_, noisy, sigma, _) in enumerate(crops)]
        errors = np.array([error(x, clean) for x, (clean, *_) in zip(samples, crops)])
        each = errors / mean_error
        print(f"{name}: squared error {errors.sum() / mean_error.sum():.2f} ({each.min():.2f}..{each.max():.2f}), {spectrum(samples)}", flush=True)
