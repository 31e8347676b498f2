"""One input, decided exactly: is every margin positive?

Times the softmax denominator, the margin of the answer `m` over the output `t` at the input `x` is
`sum_p exp(s_p) * c_p`, with `s_p` the score of position `p` (a rational number) and `c_p` the
difference of two logits (an integer over a power of two).  Positions with equal scores are put
together.  If all coefficients vanish then, the margin is zero; otherwise it is not, by the theorem
of Lindemann and Weierstrass, so Arb finds its sign at some precision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flint import arb, ctx, fmpz

from pipeline.transformer.checker.circuits import Circuits

FIRST_PRECISION = 192


def is_right(circuits: Circuits, frac: int, tokens: Sequence[int]) -> bool:
    """Does the largest token's logit exceed all others at this input, in exact real arithmetic?"""
    query, largest = tokens[-1], max(tokens)
    direct = [int(entry) << (2 * frac) for entry in circuits.EU[query]]
    rows: dict[int, list[int]] = defaultdict(lambda: [0] * len(direct))
    for position, token in enumerate(tokens):
        score = int(circuits.EQKE[query, token]) + int(circuits.EQKP[query, position])
        at_token, at_position = circuits.EVOU[token], circuits.PVOU[position]
        rows[score] = [
            row + d + int(k) + int(p)
            for row, d, k, p in zip(rows[score], direct, at_token, at_position, strict=True)
        ]
    scores = sorted(rows, reverse=True)
    return all(
        _positive(
            circuits, scores, [rows[score][largest] - rows[score][output] for score in scores]
        )
        for output in range(len(direct))
        if output != largest
    )


def _positive(circuits: Circuits, scores: Sequence[int], coefficients: Sequence[int]) -> bool:
    """Is `sum exp(score) * coefficient` positive?  The unscaled scores are all different."""
    terms = [each for each in zip(scores, coefficients, strict=True) if each[1]]
    if not terms:
        return False
    top, precision = terms[0][0], FIRST_PRECISION
    while True:
        with ctx.workprec(precision):
            total = arb(0)
            for score, coefficient in terms:
                exponent = arb(fmpz((score - top) * circuits.score_num)) / circuits.score_den
                total += exponent.exp() * coefficient
            if total > 0 or total < 0:
                return bool(total > 0)
        precision *= 2
