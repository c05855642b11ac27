"""Writes lacuna-upscale as ONNX: a graph for each scale, dynamic height and width, weights stored in fp16.

python3 export_upscale.py runs/upscale-1/last.pt ../lacuna-upscale

The operators are Conv, Relu, Add, Mul, Log, Concat, Cast and DepthToSpace alone. Every graph holds the whole body, so that
each of them is one file that runs by itself.
"""
import sys
from pathlib import Path
import numpy as np
import torch
from export_denoise import centred, Graph, noise_level, save
from upscale_net import SCALES, Upscaler


def upscaler_graph(model: Upscaler, scale: int) -> Graph:
    g = Graph()
    head = g.conv(g.op("Concat", [centred(g, "image"), noise_level(g, "sigma")], axis=1), "head", model.head)
    body = g.conv(g.blocks(head, "body", model.body[:-1]), "body.last", model.body[-1])
    detail = g.conv(g.op("Add", [head, body]), f"tails.x{scale}", model.tails[f"x{scale}"])
    # Every pixel of a block begins as the block's own pixel.
    own = torch.eye(3).repeat_interleave(scale * scale, 0).view(-1, 3, 1, 1)
    base = g.op("Conv", ["image", g.weight("own", own)], pads=[0, 0, 0, 0])
    g.op("DepthToSpace", [g.op("Add", [detail, base])], name="enlarged", blocksize=scale, mode="CRD")
    return g


if __name__ == "__main__":
    import onnxruntime
    average = torch.load(sys.argv[1], map_location="cpu")["average"]
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    model = Upscaler(average["head.weight"].shape[0], sum(name.endswith(".a.weight") for name in average))
    model.load_state_dict({k: v.float() for k, v in average.items()})
    model.eval()
    torch.manual_seed(0)
    image, sigma = torch.rand(1, 3, 51, 40), torch.rand(1, 1, 51, 40) * 0.1
    for scale in SCALES:
        path = out / f"x{scale}.onnx"
        save(upscaler_graph(model, scale), path, [("image", 3), ("sigma", 1)], ("enlarged", 3, scale))
        with torch.no_grad():
            expected = model(image, sigma, scale).numpy()
        got = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"image": image.numpy(), "sigma": sigma.numpy()})[0]
        worst = float(np.abs(got - expected).max())
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, differs from PyTorch by at most {worst:.2e}")
        if worst > 2e-3:
            raise SystemExit("the exported graph does not agree with the network")
