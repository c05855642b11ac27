"""Writes a bundled denoiser and its noise estimator as ONNX: dynamic height and width, weights stored in fp16.

python3 export_denoise.py runs/denoise/last.pt ../lacuna-denoise [64,128,192 2,3,3 32,48,48]

The graph computes in fp32; every weight is an fp16 initialiser behind a Cast, which onnxruntime folds
away when it loads the file. The pixel-unshuffle and the first 3x3 convolution are written as the one
6x6 convolution of stride 2 that they amount to, and the pixel-shuffle as DepthToSpace: the operators are
Conv, ConvTranspose, Relu, Add, Mul, Log, Exp, Clip, Concat, Cast and DepthToSpace alone, no Shape,
Resize or Transpose, which GPU providers run badly or not at all.
"""
import sys
from pathlib import Path
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from denoise_net import Denoiser, NoiseEstimator


class Graph:
    """Collects nodes and fp16 weights; every method returns the name of its result."""

    def __init__(self):
        self.nodes, self.initializers, self.count = [], [], 0

    def op(self, kind, inputs, name=None, **attributes):
        self.count += 1
        out = name or f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def weight(self, name, value: torch.Tensor):
        self.initializers.append(numpy_helper.from_array(value.detach().numpy().astype(np.float16), name))
        return self.op("Cast", [name], name=f"{name}.fp32", to=TensorProto.FLOAT)

    def constant(self, value, name):
        self.initializers.append(numpy_helper.from_array(np.array(value, np.float32), name))
        return name

    def conv(self, x, name, module, **attributes):
        return self.op("Conv", [x, self.weight(f"{name}.weight", module.weight), self.weight(f"{name}.bias", module.bias)],
                       **(dict(pads=[1, 1, 1, 1]) | attributes))

    def grow(self, x, name, module):
        return self.op("ConvTranspose", [x, self.weight(f"{name}.weight", module.weight), self.weight(f"{name}.bias", module.bias)],
                       strides=[2, 2])

    def blocks(self, x, name, stack):
        for i, block in enumerate(stack):
            y = self.op("Relu", [self.conv(x, f"{name}.{i}.a", block.a)])
            x = self.op("Add", [x, self.conv(y, f"{name}.{i}.b", block.b)])
        return x


def folded_head(head: torch.nn.Conv2d) -> torch.Tensor:
    """[w, 4*c, 3, 3] on 2x2 blocks as channels -> [w, c, 6, 6] of stride 2 and padding 2 on pixels, the same sums."""
    w, c4 = head.weight.shape[:2]
    c = c4 // 4
    blocks = head.weight.detach().view(w, c, 2, 2, 3, 3)  # channel, row in block, column in block, block row, block column
    return blocks.permute(0, 1, 4, 2, 5, 3).reshape(w, c, 6, 6).contiguous()


def unet(g: Graph, net, x, out):
    w = g.weight("head.weight", folded_head(net.head))
    x = g.op("Conv", [x, w, g.weight("head.bias", net.head.bias)], pads=[2, 2, 2, 2], strides=[2, 2])
    skips = []
    for i, (down, shrink) in enumerate(zip(net.down, net.shrink)):
        x = g.blocks(x, f"down.{i}", down)
        skips.append(x)
        x = g.conv(x, f"shrink.{i}", shrink, pads=[0, 0, 0, 0], strides=[2, 2])
    x = g.blocks(x, "middle", net.middle)
    for i in reversed(range(len(net.up))):
        x = g.op("Add", [g.grow(x, f"grow.{i}", net.grow[i]), skips[i]])
        x = g.blocks(x, f"up.{i}", net.up[i])
    x = g.conv(x, "tail", net.tail)
    return g.op("DepthToSpace", [x], name=out, blocksize=2, mode="CRD")


def centred(g: Graph, sample):
    return g.op("Add", [g.op("Mul", [sample, g.constant(2, "two")]), g.constant(-1, "minus_one")])


def noise_level(g: Graph, sigma):
    """log(1 + 255 sigma) / 5, as the networks see it."""
    return g.op("Mul", [g.op("Log", [g.op("Add", [g.op("Mul", [sigma, g.constant(255, "levels")]), g.constant(1, "one")])]),
                        g.constant(0.2, "fifth")])


def denoiser_graph(model: Denoiser) -> Graph:
    g = Graph()
    residual = unet(g, model.net, g.op("Concat", [centred(g, "sample"), noise_level(g, "sigma")], axis=1), "residual")
    g.op("Add", ["sample", g.op("Mul", ["sigma", residual])], name="denoised")
    return g


def estimator_graph(model: NoiseEstimator) -> Graph:
    g = Graph()
    f = unet(g, model.net, centred(g, "sample"), "level")
    level = g.op("Clip", [g.op("Add", [f, g.constant(0.5, "half")]), g.constant(0, "zero"), g.constant(1, "one")])
    power = g.op("Exp", [g.op("Mul", [level, g.constant(5, "five")])])
    g.op("Mul", [g.op("Add", [power, g.constant(-1, "minus_unit")]), g.constant(1 / 255, "unit")], name="sigma")
    return g


def save(g: Graph, path: Path, inputs, output):
    """`inputs` and `output`: name and channels, and how often the output is larger."""
    value = lambda name, c, scale=1: helper.make_tensor_value_info(
        name, TensorProto.FLOAT, ["n", c, *(side if scale == 1 else f"{scale}*{side}" for side in ("height", "width"))])
    graph = helper.make_graph(g.nodes, path.stem, [value(*i) for i in inputs], [value(*output)], g.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], producer_name="lacuna", ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


if __name__ == "__main__":
    saved = torch.load(sys.argv[1], map_location="cpu")
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    # Widths and blocks of the denoiser, then widths of the estimator, when not the defaults.
    sizes = [tuple(map(int, v.split(","))) for v in sys.argv[3:6]]
    average = torch.nn.ModuleList([Denoiser(*sizes[:2]), NoiseEstimator(*sizes[2:])])
    average.load_state_dict({k: v.float() for k, v in saved["average"].items()})
    average.eval()
    save(denoiser_graph(average[0]), out / "model.onnx", [("sample", 3), ("sigma", 1)], ("denoised", 3))
    save(estimator_graph(average[1]), out / "noise.onnx", [("sample", 3)], ("sigma", 1))

    import onnxruntime
    torch.manual_seed(0)
    sample, sigma = torch.rand(1, 3, 72, 56), torch.rand(1, 1, 72, 56) * 0.2
    for name, feeds, model in (("model", {"sample": sample, "sigma": sigma}, average[0]), ("noise", {"sample": sample}, average[1])):
        with torch.no_grad():
            expected = model(*feeds.values()).numpy()
        got = onnxruntime.InferenceSession(str(out / f"{name}.onnx"), providers=["CPUExecutionProvider"]).run(None, {k: v.numpy() for k, v in feeds.items()})[0]
        worst = float(np.abs(got - expected).max())
        print(f"{name}.onnx: {(out / f'{name}.onnx').stat().st_size / 1e6:.2f} MB, differs from PyTorch by at most {worst:.2e}")
        if worst > 2e-3:
            raise SystemExit("the exported graph does not agree with the network")
