"""Enlarging as a plain script does it: as plain.py, of pictures that are taken for clean.

python3 plain_upscale.py INPUT OUTPUT MODEL_FOLDER TILE SCALE [THREADS]      prints the seconds of each part as JSON

SCALE is one of the model's graphs'. INPUT and OUTPUT are files, or folders.
"""
import json, sys
from pathlib import Path
import cv2
import numpy as np
from plain_parts import Laps, bytes_of, each, padded, session, tiled

source, target, folder, tile, scale = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
threads = int(sys.argv[6]) if len(sys.argv) > 6 else 0
manifest = json.loads((folder / "model.json").read_text())
multiple = manifest["size"]["multipleOf"]
margin = -(-manifest["margin"] // multiple) * multiple
lap = Laps("load", "decode", "enlarge", "encode")
model = session(folder / manifest["files"][f"x{scale}"]["path"], threads)
lap("load")


def enlarge(source, target):
    picture = cv2.imread(str(source), cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    lap("decode")
    image, inputs = padded(picture, multiple), manifest["inputs"]
    clean = np.zeros((1, 1, *image.shape[-2:]), np.float32)
    large = tiled([image, clean], 3, tile, margin,
                  lambda i, s: model.run([manifest["output"]], {inputs["image"]: i, inputs["sigma"]: s})[0], scale)
    result = bytes_of(large, height * scale, width * scale)
    lap("enlarge")
    cv2.imwrite(str(target), result, [cv2.IMWRITE_JPEG_QUALITY, 92])
    lap("encode")


each(source, target, enlarge)
lap.print()
