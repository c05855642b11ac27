"""Writes samplers.json: each sampler as its paper writes it, in float64 with NumPy. Run: python samplers.py

The data are scalars, half of them near -1 and half near 1 with standard deviation 0.3, so that D(x; sigma) is known
(and not linear). Noise is the recorded `noise`, one row a step.
"""
import json
import math
from pathlib import Path

import numpy as np

SPREAD = 0.3
rng = np.random.default_rng(2022)
sigmas = np.append(np.exp(np.linspace(math.log(5), math.log(0.05), 7)), 0)
x0 = rng.standard_normal(5) * 5
noise = rng.standard_normal((7, 5))


def D(x, sigma):
    total = SPREAD**2 + sigma**2
    weight = 1 / (1 + np.exp(-2 * x / total))
    mean = lambda mu: mu + SPREAD**2 / total * (x - mu)
    return weight * mean(1) + (1 - weight) * mean(-1)


def edm(x, churn, low, high, s_noise, second_order):
    """Karras et al. 2022, Algorithm 2; without the correction it is Euler's method."""
    for i, (s, t) in enumerate(zip(sigmas[:-1], sigmas[1:])):
        gamma = min(churn / (len(sigmas) - 1), math.sqrt(2) - 1) if low <= s <= high else 0
        hat = s + gamma * s
        if gamma > 0:
            x = x + math.sqrt(hat**2 - s**2) * s_noise * noise[i]
        d = (x - D(x, hat)) / hat
        y = x + (t - hat) * d
        if second_order and t > 0:
            y = x + (t - hat) * (d + (y - D(y, t)) / t) / 2
        x = y
    return x


def ddpm_ancestral(x, eta):
    """k-diffusion's Euler ancestral: a step down the ODE, then noise up again."""
    for i, (s, t) in enumerate(zip(sigmas[:-1], sigmas[1:])):
        up = min(t, eta * math.sqrt(t**2 * (s**2 - t**2) / s**2))
        down = math.sqrt(t**2 - up**2)
        x = x + (x - D(x, s)) / s * (down - s)
        if t > 0:
            x = x + noise[i] * up
    return x


def ddim(x, eta):
    """Song et al. 2021, equations 12 and 16, in the variance-preserving scaling; the result is scaled back."""
    alpha = 1 / (1 + sigmas**2)
    z = np.sqrt(alpha[0]) * x
    for i in range(len(sigmas) - 1):
        a, b = alpha[i], alpha[i + 1]
        clean = D(z / math.sqrt(a), sigmas[i])
        eps = (z - math.sqrt(a) * clean) / math.sqrt(1 - a)
        s = eta * math.sqrt((1 - b) / (1 - a)) * math.sqrt(1 - a / b)
        z = math.sqrt(b) * clean + math.sqrt(max(1 - b - s**2, 0)) * eps + s * noise[i]
    return z / math.sqrt(alpha[-1])


def dpmpp_2m(x):
    """Lu et al. 2022, Algorithm 2 with alpha = 1; first order in the first and in the last step."""
    before, h_before = None, None
    for s, t in zip(sigmas[:-1], sigmas[1:]):
        clean = D(x, s)
        if t == 0:
            return clean
        h = math.log(s) - math.log(t)
        direction = clean
        if before is not None:
            r = h_before / h
            direction = (1 + 1 / (2 * r)) * clean - 1 / (2 * r) * before
        x = t / s * x - math.expm1(-h) * direction
        before, h_before = clean, h
    return x


def dpmpp_2m_sde(x, eta):
    """Lu et al. 2022, section 6: the SDE version of the multistep method, midpoint form, in lambda = -ln sigma."""
    before, h_before = None, None
    for i, (s, t) in enumerate(zip(sigmas[:-1], sigmas[1:])):
        clean = D(x, s)
        if t == 0:
            return clean
        h = math.log(s) - math.log(t)
        x = t / s * math.exp(-eta * h) * x - math.expm1(-h - eta * h) * clean + noise[i] * t * math.sqrt(-math.expm1(-2 * eta * h))
        if before is not None:
            x = x - 0.5 * math.expm1(-h - eta * h) * (h / h_before) * (clean - before)
        before, h_before = clean, h
    return x


churned = {"churn": 3, "churnMin": 0.2, "churnMax": 4, "churnNoise": 1.01}
runs = [
    ("euler", {}, edm(x0, 0, 0, 0, 1, False)),
    ("euler", churned, edm(x0, 3, 0.2, 4, 1.01, False)),
    ("heun", {}, edm(x0, 0, 0, 0, 1, True)),
    ("heun", churned, edm(x0, 3, 0.2, 4, 1.01, True)),
    ("euler-ancestral", {}, ddpm_ancestral(x0, 1)),
    ("euler-ancestral", {"eta": 0.6}, ddpm_ancestral(x0, 0.6)),
    ("dpmpp-2m", {}, dpmpp_2m(x0)),
    ("dpmpp-2m-sde", {}, dpmpp_2m_sde(x0, 1)),
    ("dpmpp-2m-sde", {"eta": 0.5}, dpmpp_2m_sde(x0, 0.5)),
    ("dpmpp-2m-sde", {"eta": 0}, dpmpp_2m(x0)),
    ("ddim", {}, ddim(x0, 0)),
    ("ddim", {"eta": 1}, ddim(x0, 1)),
    ("ddim", {"eta": 0.4}, ddim(x0, 0.4)),
]
out = {
    "spread": SPREAD,
    "sigmas": sigmas.tolist(),
    "x": x0.tolist(),
    "noise": noise.tolist(),
    "runs": [{"sampler": name, "options": options, "final": final.tolist()} for name, options, final in runs],
}
Path(__file__).with_name("samplers.json").write_text(json.dumps(out) + "\n")
