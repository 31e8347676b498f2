"""Train a two-token ReLU network on a group and save it as safetensors.

    python -m examples.train_network --group Z59 --width 128 --seed 0 --out FILE

The network reads two elements `x`, `y` and should answer `x * y`: `logits = relu(W_L[x] + W_R[y] + b) W_U + b_U`.
Where the group commutes, both tokens share one embedding (`W_R = W_L`, and the file holds `W_L` alone), unless
`--separate` is given; biases are absent unless `--biases` is.  AdamW with weight decay 1; `--batch 0` takes all pairs
in every step, `--fraction` keeps some pairs back.  With `--d-model 32` the matrices are trained as products, which
leaves a few frequencies; what is saved is the product, unless `--factored` is given.  The same command gives the same
bytes on the same machine and torch version: one thread, seeded generators.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor, nn

from examples.train import generator
from pipeline.network.groups import commutes, group


@dataclass(frozen=True)
class Config:
    """Everything that determines the trained weights."""

    group: str
    width: int
    separate: bool
    biases: bool = False
    d_model: int = 0
    factored: bool = False
    seed: int = 0
    steps: int = 2000
    batch: int = 0
    lr: float = 1e-2
    weight_decay: float = 1.0
    fraction: float = 1.0


class Network(nn.Module):
    """Two embeddings, a ReLU, an unembedding; with `d_model`, products of two matrices instead of one each."""

    def __init__(self, config: Config, order: int, random: torch.Generator) -> None:
        super().__init__()
        n, w, d = order, config.width, config.d_model

        def weight(rows: int, columns: int) -> nn.Parameter:
            return nn.Parameter(
                torch.randn(rows, columns, generator=random) * min(d or w, w) ** -0.5
            )

        sides = ("_L", "_R") if config.separate else ("",)
        weights: dict[str, nn.Parameter] = {}
        for side in sides:
            if d:
                weights["W_E" + side] = weight(n, d)
                weights["W_in" + side] = weight(d, w)
            else:
                weights["W_L" if side == "" else "W" + side] = weight(n, w)
        if d:
            weights["W_out"] = weight(w, d)
        weights["W_U"] = weight(d or w, n)
        if config.biases:
            weights["b"] = nn.Parameter(torch.zeros(w))
            weights["b_U"] = nn.Parameter(torch.zeros(n))
        self.weights = nn.ParameterDict(weights)

    def hidden(self, side: str) -> Tensor:
        """What an element adds to the neurons."""
        weights = self.weights
        if "W_L" in weights:
            stored: Tensor = weights["W_R" if side == "_R" and "W_R" in weights else "W_L"]
            return stored
        if "W_E" in weights:
            side = ""
        hidden: Tensor = weights["W_E" + side] @ weights["W_in" + side]
        return hidden

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The logits `[batch, n]`."""
        weights = self.weights
        hidden = self.hidden("_L")[x] + self.hidden("_R")[y]
        unembed = weights["W_out"] @ weights["W_U"] if "W_out" in weights else weights["W_U"]
        if "b" in weights:
            hidden = hidden + weights["b"]
        logits: Tensor = torch.relu(hidden) @ unembed
        return logits + weights["b_U"] if "b_U" in weights else logits

    def state(self, *, factored: bool) -> dict[str, Tensor]:
        """The weights under the names that the pipeline reads; with products multiplied out unless `factored`."""
        state = {name: weight.detach() for name, weight in self.weights.items()}
        if not factored and "W_out" in state:
            state["W_U"] = state.pop("W_out") @ state["W_U"]
            for read, side in (("", "_L"), ("_L", "_L"), ("_R", "_R")):
                if "W_E" + read in state:
                    state["W" + side] = state.pop("W_E" + read) @ state.pop("W_in" + read)
        return {name: state[name].contiguous() for name in sorted(state)}


def train(config: Config, *, log_every: int = 0) -> Network:
    """Train a network; prints the loss and the accuracy every `log_every` steps (0: never)."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    table = torch.tensor(group(config.group))
    n = len(table)
    model = Network(config, n, generator(config.seed, "model"))
    data = generator(config.seed, "train")
    x, y, z = torch.arange(n).repeat_interleave(n), torch.arange(n).repeat(n), table.flatten()
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=config.lr,
        weight_decay=config.weight_decay,
        betas=(0.9, 0.98),
    )
    pairs = torch.randperm(n * n, generator=data)[: int(config.fraction * n * n)]
    for step in range(1, config.steps + 1):
        rate = config.lr * min(1.0, step / 10) * (1.0 if step <= 0.8 * config.steps else 0.2)
        for parameters in optimizer.param_groups:
            parameters["lr"] = rate
        chosen = (
            torch.randint(len(pairs), (config.batch,), generator=data)
            if config.batch
            else slice(None)
        )
        batch = pairs[chosen]
        loss = nn.functional.cross_entropy(model(x[batch], y[batch]), z[batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if log_every and (step % log_every == 0 or step == config.steps):
            right = int((model(x, y).argmax(1) == z).sum())
            print(
                f"step {step:6d}  loss {loss.item():.2e}  right {right:,} of {n * n:,}", flush=True
            )
    return model


def model_bytes(model: Network, config: Config) -> bytes:
    """The safetensors file; one metadata entry only, since the order of several is not fixed."""
    return save(model.state(factored=config.factored), metadata={"task": f"group {config.group}"})


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m examples.train_network",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--group", required=True, help="Z59, S4, ... (pipeline/network/groups.py)")
    parser.add_argument("--width", type=int, default=128, help="number of neurons")
    parser.add_argument(
        "--separate", action="store_true", help="two embeddings although the group commutes"
    )
    parser.add_argument("--biases", action="store_true", help="train the biases b and b_U too")
    parser.add_argument(
        "--d-model",
        type=int,
        default=0,
        help="train each matrix as a product through so many dimensions",
    )
    parser.add_argument(
        "--factored", action="store_true", help="save the factors, not their float32 product"
    )
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--steps", type=int, default=Config.steps)
    parser.add_argument(
        "--batch", type=int, default=Config.batch, help="pairs a step (0: all of them)"
    )
    parser.add_argument("--lr", type=float, default=Config.lr)
    parser.add_argument("--weight-decay", type=float, default=Config.weight_decay)
    parser.add_argument(
        "--fraction", type=float, default=Config.fraction, help="share of the pairs to train on"
    )
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Train, measure, save."""
    args = _arguments(argv)
    separate = args.separate or not commutes(group(args.group))
    config = Config(
        args.group,
        args.width,
        separate,
        args.biases,
        args.d_model,
        args.factored,
        args.seed,
        args.steps,
        args.batch,
        args.lr,
        args.weight_decay,
        args.fraction,
    )
    start = time.perf_counter()
    model = train(config, log_every=max(1, config.steps // 10))
    print(f"trained in {time.perf_counter() - start:.1f} s")
    args.out.write_bytes(model_bytes(model, config))
    print(f"saved {args.out}")


if __name__ == "__main__":
    main()
