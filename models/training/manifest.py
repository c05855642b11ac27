"""Fills in what a model's manifest says about its files: sizes, hashes, and the golden tile's values.

python3 manifest.py ../lacuna-denoise             run after each export
python3 manifest.py ../lacuna-denoise --memory    measures bytesPerPixel again too (a minute; run it on an idle machine)

The rest of `model.json` (names, licence, margins) is written by hand and stays as it is.

The golden tile
---------------
A sample of 3 x size x size numbers that any language builds exactly, from whole-number arithmetic modulo 2^32:

    h = (x * 0x9E3779B1) ^ (y * 0x85EBCA77) ^ (c * 0xC2B2AE3D) ^ (seed * 0x27D4EB2F)   each product modulo 2^32
    h = h ^ (h >>> 15);  h = h * 0x2C1B3C6D modulo 2^32
    h = h ^ (h >>> 12);  h = h * 0x297A2D39 modulo 2^32
    h = h ^ (h >>> 15)
    sign = +1 if ((x >> 3) + (y >> 3)) is odd else -1
    sample[c, y, x] = clip(0.5 + 0.25 * 0.8 * sign + (h / 2^32 - 0.5) * 0.2, 0, 1)

computed in float64, then rounded to float32; x is the column, y the row, c the channel (red 0). It is a checkerboard
of 8-pixel squares under noise. The sigma map is `golden.sigma` everywhere (units of the 0..1 picture).
`golden.expect` holds eight values of the CPU's result, flattened as [c, y, x], rounded to six decimals, at

    index_k = floor(k * values / 8) + 13        k = 0..7, values = 3 * height * width of the result

for an upscaler eight for each of its graphs.
"""
import argparse, hashlib, json, subprocess, sys
from pathlib import Path
import numpy as np
import onnxruntime

WORD = np.uint64(0xFFFFFFFF)


def golden_sample(size: int, seed: int) -> np.ndarray:
    """float32 [1, 3, size, size] as the docstring above defines it."""
    c, y, x = np.meshgrid(*(np.arange(n, dtype=np.uint64) for n in (3, size, size)), indexing="ij")
    times = lambda value, factor: value * np.uint64(factor) & WORD
    h = times(x, 0x9E3779B1) ^ times(y, 0x85EBCA77) ^ times(c, 0xC2B2AE3D) ^ times(np.uint64(seed), 0x27D4EB2F)
    h = times(h ^ h >> np.uint64(15), 0x2C1B3C6D)
    h = times(h ^ h >> np.uint64(12), 0x297A2D39)
    h ^= h >> np.uint64(15)
    sign = np.where(((x >> np.uint64(3)) + (y >> np.uint64(3))) & np.uint64(1), 1.0, -1.0)
    value = 0.5 + 0.25 * 0.8 * sign + (h.astype(np.float64) / 2**32 - 0.5) * 0.2
    return np.clip(value, 0, 1).astype(np.float32)[None]


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def graphs(manifest: dict) -> dict[str, dict]:
    """The files that turn a picture into a picture, by role."""
    return {role: file for role, file in manifest["files"].items() if role == "model" or role[0] == "x"}


def golden_expect(folder: Path, manifest: dict) -> list[float] | dict[str, list[float]]:
    golden, inputs = manifest["golden"], manifest["inputs"]
    size = golden["size"]
    feeds = {inputs["sample" if "sample" in inputs else "image"]: golden_sample(size, golden["seed"]),
             inputs["sigma"]: np.full((1, 1, size, size), golden["sigma"], np.float32)}
    expect = {}
    for role, file in graphs(manifest).items():
        result = session(folder / file["path"]).run([manifest["output"]], feeds)[0].ravel()
        expect[role] = [round(float(result[k * result.size // 8 + 13]), 6) for k in range(8)]
    return expect.get("model", expect)


MEASURE = """
import sys
import numpy as np, onnxruntime
path, size, arena = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "arena"
status = lambda key: int(next(line for line in open("/proc/self/status") if line.startswith(key)).split()[1]) * 1024
options = onnxruntime.SessionOptions()
options.enable_cpu_mem_arena = arena
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
feeds = {i.name: np.full((1, i.shape[1], size, size), 0.3, np.float32) for i in session.get_inputs()}
before = status("VmRSS")
session.run(None, feeds)
print((status("VmHWM") - before) / size ** 2)
"""


def bytes_per_pixel(path: Path) -> float:
    """Peak growth of the process over a run, for each pixel of a tile: the largest of tiles of 512 to 1024 pixels,
    with and without onnxruntime's memory arena (Linux)."""
    measure = lambda size, arena: float(subprocess.check_output([sys.executable, "-c", MEASURE, str(path), str(size), arena]))
    return max(measure(size, arena) for size in (512, 768, 1024) for arena in ("arena", "no-arena"))


def text(manifest: dict) -> str:
    """JSON as the project's formatter writes it: two spaces, short lists and objects of numbers on one line."""
    out = json.dumps(manifest, indent=2, ensure_ascii=False)
    ranges, expect = manifest["range"], manifest["golden"]["expect"]
    lists = [v for value in (ranges, expect) for v in (value.values() if isinstance(value, dict) else [value])]
    for values in lists:
        for pad in ("  ", "    ", "      "):
            spread = "[\n" + ",\n".join(f"{pad}  {json.dumps(v)}" for v in values) + f"\n{pad}]"
            out = out.replace(spread, "[" + ", ".join(json.dumps(v) for v in values) + "]")
    return out + "\n"


def fill(folder: Path, manifest: dict, golden: bool = True):
    """Sets sizes, hashes and (where the network runs) the golden values of `manifest`, and writes it into `folder`."""
    for file in manifest["files"].values():
        data = (folder / file["path"]).read_bytes()
        file["sha256"], file["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
    if golden:
        manifest["golden"]["expect"] = golden_expect(folder, manifest)
    (folder / "model.json").write_text(text(manifest), "utf8")


if __name__ == "__main__":
    args = argparse.ArgumentParser()
    args.add_argument("folder", type=Path)
    args.add_argument("--memory", action="store_true", help="measure bytesPerPixel again")
    args = args.parse_args()
    manifest = json.loads((args.folder / "model.json").read_text("utf8"))
    if args.memory:
        worst = max(bytes_per_pixel(args.folder / file["path"]) for file in graphs(manifest).values())
        manifest["bytesPerPixel"] = int(-(-worst // 10) * 10)
    fill(args.folder, manifest)
    print(f"{manifest['id']}: golden {manifest['golden']['expect']}, {manifest['bytesPerPixel']} bytes a pixel")
