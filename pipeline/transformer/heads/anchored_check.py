"""What the checker of the token at one position counts (mirror of `lean/.../Strategy/HeadsAnchored/Check.lean`).

The right answer is the token at an anchor, the first position or the last; inputs fall into classes, one for each query
and right answer, with any tokens at the free positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.transformer.heads.checker import count_levels
from pipeline.transformer.heads.first_check import Head, OfHeads, Row, rows_of

Terms = Sequence[Sequence[Sequence[tuple[int, int]]]]
"""`[head][p][y]`: the least weight, and what rounding may cost."""


@dataclass(frozen=True)
class Class:
    """One query and one right answer of which something is counted."""

    shares: Sequence[int]
    levels: Sequence[int | None]
    """of all tokens"""
    inputs: int


@dataclass(frozen=True)
class Anchored(OfHeads):
    """The check of all outputs at once, free positions beginning at `start`."""

    start: int
    parts: int

    @property
    def free(self) -> range:
        return range(self.start, self.n_ctx - 1)

    def cap(self, terms: Terms) -> int:
        """No number of a key is greater (`Piece.of`)."""
        ceiling = 3 << self.width
        each = (term for head in terms for row in head for term in row)
        return max(lo * ceiling + slack for lo, slack in each)

    def rows(self, q: int, a: int, shares: Sequence[int]) -> list[Row] | None:
        """The rows in place of the direct path; none if they are refused (`withRows`, `rowsOk`)."""
        anchor = 0 if self.start else self.n_ctx - 1
        paths = [path_of(head, anchor, a) for head in self.heads]
        return rows_of(self.heads[0].T.direct_row[q], paths, a, shares, self.share_bits, self.width)

    def class_of(self, q: int, a: int, shares: Sequence[int], terms: Terms) -> Class | None:
        """What is counted; none if nothing (`countPair`)."""
        rows = self.rows(q, a, shares)
        if rows is None:
            return None
        levels: list[int | None] = [0] * self.v
        for head, row, term in zip(self.heads, rows, terms, strict=True):
            own = self._given(head, row, term, self.n_ctx - 1, q, a)
            if self.start:
                first = self._given(head, row, term, 0, a, a)
                own = [x + y for x, y in zip(own, first, strict=True)]
            if min(own) < 0:
                return None
            for y in range(self.v):
                for p in self.free:
                    if levels[y] is not None:
                        given = self._given(head, row, term, p, y, a)
                        levels[y] = self._level(given, own, levels[y])
        inputs = count_levels(levels, len(self.free), len(self.free), self.parts)
        return Class(shares, levels, inputs) if inputs else None

    def _given(
        self,
        head: Head,
        row: Row,
        term: Sequence[Sequence[tuple[int, int]]],
        p: int,
        y: int,
        a: int,
    ) -> Row:
        """`[t]`: what a key gives to the margin over each output, at the least (`pieceAt`); 0 at the right answer."""
        lo, slack = term[p][y]
        path = [x + z for x, z in zip(row, path_of(head, p, y), strict=True)]
        top = path[a]
        return [0 if t == a else lo * (top - entry) - slack for t, entry in enumerate(path)]

    def _level(self, given: Row, own: Row, least: int | None) -> int | None:
        """The least level, no less than `least`, at which a token takes no more than it may; none beyond all parts."""
        level = least or 0
        for gives, spare in zip(given, own, strict=True):
            if self.parts * gives + level * spare < 0:
                if not spare:
                    return None
                level = -(self.parts * gives // spare)
                if level > self.parts:
                    return None
        return level


def path_of(head: Head, p: int, a: int) -> Row:
    """`[t]`: the path of a token at a position, without the direct path (`pathAt`)."""
    return [x + y for x, y in zip(head.T.token_row[a], head.T.pos_row[p], strict=True)]
