"""The loss of every input by itself (mirror of `lean/Compact/Transformer/Strategy/BruteForceLoss/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.transformer.checker.enclosure import Enclosure, Params, exp_neg


@dataclass(frozen=True)
class LossCheck:
    """The losses of the inputs of one model, under one choice of rounding; in units of `2^-prec`."""

    enclosure: Enclosure
    unit: int
    """Units of logits to one, times `2^shift`."""
    prec: int
    steps: int

    def weighs(self) -> bool:
        """Has the last position of every input a lower bound above 0?"""
        t = self.enclosure
        return all(
            rows[q].lo * positions[-1].lo
            for q, (rows, positions) in enumerate(zip(t.token_exp, t.pos_exp, strict=True))
        )

    def total(self) -> int:
        """The sum over all inputs."""
        return sum(sum(self._losses(q)) for q in range(len(self.enclosure.token_row)))

    def _losses(self, q: int) -> Iterator[int]:
        """The inputs that end in `q`."""
        t, tokens = self.enclosure, range(len(self.enclosure.token_row))
        for before in product(tokens, repeat=len(t.pos_row) - 1):
            yield self._loss((*before, q))

    def _loss(self, x: Sequence[int]) -> int:
        t, q, v = self.enclosure, x[-1], len(self.enclosure.token_row)
        ceiling = 3 << t.params.width
        low = high = slack = 0
        logits = [0] * v
        for p, k in enumerate(x):
            by_token, by_position = t.token_exp[q][k], t.pos_exp[q][p]
            lo, hi = by_token.lo * by_position.lo, by_token.hi * by_position.hi
            low, high = low + lo, high + hi
            slack += (hi - lo) * ceiling + 3 * hi
            rows = zip(logits, t.direct_row[q], t.token_row[k], t.pos_row[p], strict=True)
            logits = [f + lo * (a + b + c) for f, a, b, c in rows]
        top, shift = max(logits), 1 << t.params.shift
        whole = sum(self._exp((top - f) * shift, high * self.unit) for f in logits)
        lacks = (top - logits[max(x)] + slack) * shift << self.prec
        return self._log(whole) + lacks // (low * self.unit) + 1

    def _exp(self, g: int, over: int) -> int:
        """`expUpper`"""
        return int(exp_neg(Params(self.prec, self.steps, 0, 0), g, over).hi)

    def _log(self, whole: int) -> int:
        """`logUpper`"""
        one = 1 << self.prec
        u = (2 * (whole - one) << self.prec) // (whole + one)
        for _ in range(4):
            u = max(0, u + (whole * self._exp(u, one) >> self.prec) + 1 - one)
        return u
