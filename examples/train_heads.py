"""Train a Max-of-K transformer with several heads, biases, an MLP or layer norms and save it as safetensors.

    python -m examples.train_heads --heads 2 --d-vocab 32 --out FILE
    python -m examples.train_heads --heads 1 --biases --d-vocab 32 --out FILE
    python -m examples.train_heads --task min --n-ctx 3 --d-vocab 10 --out FILE
    python -m examples.train_heads --heads 1 --mlp 64 --d-vocab 32 --out FILE
    python -m examples.train_heads --heads 1 --norm LNPre --d-vocab 32 --out FILE

Trained as `examples/train.py` trains (AdamW, learning rate 1e-3, batches of 128, loss on the last position).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import save

from examples.heads_network import HeadsModel, HeadsShape
from examples.network import last_position_loss
from examples.train import generator


@dataclass(frozen=True)
class Config:
    """Everything that determines the trained weights."""

    shape: HeadsShape
    task: str = "max"
    seed: int = 0
    steps: int = 3000
    batch: int = 128
    lr: float = 1e-3


def train(config: Config, *, log_every: int = 0) -> HeadsModel:
    """Train a model; prints the loss every `log_every` steps (0: never)."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    shape = config.shape
    model = HeadsModel(shape, generator(config.seed, "model"))
    data = generator(config.seed, "train")
    trained = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=config.lr)
    for step in range(1, config.steps + 1):
        tokens = torch.randint(shape.d_vocab, (config.batch, shape.n_ctx), generator=data)
        loss = last_position_loss(model(tokens), answer(config.task, tokens))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if log_every and (step % log_every == 0 or step == config.steps):
            print(f"step {step:6d}  train loss {loss.item():.6f}", flush=True)
    return model


def answer(task: str, tokens: torch.Tensor) -> torch.Tensor:
    """The right answer to each input of a batch."""
    if task == "max":
        return tokens.amax(dim=-1)
    if task == "min":
        return tokens.amin(dim=-1)
    return tokens[:, 0] if task == "first" else tokens[:, -1]


def model_bytes(model: HeadsModel, config: Config) -> bytes:
    """The safetensors file; one metadata entry only, since the order of several is not fixed."""
    said = {"task": config.task, "seed": config.seed, "steps": config.steps}
    shape = {
        name: each
        for name, each in asdict(config.shape).items()
        if each or name not in ("d_mlp", "eps")
    }
    training = {**said, **shape, **({"act_fn": "relu"} if config.shape.d_mlp else {})}
    if config.shape.eps is not None:
        training["normalization_type"] = "LNPre"
    header = json.dumps(training, sort_keys=True)
    return save(model.transformer_lens_state(), metadata={"training": header})


def main(argv: Sequence[str] | None = None) -> None:
    """Train, measure, save."""
    parser = argparse.ArgumentParser(prog="python -m examples.train_heads", description=__doc__)
    parser.add_argument("--n-ctx", type=int, default=4)
    parser.add_argument("--d-vocab", type=int, default=32)
    parser.add_argument("--heads", type=int, default=2)
    parser.add_argument("--d-model", type=int, default=32)
    parser.add_argument("--biases", action="store_true")
    parser.add_argument("--mlp", type=int, default=0, metavar="NEURONS")
    parser.add_argument("--norm", choices=("LNPre",), help="layer norms without weights")
    parser.add_argument("--eps", type=float, default=1e-5, help="of these norms")
    parser.add_argument("--task", choices=("max", "min", "first", "last"), default="max")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    d_head = args.d_model // args.heads
    shape = HeadsShape(
        args.n_ctx,
        args.d_vocab,
        args.heads,
        args.d_model,
        d_head,
        args.biases,
        args.mlp,
        args.eps if args.norm else None,
    )
    config = Config(shape, args.task, args.seed, args.steps)
    model = train(config, log_every=max(1, config.steps // 5))
    args.out.write_bytes(model_bytes(model, config))
    with torch.no_grad():
        tokens = torch.randint(
            shape.d_vocab, (100_000, shape.n_ctx), generator=generator(config.seed, "test")
        )
        right = (model(tokens).argmax(-1) == answer(config.task, tokens)).float().mean().item()
    print(f"saved {args.out}; right on {right:.4%} of 100,000 sampled inputs")


if __name__ == "__main__":
    main()
