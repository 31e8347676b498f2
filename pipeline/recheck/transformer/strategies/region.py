"""All inputs of a region (`lean/Compact/Transformer/Strategy/QuarticRegion.lean`, `QuarticGaps.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import minus, nth
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.strategies.quartic import Setup
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

MOST = 1 << 32
MOST_BITS = 1 << 13
CHECKERS = ("QuarticRegion",)
GAPS = ("QuarticGaps",)


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
    c.require((*tables.NATS, *own, "bound"), tables.ROWS, ("blocks",))
    t, claimed = checked_tables(w, c), 0
    groups = list[Class]()
    for block in c.matrix("blocks"):
        if t.width + 2 > t.bits or t.n < 1 or first + nth(block, 0) > t.v:
            raise Refused(
                "bits does not fit width, or there is one position only, or too many maxima"
            )
        here = [
            group
            for m in range(first, first + nth(block, 0))
            if (k := below(m)) is not None
            for group in _classes(t, k, m)
        ]
        if nth(block, 1) > sum(group.size for group in here):
            raise Refused("a block has fewer inputs than it says")
        groups += [group for group in here if group.size]
        first, claimed = first + nth(block, 0), claimed + nth(block, 1)
    if first != t.v:
        raise Refused("the blocks do not hold all maxima of the region")
    return Counted(claimed, groups)


def _classes(t: Tables, k: int, m: int) -> Iterator[Class]:
    """Those with the maximum `m`; each token below `k` has to pass with each query of the region, if there are inputs
    that hold it."""
    maximum = Setup.of(t).maximum(m)
    for q in range(m + 1):
        if q < k or q == m:
            classes = range(t.n + (q == m))
            needed = set(range(k)) if len(classes) > 1 else set[int]()
            compared = maximum.compared(q, 0)
            if compared is None or not compared.alone() or not needed <= {*compared.passed}:
                raise Refused(f"not all inputs with the query {q} and the maximum {m} pass")
            for others in classes:
                yield Class(q, m, t.n, others, range(k))
