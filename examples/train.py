"""Train a Max-of-K transformer and save it as safetensors.

    python -m examples.train --n-ctx 4 --d-vocab 64 --seed 123 --steps 3000 --out FILE

The configuration follows the Max-of-4 model of "Compact Proofs of Model Performance via
Mechanistic Interpretability" (arXiv 2406.11779): uniform inputs, label the largest token, loss on
the last position, AdamW with learning rate 1e-3 and batches of 128.  The same command gives the
same bytes on the same machine and torch version: one thread, deterministic kernels, seeded
generators.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import save

from examples.accuracy import exhaustive_accuracy, sampled_accuracy
from examples.network import MaxOfK, Shape, last_position_loss

EXHAUSTIVE_LIMIT = 1_000_000
SAMPLES = 100_000


@dataclass(frozen=True)
class Config:
    """Everything that determines the trained weights."""

    n_ctx: int
    d_vocab: int
    d_model: int = 32
    d_head: int = 32
    seed: int = 123
    steps: int = 3000
    batch: int = 128
    lr: float = 1e-3

    @property
    def shape(self) -> Shape:
        return Shape(self.n_ctx, self.d_vocab, self.d_model, self.d_head)


def generator(seed: int, purpose: str) -> torch.Generator:
    """An independent random stream for each purpose: weights, training data, test data."""
    digest = hashlib.sha256(f"{seed}:{purpose}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:4], "big"))


def train(config: Config, *, log_every: int = 0) -> MaxOfK:
    """Train a model; prints the loss every `log_every` steps (0: never)."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    model = MaxOfK(config.shape, generator(config.seed, "model"))
    data = generator(config.seed, "train")
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.lr)
    for step in range(1, config.steps + 1):
        tokens = torch.randint(config.d_vocab, (config.batch, config.n_ctx), generator=data)
        loss = last_position_loss(model(tokens), tokens.amax(dim=-1))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if log_every and (step % log_every == 0 or step == config.steps):
            print(f"step {step:6d}  train loss {loss.item():.6f}", flush=True)
    return model


def model_bytes(model: MaxOfK, config: Config) -> bytes:
    """The safetensors file; one metadata entry only, since the order of several is not fixed."""
    header = json.dumps({"task": "max", **asdict(config)}, sort_keys=True)
    return save(model.transformer_lens_state(), metadata={"training": header})


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m examples.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--n-ctx", type=int, required=True, help="number of tokens of an input")
    parser.add_argument("--d-vocab", type=int, default=64, help="number of different tokens")
    parser.add_argument("--d-model", type=int, default=Config.d_model)
    parser.add_argument("--d-head", type=int, default=Config.d_head)
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--steps", type=int, default=Config.steps)
    parser.add_argument("--batch", type=int, default=Config.batch)
    parser.add_argument("--lr", type=float, default=Config.lr)
    parser.add_argument(
        "--exhaustive",
        action="store_true",
        help=f"measure on every input even above {EXHAUSTIVE_LIMIT:,} inputs",
    )
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Train, measure, save."""
    args = _arguments(argv)
    config = Config(
        args.n_ctx,
        args.d_vocab,
        args.d_model,
        args.d_head,
        args.seed,
        args.steps,
        args.batch,
        args.lr,
    )
    start = time.perf_counter()
    model = train(config, log_every=max(1, config.steps // 10))
    print(f"trained in {time.perf_counter() - start:.1f} s")
    args.out.write_bytes(model_bytes(model, config))
    print(f"saved {args.out}")
    print("sampled   ", sampled_accuracy(model, SAMPLES, generator(config.seed, "test")))
    if args.exhaustive or config.d_vocab**config.n_ctx <= EXHAUSTIVE_LIMIT:
        print("exhaustive", exhaustive_accuracy(model))


if __name__ == "__main__":
    main()
