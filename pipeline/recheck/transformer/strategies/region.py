"""All inputs of a region (`lean/Compact/Transformer/Strategy/QuarticRegion.lean`, `QuarticGaps.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import lane, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.strategies.quartic_sheets import SHIFT_BITS, Pair, Sheets
from pipeline.recheck.transformer.weights import Weights

MOST = 1 << 32
MOST_BITS = 1 << 13
CHECKERS = ("QuarticRegion",)
GAPS = ("QuarticGaps",)
NATS = ("laneBits", "spareBits")
ROWS = ("shifts", "firsts")


def before(c: Certificate) -> str:
    """What is claimed besides the number of inputs."""
    if max(c.nat("least"), c.nat("gap")) > MOST:
        raise Refused("the region is of larger tokens than there are")
    return f"RightOn R (nat_lit {c.nat('least')}) (nat_lit {c.nat('gap')}) {{weights}} ∧ "


def before_gaps(c: Certificate) -> str:
    """The same for a table of gaps."""
    if max(c.nat("gapBits"), c.nat("gaps").bit_length()) > MOST_BITS:
        raise Refused("the gaps have too many digits")
    return f"RightInGaps R (nat_lit {c.nat('gapBits')}) (nat_lit {c.nat('gaps')}) {{weights}} ∧ "


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the region, if all of them pass."""
    return _count(
        w, c, ("least", "gap"), c.nat("least"), lambda m: minus(m, minus(c.nat("gap"), 1))
    )


def count_gaps(w: Weights, c: Certificate) -> Counted:
    """The same for a table of gaps."""

    def below(m: int) -> int | None:
        gap = lane(c.nat("gapBits"), c.nat("gaps"), m)
        return minus(m, gap - 1) if gap else None

    return _count(w, c, ("gapBits", "gaps"), 0, below)


def _count(
    w: Weights,
    c: Certificate,
    own: tuple[str, ...],
    first: int,
    below: Callable[[int], int | None],
) -> Counted:
    c.require((*tables.NATS, *NATS, *own, "bound"), (*tables.ROWS, *ROWS), ("blocks",))
    t, claimed = checked_tables(w, c), 0
    groups = list[Class]()
    for block in c.matrix("blocks"):
        if t.n < 1 or first + nth(block, 0) > t.v:
            raise Refused("there is one position only, or too many maxima")
        sheets = Sheets.narrow(t, c)
        here = [
            group
            for m in range(first, first + nth(block, 0))
            if (k := below(m)) is not None
            for group in _classes(sheets, k, m)
        ]
        if nth(block, 1) > sum(group.size for group in here):
            raise Refused("a block has fewer inputs than it says")
        groups += [group for group in here if group.size]
        first, claimed = first + nth(block, 0), claimed + nth(block, 1)
    if first != t.v:
        raise Refused("the blocks do not hold all maxima of the region")
    return Counted(claimed, groups)


def _classes(s: Sheets, k: int, m: int) -> Iterator[Class]:
    """Those with the maximum `m`; each token below `k` has to pass with each query of the region, if there are inputs
    that hold it."""
    t, c = s.t, s.c
    position, least = s.row(nth(t.position, m)), s.least_gaps(m)
    shifts, firsts = nth(c.row("shifts"), m), nth(c.row("firsts"), m)
    for q in range(m + 1):
        if q < k or q == m:
            last = t.n if q == m else t.n - 1
            direct, shift = s.row(nth(t.direct, q)), lane(SHIFT_BITS, shifts, q)
            pair = Pair.of(s, q, m, direct, position, shift)
            needed = k if last else 0
            rest = minus(needed, lane(SHIFT_BITS, firsts, q) + 1)
            if pair is None or not _passes(pair, last, needed, needed - rest, least):
                raise Refused(f"not all inputs with the query {q} and the maximum {m} pass")
            for others in range(last + 1):
                yield Class(q, m, t.n, others, range(k))


def _passes(pair: Pair, last: int, needed: int, shared: int, least: Sequence[int]) -> bool:
    """Does each token below `needed` take no more than is spared where `last` positions hold it?  The first ones are
    compared together."""
    s, t, q, m = pair.sheets, pair.sheets.t, pair.q, pair.m
    mass = nth(t.mass, q)
    weight = lane(t.bits, nth(t.low, q), minus(t.n, last)) if needed else mass
    gained = pair.gained(weight)
    if not s.at_most(pair.loss, gained):
        return False
    if not needed:
        return True
    base, lows = s.gaps(m, pair.base, 3 * s.unit), unpack(t.bits, needed, nth(t.tokenLo, q))
    rows = [(max(lows[:shared]), least[shared])]
    rows += [(lows[k], s.gaps(m, s.token[k], s.unit)) for k in range(shared, needed)]
    for low, gaps in rows:
        factor = (minus(mass, weight) * low >> pair.shift) + 1
        room = factor * 8 * s.unit + power(2, s.c.nat("spareBits"))
        lacking, had = factor * 4 * s.unit * s.one, factor * (gaps + base) + gained - pair.loss
        if room > power(2, s.bits - 1) or not s.at_most(lacking, had):
            return False
    return True
