"""The weights of a theorem about a model with an MLP; the models without one that a checker makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from pipeline.recheck.heads.weights import Rows, Weights
from pipeline.recheck.natural import minus, power
from pipeline.recheck.packed import pack
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor

MATRICES = ("W_in", "W_out")
BIASES = ("b_in", "b_out")


@dataclass(frozen=True)
class MlpWeights(Weights):
    """The structure `Transformer.Weights` in Lean, with an MLP."""

    d_mlp: int = 0
    mlp: Mapping[str, Tensor] = field(default_factory=dict)

    def columns(self, name: str) -> int:
        if name in ("W_in", "b_in"):
            return self.d_mlp
        return self.d_model if name in ("W_out", "b_out") else super().columns(name)

    def rows(self, name: str) -> int:
        return self.d_mlp if name == "W_out" else super().rows(name)

    def require_shapes(self) -> None:
        super().require_shapes()
        for name, tensor in self.mlp.items():
            long = any(row >> tensor.bits * self.columns(name) for row in tensor.rows)
            if not tensor.has_rows(self.rows(name)) or long:
                raise Refused(f"{name} does not have the shape that it should have")

    def entries(self, name: str) -> Rows:
        """The integers of a tensor of the MLP over `2^frac`; a bias that is not there is a row of zeros."""
        if name not in self.mlp and name in BIASES:
            return [[0] * self.columns(name)]
        return self.mlp[name].matrix(self.columns(name))

    def require_cells(self, bits: int) -> None:
        """Refuse cells that do not hold the MLP and what is written before it (`mlpFits`)."""
        used = [self.mlp[name] for name in ("W_in", "b_in", "b_out") if name in self.mlp]
        used += [self.tensors["b_O"]] if "b_O" in self.tensors else []
        if bits < 1 or any(tensor.bits > bits for tensor in used):
            raise Refused("cellBits is too small for the weights")

    def linear(self, bits: int) -> Weights:
        """The model without its neurons: `b_out` is added to `b_O`."""
        both = [a + b for a, b in zip(self.matrix("b_O")[0], self.entries("b_out")[0], strict=True)]
        return self._with({"b_O": _tensor(bits + 1, [both])})

    def reads(self, bits: int, k: int) -> Weights:
        """The model whose outputs are the neurons from number `k` on, before their ReLU; the last is zero."""

        def outputs(row: list[int]) -> list[int]:
            kept = row[k : k + minus(self.d_vocab, 1)]
            return kept + [0] * (self.d_vocab - len(kept))

        unembed = [outputs(row) for row in self.entries("W_in")]
        bias = [outputs(row) for row in self.entries("b_in")]
        return self._with({"W_U": _tensor(bits, unembed), "b_U": _tensor(bits, bias)})

    def neuron_rows(self) -> Rows:
        """`W_out W_U`, each row less its smallest entry."""
        columns = list(zip(*self.matrix("W_U"), strict=True))
        found = []
        for out in self.entries("W_out"):
            row = [sum(a * b for a, b in zip(out, column, strict=True)) for column in columns]
            found.append([entry - min(row) for entry in row])
        return found

    def without(self) -> Weights:
        """The same without the MLP."""
        return Weights(**{each.name: getattr(self, each.name) for each in fields(Weights)})

    def _with(self, tensors: Mapping[str, Tensor]) -> Weights:
        return replace(self.without(), tensors={**self.tensors, **tensors})


def _tensor(bits: int, rows: Rows) -> Tensor:
    off = power(2, bits - 1)
    return Tensor(bits, [pack(bits, [entry + off for entry in row]) for row in rows])
