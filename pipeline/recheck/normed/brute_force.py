"""Every input by itself, all numbers in balls (`lean/Compact/Transformer/Strategy/NormedBruteForce/Check.lean`).

A ball is a triple of naturals: the centre is the first less the second, the third is the radius.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input, Listed
from pipeline.recheck.heads.labels import answer
from pipeline.recheck.natural import div, log2, minus, power
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.tensor import Tensor
from pipeline.recheck.transformer.form import Form

MAX_INPUTS, MAX_BITS = 1 << 13, 1 << 12
Ball = tuple[int, int, int]
Vector = list[Ball]
Layer = Callable[[Vector], Vector]


def count(w: NormedWeights, c: Certificate) -> Counted:
    """The inputs that pass."""
    c.require(("extra", "prec", "half", "steps", "bound"), ())
    if power(w.d_vocab, w.n_ctx) > MAX_INPUTS:
        raise BeyondLimits(f"more than {MAX_INPUTS} inputs")
    model = model_of(w, c)
    numbers = [
        sum(token * w.d_vocab**i for i, token in enumerate(x))
        for x in product(range(w.d_vocab), repeat=w.n_ctx)
        if model.passes(x)
    ]
    return Counted.of([Listed(w.d_vocab, w.n_ctx, numbers)])


def model_of(w: NormedWeights, c: Certificate) -> Model:
    """The model under the rounding of a certificate; refuses what the Lean checkers refuse of both."""
    w.require_shapes()
    if min(w.n_ctx, w.d_model, w.attn_scale, w.eps_den) < 1:
        raise Refused("there is no position or no entry, or a divisor is zero")
    if max(c.nat("extra"), c.nat("steps")) > MAX_BITS:
        raise BeyondLimits(f"more than {MAX_BITS} bits")
    form = Form(c.nat("prec"), c.nat("half"))
    if form.exp(0) == (0, power(2, form.prec)):
        raise Refused("the form of exponentials is not fit")
    return Model(w, c, form)


@dataclass(frozen=True)
class Head:
    """Queries by token; keys and values by position and token; `W_O`."""

    queries: Sequence[Vector]
    keys: Sequence[Sequence[Vector]]
    values: Sequence[Sequence[Vector]]
    back: Layer


class _Unbounded(Exception):
    """A divisor may be zero."""


class Model:
    """A model under one rounding."""

    def __init__(self, w: NormedWeights, c: Certificate, form: Form) -> None:
        self._w, self._form, self._steps = w, form, c.nat("steps")
        self._finer = power(2, c.nat("extra"))
        self._one = power(2, w.frac) * self._finer
        try:
            looked = [
                [self._norm(self._resid(p, t)) for t in range(w.d_vocab)] for p in range(w.n_ctx)
            ]
        except _Unbounded:
            raise Refused("a norm before attention may divide by zero") from None
        self.heads = [self._head(i, looked) for i in range(len(w.heads))]
        W_U = w.tensors["W_U"].matrix(w.d_vocab)
        self._columns_of_output = [[_split(e) for e in column] for column in zip(*W_U, strict=True)]
        self._unembed = self._layer(w.tensors["W_U"], w.tensors.get("b_U"), w.d_vocab)
        self._mlp: tuple[Layer, Layer] | None = None
        if w.mlp:
            self._mlp = (
                self._layer(w.mlp["W_in"], w.mlp.get("b_in"), w.d_mlp),
                self._layer(w.mlp["W_out"], w.mlp.get("b_out"), w.d_model),
            )

    def passes(self, x: Input) -> bool:
        m = answer(self._w.label, x, self._w.d_vocab, self._w.table)
        if m >= self._w.d_vocab:
            return False
        try:
            logits = self._logits(x)
        except _Unbounded:
            return False
        p, n, e = logits[m]
        others = logits[:m] + logits[m + 1 :]
        return all(q + f + n + e < p + o for q, o, f in others)

    def _logits(self, x: Input) -> Vector:
        w = self._w
        out: Vector = [(0, 0, 0)] * w.d_model
        for head in reversed(self.heads):
            out = _sum(self._out(head, x), out)
        stream = _sum(self._resid(w.n_ctx - 1, x[-1]), _sum(out, self._b_O()))
        if self._mlp is not None:
            into, back = self._mlp
            neurons = [(minus(p, n), 0, e) for p, n, e in into(self._norm(stream))]
            stream = _sum(stream, back(neurons))
        return self._unembed(self._norm(stream))

    def _resid(self, p: int, t: int) -> Vector:
        w = self._w
        both = zip(w.matrix("W_E")[t], w.matrix("W_pos")[p], strict=True)
        pairs = [(minus(a, 0) + minus(b, 0), minus(0, a) + minus(0, b)) for a, b in both]
        return [(self._finer * p, self._finer * n, 0) for p, n in pairs]

    def _norm(self, f: Vector) -> Vector:
        w, d = self._w, len(f)
        centred = _centred(f)
        p, n, e = _shrunk(d, _dot(centred, centred, (0, 0, 0)))
        p, e = p + div(power(self._one * d, 2) * w.eps_num, w.eps_den), e + 1
        root = power(2, div(log2(minus(p, n)) + 2, 2))
        for _ in range(self._steps):
            root = div(root + div(minus(p, n), root), 2)
        root += 1
        sigma = (root, 0, div(abs(p - n - root * root) + e, root) + 1)
        return [self._quotient(each, sigma) for each in centred]

    def _quotient(self, b: Ball, a: Ball) -> Ball:
        """`b / a`; zero for a `b` that is zero."""
        if b[0] == b[1] and b[2] == 0:
            return (0, 0, 0)
        least = a[0] - a[1] - a[2]
        if least <= 0:
            raise _Unbounded
        above, below = (div(self._one * minus(b[i], b[1 - i]), minus(a[0], a[1])) for i in range(2))
        left = self._one * (b[0] - b[1]) - (above - below) * (a[0] - a[1])
        most = abs(left) + self._one * b[2] + (above + below) * a[2]
        return (above, below, div(most, least) + 1)

    def _softmax(self, scores: Vector) -> Vector:
        low = sum(n for _, n, _ in scores)
        top = max((p + e + minus(low, n) for p, n, e in scores), default=0)
        factors = []
        for score in scores:
            least, more = self.below(top, low, score)
            factors.append((least, 0, more))
        whole = (sum(f[0] for f in factors), 0, sum(f[2] for f in factors))
        if whole[2] >= whole[0]:
            raise _Unbounded
        return [self._quotient(f, whole) for f in factors]

    def _layer(self, matrix: Tensor, bias: Tensor | None, columns: int) -> Layer:
        by_column = list(
            zip(*([_split(e) for e in row] for row in matrix.matrix(columns)), strict=True)
        )
        start = [(0, 0, 0)] * columns if bias is None else _times(self._one, _row(bias, columns))
        unit = power(2, self._w.frac)

        def apply(row: Vector) -> Vector:
            return [
                _shrunk(unit, _dot(row, column, b))
                for column, b in zip(by_column, start, strict=True)
            ]

        return apply

    def _head(self, i: int, looked: Sequence[Sequence[Vector]]) -> Head:
        w, A = self._w, self._w.heads[i]
        query, key, value = (
            self._layer(A[f"W_{name}"], A.get(f"b_{name}"), w.d_head) for name in "QKV"
        )
        queries = [query(row) for row in looked[-1]]
        keys, values = ([[of(row) for row in rows] for rows in looked] for of in (key, value))
        return Head(queries, keys, values, self._layer(A["W_O"], None, w.d_model))

    def scores(self, query: Vector, keys: Sequence[Vector]) -> Vector:
        """The scores of some keys, of which only the largest radius is asked."""
        largest = max((e for key in keys for _, _, e in key), default=0)
        more = largest * sum(p + n + e for p, n, e in query)
        return [self.score(query, [(p, n, 0) for p, n, _ in key], more) for key in keys]

    def score(self, query: Vector, key: Vector, more: int = 0) -> Ball:
        """The score of a key."""
        [scaled] = _times(power(2, self._w.scale_frac), [_dot(query, key, (0, 0, more))])
        return _shrunk(self._one * self._w.attn_scale, scaled)

    def _out(self, head: Head, x: Input) -> Vector:
        query, places = head.queries[x[-1]], list(enumerate(x))
        attention = self._softmax([self.score(query, head.keys[p][t]) for p, t in places])
        mixed = [
            _shrunk(
                self._one, _dot(attention, [head.values[p][t][h] for p, t in places], (0, 0, 0))
            )
            for h in range(self._w.d_head)
        ]
        return head.back(mixed)

    def row_of_output(self, p: int, t: int) -> Vector:
        """What all outputs read, before the last division, of what the only head writes from a position."""
        [head] = self.heads
        return self._read(head.back(head.values[p][t]))

    def row_of_query(self, q: int) -> Vector:
        """The same of a query without attention."""
        return self._read(_sum(self._resid(self._w.n_ctx - 1, q), self._b_O()))

    def _read(self, f: Vector) -> Vector:
        w, centred = self._w, _centred(f)
        return [
            _shrunk(w.d_model * power(2, w.frac), _dot(centred, column, (0, 0, 0)))
            for column in self._columns_of_output
        ]

    def _b_O(self) -> Vector:
        b_O = self._w.tensors.get("b_O")
        if b_O is None:
            return [(0, 0, 0)] * self._w.d_model
        return _times(self._finer, _row(b_O, self._w.d_model))

    def below(self, top: int, low: int, score: Ball) -> tuple[int, int]:
        """The exponential of a score less `top - low`: a lower bound, and by how much it may be more."""
        p, n, e = score
        far, near = minus(top + n + e, low + p), minus(top + n, low + p + e)
        least = self._form.exp(self._form.argument(far, self._one))[0]
        return least, minus(self._form.exp(self._form.argument(near, self._one))[1], least)


def _centred(f: Vector) -> Vector:
    """Each entry times their number, less the sum of all."""
    d = len(f)
    P, N, E = (sum(each[k] for each in f) for k in range(3))
    return [_tidy((d * p + N, d * n + P, d * e + E)) for p, n, e in f]


def _split(entry: int) -> Ball:
    return (minus(entry, 0), minus(0, entry), 0)


def _row(bias: Tensor, columns: int) -> Vector:
    return [_split(entry) for entry in bias.matrix(columns)[0]]


def _times(k: int, row: Vector) -> Vector:
    return [(k * p, k * n, k * e) for p, n, e in row]


def _tidy(b: Ball) -> Ball:
    return (minus(b[0], b[1]), minus(b[1], b[0]), b[2])


def _shrunk(k: int, b: Ball) -> Ball:
    p, n, e = _tidy(b)
    return (div(p, k), div(n, k), div(e, k) + 2)


def _sum(f: Vector, g: Vector) -> Vector:
    return [(a + p, b + q, c + r) for (a, b, c), (p, q, r) in zip(f, g, strict=True)]


def _dot(f: Sequence[Ball], g: Sequence[Ball], start: Ball) -> Ball:
    p, n, e = start
    for (a, b, c), (q, m, r) in zip(f, g, strict=True):
        p, n = p + a * q + b * m, n + a * m + b * q
        e += (a + b) * r + c * (q + m) + c * r
    return p, n, e
