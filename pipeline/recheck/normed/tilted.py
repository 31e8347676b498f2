"""A bias of the unembedding beside norms (`Transformer/Strategy/NormedQuartic/Bias.lean` in Lean).

It is not divided by the last norm's root, so it is worth as much as that root: at most the mixture of the roots of what
is read if all attention goes to one position, and at least that of their products with one vector, over its root.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.recheck.natural import div, minus, power
from pipeline.recheck.normed.balls import (
    Ball,
    Unbounded,
    Vector,
    added,
    centred,
    dot,
    products,
    quotient,
    root,
    scaled,
    shrunk,
)
from pipeline.recheck.normed.brute_force import Model
from pipeline.recheck.normed.weights import NormedWeights


@dataclass(frozen=True)
class Key:
    """A row, what it may be too much, and an exponential from below, and by how much it may be more."""

    row: list[int]
    slack: int
    least: int = 0
    more: int = 0


Keys = tuple[list[list[Key]], Key]


class Tilts:
    """What biases add to the keys of queries and maxima."""

    def __init__(self, w: NormedWeights, model: Model, most: int, wide: int) -> None:
        self._w, self._model, self._most, self._wide = w, model, most, wide
        self._bias = w.tensors["b_U"].matrix(w.d_vocab)[0]
        self._range = power(2, w.tensors["b_U"].bits)
        self._outs = [
            [centred(model.written(p, t)) for t in range(w.d_vocab)] for p in range(w.n_ctx)
        ]
        self._squares = [[dot(out, out, (0, 0, 0)) for out in row] for row in self._outs]
        self._crosses = [[products(out, row) for row in self._outs] for out in self._outs[0]]
        self._queries = [self._query(q) for q in range(w.d_vocab)]

    def _query(self, q: int) -> tuple[Ball, list[Vector]]:
        """The product of a query's own vector with itself, with epsilon; and with all others."""
        w, own = self._w, centred(self._model.own(q))
        volume = power(self._model.one * w.d_model, 2)
        eps = scaled(w.d_model, [(div(volume * w.eps_num, w.eps_den), 0, 1)])
        [square] = added([dot(own, own, (0, 0, 0))], eps)
        return square, [products(own, row) for row in self._outs]

    def _mixed(self, q: int, p: int, y: int) -> Ball:
        square, others = self._queries[q]
        return added([square], [others[p][y]])[0]

    def _root(self, q: int, p: int, y: int) -> Ball:
        more = added([self._queries[q][1][p][y]], [self._squares[p][y]])
        [whole] = added([self._mixed(q, p, y)], more)
        return root(self._model.steps, shrunk(self._w.d_model, whole))

    def keys(self, others: list[list[Key]], last: Key, q: int, m: int) -> Keys | None:
        """The keys of a query, tilted for a maximum; nothing if one does not fit."""
        d = self._w.d_model
        [guide] = scaled(d * self._model.one * d, [self._root(q, 0, m)])
        if guide[0] - guide[1] - guide[2] <= 0:
            return None
        try:
            end = self._tilted(last, guide, q, m, self._w.n_ctx - 1, q)
            rest = [
                [self._tilted(row[y], guide, q, m, p, y) for y in range(m + 1)]
                for p, row in enumerate(others)
            ]
        except Unbounded:
            return None
        return rest, end

    def _tilted(self, key: Key, guide: Ball, q: int, m: int, p: int, y: int) -> Key:
        _, others = self._queries[q]
        more = added([others[0][m]], [self._crosses[m][p][y]])
        [product] = added([self._mixed(q, p, y)], more)
        low, under, around = quotient(self._model.finer, product, guide)
        under += around
        unit = power(2, self._w.frac) * self._w.d_model
        small = shrunk(unit, self._root(q, p, y))
        top = small[0] + small[2]
        slack = key.slack + key.more * self._wide
        if (top + low + under) * self._range > self._wide or slack > self._most:
            raise Unbounded
        row = []
        for lane, bias in zip(key.row, self._bias, strict=True):
            above, below = minus(bias, self._bias[m]), minus(self._bias[m], bias)
            tilt = top * above + low * (self._range - below) + under * below
            row.append(lane + key.least * tilt)
        return Key(row, slack)
