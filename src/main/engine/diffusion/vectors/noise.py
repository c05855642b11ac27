"""Writes noise.json: the noise of places, from the definition in Python's whole numbers and doubles. Run: python noise.py

Philox 4x32-10 from Salmon et al. 2011; the normals of words (w0, w1) are sqrt(-2 ln u) * (cos a, sin a) with
u = (w0 | 1) / 2^32 and a the angle (w1 mod 2^30 + 1/2 - 2^29) * 2^-32 of a turn, turned by the top two bits of w1.
"""
import json
import math
from pathlib import Path

WORD = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & WORD, (p0 >> 32) ^ c[3] ^ k[1], p0 & WORD]
        k = [(k[0] + 0x9E3779B9) & WORD, (k[1] + 0xBB67AE85) & WORD]
    return c


def normal(seed, step, channel, y, x):
    words = philox([x // 4, y, channel, step], [seed & WORD, seed >> 32])
    w0, w1 = words[0:2] if x % 4 < 2 else words[2:4]
    turn = (w1 >> 30) / 4 + ((w1 & 0x3FFFFFFF) + 0.5 - 2**29) / 2**32
    angle = math.cos if x % 2 == 0 else math.sin
    return math.sqrt(-2 * math.log((w0 | 1) / 2**32)) * angle(2 * math.pi * turn)


places = [
    (0, 0, 0, 0, 0), (0, 0, 0, 0, 1), (0, 0, 0, 0, 2), (0, 0, 0, 0, 3), (0, 0, 0, 0, 4), (0, 0, 0, 1, 0), (0, 0, 1, 0, 0),
    (0, 1, 0, 0, 0), (1, 0, 0, 0, 0), (2**32 - 1, 5, 2, 99, 1001), (2**32, 0, 0, 0, 0), (2**53 - 1, 49, 2, 14141, 70001),
    (20260101, 3, 1, 17, 5003), (7, 6, 2, 4095, 8191),
]
vectors = [{"seed": s, "step": t, "channel": c, "y": y, "x": x, "value": normal(s, t, c, y, x)} for s, t, c, y, x in places]
Path(__file__).with_name("noise.json").write_text(json.dumps(vectors) + "\n")
