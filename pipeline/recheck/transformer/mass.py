"""Claims of a mass (`lean/Compact/Claim/Mass.lean`): inputs weigh the product of the weights of their tokens."""

from __future__ import annotations

from math import comb, prod

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import MAX_PARTS, Class, Group, Input, Levelled
from pipeline.recheck.natural import power
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import BeyondLimits, Refused

NATS = ("weightBits", "tokenWeights")
MOST_BITS = 1 << 13
CHECKERS = ("BruteForceMass", "QuarticMass", "PrefixMass", "CubicMass", "LowRankMass")


def claim_of(c: Certificate) -> str:
    """What a theorem says."""
    bits, packed = c.nat("weightBits"), c.nat("tokenWeights")
    if max(bits, packed.bit_length()) > MOST_BITS:
        raise Refused("the weights of tokens have too many digits")
    weight = f"(tokenWeight (nat_lit {bits}) (nat_lit {packed}))"
    return f"MassAtLeast {weight} (nat_lit {{number}}) ({{said}})"


def weights(c: Certificate, v: int) -> list[int]:
    """What each token weighs."""
    return [lane(c.nat("weightBits"), c.nat("tokenWeights"), t) for t in range(v)]


def total(c: Certificate, n_ctx: int, d_vocab: int) -> int:
    """What all inputs weigh."""
    return power(sum(weights(c, d_vocab)), n_ctx)


def of_input(each: list[int], x: Input) -> int:
    """What one input weighs."""
    return prod(each[token] for token in x)


def of_group(each: list[int], group: Group) -> int:
    """What the inputs of a group weigh."""
    if not isinstance(group, Class | Levelled):
        raise TypeError("only classes are weighed")
    fixed = comb(group.n, group.others) * power(each[group.maximum], group.n - group.others)
    return fixed * each[group.query] * _others(each, group)


def _others(each: list[int], group: Class | Levelled) -> int:
    """What the choices of the other tokens weigh, in sequence."""
    if isinstance(group, Class):
        return power(sum(each[token] for token in group.tokens), group.others)
    if group.parts > MAX_PARTS:
        raise BeyondLimits(f"more than {MAX_PARTS:,} levels are beyond what is evaluated")
    ways = [1] + [0] * group.parts
    for _ in range(group.others):
        row = [0] * (group.parts + 1)
        for token, level in group.tokens:
            for so_far, weight in enumerate(ways[: max(0, group.parts + 1 - level)]):
                row[so_far + level] += weight * each[token]
        ways = row
    return sum(ways)
