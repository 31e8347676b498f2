"""What the cubic checker of the token at one position counts (mirror of `lean/.../HeadsAnchoredCubic/Check.lean`).

The right answer is the token at an anchor, the first position or the last; inputs fall into classes, one for each query
and right answer.  A head is known by numbers: its lead, and by how much less other tokens and positions may lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.transformer.heads.anchored_check import Terms, path_of
from pipeline.transformer.heads.checker import count_levels
from pipeline.transformer.heads.first_check import OfHeads, Row, rows_of, short


@dataclass(frozen=True)
class CubicClass:
    """One query and one right answer of which something may be counted."""

    shares: Sequence[int]
    leads: Sequence[int]
    needs: Sequence[int | None]
    """The least level of each token; none beyond all parts."""


@dataclass(frozen=True)
class AnchoredCubic(OfHeads):
    """The check by numbers, free positions beginning at `start`."""

    start: int
    parts: int

    @property
    def free(self) -> range:
        return range(self.start, self.n_ctx - 1)

    @property
    def anchor(self) -> int:
        return 0 if self.start else self.n_ctx - 1

    @cached_property
    def pos_short(self) -> list[list[Row]]:
        """`[head][p][a]`"""
        each = ((head.T.pos_row, len(head.T.token_row)) for head in self.heads)
        return [
            [[short(row, rows[self.anchor], a) for a in range(v)] for row in rows]
            for rows, v in each
        ]

    @cached_property
    def token_short(self) -> list[list[Row]]:
        """`[head][y][a]`"""
        return [[list(each) for each in zip(*head.token_short, strict=True)] for head in self.heads]

    @cached_property
    def _paths(self) -> list[list[Row]]:
        """`[head][a]`: the path of each right answer."""
        return [[path_of(head, self.anchor, a) for a in range(self.v)] for head in self.heads]

    def half(self, terms: Terms) -> int:
        """A quarter of a lane is more than this (`gainOf`, `spareAt`)."""
        wide = 1 << (self.width + 3)
        each = (term for head in terms for row in head for term in row)
        return self.parts * max(lo * wide + slack for lo, slack in each)

    def class_of(self, q: int, a: int, shares: Sequence[int], terms: Terms) -> CubicClass | None:
        """What tokens need; none if nothing is counted (`countLane`)."""
        paths = [each[a] for each in self._paths]
        direct = self.heads[0].T.direct_row[q]
        rows = rows_of(direct, paths, a, shares, self.share_bits, self.width)
        if rows is None:
            return None
        leads, needs = list[int](), list[int | None]([0] * self.v)
        for i, (row, way) in enumerate(zip(rows, paths, strict=True)):
            led = [x + y for x, y in zip(row, way, strict=True)]
            lead = led[a] - max(entry for t, entry in enumerate(led) if t != a)
            if lead < 0:
                return None
            leads.append(lead)
            given = _Given(terms[i], self.token_short[i], self.pos_short[i], a, lead)
            spare = given.by(self.n_ctx - 1, q) + (given.by(0, a) if self.start else 0)
            if spare < 0:
                return None
            needs = [
                None if need is None else self._need(given, spare, y, need)
                for y, need in enumerate(needs)
            ]
        return CubicClass(shares, leads, needs)

    def _need(self, given: _Given, spare: int, y: int, least: int) -> int | None:
        """The least level, no less than `least`, at which a token passes; none beyond all parts."""
        worst = min((given.by(p, y) for p in self.free), default=0)
        if worst >= 0:
            return least
        level = -(self.parts * worst // spare) if spare else self.parts + 1
        return max(level, least) if level <= self.parts else None

    def inputs(self, found: CubicClass, levels: Sequence[int]) -> int:
        """How many inputs are counted if only some levels are distinguished, from the least on."""
        taken = [
            None if need is None else next((each for each in levels if each >= need), None)
            for need in found.needs
        ]
        return count_levels(taken, len(self.free), len(self.free), self.parts)


@dataclass(frozen=True)
class _Given:
    """What keys of a head give, less what they take, for one right answer."""

    terms: Sequence[Sequence[tuple[int, int]]]
    token: Sequence[Row]
    pos: Sequence[Row]
    a: int
    lead: int

    def by(self, p: int, y: int) -> int:
        """The key with the token `y` at the position `p` (`gives`, `takes`)."""
        lo, slack = self.terms[p][y]
        return lo * (self.lead - self.token[y][self.a] - self.pos[p][self.a]) - slack
