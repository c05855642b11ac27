"""What every training has in common: one cycle whose rate ends near 0, Muon for the inner convolutions and Adam for the
rest, an average of the weights, a checkpoint that a stopped run goes on from, and a log."""
import argparse, copy, json, math, time
from pathlib import Path
import numpy as np
import torch
from muon import Muon

LOG_EVERY = 100


def add_arguments(args: argparse.ArgumentParser, steps: int, batch: int):
    args.add_argument("--photos", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--from", dest="start", type=Path, help="weights of an earlier cycle")
    args.add_argument("--steps", type=int, default=steps)
    args.add_argument("--batch", type=int, default=batch)
    args.add_argument("--rate", type=float, default=5e-4)
    args.add_argument("--final-rate", type=float, default=2e-6)
    args.add_argument("--clip", type=float, default=1.0, help="largest norm of a gradient")
    args.add_argument("--optimizer", choices=["adam", "muon"], default="muon", help="muon: for the inner convolutions; Adam has the rest")
    args.add_argument("--threads", type=int, default=2, help="on a CPU")
    args.add_argument("--warmup", type=int, default=300)
    args.add_argument("--save-every", type=int, default=500)
    args.add_argument("--hours", type=float, help="the cycle ends (at the final rate) after this long, paused time included, or after --steps, whichever is first")


def device(threads: int) -> str:
    if torch.cuda.is_available():
        return "cuda"
    torch.set_num_threads(threads)
    return "cpu"


def half(device: str) -> bool:
    """bfloat16 pays on a GPU and on CPUs that know it; elsewhere PyTorch emulates it, ten times slower than float32."""
    return device == "cuda" or torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


class Cycle:
    """`networks` is trained in place. `outer` are name parts of the first and last layers, which Muon is not meant for."""

    def __init__(self, networks: torch.nn.Module, args, device: str, outer=("head", "tail")):
        self.networks, self.args, self.step = networks, args, 0
        args.out.mkdir(parents=True, exist_ok=True)
        self.parameters = list(networks.parameters())
        inner = [p for name, p in networks.named_parameters()
                 if args.optimizer == "muon" and p.dim() == 4 and not any(part in name for part in outer)]
        rest = [p for p in self.parameters if not any(p is q for q in inner)]
        self.optimizers = [torch.optim.Adam(rest, lr=args.rate, betas=(0.9, 0.99)), *([Muon(inner, lr=args.rate)] if inner else [])]
        if args.start:
            networks.load_state_dict({k: v.float() for k, v in torch.load(args.start, map_location=device)["average"].items()})
        self.average = copy.deepcopy(networks)
        self.checkpoint = args.out / "last.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, map_location=device)
            networks.load_state_dict(saved["networks"])
            self.average.load_state_dict(saved["average"])
            for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
                optimizer.load_state_dict(state)
            self.step = saved["step"]
        self.log = (args.out / "log.jsonl").open("a")
        self.began, self.window = time.time(), []

    def seed(self, base: int) -> np.random.Generator:
        """Seeds PyTorch and gives a generator, both another one for each step that a run goes on from."""
        torch.manual_seed(base + self.step)
        return np.random.default_rng(base + self.step)

    @property
    def hours(self) -> float:
        return (time.time() - self.began) / 3600

    @property
    def goes_on(self) -> bool:
        return self.step < self.args.steps and not (self.args.hours and self.hours > self.args.hours)

    @property
    def rate(self) -> float:
        args = self.args
        if self.step < args.warmup:
            return args.rate * (self.step + 1) / args.warmup
        t = (self.step - args.warmup) / max(1, args.steps - args.warmup)
        if args.hours:
            t = max(t, self.hours / args.hours)
        return args.final_rate + (args.rate - args.final_rate) * 0.5 * (1 + math.cos(math.pi * min(1, t)))

    def learn(self, loss: torch.Tensor, shown: dict[str, torch.Tensor]):
        """One step down the gradient of `loss`; `shown` goes into the log as means."""
        rate = self.rate
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        for parameter in self.parameters:
            parameter.grad = None
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.args.clip)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        decay = min(0.999, (self.step + 1) / (self.step + 20))
        with torch.no_grad():
            for a, b in zip(self.average.parameters(), self.parameters):
                a.lerp_(b, 1 - decay)
        self.window.append({**{name: float(value.detach()) for name, value in shown.items()}, "norm": float(norm)})
        if self.step % LOG_EVERY == 0:
            means = {name: float(np.mean([entry[name] for entry in self.window])) for name in self.window[0]}
            self.window = []
            record = {"step": self.step, **means, "rate": rate, "seconds": round(time.time() - self.began, 1)}
            print(json.dumps(record), flush=True)
            self.log.write(json.dumps(record) + "\n")
            self.log.flush()
        if self.step % self.args.save_every == 0:
            self.save()

    def save(self):
        torch.save({"networks": self.networks.state_dict(), "average": self.average.state_dict(),
                    "optimizers": [o.state_dict() for o in self.optimizers], "step": self.step}, self.checkpoint.with_suffix(".tmp"))
        self.checkpoint.with_suffix(".tmp").rename(self.checkpoint)
