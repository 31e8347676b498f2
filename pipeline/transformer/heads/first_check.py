"""What the checker of the first token counts (mirror of `lean/Compact/Transformer/Strategy/HeadsFirst/Check.lean`).

Inputs fall into boxes: one for each query and first token, with any of some tokens in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.transformer.checker.enclosure import Enclosure

Row = list[int]


def short(row: Sequence[int], best: Sequence[int], a: int) -> int:
    """By how much less a row leads at `a` than the best one does, at most; 0 if it leads by more."""
    return max(e - b for e, b in zip(row, best, strict=True)) + best[a] - row[a]


@dataclass(frozen=True)
class Head:
    """A head, and by how much less than the first token's at the first position paths through it may lead."""

    T: Enclosure

    @cached_property
    def token_short(self) -> list[Row]:
        """`[a][y]`"""
        rows = self.T.token_row
        return [[short(row, rows[a], a) for row in rows] for a in range(len(rows))]

    @cached_property
    def pos_short(self) -> list[Row]:
        """`[a][p]`"""
        rows = self.T.pos_row
        return [[short(row, rows[0], a) for row in rows] for a in range(len(self.T.token_row))]

    def path(self, a: int) -> Row:
        """`[t]`: the path of the first token (`firstPath`)."""
        return [x + y for x, y in zip(self.T.token_row[a], self.T.pos_row[0], strict=True)]

    def terms(self, q: int) -> list[list[tuple[int, int]]]:
        """`[p][y]`: the least weight, and what rounding may cost (`termsOf`)."""
        ceiling = 3 << self.T.params.width

        def term(e: tuple[int, int], f: tuple[int, int]) -> tuple[int, int]:
            lo, hi = e[0] * f[0], e[1] * f[1]
            return lo, max(0, hi - lo) * ceiling + 3 * hi

        return [[term(e, f) for e in self.T.token_exp[q]] for f in self.T.pos_exp[q]]


@dataclass(frozen=True)
class Taken:
    """What tokens take of a head's margin, for one query and one first token."""

    terms: Sequence[Sequence[tuple[int, int]]]
    token: Sequence[int]
    pos: Sequence[int]
    lead: int

    def by(self, p: int, y: int) -> int:
        """What the token takes at the position (`takes`)."""
        lo, slack = self.terms[p][y]
        return lo * max(0, self.token[y] + self.pos[p] - self.lead) + slack


@dataclass(frozen=True)
class Box:
    """One query and one first token that something is counted of."""

    shares: Sequence[int]
    leads: Sequence[int]
    tokens: Sequence[int]
    """That may stand in between."""


@dataclass(frozen=True)
class OfHeads:
    """A check of one model under one choice of rounding."""

    heads: Sequence[Head]
    share_bits: int

    @property
    def v(self) -> int:
        return len(self.heads[0].T.token_row)

    @property
    def n_ctx(self) -> int:
        return len(self.heads[0].T.pos_row)

    @property
    def width(self) -> int:
        return self.heads[0].T.params.width


@dataclass(frozen=True)
class Boxes(OfHeads):
    """The check by boxes."""

    def rows(self, q: int, a: int, shares: Sequence[int]) -> list[Row] | None:
        """The rows in place of the direct path; none if they are refused (`withRows`, `rowsOk`)."""
        direct, paths = self.heads[0].T.direct_row[q], [head.path(a) for head in self.heads]
        return rows_of(direct, paths, a, shares, self.share_bits, self.width)

    def box(
        self, q: int, a: int, shares: Sequence[int], terms: Sequence[list[list[tuple[int, int]]]]
    ) -> Box | None:
        """What is counted; none if nothing (`countPair`)."""
        rows = self.rows(q, a, shares)
        if rows is None:
            return None
        leads, fine = [], [True] * self.v
        for head, row, term in zip(self.heads, rows, terms, strict=True):
            path = [x + y for x, y in zip(row, head.path(a), strict=True)]
            lead = min(path[a] - entry for t, entry in enumerate(path) if t != a)
            if lead < 0:
                return None
            leads.append(lead)
            token, pos = head.token_short[a], head.pos_short[a]

            taken = Taken(term, token, pos, lead)
            spare = term[0][a][0] * lead - taken.by(0, a) - taken.by(self.n_ctx - 1, q)
            if spare < 0:
                return None
            between = range(1, self.n_ctx - 1)
            part = spare // len(between) if between else 0
            for y in range(self.v):
                fine[y] = fine[y] and all(taken.by(p, y) <= part for p in between)
        return Box(shares, leads, [y for y in range(self.v) if fine[y]])

    def inputs(self, box: Box) -> int:
        """How many inputs a box has."""
        return int(len(box.tokens) ** (self.n_ctx - 2))


def rows_of(
    direct: Row, paths: Sequence[Row], a: int, shares: Sequence[int], bits: int, width: int
) -> list[Row] | None:
    """Rows of heads in place of the direct path, that of the right answer `a` being given; none if they are refused."""
    together = [sum(column) for column in zip(direct, *paths, strict=True)]
    margin = [together[a] - entry for entry in together]
    if min(margin) < 0:
        return None
    middle, rows = 1 << (width - 1), []
    for i, (path, share) in enumerate(zip(paths, shares, strict=True)):
        extra = 0 if i else len(paths) + 2
        rows.append(
            [
                (((middle + path[a] - entry << bits) - share * gap) >> bits) + extra * (t != a)
                for t, (entry, gap) in enumerate(zip(path, margin, strict=True))
            ]
        )
    if any(not 0 <= entry < 1 << width for row in rows for entry in row):
        return None
    total = [sum(column) for column in zip(*rows, strict=True)]
    others = [t for t in range(len(direct)) if t != a]
    even = all(total[a] + direct[t] + 2 <= total[t] + direct[a] for t in others)
    return rows if even else None
