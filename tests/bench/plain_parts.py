"""What the plain scripts share: a clock for each part of the work, sessions, tiles, and going through a folder."""
import json, time
from pathlib import Path
import numpy as np
import onnxruntime


class Laps:
    """Seconds on the clock and of the processor since the last lap, added up for each part."""
    def __init__(self, *parts: str):
        self.seconds, self.processor = ({part: 0.0 for part in parts} for _ in range(2))
        self.last = time.perf_counter(), time.process_time()

    def __call__(self, part: str):
        now = time.perf_counter(), time.process_time()
        self.seconds[part] += now[0] - self.last[0]
        self.processor[part] += now[1] - self.last[1]
        self.last = now

    def print(self):
        print(json.dumps(dict(seconds=self.seconds, processor=self.processor)))


def session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.enable_mem_pattern = False
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def padded(picture: np.ndarray, multiple: int) -> np.ndarray:
    """BGR bytes [height, width, 3] as RGB [1, 3, height, width] in 0..1, mirrored up to a multiple."""
    height, width = picture.shape[:2]
    rows = np.pad(picture[..., ::-1], [(0, -height % multiple), (0, -width % multiple), (0, 0)], mode="reflect")
    return rows.transpose(2, 0, 1)[None].astype(np.float32) / 255


def bytes_of(planes: np.ndarray, height: int, width: int) -> np.ndarray:
    """The way back, without what was mirrored."""
    return np.round(np.clip(planes[0, :, :height, :width], 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)[..., ::-1]


def tiled(arrays: list, channels: int, tile: int, margin: int, run, scale: int = 1) -> np.ndarray:
    rows, columns = arrays[0].shape[-2:]
    out = np.empty((1, channels, rows * scale, columns * scale), np.float32)
    for y in range(0, rows, tile):
        for x in range(0, columns, tile):
            top, left = max(0, y - margin), max(0, x - margin)
            bottom, right = min(rows, y + tile + margin), min(columns, x + tile + margin)
            window = run(*(np.ascontiguousarray(a[..., top:bottom, left:right]) for a in arrays))
            core = window[..., (y - top) * scale:(y - top + tile) * scale, (x - left) * scale:(x - left + tile) * scale]
            out[..., y * scale:y * scale + core.shape[-2], x * scale:x * scale + core.shape[-1]] = core
    return out


def each(source: Path, target: Path, do):
    """`do(source, target)` for a file, or for every file of a folder, one after another."""
    if not source.is_dir():
        return do(source, target)
    target.mkdir(exist_ok=True)
    for path in sorted(source.iterdir()):
        do(path, target / path.name)
