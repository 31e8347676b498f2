"""Classes of inputs of a model with norms and one head (`Transformer/Strategy/NormedQuartic/Check.lean` in Lean)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import minus, power
from pipeline.recheck.normed.brute_force import MAX_BITS, Ball, Model, Vector, model_of
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.refused import BeyondLimits, Refused

MAX_TOKENS = 1 << 7
Row = list[int]


def count(w: NormedWeights, c: Certificate) -> Counted:
    """The inputs of all classes."""
    own = ("offset", "width", "radius", "bits")
    c.require(("extra", "prec", "half", "steps", "bound", *own), ())
    if w.label != "maximum":
        raise Refused("the checker is about the maximum, the theorem is not")
    if len(w.heads) != 1 or w.mlp or "b_U" in w.tensors or w.eps_num < 1:
        raise Refused("there is not one head only, or an MLP, or a bias b_U, or epsilon is zero")
    if w.d_vocab > MAX_TOKENS or max(c.nat(name) for name in own if name != "radius") > MAX_BITS:
        raise BeyondLimits(f"more than {MAX_TOKENS} tokens, or {MAX_BITS} bits")
    most = power(2, c.nat("prec") + c.nat("width") + 1)
    bits = c.nat("bits")
    if bits < 1 or w.n_ctx * 3 * most >= power(2, bits - 1):
        raise Refused("lanes do not hold the rows of all positions")
    checker = _Checker(w, model_of(w, c), c, most)
    return Counted.of(checker.groups())


@dataclass(frozen=True)
class _Key:
    row: Row
    slack: int


class _Checker:
    def __init__(self, w: NormedWeights, model: Model, c: Certificate, most: int) -> None:
        self._w, self._model, self._most = w, model, most
        self._offset, self._wide = power(2, c.nat("offset")), power(2, c.nat("width"))
        self._radius, self._whole = c.nat("radius"), power(2, c.nat("prec"))
        self._rows = [
            [self._lifted(model.row_of_output(p, t)) for t in range(w.d_vocab)]
            for p in range(w.n_ctx)
        ]

    def groups(self) -> Iterator[Class]:
        """Of each query and maximum, and each number of other tokens."""
        v, n = self._w.d_vocab, self._w.n_ctx - 1
        for q in range(v):
            others, last = self._keys(q)
            for m in range(q, v):
                worst = [
                    [
                        max(lanes, default=0)
                        for lanes in zip(*(self._behind(m, row[y]) for row in others), strict=True)
                    ]
                    if others
                    else [0] * v
                    for y in range(m + 1)
                ]
                end = self._behind(m, last)
                for many in range(n + (q == m)):
                    base = [minus(n, many) * a + b for a, b in zip(worst[m], end, strict=True)]
                    if many == 0:
                        tokens: list[int] = []
                        passes = self._below(m, base)
                    else:
                        tokens = [
                            y
                            for y in range(m)
                            if self._below(
                                m, [a + many * b for a, b in zip(base, worst[y], strict=True)]
                            )
                        ]
                        passes = bool(tokens)
                    if passes:
                        yield Class(q, m, n, many, tokens)

    def _below(self, m: int, lanes: Row) -> bool:
        goal = self._w.n_ctx * self._most
        return all(lane < goal for t, lane in enumerate(lanes) if t != m)

    def _behind(self, m: int, key: _Key) -> Row:
        more = key.slack + minus(self._most, key.row[m])
        return [lane + more for lane in key.row]

    def _lifted(self, row: Vector) -> Row:
        found = []
        for p, n, e in row:
            lane = self._offset + p - n
            if not 0 <= lane < self._wide or e > self._radius:
                raise Refused("a logit does not fit in its lane, or is not known well enough")
            found.append(lane)
        return found

    def _keys(self, q: int) -> tuple[list[list[_Key]], _Key]:
        [head] = self._model.heads
        query, n = head.queries[q], self._w.n_ctx - 1
        scores = [[self._model.score(query, key) for key in row] for row in head.keys]
        every: list[Ball] = [each for row in scores for each in row]
        low = sum(b for _, b, _ in every)
        top = max((a + e + minus(low, b) for a, b, e in every), default=0)
        own = self._lifted(self._model.row_of_query(q))

        def key(p: int, y: int) -> _Key:
            least, more = self._model.below(top, low, scores[p][y])
            slack = least * 4 * self._radius + more * (2 * self._wide + 4 * self._radius)
            if least > self._whole or slack > self._most:
                raise Refused("an exponential is above one, or is not known well enough")
            return _Key(_scaled(least, own, self._rows[p][y]), slack)

        last = key(n, q)
        return [[key(p, y) for y in range(self._w.d_vocab)] for p in range(n)], last


def _scaled(weight: int, own: Sequence[int], row: Sequence[int]) -> Row:
    return [weight * (a + b) for a, b in zip(own, row, strict=True)]
