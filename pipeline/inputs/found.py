"""Inputs sorted into wrong, right but not proved, and proved."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.emit.theorem import Value
from pipeline.errors import CheckersDiffer
from pipeline.inputs.members import Bools, Inputs, Members
from pipeline.inputs.rungs import ladder
from pipeline.inputs.truth import judged
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.strategies import ByClasses


@dataclass(frozen=True, order=True)
class One:
    """An input, by its margin: the answer's logit less the largest of the others."""

    margin: float
    tokens: tuple[int, ...]
    lost_by: str = ""

    def json(self) -> dict[str, Any]:
        known: dict[str, Any] = {"tokens": list(self.tokens), "margin": self.margin}
        return known | ({"lost_by": self.lost_by} if self.lost_by else {})


@dataclass
class Found:
    """What came of looking at all inputs.  Of each kind only so many are kept, those with the least margins."""

    limit: int
    wrong: list[One] = field(default_factory=list)
    unproved: list[One] = field(default_factory=list)
    """Right, but not counted by the certificate"""
    many_wrong: int = 0
    proved: int = 0
    lost_by: Counter[str] = field(default_factory=Counter)
    wrong_at: dict[str, Counter[int]] = field(default_factory=dict)
    unproved_at: dict[str, Counter[int]] = field(default_factory=dict)
    """`["maximum"]` (or, of other tasks, `["answer"]`) and `["query"]`: how many for each token"""

    @property
    def many_unproved(self) -> int:
        return self.lost_by.total()

    def json(self) -> dict[str, Any]:
        def counts(found: Mapping[str, Counter[int]]) -> dict[str, Any]:
            return {by: {str(key): each[key] for key in sorted(each)} for by, each in found.items()}

        return {
            "wrong": self.many_wrong,
            "right_but_not_proved": self.many_unproved,
            "proved": self.proved,
            "lost_by": dict(self.lost_by),
            "wrong_by": counts(self.wrong_at),
            "right_but_not_proved_by": counts(self.unproved_at),
            "wrong_inputs": [each.json() for each in self.wrong],
            "right_but_not_proved_inputs": [each.json() for each in self.unproved],
        }


def look(
    model: Model,
    strategy: Strategy,
    fields: Mapping[str, Value],
    limit: int,
    progress: Callable[[str], None],
) -> Found:
    """Look at every input.  `CheckersDiffer` if the certificate counts one that is wrong."""
    v, n = model.d_vocab, model.n_ctx - 1
    progress("what the certificate counts, and what weaker proofs would")
    rungs, last = ladder(model, strategy, fields)
    names = [name for name, _ in rungs]
    sets = [Members.of(runs, v, n) for _, runs in rungs]
    counted = _counted(model, strategy, fields)
    found = Found(limit)
    for each in judged(model):
        if each.query % max(1, v // 8) == 0:
            progress(f"looking at all {v ** (n + 1):,} inputs: {each.query}/{v}")
        inputs = Inputs.of(each.query, v, n)
        proved = counted(inputs)
        if bool((proved & ~each.right).any()):
            tokens = inputs.tokens(int(np.flatnonzero(proved & ~each.right)[0]))
            raise CheckersDiffer(
                f"the certificate counts {tokens}, which the model answers wrongly",
                cure="python -m pipeline.verify: Lean has to refuse it; if it does not, please report both",
            )
        found.proved += int(proved.sum())
        found.many_wrong += int((~each.right).sum())
        open_ones = each.right & ~proved
        rung = np.full(inputs.many, len(sets))
        for place in reversed(range(len(sets))):
            rung[~sets[place][each.query].hold(inputs)] = place
        named = [*names, last]
        found.lost_by.update(
            {named[i]: many for i, many in enumerate(np.bincount(rung[open_ones]).tolist()) if many}
        )
        count(found.wrong_at, "maximum", inputs.maximum, each.query, ~each.right)
        count(found.unproved_at, "maximum", inputs.maximum, each.query, open_ones)
        keep(found.wrong, limit, each.margin, ~each.right, inputs, lambda _: "")
        lost = lambda index, rung=rung, named=named: named[int(rung[index])]  # noqa: E731
        keep(found.unproved, limit, each.margin, open_ones, inputs, lost)
    return found


def _counted(
    model: Model, strategy: Strategy, fields: Mapping[str, Value]
) -> Callable[[Inputs], Bools]:
    """Which inputs a certificate counts."""
    if isinstance(strategy, ByClasses):
        runs = strategy.counted(model, fields)
        members = Members.of(runs, model.d_vocab, model.n_ctx - 1)
        return lambda inputs: members[inputs.query].hold(inputs)
    rounding = [fields[name] for name in ("prec", "steps", "shift", "width")]
    params = Params(*(each for each in rounding if isinstance(each, int)))
    enclosure = enclose(circuits(model), model.frac, params)
    check = BruteForceCheck.of(enclosure)
    return lambda inputs: np.array(list(check.passing(inputs.query))) & enclosure.narrow


def count(into: dict[str, Counter[int]], what: str, tokens: Any, query: int, chosen: Bools) -> None:
    """Add to the counts by a token of each input, and by query."""
    many = np.bincount(tokens[chosen]).tolist()
    into.setdefault(what, Counter()).update(
        {token: each for token, each in enumerate(many) if each}
    )
    into.setdefault("query", Counter()).update({query: int(chosen.sum())} if chosen.any() else {})


def keep(
    kept: list[One],
    limit: int,
    margin: Any,
    chosen: Bools,
    inputs: Inputs,
    lost: Callable[[int], str],
) -> None:
    """Keep those with the least margins."""
    places = np.flatnonzero(chosen)
    if limit and len(places) > limit:
        places = places[np.argpartition(margin[places], limit - 1)[:limit]]
    new = [One(float(margin[i]), tuple(inputs.tokens(int(i))), lost(int(i))) for i in places]
    both: Sequence[One] = [*kept, *new]
    kept[:] = heapq.nsmallest(limit, both) if limit else sorted(both)
