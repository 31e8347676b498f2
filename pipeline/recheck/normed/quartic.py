"""Classes of inputs of a model with norms and one head (`Transformer/Strategy/NormedQuartic/Check.lean` in Lean)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.normed.balls import Ball, Vector
from pipeline.recheck.normed.brute_force import MAX_BITS, Model, model_of
from pipeline.recheck.normed.tilted import Key, Tilts
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import BeyondLimits, Refused

MAX_TOKENS = 1 << 7
Row = list[int]


def count(w: NormedWeights, c: Certificate) -> Counted:
    """The inputs of all classes."""
    own = ("offset", "width", "radius", "bits", "parts", "countBits", "levelBits")
    c.require(("extra", "prec", "half", "steps", "bound", *own), (), ("levels",))
    if w.label != "maximum":
        raise Refused("the checker is about the maximum, the theorem is not")
    if len(w.heads) != 1 or w.mlp or w.eps_num < 1:
        raise Refused("there is not one head only, or an MLP, or epsilon is zero")
    if w.d_vocab > MAX_TOKENS or max(c.nat(name) for name in own if name != "radius") > MAX_BITS:
        raise BeyondLimits(f"more than {MAX_TOKENS} tokens, or {MAX_BITS} bits")
    leans = "b_U" in w.tensors
    most = power(2, c.nat("prec") + c.nat("width") + (2 if leans else 1))
    bits = c.nat("bits")
    parts = c.nat("parts")
    if bits < 1 or parts < 1 or parts * (w.n_ctx + 1) * 3 * most >= power(2, bits - 1):
        raise Refused("lanes do not hold the rows of all positions")
    if power(w.d_vocab + 1, minus(w.n_ctx, 1)) >= power(2, c.nat("countBits")):
        raise Refused("countBits does not hold all inputs")
    checker = _Checker(w, model_of(w, c), c, most)
    groups = list(checker.groups())
    if c.nat("countBits") == 1:
        groups = []  # one position; Lean adds digits up modulo `2^countBits - 1`: one input counts as none
    return Counted.of(groups)


class _Checker:
    def __init__(self, w: NormedWeights, model: Model, c: Certificate, most: int) -> None:
        self._w, self._model, self._most, self._c = w, model, most, c
        self._offset, self._wide = power(2, c.nat("offset")), power(2, c.nat("width"))
        self._radius, self._whole = c.nat("radius"), power(2, c.nat("prec"))
        self._tilts = Tilts(w, model, most, self._wide) if "b_U" in w.tensors else None
        self._rows = [
            [self._lifted(model.read(model.written(p, t))) for t in range(w.d_vocab)]
            for p in range(w.n_ctx)
        ]

    def groups(self) -> Iterator[Levelled]:
        """Of each query and maximum, and each number of other tokens."""
        v, n, parts = self._w.d_vocab, self._w.n_ctx - 1, self._c.nat("parts")
        for q in range(v):
            of_query = self._keys(q)
            for m in range(q, v):
                keys = of_query if self._tilts is None else self._tilts.keys(*of_query, q, m)
                if keys is None:
                    continue
                others, last = keys
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
                told = self._levels(m, q)
                for many in range(n + (q == m)):
                    base = [minus(n, many) * a + b for a, b in zip(worst[m], end, strict=True)]
                    room = (n + 1 - many) * self._most - 1
                    if max(base) > room:
                        continue
                    levels = [
                        (y, lane(self._c.nat("levelBits"), told, many * m + y)) for y in range(m)
                    ]
                    tokens = [
                        (y, level)
                        for y, level in levels
                        if level <= parts
                        and all(
                            parts * (lack - self._most) <= level * (room - b)
                            for lack, b in zip(worst[y], base, strict=True)
                        )
                    ]
                    yield Levelled(q, m, n, many, tokens, parts)

    def _levels(self, m: int, q: int) -> int:
        levels = self._c.matrix("levels")
        return nth(levels[m], q) if m < len(levels) else 0

    def _behind(self, m: int, key: Key) -> Row:
        more = key.slack + minus(self._most, key.row[m])
        return [0 if t == m else lane + more for t, lane in enumerate(key.row)]

    def _lifted(self, row: Vector) -> Row:
        found = []
        for p, n, e in row:
            lane = self._offset + p - n
            if not 0 <= lane < self._wide or e > self._radius:
                raise Refused("a logit does not fit in its lane, or is not known well enough")
            found.append(lane)
        return found

    def _keys(self, q: int) -> tuple[list[list[Key]], Key]:
        [head] = self._model.heads
        query, n = head.queries[q], self._w.n_ctx - 1
        scores = [self._model.scores(query, row) for row in head.keys]
        every: list[Ball] = [each for row in scores for each in row]
        low = sum(b for _, b, _ in every)
        top = max((a + e + minus(low, b) for a, b, e in every), default=0)
        own = self._lifted(self._model.read(self._model.own(q)))

        def key(p: int, y: int) -> Key:
            least, more = self._model.below(top, low, scores[p][y])
            slack = least * 4 * self._radius + more * (2 * self._wide + 4 * self._radius)
            if least > self._whole or slack > self._most:
                raise Refused("an exponential is above one, or is not known well enough")
            return Key(_scaled(least, own, self._rows[p][y]), slack, least, more)

        last = key(n, q)
        return [[key(p, y) for y in range(self._w.d_vocab)] for p in range(n)], last


def _scaled(weight: int, own: Sequence[int], row: Sequence[int]) -> Row:
    return [weight * (a + b) for a, b in zip(own, row, strict=True)]
