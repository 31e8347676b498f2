"""All inputs of a region (`lean/Compact/Transformer/Strategy/QuarticRegion.lean`)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import minus, nth
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.strategies.quartic import Setup
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

MOST = 1 << 32
CHECKERS = ("QuarticRegion",)


def before(c: Certificate) -> str:
    """What is claimed besides the number of inputs."""
    if max(c.nat("least"), c.nat("gap")) > MOST:
        raise Refused("the region is of larger tokens than there are")
    return f"RightOn R (nat_lit {c.nat('least')}) (nat_lit {c.nat('gap')}) {{weights}} ∧ "


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the region, if all of them pass."""
    c.require((*tables.NATS, "least", "gap", "bound"), tables.ROWS, ("blocks",))
    t, first, claimed = checked_tables(w, c), c.nat("least"), 0
    groups = list[Class]()
    for block in c.matrix("blocks"):
        if t.width + 2 > t.bits or t.n < 1 or first + nth(block, 0) > t.v:
            raise Refused(
                "bits does not fit width, or there is one position only, or too many maxima"
            )
        here = [
            group
            for m in range(first, first + nth(block, 0))
            for group in _classes(t, c.nat("gap"), m)
        ]
        if nth(block, 1) > sum(group.size for group in here):
            raise Refused("a block has fewer inputs than it says")
        groups += [group for group in here if group.size]
        first, claimed = first + nth(block, 0), claimed + nth(block, 1)
    if first != t.v:
        raise Refused("the blocks do not hold all maxima of the region")
    return Counted(claimed, groups)


def _classes(t: Tables, gap: int, m: int) -> Iterator[Class]:
    """Those with the maximum `m`; each token below `k` has to pass with each query of the region."""
    maximum, k = Setup.of(t).maximum(m), minus(m, minus(gap, 1))
    for q in range(m + 1):
        if q < k or q == m:
            compared = maximum.compared(q, 0)
            if compared is None or not compared.alone() or not set(range(k)) <= {*compared.passed}:
                raise Refused(f"not all inputs with the query {q} and the maximum {m} pass")
            for others in range(t.n + (q == m)):
                yield Class(q, m, t.n, others, range(k))
