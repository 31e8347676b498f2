"""How many inputs a tiny model really answers correctly, straight from `lean/Compact/Transformer/Statement.lean`.

Weights are exact fractions, logits up to the softmax's positive divisor are evaluated with Arb's rigorous
exponentials, more and more precisely.  An input that stays undecided counts as answered wrongly.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import safetensors.numpy
from flint import arb, ctx, fmpq

from pipeline.recheck.transformer.weights import TENSORS, Weights

Row = Sequence[Fraction]
Matrix = Sequence[Row]
Input = tuple[int, ...]

FIRST_PRECISION = 256
LAST_PRECISION = 1 << 15


def _times(x: Row, B: Matrix, columns: int) -> list[Fraction]:
    """A row times a matrix."""
    return [
        sum((a * row[j] for a, row in zip(x, B, strict=True)), Fraction(0)) for j in range(columns)
    ]


def _plus(x: Row, y: Row) -> list[Fraction]:
    return [a + b for a, b in zip(x, y, strict=True)]


@dataclass(frozen=True)
class Exact:
    """The weights as fractions, in the order and by the names of the statement."""

    tensors: Sequence[Matrix]
    scale: Fraction

    @property
    def d_vocab(self) -> int:
        return len(self.tensors[0])

    def inputs(self) -> Iterator[Input]:
        """All of them."""
        return product(range(self.d_vocab), repeat=len(self.tensors[1]))

    def correct(self) -> int:
        """The number of inputs that are answered correctly."""
        return len(self.right())

    def right(self, margin: Fraction = Fraction(0)) -> set[Input]:
        """The inputs that are answered correctly by more than this margin."""
        return {x for x in self.inputs() if self._is_correct(x, margin)}

    def loss(self) -> arb:
        """The mean cross-entropy over all inputs, in nats, as an interval."""
        with ctx.workprec(FIRST_PRECISION):
            losses = [self._loss(x) for x in self.inputs()]
            return sum(losses, arb(0)) / len(losses)

    def _loss(self, x: Sequence[int]) -> arb:
        gaps, paths = self._paths(x)
        weights = [as_arb(gap).exp() for gap in gaps]
        total, right = sum(weights, arb(0)), max(x)

        def ahead(t: int) -> arb:
            """By how much the logit of `t` is above that of the right answer."""
            parts = zip(weights, paths, strict=True)
            return sum((e * as_arb(row[t] - row[right]) for e, row in parts), arb(0)) / total

        return sum((ahead(t).exp() for t in range(self.d_vocab)), arb(0)).log()

    def _is_correct(self, x: Sequence[int], margin: Fraction) -> bool:
        gaps, paths = self._paths(x)
        right = max(x)
        others = [t for t in range(self.d_vocab) if t != right]
        return all(_positive(gaps, [row[right] - row[t] - margin for row in paths]) for t in others)

    def _paths(self, x: Sequence[int]) -> tuple[list[Fraction], list[list[Fraction]]]:
        """For each position, its score less the largest, and the logits of the path through it."""
        W_E, W_pos, W_Q, W_K, W_V, W_O, W_U = self.tensors
        model, head, tokens = len(W_U), len(W_O), len(W_E)
        resid = [_plus(W_E[token], pos) for token, pos in zip(x, W_pos, strict=True)]
        query = _times(resid[-1], W_Q, head)
        direct = _times(resid[-1], W_U, tokens)
        scores, paths = [], []
        for each in resid:
            key = _times(each, W_K, head)
            scores.append(sum((a * b for a, b in zip(query, key, strict=True)), Fraction(0)))
            out = _times(_times(each, W_V, head), W_O, model)
            paths.append(_plus(direct, _times(out, W_U, tokens)))
        return [(score - max(scores)) / self.scale for score in scores], paths


def _positive(scores: Sequence[Fraction], margins: Sequence[Fraction]) -> bool:
    """Is the sum of `exp(score) * margin` surely positive?"""
    if all(margin > 0 for margin in margins):
        return True
    if all(margin <= 0 for margin in margins):
        return False
    precision = FIRST_PRECISION
    while precision <= LAST_PRECISION:
        with ctx.workprec(precision):
            total = arb(0)
            for score, margin in zip(scores, margins, strict=True):
                total += as_arb(score).exp() * as_arb(margin)
            if total > 0:
                return True
            if total < 0:
                return False
        precision *= 4
    return False


def as_arb(x: Fraction) -> arb:
    """Rounded outwards to the precision of the context."""
    return arb(fmpq(x.numerator, x.denominator))


@cache
def correct_in_file(content: bytes) -> int:
    """The number of inputs that the model in a .safetensors or .npz file answers correctly."""
    return exact_in_file(content).correct()


@cache
def exact_in_file(content: bytes) -> Exact:
    """The model in a .safetensors or .npz file."""
    scale: Fraction | None = None
    if content[:2] == b"PK":
        arrays = dict(np.load(io.BytesIO(content), allow_pickle=False))
    else:
        arrays = safetensors.numpy.load(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        text = header.get("__metadata__", {}).get("attn_scale")
        if text is not None:
            scale = Fraction(float.fromhex(text) if "x" in text else float(text))
    short = {name.rpartition(".")[2]: array for name, array in arrays.items()}
    if "attn_scale" in short:
        scale = Fraction(float(short["attn_scale"].reshape(-1)[0]))
    tensors = [_fractions(short[name]) for name in TENSORS]
    return Exact(tensors, scale or Fraction(math.sqrt(short["W_Q"].shape[-1])))


def _fractions(array: npt.NDArray[np.floating]) -> list[list[Fraction]]:
    rows = array.reshape(array.shape[-2:]).astype(np.float64)
    return [[Fraction(float(entry)) for entry in row] for row in rows]


def correct(w: Weights) -> int:
    """The number of inputs that a model with well-formed weights in Lean answers correctly."""
    return exact_of(w).correct()


def exact_of(w: Weights) -> Exact:
    """A model with well-formed weights in Lean."""

    def matrix(name: str) -> list[list[Fraction]]:
        rows = w.tensors[name].matrix(w.columns(name))
        return [[Fraction(entry, 1 << w.frac) for entry in row] for row in rows]

    scale = Fraction(w.attn_scale, 1 << w.scale_frac)
    return Exact([matrix(name) for name in TENSORS], scale)
