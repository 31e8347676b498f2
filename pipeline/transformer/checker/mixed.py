"""The cheapest part that certifies a query and a maximum (mirror of `lean/Compact/Transformer/Strategy/Mixed/`).

Margins certify a prefix of the tokens in all classes by one test (`prefixes.py`).  Only the tokens after
it are compared output by output (`quartic.py`), and only if more inputs can be counted then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.transformer.checker import quartic
from pipeline.transformer.checker.classes import Run, all_ends, code, count, with_others
from pipeline.transformer.checker.margins import Margins
from pipeline.transformer.checker.prefixes import Prefixes, prefixes
from pipeline.transformer.checker.tables import Tables


@dataclass(frozen=True)
class Decided:
    """What is counted for one query and one maximum."""

    q: int
    m: int
    size: int
    """How many tokens the margins certify"""
    compared: bool
    """Are the other tokens compared output by output?"""
    runs: Sequence[Run]

    def code(self, n: int) -> int:
        """What a certificate says of it: 0 for nothing, 1 for margins alone, else more than the code
        of the runs."""
        return code(n, self.runs) + 1 if self.compared else min(1, count(n, self.runs))


def admitted(t: Tables, margins: Margins) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    for each in decided(t, margins):
        yield from each.runs


def decided(t: Tables, margins: Margins) -> Iterator[Decided]:
    """All queries and maxima, by maximum."""
    setup = quartic.Setup.of(t)
    maxima = [quartic.Maximum.of(setup, m) for m in range(t.v)]
    for each in prefixes(t, margins):
        by_margins = _by_margins(t, each)
        if _is_full(t, by_margins):
            yield by_margins
            continue
        mixtures = quartic.Mixtures.of(setup, maxima[each.m], each.q, by_margins.size)
        compared = list(mixtures.runs())
        if count(t.n, compared) > count(t.n, by_margins.runs):
            yield Decided(each.q, each.m, by_margins.size, True, compared)
        else:
            yield by_margins


def least_bits(t: Tables) -> int:
    """Bits of a lane that hold margins and mixtures."""
    return max(quartic.least_bits(t), t.width + 5)


def _by_margins(t: Tables, each: Prefixes) -> Decided:
    q, m, others = each.q, each.m, with_others(t.n, each.q, each.m)
    runs = [Run(q, m, 0, 0, ())] if each.pair.alone(t.mass[q]) else []
    tokens = each.decide(*all_ends(t, q, m)) if others else range(0)
    if tokens:
        runs.append(Run(q, m, others[0], others[-1], tokens))
    return Decided(q, m, len(tokens), False, runs)


def _is_full(t: Tables, by_margins: Decided) -> bool:
    """Are all inputs counted?"""
    n, q, m = t.n, by_margins.q, by_margins.m
    total: int = (m + 1) ** n - (m**n if q < m else 0)
    return count(n, by_margins.runs) == total
