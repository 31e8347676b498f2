"""Train a one-head transformer with an MLP to add two tokens modulo `p`, and save it as safetensors.

    python -m examples.train_sum --modulus 13 --mlp 32 --out FILE

The model reads the tokens `x`, `y` and should answer `(x + y) mod p`: one attention head, ReLU neurons after it, no
layer norm.  What is right stands in the file as a table, a label for each input (`task = table`), so its theorem is
one of the family `mlp` (docs/network.md).  AdamW on all pairs at once, one thread, seeded: the same command gives the
same bytes on the same machine and torch version.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save
from torch.nn.functional import cross_entropy

from examples.heads_network import HeadsModel, HeadsShape
from examples.train import generator

RATE, DECAY = 1e-2, 0.3


def train(modulus: int, d_model: int, d_mlp: int, seed: int, steps: int) -> HeadsModel:
    """Train a model; prints the loss and the accuracy now and then."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    shape = HeadsShape(2, modulus, 1, d_model, d_model, False, d_mlp)
    model = HeadsModel(shape, generator(seed, "model"))
    trained = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=DECAY, betas=(0.9, 0.98))
    tokens = torch.cartesian_prod(torch.arange(modulus), torch.arange(modulus))
    labels = tokens.sum(dim=1) % modulus
    for step in range(1, steps + 1):
        for parameters in optimizer.param_groups:
            parameters["lr"] = RATE * min(1.0, step / 10) * (1.0 if step <= 0.8 * steps else 0.2)
        logits = model(tokens)
        loss = cross_entropy(logits, labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if step % max(1, steps // 5) == 0:
            right = int((logits.argmax(1) == labels).sum())
            print(f"step {step}  loss {loss.item():.2e}  right {right:,} of {len(labels):,}")
    return model


def model_bytes(model: HeadsModel) -> bytes:
    """The safetensors file, with its task and the table of labels."""
    p = model.shape.d_vocab
    table = [(x + y) % p for x in range(p) for y in range(p)]
    said = {"act_fn": "relu", "table": json.dumps(table, separators=(",", ":")), "task": "table"}
    return with_metadata(save(model.transformer_lens_state()), said)


def with_metadata(content: bytes, metadata: Mapping[str, str]) -> bytes:
    """A safetensors file with these metadata in this order: its library writes several in a random one."""
    size = int.from_bytes(content[:8], "little")
    header = json.dumps({"__metadata__": metadata, **json.loads(content[8 : 8 + size])})
    padded = header.encode() + b" " * (-len(header.encode()) % 8)
    return len(padded).to_bytes(8, "little") + padded + content[8 + size :]


def main(argv: Sequence[str] | None = None) -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(prog="python -m examples.train_sum", description=__doc__)
    parser.add_argument("--modulus", type=int, default=13)
    parser.add_argument("--d-model", type=int, default=32)
    parser.add_argument("--mlp", type=int, default=32, metavar="NEURONS")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    model = train(args.modulus, args.d_model, args.mlp, args.seed, args.steps)
    args.out.write_bytes(model_bytes(model))
    print(f"saved {args.out}")


if __name__ == "__main__":
    main()
