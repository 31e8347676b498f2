"""How many inputs a model answers correctly, exactly, by looking at each of them in float64.

Times the softmax denominator `Z = sum_p w_p`, the logit of `t` is `S_t = sum_p w_p * l_pt` with
`w_p = exp(token score) * exp(position score)` and `l_pt = direct + token + position`, where `p` holds
a known token.  A common factor of all `w_p` and a common shift of all `t` change no verdict: scores
are taken less the largest for the query, so `w_p <= 1`, and rows of logits are shifted to begin at zero
and scaled by a power of two, so that each of the three parts is in `[0, 1]` and `l_pt` in `[0, 3]`.

How wrong the floats can be (`u = 2^-53`; terms in `u^2` are left to the slack at the end):

- the parts are integers over a power of two, rounded correctly, so `l_pt` is wrong by at most
  `3u` for the parts and `2u + 3u` for two additions: less than `9u`;
- the factors of `w_p` come from Arb with 64 bits or more and are then rounded: `u` each, relative,
  and a little over `u` for their product: `w_p` is wrong by at most `4u w_p`;
- the product `w_p * l_pt` is then wrong by at most `(3 * 4 + 9 + 3) u w_p <= 25u w_p`;
- `n` of them are added in some order, no partial sum above `3Z`: `3n u Z` more;
- a margin is a difference of two such sums, rounded once: in all `(53 + 6n) u Z` at most.

A computed margin above `(64 + 8n) u Z` is positive, and one below minus that is negative; `Z` as
computed is within `(n + 5) u`, relative, and what is left of the constants covers this and `u^2`.
Numbers that underflow add at most `2^-1070` for each position; `n 2^-1060` is added to the limit.
What lies between the limits, a handful of inputs if any, is decided exactly by `near_ties`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from flint import arb, ctx, fmpz

from pipeline.model import Model
from pipeline.transformer.checker.circuits import Circuits, IntMatrix, circuits
from pipeline.transformer.near_ties import is_right

MAX_LOGITS = 1 << 36
"""Of all inputs together.  Max-of-5 with 64 tokens has so many; that takes a minute or two."""

MAX_VOCAB = 1 << 9
MAX_NEAR_TIES = 20_000
"""More than this, and the model is one of ties (or of attention that underflows)."""

BLOCK = 1 << 18
"""Sums in one numpy array: 2 MiB."""

LEAST_EXPONENT = -800
"""`exp` of less is below the least positive float."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def enumerable(model: Model) -> bool:
    """Can all inputs be looked at?"""
    return model.d_vocab <= MAX_VOCAB and model.d_vocab ** (model.n_ctx + 1) <= MAX_LOGITS


def count_right(model: Model, progress: Callable[[str], None]) -> int | None:
    """The exact number of correctly answered inputs; `None` if that would take too long."""
    if not enumerable(model):
        return None
    exact = circuits(model)
    logits = Logits.of(exact, model.frac)
    right = near_ties = 0
    for query in range(model.d_vocab):
        if query % max(1, model.d_vocab // 8) == 0:
            what = f"looking at all {model.d_vocab**model.n_ctx:,} inputs"
            progress(f"{what}: {query}/{model.d_vocab}")
        for block in blocks(logits.terms(exact, query), query):
            sure, open_inputs = block.verdicts()
            near_ties += len(open_inputs)
            if near_ties > MAX_NEAR_TIES:
                return None
            right += sure + sum(is_right(exact, model.frac, each) for each in open_inputs)
    return right


@dataclass(frozen=True)
class Terms:
    """For one query: `[p][token]` weights, and `[p][output, token]` weighted logits."""

    weight: list[Floats]
    weighted: list[Floats]


@dataclass(frozen=True)
class Logits:
    """The parts of the logits, in `[0, 1]`; outputs first."""

    direct: Floats
    token: Floats
    position: Floats
    unit: float
    """What a logit of 1 is in these."""

    @classmethod
    def of(cls, exact: Circuits, frac: int) -> Logits:
        parts = [_from_zero(part) for part in (exact.EU << (2 * frac), exact.EVOU, exact.PVOU)]
        scale = 1 << max(int(part.max()) for part in parts).bit_length()
        direct, token, position = ((part / scale).astype(np.float64).T.copy() for part in parts)
        return cls(direct, token, position, (1 << (4 * frac)) / scale)

    def terms(self, exact: Circuits, query: int) -> Terms:
        by_token = _factors(exact, exact.EQKE[query].tolist())
        by_position = _factors(exact, exact.EQKP[query].tolist())
        weight = [factor * by_token for factor in by_position]
        rows = self.direct[:, query, None] + self.token
        weighted = [weight[p] * (rows + self.position[:, p, None]) for p in range(len(by_position))]
        return Terms(weight, weighted)


def _from_zero(matrix: IntMatrix) -> IntMatrix:
    shifted: IntMatrix = matrix - matrix.min(axis=1, keepdims=True)
    return shifted


def _factors(exact: Circuits, scores: Sequence[int]) -> Floats:
    """`exp(score - largest score)` for a row of unscaled scores, each rounded to a float."""
    top = max(scores)
    return np.array([_exp((s - top) * exact.score_num, exact.score_den) for s in scores])


def _exp(num: int, den: int) -> float:
    """`exp(num / den)` for `num <= 0`."""
    if num < LEAST_EXPONENT * den:
        return 0.0
    with ctx.workprec(128):
        ball = (arb(fmpz(num)) / arb(fmpz(den))).exp()
        assert ball.rel_accuracy_bits() >= 64
        mantissa, exponent = ball.mid().man_exp()
    return math.ldexp(float(int(mantissa)), int(exponent))


@dataclass(frozen=True)
class Sums:
    """Sums over some positions, for all their tokens: the last axis, the last position fastest."""

    weight: Floats
    weighted: Floats
    largest: Ints

    def plus(self, weight: Floats, weighted: Floats) -> Sums:
        """With one more position."""
        tokens = np.arange(len(weight))
        return Sums(
            (self.weight[:, None] + weight).ravel(),
            (self.weighted[:, :, None] + weighted[:, None, :]).reshape(len(weighted), -1),
            np.maximum(self.largest[:, None], tokens).ravel(),
        )


@dataclass(frozen=True)
class Block:
    """Inputs that agree in the query and in some first positions."""

    inner: Sums
    outer_weight: float
    outer: Floats
    first: int
    """The index of the first tokens, and below it their largest or the query."""
    outer_largest: int
    positions: int
    query: int

    def verdicts(self) -> tuple[int, list[list[int]]]:
        """How many are surely right, and the inputs of which that is not clear."""
        margin, limit = self.margins()
        right = int(np.count_nonzero(margin > limit))
        return right, [self.tokens(int(i)) for i in np.flatnonzero(np.abs(margin) <= limit)]

    def margins(self) -> tuple[Floats, Floats]:
        """The margin of each input's answer, times the softmax denominator, and how wrong that can be."""
        sums = self.inner.weighted + self.outer[:, None]
        each = np.arange(sums.shape[1])
        largest = np.maximum(self.inner.largest, self.outer_largest)
        answer = sums[largest, each]
        sums[largest, each] = -np.inf
        margin = answer - sums.max(axis=0)
        n = self.positions
        limit = (64 + 8 * n) * 2.0**-53 * (self.inner.weight + self.outer_weight) + n * 2.0**-1060
        return margin, limit

    def tokens(self, index: int) -> list[int]:
        """An input."""
        index += self.first * self.inner.largest.size
        v, tokens = len(self.outer), [self.query]
        for _ in range(self.positions - 1):
            index, token = divmod(index, v)
            tokens.append(token)
        return tokens[::-1]


def blocks(terms: Terms, query: int) -> Iterator[Block]:
    """All inputs that end in the query."""
    v, others = len(terms.weight[0]), len(terms.weight) - 1
    split = others
    inner = Sums(np.zeros(1), np.zeros((v, 1)), np.zeros(1, np.int64))
    outer = Sums(
        terms.weight[-1][query : query + 1],
        terms.weighted[-1][:, query : query + 1],
        np.array([query]),
    )
    while split and v ** (others - split + 2) <= BLOCK:
        split -= 1
    for p in range(split):
        outer = outer.plus(terms.weight[p], terms.weighted[p])
    for p in range(split, others):
        inner = inner.plus(terms.weight[p], terms.weighted[p])
    for index in range(outer.largest.size):
        yield Block(
            inner,
            float(outer.weight[index]),
            outer.weighted[:, index],
            index,
            int(outer.largest[index]),
            others + 1,
            query,
        )
