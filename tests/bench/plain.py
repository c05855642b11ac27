"""The job as a plain script does it: OpenCV, onnxruntime, the same tiles and threads; no checks, no metadata, all in memory.

python3 plain.py INPUT OUTPUT MODEL_FOLDER TILE [THREADS]      prints the seconds of each part as JSON

INPUT and OUTPUT are files, or folders: then every picture of the one goes into the other, one after another.
"""
import json, sys, time
from pathlib import Path
import cv2
import numpy as np
import onnxruntime

source, target, folder, tile = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
threads = int(sys.argv[5]) if len(sys.argv) > 5 else 0
manifest = json.loads((folder / "model.json").read_text())
seconds, last = dict(load=0.0, decode=0.0, estimate=0.0, denoise=0.0, encode=0.0), time.perf_counter()


def lap(part):
    global last
    now = time.perf_counter()
    seconds[part], last = seconds[part] + now - last, now


options = onnxruntime.SessionOptions()
options.enable_mem_pattern = False
options.intra_op_num_threads = threads
model, noise = (onnxruntime.InferenceSession(str(folder / manifest["files"][role]["path"]), options, providers=["CPUExecutionProvider"])
                for role in ("model", "noise"))
lap("load")


def tiled(arrays, channels, margin, run):
    rows, columns = arrays[0].shape[-2:]
    out = np.empty((1, channels, rows, columns), np.float32)
    for y in range(0, rows, tile):
        for x in range(0, columns, tile):
            top, left = max(0, y - margin), max(0, x - margin)
            bottom, right = min(rows, y + tile + margin), min(columns, x + tile + margin)
            window = run(*(np.ascontiguousarray(a[..., top:bottom, left:right]) for a in arrays))
            core = window[..., y - top:y - top + tile, x - left:x - left + tile]
            out[..., y:y + core.shape[-2], x:x + core.shape[-1]] = core
    return out


def denoise(source, target):
    picture = cv2.imread(str(source), cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    lap("decode")
    sample = np.pad(picture[..., ::-1], [(0, -height % 8), (0, -width % 8), (0, 0)], mode="reflect").transpose(2, 0, 1)[None].astype(np.float32) / 255
    sigma = tiled([sample], 1, manifest["margin"]["noise"], lambda s: noise.run(None, {manifest["inputs"]["sample"]: s})[0])
    lap("estimate")
    denoised = tiled([sample, sigma], 3, manifest["margin"]["model"],
                     lambda s, m: model.run([manifest["output"]], {manifest["inputs"]["sample"]: s, manifest["inputs"]["sigma"]: m})[0])
    result = np.round(np.clip(denoised[0, :, :height, :width], 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)[..., ::-1]
    lap("denoise")
    cv2.imwrite(str(target), result, [cv2.IMWRITE_JPEG_QUALITY, 92])
    lap("encode")


if source.is_dir():
    target.mkdir(exist_ok=True)
    for path in sorted(source.iterdir()):
        denoise(path, target / path.name)
else:
    denoise(source, target)
print(json.dumps(seconds))
