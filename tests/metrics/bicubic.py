"""Reference values for bicubic.test.ts: python3 tests/metrics/bicubic.py   (needs models/training/requirements.txt)"""
import json, sys
from pathlib import Path
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "models/training"))
from eval_upscale import enlarge  # noqa: E402
from resize import shrink  # noqa: E402

WIDTH, HEIGHT = 24, 16
plane = torch.tensor([[(x * 37 + y * 101 + x * y * 7) % 256 for x in range(WIDTH)] for y in range(HEIGHT)], dtype=torch.float64)
values = lambda t: [round(float(v), 9) for v in t.flatten()]
out = {f"shrunk{s}": values(shrink(plane[None, None], s)) for s in (2, 4)}
out |= {f"enlarged{s}": values(enlarge(plane[None, :4, :6].float(), s)) for s in (2, 4)}
(HERE / "bicubic.json").write_text(json.dumps(out) + "\n")
