"""The job as a plain script does it: OpenCV, onnxruntime, the same tiles and threads; no checks, no metadata, all in memory.

python3 plain.py INPUT OUTPUT MODEL_FOLDER TILE [THREADS]      prints the seconds of each part as JSON

INPUT and OUTPUT are files, or folders: then every picture of the one goes into the other, one after another.
"""
import json, sys
from pathlib import Path
import cv2
from plain_parts import Laps, bytes_of, each, padded, session, tiled

source, target, folder, tile = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
threads = int(sys.argv[5]) if len(sys.argv) > 5 else 0
manifest = json.loads((folder / "model.json").read_text())
lap = Laps("load", "decode", "estimate", "denoise", "encode")
model, noise = (session(folder / manifest["files"][role]["path"], threads) for role in ("model", "noise"))
lap("load")


def denoise(source, target):
    picture = cv2.imread(str(source), cv2.IMREAD_COLOR)
    lap("decode")
    sample, inputs = padded(picture, 8), manifest["inputs"]
    sigma = tiled([sample], 1, tile, manifest["margin"]["noise"], lambda s: noise.run(None, {inputs["sample"]: s})[0])
    lap("estimate")
    denoised = tiled([sample, sigma], 3, tile, manifest["margin"]["model"],
                     lambda s, m: model.run([manifest["output"]], {inputs["sample"]: s, inputs["sigma"]: m})[0])
    result = bytes_of(denoised, *picture.shape[:2])
    lap("denoise")
    cv2.imwrite(str(target), result, [cv2.IMWRITE_JPEG_QUALITY, 92])
    lap("encode")


each(source, target, denoise)
lap.print()
