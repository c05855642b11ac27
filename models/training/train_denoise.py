"""Trains lacuna-denoise and its noise estimator, for one cycle that ends at rate 0. Uses a GPU when there is one.

A run that was stopped goes on from its newest checkpoint. A new cycle starts from finished weights:
python3 train_denoise.py --photos ../data/train --out runs/denoise-2 --from start.pt --steps 8000 --rate 2e-4
where start.pt comes from the shipped ONNX files: python3 weights.py ../lacuna-denoise start.pt
A smaller, faster network: --widths 32,64,96 --noise-widths 16,32,32
"""
import argparse, copy, json, math, time
from pathlib import Path
import numpy as np
import torch
from data import Photos
from denoise_net import Denoiser, NoiseEstimator
from muon import Muon
from noise import camera, gaussian

args = argparse.ArgumentParser()
args.add_argument("--photos", type=Path, required=True)
args.add_argument("--out", type=Path, required=True)
args.add_argument("--from", dest="start", type=Path, help="weights of an earlier cycle")
args.add_argument("--widths", default="64,128,192")
args.add_argument("--blocks", default="2,3,3")
args.add_argument("--noise-widths", default="32,48,48", help="of the noise estimator")
args.add_argument("--steps", type=int, default=8000)
args.add_argument("--batch", type=int, default=16)
args.add_argument("--size", type=int, default=128)
args.add_argument("--rate", type=float, default=5e-4)
args.add_argument("--final-rate", type=float, default=2e-6)
args.add_argument("--optimizer", choices=["adam", "muon"], default="muon", help="muon: for the inner convolutions; Adam has the rest")
args.add_argument("--threads", type=int, default=2, help="on a CPU")
args.add_argument("--warmup", type=int, default=300)
args.add_argument("--save-every", type=int, default=500)
args.add_argument("--hours", type=float, help="the cycle ends (at the final rate) after this long, paused time included, or after --steps, whichever is first")
args = args.parse_args()
args.out.mkdir(parents=True, exist_ok=True)

device = "cuda" if torch.cuda.is_available() else "cpu"
if device == "cpu":
    torch.set_num_threads(args.threads)
# bfloat16 pays on a GPU and on CPUs that know it; elsewhere PyTorch emulates it, ten times slower than float32.
half = device == "cuda" or torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
photos = Photos(args.photos)
model = Denoiser(*(tuple(map(int, v.split(","))) for v in (args.widths, args.blocks))).to(device, memory_format=torch.channels_last)
estimator = NoiseEstimator(tuple(map(int, args.noise_widths.split(",")))).to(device, memory_format=torch.channels_last)
parameters = [*model.parameters(), *estimator.parameters()]
networks = torch.nn.ModuleList([model, estimator])
ends = ("head", "tail")
inner = [p for name, p in networks.named_parameters()
         if args.optimizer == "muon" and p.dim() == 4 and not any(end in name for end in ends)]
rest = [p for p in parameters if not any(p is q for q in inner)]
optimizers = [torch.optim.Adam(rest, lr=args.rate, betas=(0.9, 0.99)), *([Muon(inner, lr=args.rate)] if inner else [])]
if args.start:
    networks.load_state_dict({k: v.float() for k, v in torch.load(args.start, map_location=device)["average"].items()})
average = copy.deepcopy(networks)
step = 0
checkpoint = args.out / "last.pt"
if checkpoint.exists():
    saved = torch.load(checkpoint, map_location=device)
    model.load_state_dict(saved["model"]); estimator.load_state_dict(saved["estimator"])
    average.load_state_dict(saved["average"])
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    step = saved["step"]
rng = np.random.default_rng(1000 + step)
torch.manual_seed(1000 + step)


def rate(step: int) -> float:
    if step < args.warmup:
        return args.rate * (step + 1) / args.warmup
    t = (step - args.warmup) / max(1, args.steps - args.warmup)
    if args.hours:
        t = max(t, (time.time() - began) / (args.hours * 3600))
    t = min(1, t)
    return args.final_rate + (args.rate - args.final_rate) * 0.5 * (1 + math.cos(math.pi * t))


def save():
    torch.save({"model": model.state_dict(), "estimator": estimator.state_dict(), "average": average.state_dict(),
                "optimizers": [o.state_dict() for o in optimizers], "step": step}, checkpoint.with_suffix(".tmp"))
    checkpoint.with_suffix(".tmp").rename(checkpoint)


log = (args.out / "log.jsonl").open("a")
began, window = time.time(), []
while step < args.steps and not (args.hours and time.time() - began > args.hours * 3600):
    clean = torch.from_numpy(photos.crops(rng, args.batch, args.size)).permute(0, 3, 1, 2).float() / 255
    real = args.batch * 3 // 8
    grey = torch.from_numpy(rng.random(args.batch) < 0.1).view(-1, 1, 1, 1)
    clean = torch.where(grey, clean.mean(1, keepdim=True), clean)
    parts = [gaussian(clean[real:], rng, grey[real:]), camera(clean[:real], rng)]
    clean = torch.cat([clean[real:], clean[:real]]).to(device, memory_format=torch.channels_last)
    noisy = torch.cat([p[0] for p in parts]).to(device, memory_format=torch.channels_last)
    sigma = torch.cat([p[1] for p in parts]).to(device)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
        denoised, estimate = model(noisy, sigma), estimator(noisy)
    # The mean of the posterior at every noise level, each level counting alike: the best error grows about as sigma^1.2.
    weight = (sigma.mean((1, 2, 3), keepdim=True) + 1 / 255) ** -1.2
    error = (denoised - clean).square()
    loss = (error * weight).mean()
    level = lambda s: torch.log(1 + 255 * s) / 5
    loss_estimate = (level(estimate) - level(sigma)).square().mean()
    for parameter in parameters:
        parameter.grad = None
    (loss * 10 + loss_estimate).backward()
    norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    for optimizer in optimizers:
        optimizer.step()
    step += 1
    decay = min(0.999, (step + 1) / (step + 20))
    with torch.no_grad():
        for a, b in zip(average.parameters(), parameters):
            a.lerp_(b, 1 - decay)
    window.append((loss.item(), loss_estimate.item(), float(norm)))
    if step % 100 == 0:
        mean = np.mean(window, 0); window = []
        record = {"step": step, "loss": float(mean[0]), "estimate": float(mean[1]), "norm": float(mean[2]),
                  "rate": rate(step), "seconds": round(time.time() - began, 1)}
        print(json.dumps(record), flush=True); log.write(json.dumps(record) + "\n"); log.flush()
    if step % args.save_every == 0:
        save()
save()
