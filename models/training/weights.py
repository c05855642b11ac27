"""The averaged weights inside shipped ONNX files, as a checkpoint to start another cycle from.

python3 weights.py ../lacuna-denoise start.pt        then: train_denoise.py --from start.pt …
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


def state(folder: Path) -> dict[str, torch.Tensor]:
    weights = {}
    for index, file in enumerate(("model.onnx", "noise.onnx")):
        for initializer in onnx.load(folder / file).graph.initializer:
            if not initializer.name.endswith((".weight", ".bias")):
                continue
            value = torch.from_numpy(numpy_helper.to_array(initializer).copy())
            weights[f"{index}.net.{initializer.name}"] = unfolded_head(value) if initializer.name == "head.weight" else value
    return weights


if __name__ == "__main__":
    torch.save({"step": 0, "average": state(Path(sys.argv[1]))}, sys.argv[2])
