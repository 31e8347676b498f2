"""Which relaxation of a proof loses an input: the first of a ladder of sets that does not hold it.

The sets are those of `pipeline/report/slack.py` that are counted class by class; its first rungs (averaging, positions,
rounding) are one here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.emit.names import is_explained
from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.report.slack import CHAIN, LEVELS, OTHER, REST_EU, REST_QK, ROUNDING, TOP_TWO
from pipeline.report.subject import admitted
from pipeline.strategy import Strategy
from pipeline.transformer.checker.chains import Part
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.shares import Choice, share_rows
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_search import (
    ClassStrategy,
    finest_tables,
    read_tables,
)
from pipeline.transformer.strategies.low_rank.attention import PLAIN, Bases, FittedAttention
from pipeline.transformer.strategies.low_rank.explained import Explained
from pipeline.transformer.strategies.low_rank.fields import read_choice
from pipeline.transformer.strategies.low_rank.presets import PREFIX_TOP2
from pipeline.transformer.strategies.low_rank.strategy import finest_shares, tried_levels
from pipeline.transformer.strategies.mixture import LeadStrategy

AVERAGING = "averaging"
"""All tokens below the maximum are taken for any one of them, wherever they stand; tables are rounded."""

_NAMES = {ROUNDING: AVERAGING}

Ladder = Sequence[tuple[str, Sequence[Run]]]
"""Names, and the classes that are left after each; the inputs that pass all are lost by the last name."""


def ladder(model: Model, strategy: Strategy, fields: Mapping[str, Value]) -> tuple[Ladder, str]:
    """The sets of a certificate, and what loses an input that is in all of them."""
    own = is_explained(strategy.name)
    strategy = strategy.base if isinstance(strategy, Explained) else strategy
    if isinstance(strategy, ClassStrategy):
        t = read_tables(model, fields)
        place = list(CHAIN).index(strategy.name) if strategy.name in CHAIN else 1
        last = CHAIN.get(strategy.name, OTHER)
        if own and isinstance(strategy, LeadStrategy):  # it may count by levels of its own
            place, last = place + 1, LEVELS
        return [_of_tables(each, t) for each in list(CHAIN)[:place]], _NAMES.get(last, last)
    if strategy.checker == PREFIX_TOP2.checker:
        t = finest_tables(circuits(model), model.frac)
        more, last = _in_parts(model, fields, own)
        return [*(_of_tables(each, t) for each in CHAIN), *more], last
    return [], ROUNDING


def _of_tables(name: str, t: Tables) -> tuple[str, Sequence[Run]]:
    """What a strategy of the chain certifies."""
    return _NAMES.get(CHAIN[name], CHAIN[name]), list(admitted(name, t))


def _in_parts(model: Model, fields: Mapping[str, Value], own: bool) -> tuple[Ladder, str]:
    """A low-rank certificate with both products multiplied out; then, if both are in parts, with the direct path; then,
    if its levels and its rounding are somebody's own, with ours."""
    choice, exact = read_choice(model, fields), Part(True)
    in_parts = [
        rung for rung, part in ((REST_QK, choice.qk), (REST_EU, choice.eu)) if not part.exact
    ]
    names = [TOP_TWO, *in_parts, *([LEVELS] if own else [])]
    choices = {
        TOP_TWO: replace(choice, qk=exact, eu=exact),
        REST_QK: replace(choice, eu=exact),
        REST_EU: choice,
    }
    attention = _attention(fields)
    return [(rung, _runs(model, choices[rung], attention)) for rung in names[:-1]], names[-1]


def _runs(model: Model, choice: Choice, attention: FittedAttention) -> Sequence[Run]:
    """The classes that a choice of parts certifies, rounded as little as it ever is."""
    shares = finest_shares(share_rows(model, choice))
    ends = [attention.ends(attention.numbers(shares, m)) for m in range(shares.v)]
    return list(shares.admitted(ends.__getitem__, tried_levels(shares.n)[-1]))


def _attention(fields: Mapping[str, Value]) -> FittedAttention:
    """As the certificate bounds it."""
    ends = fields["ends"]
    if fields["attention"] == 0 or not isinstance(ends, list):
        return PLAIN
    return Bases([each[0] if isinstance(each, list) and each else 0 for each in ends])
