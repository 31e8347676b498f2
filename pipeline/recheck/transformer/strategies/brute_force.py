"""Every input by itself (`lean/Compact/Transformer/Strategy/BruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Listed
from pipeline.recheck.natural import log2, minus, power
from pipeline.recheck.packed import OneAboveOthers, ones, pack
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer import mass
from pipeline.recheck.transformer.circuits import circuits
from pipeline.recheck.transformer.enclosure import Enclosure, Params, enclose
from pipeline.recheck.transformer.weights import Weights

MAX_INPUTS = 1 << 20

Piece = tuple[int, int]
"""Packed logits of one position, times the lower bound of its factor; and what rounding may cost."""


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that pass; none if logits are wider than the certificate says."""
    by_mass = "tokenWeights" in c.fields
    c.require(("bound", "prec", "steps", "shift", "width", *(mass.NATS if by_mass else ())), ())
    if not by_mass:
        return right(w, c)
    found = _passing(w, c)
    each = mass.weights(c, w.d_vocab)
    return Counted(
        sum(mass.of_input(each, x) for group in found.groups for x in group.all()), found.groups
    )


def right(w: Weights, c: Certificate) -> Counted:
    """The inputs that pass; if there is one token its one input, which has no other answer to lose to."""
    _require_small(w)
    if w.d_vocab == 1:
        return Counted.of([Listed(1, w.n_ctx, [0])])
    return _passing(w, c)


def _passing(w: Weights, c: Certificate) -> Counted:
    _require_small(w)
    p = Params.of(c)
    T = enclose(w, p, circuits(w))
    if not T.narrow(p.width):
        return Counted.of(())
    tree = _Tree.of(w, p, T)
    passing = (list(tree.passing(q)) for q in range(w.d_vocab))
    return Counted.of(Listed(w.d_vocab, w.n_ctx, numbers) for numbers in passing)


def _require_small(w: Weights) -> None:
    if not w.well_formed:
        raise Refused("the weights do not have the shapes that they should")
    if power(w.d_vocab, w.n_ctx) > MAX_INPUTS:
        raise BeyondLimits(f"more than {MAX_INPUTS} inputs")


@dataclass(frozen=True)
class _Tree:
    """The inputs as a tree, from the last token to the first."""

    T: Enclosure
    ceiling: int
    direct: Sequence[int]
    token: Sequence[int]
    position: Sequence[int]
    tests: Sequence[OneAboveOthers]

    @classmethod
    def of(cls, w: Weights, p: Params, T: Enclosure) -> _Tree:
        L = 2 * p.prec + p.width + log2(w.n_ctx) + 4
        one = ones(L, w.d_vocab)
        direct, token, position = (
            [pack(L, row) for row in rows] for rows in (T.direct_row, T.token_row, T.pos_row)
        )
        tests = [OneAboveOthers.of(L, one, m) for m in range(w.d_vocab)]
        return cls(T, 3 * power(2, p.width), direct, token, position, tests)

    def passing(self, q: int) -> Iterator[int]:
        """The inputs that end in `q` and pass, each as a number (`Listed`)."""
        *before, last = (
            [self._piece(q, k, p) for k in range(len(self.token))]
            for p in range(len(self.position))
        )
        return self._passing(before, *last[q], q, q)

    def _piece(self, q: int, k: int, p: int) -> Piece:
        (a, b), (c, d) = self.T.token_exp[q][k], self.T.pos_exp[q][p]
        lo, hi = a * c, b * d
        row = self.direct[q] + self.position[p] + self.token[k]
        return lo * row, minus(hi, lo) * self.ceiling + 3 * hi

    def _passing(
        self,
        rest: Sequence[Sequence[Piece]],
        logits: int,
        slack: int,
        largest: int,
        number: int,
    ) -> Iterator[int]:
        """The inputs that pass, of those whose last tokens give these sums and this number."""
        if not rest:
            if self.tests[largest].test(slack, logits):
                yield number
            return
        *before, here = rest
        for t, (row, cost) in enumerate(here):
            longer = number * len(here) + t
            sums = logits + row, slack + cost
            yield from self._passing(before, *sums, max(largest, t), longer)
