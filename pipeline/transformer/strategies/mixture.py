"""The search that strategies share that count with leads (`pipeline/transformer/checker/mixture.py`).

Which levels are distinguished is chosen after the rounding: as few as give nearly the best bound.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from itertools import accumulate, pairwise
from typing import ClassVar, Self

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import Leads, exact_leads, lead_bits
from pipeline.transformer.checker.mixture import Levels, count_bits
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_search import ClassStrategy, read_tables
from pipeline.transformer.strategies.table_fields import packed, table_fields

LEAD_FIELDS: Mapping[str, Kind] = {
    "base": "nat",
    **dict.fromkeys(("tokenLead", "directLead", "ownLead", "selfLead"), "list"),
    "parts": "nat",
    "levels": "list",
    "countBits": "nat",
}
PARTS = 48
GIVEN_UP = 1000
"""Fewer levels are taken if no more than one of so many inputs is lost."""
STEPS = 1 << 19
"""About so many steps on tokens and levels are taken in one block of maxima."""


FEW = 4
"""Positions before the query's, from which on there are so many classes that only few levels are tried."""


def candidates(n: int) -> list[Levels]:
    """For `n` positions before the query's.  Few of them: equal shares of all other positions; what
    these leave of all parts, and finer ones where there is little to take or to leave; all.  Many:
    levels that double."""
    if n > FEW:
        doubling = [[0, *(first << i for i in range(5))] for first in (2, 1)]
        thrice = [0, 1, *(3 << i for i in range(4))]
        return [Levels(PARTS, each) for each in (*doubling, thrice)]
    shares = {0, *(PARTS // c for c in range(1, n + 1))}
    ends = {0, 1, 2, PARTS // 9, PARTS // 5}
    finer = {*shares, *ends, *(PARTS - level for level in (*shares, *ends, PARTS // 4) if level)}
    chosen = (shares, finer, range(PARTS + 1))
    return [Levels(PARTS, sorted(each)) for each in chosen]


class LeadStrategy(ClassStrategy):
    """A strategy that counts with leads."""

    levels: Levels | None = None
    """None: the fewest of some candidates that give nearly the best bound."""
    given_up: ClassVar[int] = GIVEN_UP

    def with_levels(self, levels: Levels) -> Self:
        """The same, counting by these levels."""
        other = copy(self)
        other.levels = levels
        return other

    def _candidates(self, n: int) -> list[Levels]:
        return candidates(n) if self.levels is None else [self.levels]

    @abstractmethod
    def graded(self, t: Tables, leads: Leads, levels: Levels) -> Iterator[Run]:
        """The classes that its checker counts, with the tokens and their levels."""

    def own_claims(self, t: Tables, levels: Levels, found: Sequence[Run]) -> dict[str, Value]:
        """What it claims besides leads and levels."""
        return {}

    def steps(self, m: int, levels: int) -> int:
        """About how many steps on numbers one query takes at the maximum `m`."""
        return 8 * levels

    def everything(self, t: Tables) -> int:
        """What it would count if all inputs passed."""
        whole: int = t.v ** (t.n + 1)
        return whole

    def count_bits(self, t: Tables) -> int:
        """Bits of what is counted with one query."""
        return count_bits(t)

    def admitted(self, t: Tables) -> Iterator[Run]:
        return self.graded(t, exact_leads(t), self._candidates(t.n)[-1])

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {}

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        t, parts, levels = read_tables(model, fields), fields["parts"], fields["levels"]
        assert isinstance(parts, int)
        assert isinstance(levels, list)
        each = [level for level in levels if isinstance(level, int)]
        return list(self.graded(t, exact_leads(t), Levels(parts, each)))

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = self.find(model, progress)
        t = found.tables
        leads = exact_leads(t)
        progress(f"a count of {found.bound:,} can be reached; choosing the levels")
        tried = [(each, list(self.graded(t, leads, each))) for each in self._candidates(t.n)]
        most = max(self.number(t.n, runs) for _, runs in tried)
        lost = self.everything(t) // self.given_up
        levels, runs = next(each for each in tried if most - self.number(t.n, each[1]) <= lost)
        bound = self.number(t.n, runs)
        bits = lead_bits(t.width)
        table = table_fields(model, found.exact, found.enclosure, t, self.least_bits(t))
        lanes = table["bits"]
        assert isinstance(lanes, int)
        (base,) = packed([leads.base], lanes)
        fields: dict[str, Value] = {
            **table,
            "base": base,
            "tokenLead": packed(leads.token, bits),
            "directLead": packed(leads.direct, bits),
            "ownLead": packed(leads.own, bits),
            "selfLead": packed(leads.itself, bits),
            "parts": levels.parts,
            "levels": list(levels.levels),
            "countBits": self.count_bits(t),
            **self.own_claims(t, levels, runs),
            "blocks": self.blocks(t, levels, runs),
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        table = super().fields()
        return {**{key: kind for key, kind in table.items() if key != "bound"}, "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]

    def blocks(self, t: Tables, levels: Levels, found: Sequence[Run]) -> list[list[int]]:
        """Maxima in blocks that take about as long: of each, how many maxima, and the inputs that are counted."""
        inputs = [0] * t.v
        for run in found:
            inputs[run.maximum] += self.number(t.n, [run])
        number = 1 + (len(levels.levels) * (t.n - 1) if t.n > 1 else 0)
        work = [0, *accumulate((m + 1) * self.steps(m, number) for m in range(t.v))]
        parts = -(-work[-1] // STEPS) or 1
        ends = sorted({bisect_left(work, work[-1] * i // parts) for i in range(1, parts)} | {t.v})
        return [
            [end - start, sum(inputs[start:end])]
            for start, end in pairwise([0, *(end for end in ends if end > 0)])
        ]
