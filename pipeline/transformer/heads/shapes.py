"""The sizes of a model with several heads or biases, from the shapes of its tensors, which have to fit together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.transformer.heads.model import HEAD_BIASES, HEAD_TENSORS
from pipeline.transformer.model.shapes import MAX_ENTRIES

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Sizes:
    """The sizes of a model."""

    n_ctx: int
    d_vocab: int
    d_model: int
    d_head: int
    heads: int

    def columns(self, name: str) -> int:
        """The length of a row of a tensor."""
        if name in ("W_U", "b_U"):
            return self.d_vocab
        return self.d_model if name in ("W_E", "W_pos", "W_O", "b_O") else self.d_head

    def shape(self, name: str) -> Shape:
        """The shape of a tensor as TransformerLens stores it."""
        v, d, h, n = self.d_vocab, self.d_model, self.d_head, self.heads
        shapes: dict[str, Shape] = {
            "W_E": (v, d), "W_pos": (self.n_ctx, d), "W_U": (d, v), "b_O": (d,), "b_U": (v,),
            **dict.fromkeys(("W_Q", "W_K", "W_V"), (n, d, h)), "W_O": (n, h, d),
            **dict.fromkeys(HEAD_BIASES, (n, h)),
        }  # fmt: skip
        return shapes[name]


def check_shapes(path: Path, stored: Mapping[str, StoredTensor]) -> Sizes:
    """The sizes; refuses shapes that do not fit together."""
    given = {name: _with_head(name, each.shape) for name, each in stored.items()}
    for name in ("W_E", "W_pos", "W_U", *HEAD_TENSORS):
        trouble = stored[name].trouble
        if trouble is not None:
            raise MalformedInput(f"{path}: {name} {trouble.what}", cure=trouble.cure)
        if len(given[name]) != (3 if name in HEAD_TENSORS else 2) or 0 in given[name]:
            raise MalformedInput(
                f"{path}: {name} has shape {list(stored[name].shape)}",
                cure="export the weights as TransformerLens stores them: W_Q is [heads, d_model, d_head]",
            )
    (d_vocab, d_model), (n_ctx, _), (heads, _, d_head) = given["W_E"], given["W_pos"], given["W_Q"]
    counts = {name: given[name][0] for name in HEAD_TENSORS}
    if len(set(counts.values())) > 1:
        shown = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise MalformedInput(
            f"{path}: the tensors disagree in the number of heads ({shown})",
            cure="export all weights from one model; heads that share keys and values have to be written out",
        )
    sizes = Sizes(n_ctx, d_vocab, d_model, d_head, heads)
    for name in ("W_E", "W_pos", *HEAD_TENSORS, "W_U"):
        if given[name] != sizes.shape(name):
            raise MalformedInput(
                f"{path}: {name} has shape {list(stored[name].shape)}, "
                f"expected {list(sizes.shape(name))} from W_E, W_pos and W_Q",
                cure="export all weights from one model with equal input and output vocabulary",
            )
    for name in (*HEAD_BIASES, "b_O", "b_U"):
        if name in stored and _flat(given[name]) != _flat(sizes.shape(name)):
            raise MalformedInput(
                f"{path}: {name} has shape {list(stored[name].shape)}, expected {list(sizes.shape(name))}",
                cure="give the bias of every head (zeros for a head without), from the same model"
                if name in HEAD_BIASES
                else "give the bias of this model, or none",
            )
    if sum(math.prod(each.shape) for each in stored.values()) > MAX_ENTRIES:
        raise MalformedInput(
            f"{path}: more than {MAX_ENTRIES:,} weights", cure="give a smaller model"
        )
    return sizes


def _with_head(name: str, shape: Shape) -> Shape:
    """With the head dimension, which a file with one head may leave out."""
    return (1, *shape) if name in HEAD_TENSORS and len(shape) == 2 else shape


def _flat(shape: Shape) -> Shape:
    """Without leading dimensions of one."""
    while len(shape) > 1 and shape[0] == 1:
        shape = shape[1:]
    return shape
