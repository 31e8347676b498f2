"""Tokens above a threshold (mirror of `lean/Compact/Strategy/Cubic.lean`).

A number of each token, for one query and one maximum, says how well it is borne in the other
positions; in a class the tokens are admitted whose number reaches the threshold of the class.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checker.classes import Class, with_others
from pipeline.checker.margins import Margins
from pipeline.checker.pair import End, Pair, ends, zero
from pipeline.checker.tables import Tables


def admitted(t: Tables, margins: Margins) -> Iterator[Class]:
    """The classes that are counted, and their tokens."""
    for m in range(t.v):
        for q in range(m + 1):
            yield from _classes(t, margins, q, m)


def _classes(t: Tables, margins: Margins, q: int, m: int) -> Iterator[Class]:
    pair, o, top = Pair.of(t, margins, q, m), zero(t), 1 << t.prec
    if pair.alone(t.mass[q]):
        yield Class(q, m, 0, ())
    # `tokenScore` in `Minimum/Mixture.lean`
    scores = [
        factor * (pair.direct + margin) + (top - factor) * o
        for factor, margin in zip(t.token_lo[q][:m], margins.token[m][:m], strict=True)
    ]
    for c in with_others(t.n, q, m):
        both = ends(t, q, c)
        threshold = max(_level(pair, top * o, end) for end in both)
        if all(pair.test(end, top * o, threshold) for end in both):
            yield Class(q, m, c, [s for s, score in enumerate(scores) if score >= threshold])


def _level(pair: Pair, highest: int, end: End) -> int:
    """The least score that passes at one end, if that is positive (`Cubic.level`)."""
    U, V = end
    lacking = U * pair.offset + pair.rest + V * highest - (U * pair.gain + pair.query)
    return max(0, lacking) // V + 1 if V else 1
