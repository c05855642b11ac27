"""Trains lacuna-denoise and its noise estimator, for one cycle that ends at rate 0. Uses a GPU when there is one.

A run that was stopped goes on from its newest checkpoint. A new cycle starts from finished weights:
python3 train_denoise.py --photos ../data/train --out runs/denoise-2 --from start.pt --steps 8000 --rate 2e-4
where start.pt comes from the shipped ONNX files: python3 weights.py ../lacuna-denoise start.pt
A smaller, faster network: --widths 32,64,96 --noise-widths 16,32,32
"""
import argparse
import torch
import cycle
from data import Photos
from denoise_net import Denoiser, NoiseEstimator
from noise import camera, gaussian

args = argparse.ArgumentParser()
cycle.add_arguments(args, steps=8000, batch=16)
args.add_argument("--widths", default="64,128,192")
args.add_argument("--blocks", default="2,3,3")
args.add_argument("--noise-widths", default="32,48,48", help="of the noise estimator")
args.add_argument("--size", type=int, default=128)
args.add_argument("--camera-share", type=float, default=0.375, help="of the crops: noise as cameras make it; the rest gets Gaussian noise")
args.add_argument("--level-power", type=float, default=1.3, help="levels of Gaussian noise are spread as u^power: higher means more low ones")
args.add_argument("--keep-estimator", action="store_true", help="train the denoiser alone, an eighth less work a step")
args = args.parse_args()

device = cycle.device(args.threads)
half = cycle.half(device)
photos = Photos(args.photos)
widths = lambda text: tuple(map(int, text.split(",")))
networks = torch.nn.ModuleList([Denoiser(widths(args.widths), widths(args.blocks)), NoiseEstimator(widths(args.noise_widths))])
model, estimator = networks.to(device, memory_format=torch.channels_last)
run = cycle.Cycle(networks, args, device)
rng = run.seed(1000)

while run.goes_on:
    clean = torch.from_numpy(photos.crops(rng, args.batch, args.size)).permute(0, 3, 1, 2).float() / 255
    real = int(args.batch * args.camera_share)
    grey = torch.from_numpy(rng.random(args.batch) < 0.1).view(-1, 1, 1, 1)
    clean = torch.where(grey, clean.mean(1, keepdim=True), clean)
    parts = [gaussian(clean[real:], rng, grey[real:], args.level_power), camera(clean[:real], rng)]
    clean = torch.cat([clean[real:], clean[:real]]).to(device, memory_format=torch.channels_last)
    noisy = torch.cat([p[0] for p in parts]).to(device, memory_format=torch.channels_last)
    sigma = torch.cat([p[1] for p in parts]).to(device)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
        denoised = model(noisy, sigma)
        estimate = None if args.keep_estimator else estimator(noisy)
    # The mean of the posterior at every noise level, each level counting alike: the best error grows about as sigma^1.2.
    weight = (sigma.mean((1, 2, 3), keepdim=True) + 1 / 255) ** -1.2
    loss = ((denoised - clean).square() * weight).mean()
    if estimate is None:
        run.learn(loss * 10, {"loss": loss})
        continue
    level = lambda s: torch.log(1 + 255 * s) / 5
    loss_estimate = (level(estimate) - level(sigma)).square().mean()
    run.learn(loss * 10 + loss_estimate, {"loss": loss, "estimate": loss_estimate})
run.save()
