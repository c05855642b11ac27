"""Writes references.json: MS-SSIM and HaarPSI of small pictures in extended precision. Run: python3 references.py

Written from the papers (Wang, Simoncelli, Bovik 2003; Reisenhofer, Bosse, Kutyniok, Wiegand 2018) with direct
two-dimensional sums over padded arrays, so that it shares no step with the separable filters that it checks. The pictures
are whole numbers of a formula that the test repeats.
"""
import json
from pathlib import Path
import numpy as np

WIDTH, HEIGHT = 181, 166
LUMA = (0.299, 0.587, 0.114)


def picture(kind):
    """[3, HEIGHT, WIDTH] of 0..255: slanted waves of triangles with a change of light, and what may be wrong with them."""
    c, y, x = np.meshgrid(*(np.arange(n) for n in (3, HEIGHT, WIDTH)), indexing="ij")
    wave = np.abs((3 * x + 5 * y + 40 * c) % 128 - 64) * 2 + x // 2 + (x // 24 + y // 16) % 2 * 30
    grain = (x * 1103 + y * 2917 + c * 97 + x * y * 13) % 31
    shifted = np.abs((3 * x + 5 * y + 40 * c + 9 * (x // 60)) % 128 - 64) * 2 + x // 2 + (x // 24 + y // 16) % 2 * 30
    return {"truth": wave + grain, "grainless": wave + 15, "shifted": shifted + grain, "flat": 0 * x + 120}[kind].clip(0, 255)


def region(kind):
    y, x = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), indexing="ij")
    return {"whole": 0 * x + 1,
            "disc": (x - 90) ** 2 + (y - 70) ** 2 <= 37 ** 2,
            "edge": (x < 21) | (y > 150)}[kind].astype(np.longdouble)


def windows(plane, kernel, before):
    """The kernel's sum around each pixel, its first element `before` px above and to the left; mirrored at the edge."""
    rows, columns = kernel.shape
    padded = np.pad(plane, ((before, rows - 1 - before), (before, columns - 1 - before)), mode="symmetric")
    views = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return (views * kernel).sum(axis=(2, 3))


def halved(plane):
    return windows(plane, np.full((2, 2), np.longdouble(0.25)), 0)[::2, ::2]


def mixed(rgb, weights):
    return sum(np.longdouble(str(w)) * rgb[c] for c, w in enumerate(weights))


def ms_ssim(a, b, inside):
    place = np.arange(-5, 6, dtype=np.longdouble)
    kernel = np.exp(-(place[:, None] ** 2 + place[None] ** 2) / np.longdouble("4.5"))
    kernel /= kernel.sum()
    c1, c2 = np.longdouble("2.55") ** 2, np.longdouble("7.65") ** 2
    x, y, result = mixed(a, LUMA), mixed(b, LUMA), np.longdouble(1)
    for scale, exponent in enumerate(("0.0448", "0.2856", "0.3001", "0.2363", "0.1333")):
        if scale:
            x, y, inside = halved(x), halved(y), halved(inside)
        mean = lambda p: windows(p, kernel, 5)
        mx, my = mean(x), mean(y)
        value = (2 * (mean(x * y) - mx * my) + c2) / (mean(x * x) - mx * mx + mean(y * y) - my * my + c2)
        if scale == 4:
            value = value * (2 * mx * my + c1) / (mx * mx + my * my + c1)
        result *= max(np.longdouble(0), (value * inside).sum() / inside.sum()) ** np.longdouble(exponent)
    return result


def haar_psi(a, b, inside):
    c, alpha = np.longdouble(30), np.longdouble("4.2")
    share = halved(inside)
    alike = lambda p, q: (2 * p * q + c) / (p * p + q * q + c)

    def coefficients(rgb, scale, down):
        size = 2 ** scale
        kernel = np.full((size, size), np.longdouble(2) ** -scale)
        kernel[: size // 2] *= -1
        return np.abs(windows(halved(mixed(rgb, LUMA)), kernel if down else kernel.T, size // 2 - 1))

    def chroma(rgb, weights):
        return np.abs(windows(halved(mixed(rgb, weights)), np.full((2, 2), np.longdouble(0.25)), 0))

    local, weight = [], []
    for down in (False, True):
        local.append(sum(alike(coefficients(a, k, down), coefficients(b, k, down)) for k in (1, 2)) / 2)
        weight.append(np.maximum(coefficients(a, 3, down), coefficients(b, 3, down)))
    local.append(sum(alike(chroma(a, w), chroma(b, w)) for w in ((0.596, -0.274, -0.322), (0.211, -0.523, 0.312))) / 2)
    weight.append((weight[0] + weight[1]) / 2)
    logistic = [1 / (1 + np.exp(-alpha * s)) for s in local]
    mean = sum((l * w * share).sum() for l, w in zip(logistic, weight)) / sum((w * share).sum() for w in weight)
    return (np.log(mean / (1 - mean)) / alpha) ** 2


if __name__ == "__main__":
    truth = picture("truth").astype(np.longdouble)
    rows = []
    for kind in ("grainless", "shifted", "flat"):
        other = picture(kind).astype(np.longdouble)
        for area in ("whole", "disc", "edge"):
            inside = region(area)
            rows.append({"picture": kind, "region": area, "msSsim": float(ms_ssim(truth, other, inside)),
                         "haarPsi": float(haar_psi(truth, other, inside))})
    out = {"width": WIDTH, "height": HEIGHT, "rows": rows}
    Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=2) + "\n")
