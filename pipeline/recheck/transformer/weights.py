"""The weights of a theorem, as in `lean/Compact/Transformer/Statement.lean`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.recheck.tensor import Tensor

TENSORS = ("W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_U")
SIZES = ("n_ctx", "d_vocab", "d_model", "d_head", "frac", "attn_scale", "scale_frac")


@dataclass(frozen=True)
class Weights:
    """The structure `Weights` in Lean."""

    n_ctx: int
    d_vocab: int
    d_model: int
    d_head: int
    frac: int
    attn_scale: int
    scale_frac: int
    tensors: Mapping[str, Tensor]

    def columns(self, name: str) -> int:
        """The number of columns of a tensor."""
        if name == "W_U":
            return self.d_vocab
        return self.d_model if name in ("W_E", "W_pos", "W_O") else self.d_head

    def rows(self, name: str) -> int:
        """The number of rows that a tensor should have."""
        sizes = {"W_E": self.d_vocab, "W_pos": self.n_ctx, "W_O": self.d_head}
        return sizes.get(name, self.d_model)

    @property
    def well_formed(self) -> bool:
        """`Weights.wellFormed` in `Circuit/Compute.lean`."""
        shaped = all(self.tensors[name].has_rows(self.rows(name)) for name in TENSORS)
        return self.n_ctx >= 1 and self.attn_scale >= 1 and shaped
