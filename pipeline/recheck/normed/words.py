"""The words of the claim, for a model with norms: the definitions of `Normed/Statement.lean`, in intervals."""

from __future__ import annotations

from collections.abc import Sequence

from mpmath import iv

from pipeline.recheck.certified import Input
from pipeline.recheck.heads.words import Words
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.transformer.words import Real

Vector = Sequence[Real]


class NormedWords(Words):
    """What the statement says of the inputs of a model with norms, to so many digits."""

    def __init__(self, w: NormedWeights, digits: int) -> None:
        super().__init__(w, digits)
        self._normed = w

    def logits(self, x: Input) -> list[Real]:
        """`logit`, of each output."""
        iv.dps = self._digits
        w = self._normed
        post = self._mid(x)
        if w.mlp:
            pre = self._through(self._norm(post), w.entries("W_in"), w.entries("b_in"))
            after = [z if z.a >= 0 else iv.mpf([max(0, z.a), max(0, z.b)]) for z in pre]
            out = self._through(after, w.entries("W_out"), w.entries("b_out"))
            post = [a + b for a, b in zip(post, out, strict=True)]
        return self._through(self._norm(post), w.matrix("W_U"), w.matrix("b_U"))

    def _norm(self, f: Vector) -> list[Real]:
        """`norm`: zero for a vector that does not vary."""
        d = iv.mpf(len(f))
        mean = sum(f, start=iv.mpf(0)) / d
        centred = [each - mean for each in f]
        if all(each.a == 0 == each.b for each in centred):
            return centred
        variance = sum((each**2 for each in centred), start=iv.mpf(0)) / d
        w = self._normed
        sigma = iv.sqrt(variance + iv.mpf(w.eps_num) / iv.mpf(w.eps_den))
        return [each / sigma for each in centred]

    def _through(  # type: ignore[override]  # of a vector, not of a position
        self, row: Vector, matrix: Sequence[Sequence[int]], bias: Sequence[Sequence[int]]
    ) -> list[Real]:
        """A row times a matrix, plus a bias."""
        sums = [
            sum((a * b for a, b in zip(row, column, strict=True)), start=iv.mpf(0)) + b
            for column, b in zip(zip(*matrix, strict=True), bias[0], strict=True)
        ]
        return [each * self._unit for each in sums]

    def _mid(self, x: Input) -> list[Real]:
        """`residMid`: the residual stream at the last position after attention."""
        w, u = self._normed, self._unit
        stream = [[iv.mpf(e) * u for e in self._resid(t, p)] for p, t in enumerate(x)]
        looked = [self._norm(row) for row in stream]
        mid = [a + b * u for a, b in zip(stream[-1], w.matrix("b_O")[0], strict=True)]
        for i in range(len(w.heads)):

            def vectors(name: str, rows: Sequence[Vector], i: int = i) -> list[list[Real]]:
                W, b = w.matrix(f"W_{name}", i), w.matrix(f"b_{name}", i)
                return [self._through(row, W, b) for row in rows]

            [query] = vectors("Q", looked[-1:])
            scores = [
                sum((a * b for a, b in zip(query, key, strict=True)), start=iv.mpf(0)) / self._scale
                for key in vectors("K", looked)
            ]
            factors = [iv.exp(score) for score in scores]
            total = sum(factors)
            values = vectors("V", looked)
            mixed = [
                sum((a / total * b for a, b in zip(factors, column, strict=True)), start=iv.mpf(0))
                for column in zip(*values, strict=True)
            ]
            out = self._through(mixed, w.matrix("W_O", i), [[0] * w.d_model])
            mid = [a + b for a, b in zip(mid, out, strict=True)]
        return mid
