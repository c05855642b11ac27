"""Writes torch-randn.json: what PyTorch's CPU generator draws (tried with 2.13.0, AVX2). Run: python torch_randn.py"""
import hashlib
import json
from pathlib import Path

import torch


def bits(values):
    return [int(v) for v in values.view(torch.int32)]


def digest(values):
    return hashlib.sha256(values.numpy().tobytes()).hexdigest()


vectors = {"torch": torch.__version__.split("+")[0], "single": [], "sequences": [], "long": []}
for seed, count in [(0, 1), (0, 15), (0, 16), (1, 17), (42, 33), (0xFFFFFFFF, 20), (2**32 + 7, 20), (2**53 - 1, 5)]:
    g = torch.Generator().manual_seed(seed)
    vectors["single"].append({"seed": seed, "bits": bits(torch.randn(count, generator=g))})
for seed, counts in [(3, [3, 16, 3, 1]), (9, [1, 1, 40, 2])]:
    g = torch.Generator().manual_seed(seed)
    vectors["sequences"].append({"seed": seed, "bits": [bits(torch.randn(n, generator=g)) for n in counts]})
for seed, count in [(1234, 1 * 4 * 64 * 64), (5, 1_000_003)]:
    g = torch.Generator().manual_seed(seed)
    vectors["long"].append({"seed": seed, "count": count, "sha256": digest(torch.randn(count, generator=g))})
Path(__file__).with_name("torch-randn.json").write_text(json.dumps(vectors) + "\n")
