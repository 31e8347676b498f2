"""What certificates of each claim say, and whether it is so: by looking at every input of a tiny model."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from attack.truth import Exact, Input
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.packed import lane
from pipeline.recheck.transformer.family import TRANSFORMER as RECHECKED
from pipeline.strategy import Strategy
from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.strategies import STRATEGIES

ALL: dict[str, Strategy] = STRATEGIES | {
    each.name: each for claim in CLAIMS.values() for each in claim.strategies.values()
}
"""The strategies of all claims, by their full names."""


def untrue(checker: str, c: Certificate, exact: Exact) -> str:
    """What is wrong with the claim of a certificate that this checker accepts; empty if it is true."""
    kind = RECHECKED.kind_of(checker)
    margin = Fraction(0)
    if kind == "margin":
        margin = Fraction(c.nat("marginNum"), 1 << c.nat("marginBits"))
    right = exact.right(margin)
    weighed = sum(_weight(c, x) for x in right) if kind == "mass" else len(right)
    if c.nat("bound") > weighed:
        return f"{c.nat('bound')} claimed, {weighed} are right"
    if kind == "loss" and not exact.loss() <= c.nat("loss") / arb(10**9):
        return f"a mean loss of {c.nat('loss')} billionths claimed, it is {exact.loss()}"
    wrong = [x for x in _promised(kind, c, exact) if x not in right]
    return f"{wrong[0]} is in the region, and wrong" if wrong else ""


def _weight(c: Certificate, x: Input) -> int:
    product = 1
    for token in x:
        product *= lane(c.nat("weightBits"), c.nat("tokenWeights"), token)
    return product


def _promised(kind: str, c: Certificate, exact: Exact) -> list[Input]:
    """The inputs of which each is claimed to be right."""
    if kind == "region":
        least, gap = c.nat("least"), c.nat("gap")
        return [x for x in exact.inputs() if max(x) >= least and _apart(x, gap)]
    if kind == "gaps":
        gaps = [lane(c.nat("gapBits"), c.nat("gaps"), m) for m in range(exact.d_vocab)]
        return [x for x in exact.inputs() if gaps[max(x)] and _apart(x, gaps[max(x)])]
    return []


def _apart(x: Input, gap: int) -> bool:
    """Is each token the maximum, or below it by at least the gap?"""
    return all(token == max(x) or token + gap <= max(x) for token in x)
