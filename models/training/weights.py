"""The averaged weights inside shipped ONNX files, as a checkpoint to start another cycle from.

python3 weights.py ../lacuna-denoise start.pt        then: train_denoise.py --from start.pt …
python3 weights.py ../lacuna-upscale start.pt        then: train_upscale.py --from start.pt …
"""
import sys
from pathlib import Path
import onnx
import torch
from onnx import numpy_helper


def unfolded_head(weight: torch.Tensor) -> torch.Tensor:
    """[w, c, 6, 6] -> [w, 4*c, 3, 3]: the inverse of export_denoise.folded_head."""
    w, c = weight.shape[:2]
    return weight.view(w, c, 3, 2, 3, 2).permute(0, 1, 3, 5, 2, 4).reshape(w, 4 * c, 3, 3).contiguous()


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    return {initializer.name: torch.from_numpy(numpy_helper.to_array(initializer).copy())
            for initializer in onnx.load(path).graph.initializer if initializer.name.endswith((".weight", ".bias"))}


def denoiser_state(folder: Path) -> dict[str, torch.Tensor]:
    return {f"{index}.net.{name}": unfolded_head(value) if name == "head.weight" else value
            for index, file in enumerate(("model.onnx", "noise.onnx")) for name, value in weights_of(folder / file).items()}


def upscaler_state(folder: Path) -> dict[str, torch.Tensor]:
    """The body is the same in all files; the tails are each in its own."""
    weights = {name: value for path in sorted(folder.glob("x*.onnx")) for name, value in weights_of(path).items()}
    blocks = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("body.") and name.split(".")[1].isdigit())
    return {name.replace("body.last", f"body.{blocks}"): value for name, value in weights.items()}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    state = upscaler_state if (folder / "x2.onnx").exists() else denoiser_state
    torch.save({"step": 0, "average": state(folder)}, sys.argv[2])
