"""Classes counted with tokens that fail (mirror of `lean/Compact/Mixture/`, `lean/Compact/Transformer/Mixture/`).

What the positions with the maximum, and the query, can spare is divided into `parts`.  A token takes
so many of them as its level says, and an input passes if the levels of its other tokens add up to no
more than all parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.leads import Leads, zero
from pipeline.transformer.checker.tables import Tables


@dataclass(frozen=True)
class Levels:
    """How classes are counted (`Levels` in Lean)."""

    parts: int
    levels: Sequence[int]
    """Ascending."""

    def of_class(self, others: int) -> Sequence[int]:
        """Those that are distinguished in a class."""
        return self.levels if others > 1 else [self.parts]


@dataclass(frozen=True)
class Pair:
    """What one query and one maximum can spare, and what a token lacks."""

    t: Tables
    leads: Leads
    q: int
    m: int

    def spare(self, weight: int) -> int:
        """One more than what can be spared, with so much weight on the maximum; 0 if nothing (`spareAt`)."""
        t, q, m, z = self.t, self.q, self.m, zero(self.t.width)
        factor, own = t.token_lo[q][m], t.token_lo[q][q] * t.own[q]
        gain = weight * factor * self.leads.itself[m][q] + own * self.leads.own[m][q]
        return max(0, gain - weight * factor * z - own * z - t.slack[q][m])

    def lack(self, factor: int, lead: int) -> int:
        """What a token with this factor and this lead lacks (`lackOf`)."""
        z = zero(self.t.width)
        return factor * max(0, 2 * z - self.leads.direct[self.m][self.q] - lead)

    def runs(self, levels: Levels, size: Callable[[int], Sequence[int]]) -> Iterator[Run]:
        """The classes that are counted; `size` gives the tokens that lack at most a threshold."""
        t, q, m = self.t, self.q, self.m
        every = self.spare(t.mass[q])
        if not every:
            return
        yield Run(q, m, 0, 0, ())
        whole = t.high[q][1] * levels.parts
        for others in with_others(t.n, q, m):
            spare = min(every, self.spare(t.low[q][t.n - others]))
            tokens: dict[int, int] = {}
            if spare:
                for level in levels.of_class(others):
                    for token in size(level * (spare - 1) // whole if whole else 0):
                        tokens.setdefault(token, level)
            if tokens:
                yield Run(q, m, others, others, tuple(tokens), tuple(tokens.values()), levels.parts)


def count_bits(t: Tables) -> int:
    """Bits of a number of inputs."""
    exact: int = t.v**t.n
    return exact.bit_length()
