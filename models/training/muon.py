"""Muon for convolutions: momentum whose direction is made orthogonal, so that every singular direction of a layer's
update is as long as the others (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/; the step is scaled to
the root mean square that Adam's has, Liu et al. 2025, arXiv:2502.16982, so that the same rates serve for both)."""
import torch


def orthogonal(g: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """The nearest semi-orthogonal matrix to g [rows, columns], roughly, by a quintic Newton-Schulz iteration."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return (x.T if tall else x).float()


class Muon(torch.optim.Optimizer):
    """For weights of two dimensions and more; a convolution's is read as [outputs, everything else]."""
    def __init__(self, parameters, lr=5e-4, momentum=0.95):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["velocity"] = torch.zeros_like(p)
                v = state["velocity"]
                v.lerp_(p.grad, 1 - group["momentum"])
                direction = p.grad.lerp(v, group["momentum"]).reshape(p.shape[0], -1)
                length = 0.2 * max(direction.shape) ** 0.5
                p.add_(orthogonal(direction).view_as(p), alpha=-group["lr"] * length)
