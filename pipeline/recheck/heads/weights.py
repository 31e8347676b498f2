"""The weights of a theorem, as in `lean/Compact/Transformer/General/Statement.lean`; a head as a plain model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.recheck.natural import power
from pipeline.recheck.packed import pack
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor
from pipeline.recheck.transformer.weights import Weights as Plain

Rows = list[list[int]]

EMBEDDINGS = ("W_E", "W_pos", "W_U")
HEAD = ("W_Q", "W_K", "W_V", "W_O")
HEAD_BIASES = ("b_Q", "b_K", "b_V")
BIASES = ("b_O", "b_U")


@dataclass(frozen=True)
class Weights:
    """The structure `Transformer.Weights` in Lean, without an MLP."""

    n_ctx: int
    d_vocab: int
    d_model: int
    d_head: int
    frac: int
    attn_scale: int
    scale_frac: int
    tensors: Mapping[str, Tensor]
    """The embeddings, and the biases that there are once."""
    heads: Sequence[Mapping[str, Tensor]]
    """Of each head: its matrices, and the biases that there are."""
    label: str = "maximum"
    """The task that the theorem is about, by its name in Lean."""
    table: tuple[int, ...] = ()
    """The label of each input, if the task is a table."""
    lifts: tuple[str, ...] = ()
    """The lemmas between the theorem and what its checker is evaluated on."""

    def columns(self, name: str) -> int:
        """The length of a row of a tensor."""
        if name in ("W_U", "b_U"):
            return self.d_vocab
        return self.d_model if name in ("W_E", "W_pos", "W_O", "b_O") else self.d_head

    def rows(self, name: str) -> int:
        """The number of rows that a tensor should have."""
        if name.startswith("b_"):
            return 1
        sizes = {"W_E": self.d_vocab, "W_pos": self.n_ctx, "W_O": self.d_head}
        return sizes.get(name, self.d_model)

    def require_shapes(self) -> None:
        """Refuse tensors of other shapes, and rows that are longer than they should be."""
        for each in (self.tensors, *self.heads):
            for name, tensor in each.items():
                long = any(row >> tensor.bits * self.columns(name) for row in tensor.rows)
                if not tensor.has_rows(self.rows(name)) or long:
                    raise Refused(f"{name} does not have the shape that it should have")

    def matrix(self, name: str, head: int | None = None) -> Rows:
        """The integers of a tensor over `2^frac`; a bias that is not there is a row of zeros."""
        tensors = self.tensors if head is None else self.heads[head]
        if name not in tensors and name.startswith("b_"):
            return [[0] * self.columns(name)]
        return tensors[name].matrix(self.columns(name))

    def plain(self, bits: int, head: int) -> Plain:
        """A head with its biases as a plain model (`Weights.head`); the first writes `b_O`."""
        self._require_cells(bits, head)
        one, first = power(2, self.frac), head == 0

        def with_bias(name: str, corner: int) -> Rows:
            rows = [[*row, 0] for row in self.matrix(f"W_{name}", head)]
            return [*rows, [*self.matrix(f"b_{name}", head)[0], corner]]

        matrices = {
            "W_E": [[*row, one] for row in self.matrix("W_E")],
            "W_pos": [[*row, 0] for row in self.matrix("W_pos")],
            "W_Q": with_bias("Q", 0),
            "W_K": with_bias("K", 0),
            "W_V": with_bias("V", one if first else 0),
            "W_O": [[*row, 0] for row in self.matrix("W_O", head) + self.matrix("b_O")],
            "W_U": self.matrix("W_U") + self.matrix("b_U"),
        }
        off = power(2, bits - 1)
        tensors = {
            name: Tensor(bits, [pack(bits, [entry + off for entry in row]) for row in rows])
            for name, rows in matrices.items()
        }
        return Plain(
            n_ctx=self.n_ctx,
            d_vocab=self.d_vocab,
            d_model=self.d_model + 1,
            d_head=self.d_head + 1,
            frac=self.frac,
            attn_scale=self.attn_scale,
            scale_frac=self.scale_frac,
            tensors=tensors,
        )

    def _require_cells(self, bits: int, head: int) -> None:
        """Refuse cells that do not hold the weights of a head, and one (`fits`)."""
        used = [*self.tensors.values(), *self.heads[head].values()]
        if self.frac + 2 > bits or any(tensor.bits > bits for tensor in used):
            raise Refused("cellBits is too small for the weights")
