"""Train a linear model to name the largest of its tokens: `logits = x E W U`, where `x` counts the tokens.

python -m examples.train_linear --n-ctx 2 --d-vocab 64 --out linear_2.safetensors
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy, one_hot


def train(
    n_ctx: int, d_vocab: int, *, width: int = 32, seed: int = 0, steps: int = 3000, lr: float = 3e-3
) -> dict[str, torch.Tensor]:
    """The weights, as rows."""
    torch.manual_seed(seed)
    scale = width**-0.5
    weights = [
        torch.nn.Parameter(torch.randn(shape) * scale)
        for shape in ((d_vocab, width), (width, width), (width, d_vocab))
    ]
    optimiser = torch.optim.AdamW(weights, lr=lr, weight_decay=0.01)
    slower = torch.optim.lr_scheduler.MultiStepLR(optimiser, [7 * steps // 10], gamma=0.1)
    for _ in range(steps):
        tokens = torch.randint(d_vocab, (1024, n_ctx))
        logits = one_hot(tokens, d_vocab).sum(1).float() @ weights[0] @ weights[1] @ weights[2]
        loss = cross_entropy(logits, tokens.max(1).values)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        slower.step()
    return dict(zip(("W_E", "W", "W_U"), (each.detach() for each in weights), strict=True))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-ctx", type=int, default=2)
    parser.add_argument("--d-vocab", type=int, default=64)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    torch.set_num_threads(1)
    weights = train(
        given.n_ctx, given.d_vocab, width=given.width, seed=given.seed, steps=given.steps
    )
    save_file(weights, given.out, metadata={"task": f"max of {given.n_ctx}"})


if __name__ == "__main__":
    main()
