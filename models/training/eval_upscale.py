"""PSNR on Y of an upscaler on folders of high-resolution pictures, by the protocol of the super-resolution benchmarks.

python3 eval_upscale.py runs/upscale-1/last.pt ../data/eval/Set5/x4 ../data/eval/Set14/x4    a checkpoint's average
python3 eval_upscale.py ../lacuna-upscale ../data/eval/Set5/x4                               the exported ONNX files
python3 eval_upscale.py bicubic ../data/eval/Set5/x4

The product's own figures come from `npm run eval:upscale`, which goes through the command line.
"""
import sys
from pathlib import Path
import numpy as np
import torch
from PIL import Image
from resize import cubic, shrink
from upscale_net import SCALES, Upscaler


def luma(picture: torch.Tensor) -> torch.Tensor:
    """BT.601, 16 to 235, of [3, H, W] in whole numbers of 0..255."""
    return 16 + (65.481 * picture[0] + 128.553 * picture[1] + 24.966 * picture[2]) / 255


def psnr(a: torch.Tensor, b: torch.Tensor, border: int) -> float:
    error = (luma(a) - luma(b))[border:-border, border:-border].square().mean()
    return float(10 * torch.log10(255 ** 2 / error))


def enlarge(image: torch.Tensor, scale: int) -> torch.Tensor:
    """Bicubic (a = -0.5), borders mirrored."""
    def matrix(size: int) -> torch.Tensor:
        place = (np.arange(size * scale) + 0.5) / scale - 0.5
        taps = np.floor(place).astype(int)[:, None] + np.arange(-1, 3)
        weight = cubic(place[:, None] - taps)
        mirrored = np.where(taps < 0, -1 - taps, np.where(taps >= size, 2 * size - 1 - taps, taps))
        m = np.zeros((size * scale, size), np.float32)
        np.add.at(m, (np.repeat(np.arange(size * scale), 4), mirrored.ravel()), weight.ravel())
        return torch.from_numpy(m)
    return matrix(image.shape[-2]) @ image @ matrix(image.shape[-1]).T


def loaded(source: Path):
    if str(source) == "bicubic":
        return lambda image, sigma, scale: enlarge(image, scale)
    if source.is_dir():
        import onnxruntime
        sessions = {scale: onnxruntime.InferenceSession(str(source / f"x{scale}.onnx"), providers=["CPUExecutionProvider"]) for scale in SCALES}
        return lambda image, sigma, scale: torch.from_numpy(sessions[scale].run(None, {"image": image.numpy(), "sigma": sigma.numpy()})[0])
    average = torch.load(source, map_location="cpu")["average"]
    model = Upscaler(average["head.weight"].shape[0], sum(name.endswith(".a.weight") for name in average))
    model.load_state_dict({k: v.float() for k, v in average.items()})
    return model.eval()


if __name__ == "__main__":
    upscale = loaded(Path(sys.argv[1]))
    for folder in map(Path, sys.argv[2:]):
        for scale in SCALES:
            rows = []
            for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".png", ".bmp") and "_LR" not in p.name):
                large = torch.from_numpy(np.asarray(Image.open(path).convert("RGB"), np.float32)).permute(2, 0, 1)
                large = large[:, : large.shape[1] // scale * scale, : large.shape[2] // scale * scale]
                small = shrink(large[None], scale).round().clamp(0, 255) / 255
                with torch.no_grad():
                    result = upscale(small, torch.zeros_like(small[:, :1]), scale)[0]
                rows.append(psnr((result * 255).round().clamp(0, 255), large, scale))
            print(f"{folder.parent.name}/{folder.name}, x{scale}: {np.mean(rows):.2f} dB, {len(rows)} pictures", flush=True)
