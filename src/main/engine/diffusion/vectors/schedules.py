"""Writes schedules.json with NumPy in float64, from the papers named in schedules/*.ts. Run: python schedules.py"""
import json
import math
from pathlib import Path

import numpy as np


def karras(n, low, high, rho):
    ramp = np.linspace(0, 1, n)
    return np.append((high ** (1 / rho) + ramp * (low ** (1 / rho) - high ** (1 / rho))) ** rho, 0)


def exponential(n, low, high):
    return np.append(np.exp(np.linspace(math.log(high), math.log(low), n)), 0)


def polyexponential(n, low, high, rho):
    return np.append(np.exp(np.linspace(1, 0, n) ** rho * (math.log(high) - math.log(low)) + math.log(low)), 0)


def betas(kind, n, start, end):
    if kind == "linear":
        return np.linspace(start, end, n)
    if kind == "scaled_linear":
        return np.linspace(start**0.5, end**0.5, n) ** 2
    f = lambda t: math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
    return np.array([min(1 - f((i + 1) / n) / f(i / n), 0.999) for i in range(n)])


def zero_snr(alphas_cumprod):
    root = np.sqrt(alphas_cumprod)
    first, last = root[0], root[-1]
    out = ((root - last) * first / (first - last)) ** 2
    out[-1] = 2.0**-24
    return out


def timesteps(n, trained, spacing, offset):
    if spacing == "linspace":
        return np.linspace(0, trained - 1, n)[::-1]
    if spacing == "leading":
        return (np.arange(0, n) * (trained // n))[::-1] + offset
    return np.arange(trained, 0, -trained / n).round() - 1


def label(sigma, sigmas):
    return float(np.interp(np.log(sigma), np.log(sigmas), np.arange(len(sigmas))))


out = {
    "sigmas": {
        "karras": {"steps": 10, "min": 0.0291675, "max": 14.614642, "rho": 7, "values": karras(10, 0.0291675, 14.614642, 7).tolist()},
        "exponential": {"steps": 6, "min": 0.1, "max": 80, "values": exponential(6, 0.1, 80).tolist()},
        "polyexponential": {"steps": 7, "min": 0.05, "max": 20, "rho": 1.5, "values": polyexponential(7, 0.05, 20, 1.5).tolist()},
        "linear": {"steps": 5, "min": 0.2, "max": 1, "values": [1, 0.8, 0.6, 0.4, 0.2, 0]},
    },
    "training": [],
    "timesteps": [],
    "labels": [],
}
for kind, start, end in [("linear", 1e-4, 0.02), ("scaled_linear", 0.00085, 0.012), ("squaredcos_cap_v2", None, None)]:
    for zero in (False, True):
        alphas = np.cumprod(1 - betas(kind, 1000, start, end))
        alphas = zero_snr(alphas) if zero else alphas
        at = [0, 1, 250, 500, 998, 999]
        out["training"].append({
            "betas": kind, "betaStart": start, "betaEnd": end, "zeroTerminalSnr": zero, "at": at,
            "alphasCumprod": alphas[at].tolist(), "sigmas": np.sqrt((1 - alphas) / alphas)[at].tolist(),
        })
trained = np.sqrt(1 / np.cumprod(1 - betas("scaled_linear", 1000, 0.00085, 0.012)) - 1)
for n, spacing, offset in [(50, "leading", 1), (20, "leading", 0), (7, "leading", 1), (7, "trailing", 0), (16, "trailing", 0), (7, "linspace", 0), (30, "linspace", 0)]:
    steps = timesteps(n, 1000, spacing, offset)
    sigmas = np.append(np.interp(steps, np.arange(1000), trained), 0)
    out["timesteps"].append({"steps": n, "spacing": spacing, "offset": offset, "values": steps.tolist(), "sigmas": sigmas.tolist()})
for sigma in [0.001, 0.03, 0.5, 1, 7.7, 14, 100]:
    out["labels"].append({"sigma": sigma, "timestep": label(sigma, trained)})
Path(__file__).with_name("schedules.json").write_text(json.dumps(out) + "\n")
