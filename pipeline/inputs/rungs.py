"""Which relaxation of a proof loses an input: the first of a ladder of sets that does not hold it.

The sets are those of `pipeline/report/slack.py` that are counted class by class; its first rungs (averaging, positions,
rounding) are one here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.report.slack import CHAIN, OTHER, REST_EU, REST_QK, ROUNDING, TOP_TWO
from pipeline.report.subject import admitted
from pipeline.strategy import Strategy
from pipeline.transformer.checker.chains import Part
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.shares import share_rows
from pipeline.transformer.strategies.class_search import ClassStrategy, finest_tables, read_tables
from pipeline.transformer.strategies.low_rank.attention import PLAIN, Bases, FittedAttention
from pipeline.transformer.strategies.low_rank.fields import read_choice
from pipeline.transformer.strategies.low_rank.presets import PREFIX_TOP2
from pipeline.transformer.strategies.low_rank.strategy import (
    PRECISIONS,
    STEPS,
    WIDTHS,
    rounded_shares,
)

AVERAGING = "averaging"
"""All tokens below the maximum are taken for any one of them, wherever they stand; tables are rounded."""

Ladder = Sequence[tuple[str, Sequence[Run]]]
"""Names, and the classes that are left after each; the inputs that pass all are lost by the last name."""


def ladder(model: Model, strategy: Strategy, fields: Mapping[str, Value]) -> tuple[Ladder, str]:
    """The sets of a certificate, and what loses an input that is in all of them."""
    names = {ROUNDING: AVERAGING}
    if isinstance(strategy, ClassStrategy):
        t = read_tables(model, fields)
        known = strategy.name in CHAIN
        chain = list(CHAIN)[: list(CHAIN).index(strategy.name) if known else 1]
        last = CHAIN[strategy.name] if known else OTHER
        return [
            (names.get(CHAIN[each], CHAIN[each]), list(admitted(each, t))) for each in chain
        ], names.get(last, last)
    if strategy.checker != PREFIX_TOP2.checker:
        return [], AVERAGING if strategy.name != "brute-force" else ROUNDING
    t = finest_tables(circuits(model), model.frac)
    rungs = [(names.get(rung, rung), list(admitted(each, t))) for each, rung in CHAIN.items()]
    return _in_parts(model, fields, rungs)


def _in_parts(
    model: Model, fields: Mapping[str, Value], rungs: list[tuple[str, Sequence[Run]]]
) -> tuple[Ladder, str]:
    """A low-rank certificate with both products multiplied out, then with the direct path only."""
    choice, attention = read_choice(model, fields), _attention(fields)
    exact, last = Part(True), TOP_TWO
    for rung, part, other in (
        (TOP_TWO, choice.qk, replace(choice, qk=exact, eu=exact)),
        (REST_QK, choice.eu, replace(choice, eu=exact)),
    ):
        if not part.exact or (rung == TOP_TWO and not choice.eu.exact):
            shares = rounded_shares(share_rows(model, other), STEPS[-1], PRECISIONS[-1], WIDTHS[-1])
            numbers = [attention.numbers(shares, m) for m in range(shares.v)]
            ends = [attention.ends(each) for each in numbers]
            rungs.append((rung, list(shares.admitted(lambda m, ends=ends: ends[m]))))
            last = REST_QK if rung == TOP_TWO else REST_EU
    if choice.qk.exact and not choice.eu.exact:
        last = REST_EU
    return rungs, last


def _attention(fields: Mapping[str, Value]) -> FittedAttention:
    """As the certificate bounds it."""
    ends = fields["ends"]
    if fields["attention"] == 0 or not isinstance(ends, list):
        return PLAIN
    return Bases([each[0] if isinstance(each, list) and each else 0 for each in ends])
