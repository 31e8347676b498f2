"""Every input by itself, all numbers in balls (`lean/Compact/Transformer/Strategy/NormedBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input, Listed
from pipeline.recheck.heads.labels import answer
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
    row_of,
    scaled,
    shrunk,
    split,
)
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.tensor import Tensor
from pipeline.recheck.transformer.form import Form

MAX_INPUTS, MAX_BITS = 1 << 13, 1 << 12
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


class Model:
    """A model under one rounding."""

    def __init__(self, w: NormedWeights, c: Certificate, form: Form) -> None:
        self._w, self._form, self.steps = w, form, c.nat("steps")
        self.finer = power(2, c.nat("extra"))
        self.one = power(2, w.frac) * self.finer
        try:
            looked = [
                [self._norm(self._resid(p, t)) for t in range(w.d_vocab)] for p in range(w.n_ctx)
            ]
        except Unbounded:
            raise Refused("a norm before attention may divide by zero") from None
        self.heads = [self._head(i, looked) for i in range(len(w.heads))]
        W_U = w.tensors["W_U"].matrix(w.d_vocab)
        self._columns_of_output = [[split(e) for e in column] for column in zip(*W_U, strict=True)]
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
        except Unbounded:
            return False
        p, n, e = logits[m]
        others = logits[:m] + logits[m + 1 :]
        return all(q + f + n + e < p + o for q, o, f in others)

    def _logits(self, x: Input) -> Vector:
        w = self._w
        out: Vector = [(0, 0, 0)] * w.d_model
        for head in reversed(self.heads):
            out = added(self._out(head, x), out)
        stream = added(self._resid(w.n_ctx - 1, x[-1]), added(out, self._b_O()))
        if self._mlp is not None:
            into, back = self._mlp
            neurons = [(minus(p, n), 0, e) for p, n, e in into(self._norm(stream))]
            stream = added(stream, back(neurons))
        return self._unembed(self._norm(stream))

    def _resid(self, p: int, t: int) -> Vector:
        w = self._w
        both = zip(w.matrix("W_E")[t], w.matrix("W_pos")[p], strict=True)
        pairs = [(minus(a, 0) + minus(b, 0), minus(0, a) + minus(0, b)) for a, b in both]
        return [(self.finer * p, self.finer * n, 0) for p, n in pairs]

    def _norm(self, f: Vector) -> Vector:
        w, d = self._w, len(f)
        entries = centred(f)
        p, n, e = shrunk(d, dot(entries, entries, (0, 0, 0)))
        p, e = p + div(power(self.one * d, 2) * w.eps_num, w.eps_den), e + 1
        sigma = root(self.steps, (p, n, e))
        return [quotient(self.one, each, sigma) for each in entries]

    def _softmax(self, scores: Vector) -> Vector:
        low = sum(n for _, n, _ in scores)
        top = max((p + e + minus(low, n) for p, n, e in scores), default=0)
        factors = []
        for score in scores:
            least, more = self.below(top, low, score)
            factors.append((least, 0, more))
        whole = (sum(f[0] for f in factors), 0, sum(f[2] for f in factors))
        if whole[2] >= whole[0]:
            raise Unbounded
        return [quotient(self.one, f, whole) for f in factors]

    def _layer(self, matrix: Tensor, bias: Tensor | None, columns: int) -> Layer:
        by_column = list(
            zip(*([split(e) for e in row] for row in matrix.matrix(columns)), strict=True)
        )
        start = [(0, 0, 0)] * columns if bias is None else scaled(self.one, row_of(bias, columns))
        unit = power(2, self._w.frac)

        def apply(row: Vector) -> Vector:
            return [
                shrunk(unit, dot(row, column, b))
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
        return [self._score(product) for product in products(query, keys)]

    def _score(self, product: Ball) -> Ball:
        """The score that a product of a query and a key stands for."""
        [score] = scaled(power(2, self._w.scale_frac), [product])
        return shrunk(self.one * self._w.attn_scale, score)

    def _out(self, head: Head, x: Input) -> Vector:
        query, places = head.queries[x[-1]], list(enumerate(x))
        attention = self._softmax(
            [self._score(dot(query, head.keys[p][t], (0, 0, 0))) for p, t in places]
        )
        mixed = [
            shrunk(self.one, dot(attention, [head.values[p][t][h] for p, t in places], (0, 0, 0)))
            for h in range(self._w.d_head)
        ]
        return head.back(mixed)

    def written(self, p: int, t: int) -> Vector:
        """What the only head writes from a position."""
        [head] = self.heads
        return head.back(head.values[p][t])

    def own(self, q: int) -> Vector:
        """The residual stream of a query without attention."""
        return added(self._resid(self._w.n_ctx - 1, q), self._b_O())

    def read(self, f: Vector) -> Vector:
        """What all outputs read of a vector, before the last division."""
        w, entries = self._w, centred(f)
        return [
            shrunk(w.d_model * power(2, w.frac), dot(entries, column, (0, 0, 0)))
            for column in self._columns_of_output
        ]

    def _b_O(self) -> Vector:
        b_O = self._w.tensors.get("b_O")
        if b_O is None:
            return [(0, 0, 0)] * self._w.d_model
        return scaled(self.finer, row_of(b_O, self._w.d_model))

    def below(self, top: int, low: int, score: Ball) -> tuple[int, int]:
        """The exponential of a score less `top - low`: a lower bound, and by how much it may be more."""
        p, n, e = score
        far, near = minus(top + n + e, low + p), minus(top + n, low + p + e)
        least = self._form.exp(self._form.argument(far, self.one))[0]
        return least, minus(self._form.exp(self._form.argument(near, self.one))[1], least)
