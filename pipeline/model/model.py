"""The model as the proof sees it: integers over a common power of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

TENSOR_NAMES = ("W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_U")
"""The weights of a model, in the order of `Weights` in `lean/Compact/Transformer/Statement.lean`."""


@dataclass(frozen=True)
class Assumption:
    """Something about the architecture that weights alone do not show."""

    name: str
    value: str | float | None
    source: str
    """Who says so: `assumed` where nothing in the file does."""
    in_words: str


@dataclass(frozen=True)
class Model:
    """A one-layer, one-head, attention-only transformer with exact weights.

    Entry `[i][j]` of a tensor stands for the number `tensors[name][i][j] / 2**frac`, and scores are
    divided by `attn_scale / 2**scale_frac`.  `frac` and `scale_frac` are the least that make all of them
    integers.

    Shapes: `W_E` [d_vocab, d_model], `W_pos` [n_ctx, d_model], `W_Q`, `W_K`, `W_V` [d_model,
    d_head], `W_O` [d_head, d_model], `W_U` [d_model, d_vocab].

    `digest` identifies the exact weights, whatever file format and float width they were stored in
    (`pipeline.model.digest`); `file_digest` is the SHA-256 of the file.
    """

    family: ClassVar[str] = "transformer"
    n_ctx: int
    d_vocab: int
    d_model: int
    d_head: int
    frac: int
    attn_scale: int
    scale_frac: int
    tensors: Mapping[str, list[list[int]]]
    digest: str
    file_digest: str
    assumed: tuple[Assumption, ...] = field(default=(), compare=False)
    """What the theorem takes for granted about the architecture."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What people should know of how the file was read."""

    def bits(self, name: str) -> int:
        """The least `bits >= 1` with `-2**(bits-1) <= e < 2**(bits-1)` for all entries `e`."""
        return 1 + max(
            (entry if entry >= 0 else ~entry).bit_length()
            for row in self.tensors[name]
            for entry in row
        )
