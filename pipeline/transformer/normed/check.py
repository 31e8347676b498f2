"""The check of brute force for a model with norms (mirror of `Transformer/Strategy/NormedBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from pipeline.transformer.checker.exp_form import ExpForm
from pipeline.transformer.heads.model import Head, Matrix
from pipeline.transformer.normed.balls import (
    ZERO,
    Ball,
    Balls,
    add,
    add_all,
    dot,
    exp_below,
    quotient,
    root,
    total,
)
from pipeline.transformer.normed.model import NormedModel

Columns = list[Balls]


class NotPositive(Exception):
    """What is divided by may be zero."""


@dataclass(frozen=True)
class Rounding:
    """How numbers are rounded."""

    extra: int
    prec: int
    half: int
    steps: int


@dataclass(frozen=True)
class HeadTable:
    """Queries by token; keys and values by position and token; the columns of `W_O`."""

    queries: list[Balls]
    keys: list[list[Balls]]
    values: list[list[Balls]]
    outs: Columns


@dataclass(frozen=True)
class NormedCheck:
    """The check of one model under one choice of rounding."""

    model: NormedModel
    rounding: Rounding

    @cached_property
    def form(self) -> ExpForm:
        """How exponentials are bounded."""
        return ExpForm(self.rounding.prec, self.rounding.half)

    @property
    def one(self) -> int:
        """The unit of all numbers but weights."""
        return 1 << self.model.frac + self.rounding.extra

    def count(self) -> int:
        """The largest bound that the Lean checker accepts."""
        if not self.form.fit:
            return 0
        try:
            return sum(1 for _ in self.passing())
        except NotPositive:
            return 0

    def passing(self) -> Iterator[tuple[int, ...]]:
        """The inputs that pass; `NotPositive` if a norm before attention cannot be bounded."""
        heads = self.heads
        for x in product(range(self.model.d_vocab), repeat=self.model.n_ctx):
            try:
                if self._passes(heads, x):
                    yield x
            except NotPositive:
                pass

    def norm(self, xs: Sequence[Ball]) -> Balls:
        """The norm of a vector (`withNorm`)."""
        d, cs = self.model.d_model, self.centred(xs)
        square = (self.one * d) ** 2
        eps = Ball(square * self.model.eps_num // self.model.eps_den, 0, 1)
        sigma = root(self.rounding.steps, add(dot(cs, cs).shrink(d), eps))
        if not (sigma.is_positive or all(c.is_zero for c in cs)):
            raise NotPositive
        return [quotient(self.one, c, sigma) for c in cs]

    def centred(self, xs: Sequence[Ball]) -> Balls:
        """`d_model` times each entry, less the sum of all (`centre`)."""
        d, sum_ = self.model.d_model, total(xs)
        return [
            Ball(
                d * x.plus + sum_.minus, d * x.minus + sum_.plus, d * x.radius + sum_.radius
            ).tidy()
            for x in xs
        ]

    def score(self, query: Sequence[Ball], key: Sequence[Ball], more: int = 0) -> Ball:
        """The score of a key; the radius of the product is larger by `more`."""
        scaled = dot(query, key, Ball(0, 0, more)).scale(1 << self.model.scale_frac)
        return scaled.shrink(self.one * self.model.attn_scale)

    def affine(self, columns: Columns, bias: Sequence[Ball], xs: Sequence[Ball]) -> Balls:
        """A row times a matrix, plus a bias."""
        unit = 1 << self.model.frac
        return [dot(xs, column, b).shrink(unit) for column, b in zip(columns, bias, strict=True)]

    def resid(self, p: int, t: int) -> Balls:
        """The residual stream at the position `p` with the token `t`."""
        tensors, finer = self.model.tensors, 1 << self.rounding.extra
        rows = zip(tensors["W_E"][t], tensors["W_pos"][p], strict=True)
        return [add(_weight(a), _weight(b)).scale(finer) for a, b in rows]

    def softmax(self, scores: Sequence[Ball]) -> Balls:
        """Softmax (`withSoftmax`)."""
        b = sum(s.minus for s in scores)
        a = max((s.plus + s.radius + max(0, b - s.minus) for s in scores), default=0)
        es = [exp_below(self.form, self.one, a, b, s) for s in scores]
        sum_ = total(es)
        if not sum_.is_positive:
            raise NotPositive
        return [quotient(self.one, e, sum_) for e in es]

    @cached_property
    def heads(self) -> list[HeadTable]:
        """The tables of all heads."""
        model = self.model
        norms = [
            [self.norm(self.resid(p, t)) for t in range(model.d_vocab)] for p in range(model.n_ctx)
        ]
        return [self._head(head, norms) for head in model.heads]

    def _head(self, head: Head, norms: Sequence[Sequence[Balls]]) -> HeadTable:
        def vectors(name: str, rows: Sequence[Sequence[Balls]]) -> list[list[Balls]]:
            columns = _columns(head.tensors[f"W_{name}"])
            bias = self._bias(head.biases, f"b_{name}", self.model.d_head)
            return [[self.affine(columns, bias, xs) for xs in row] for row in rows]

        return HeadTable(
            vectors("Q", norms[-1:])[0],
            vectors("K", norms),
            vectors("V", norms),
            _columns(head.tensors["W_O"]),
        )

    def _bias(
        self, biases: Mapping[str, Matrix], name: str, n: int, finer: int | None = None
    ) -> Balls:
        if name not in biases:
            return [ZERO] * n
        return [_weight(e).scale(self.one if finer is None else finer) for e in biases[name][0]]

    @cached_property
    def b_O(self) -> Balls:
        """The bias that is added after all heads."""
        return self._bias(self.model.biases, "b_O", self.model.d_model, 1 << self.rounding.extra)

    @cached_property
    def unembed(self) -> Columns:
        """The columns of `W_U`."""
        return _columns(self.model.tensors["W_U"])

    @cached_property
    def _b_U(self) -> Balls:
        return self._bias(self.model.biases, "b_U", self.model.d_vocab)

    @cached_property
    def _mlp(self) -> tuple[Columns, Balls, Columns, Balls] | None:
        mlp = self.model.mlp
        if mlp is None:
            return None
        return (
            _columns(mlp.tensors["W_in"]),
            self._bias(mlp.biases, "b_in", mlp.d_mlp),
            _columns(mlp.tensors["W_out"]),
            self._bias(mlp.biases, "b_out", self.model.d_model),
        )

    def logits(self, x: Sequence[int]) -> Balls:
        """The logits of an input."""
        return self._logits(self.heads, tuple(x))

    def _logits(self, heads: Sequence[HeadTable], x: tuple[int, ...]) -> Balls:
        model = self.model
        out = [ZERO] * model.d_model
        for head in heads:
            out = add_all(self._head_out(head, x), out)
        mid = add_all(self.resid(model.n_ctx - 1, x[-1]), add_all(out, self.b_O))
        if self._mlp is not None:
            ins, b_in, outs, b_out = self._mlp
            acts = [each.relu() for each in self.affine(ins, b_in, self.norm(mid))]
            mid = add_all(mid, self.affine(outs, b_out, acts))
        return self.affine(self.unembed, self._b_U, self.norm(mid))

    def _head_out(self, head: HeadTable, x: tuple[int, ...]) -> Balls:
        query, model = head.queries[x[-1]], self.model
        scores = [self.score(query, head.keys[p][t]) for p, t in enumerate(x)]
        attention = self.softmax(scores)
        values = [head.values[p][t] for p, t in enumerate(x)]
        mixed = [dot(attention, column).shrink(self.one) for column in zip(*values, strict=True)]
        return self.affine(head.outs, [ZERO] * model.d_model, mixed)

    def _passes(self, heads: Sequence[HeadTable], x: tuple[int, ...]) -> bool:
        label, logits = self.model.answer(x), self._logits(heads, x)
        top = logits[label]
        return all(each.below(top) for t, each in enumerate(logits) if t != label)


def _weight(entry: int) -> Ball:
    return Ball(max(0, entry), max(0, -entry), 0)


def _columns(rows: Matrix) -> Columns:
    return [[_weight(entry) for entry in column] for column in zip(*rows, strict=True)]
