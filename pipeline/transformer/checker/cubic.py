"""Tokens above a threshold (mirror of `lean/Compact/Transformer/Strategy/Cubic.lean`).

A number of each token, for one query and one maximum, says how well it is borne in the other
positions; in a class the tokens are admitted whose number reaches the threshold of the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.transformer.checker.classes import End, Run, all_ends, runs
from pipeline.transformer.checker.margins import Margins
from pipeline.transformer.checker.pair import Pair, zero
from pipeline.transformer.checker.tables import Tables


def admitted(t: Tables, margins: Margins) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    for m in range(t.v):
        for q in range(m + 1):
            yield from _runs(t, margins, q, m)


def _runs(t: Tables, margins: Margins, q: int, m: int) -> Iterator[Run]:
    pair, o, top = Pair.of(t, margins, q, m), zero(t), 1 << t.prec
    # `tokenScore` in `Minimum/Mixture.lean`
    scores = [
        factor * (pair.direct + margin) + (top - factor) * o
        for factor, margin in zip(t.token_lo[q][:m], margins.token[m][:m], strict=True)
    ]

    def threshold(both: tuple[End, End]) -> int:
        return max(_level(pair, top * o, end) for end in both)

    enough = threshold(all_ends(t, q, m))

    def decide(*both: *tuple[End, End]) -> Sequence[int]:
        least = min(threshold(both), enough)
        if not all(pair.test(end, top * o, least) for end in both):
            return ()
        return [s for s, score in enumerate(scores) if score >= least]

    return runs(t, q, m, pair.alone(t.mass[q]), decide)


def _level(pair: Pair, highest: int, end: End) -> int:
    """The least score that passes at one end, if that is positive (`Cubic.level`)."""
    U, V = end
    lacking = U * pair.offset + pair.rest + V * highest - (U * pair.gain + pair.query)
    return max(0, lacking) // V + 1 if V else 1
