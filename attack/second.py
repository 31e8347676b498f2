"""Forged certificates of a family, put to its second checker, and what it accepts put to the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attack.judge import FALSE, GAVE_UP, REJECTED, TRUE, Judgement, guarded
from attack.tally import Tally
from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.family import Family
from pipeline.recheck.recheck import verdict
from pipeline.recheck.refused import Refused


@dataclass(frozen=True)
class Forged:
    """A certificate's fields, and the Lean file of the weights that it is about."""

    kind: str
    what: str
    checker: str
    weights: str
    fields: Mapping[str, Field]


@dataclass(frozen=True)
class Second:
    """One family's second checker."""

    family: Family
    about: Callable[[str], Any]
    """What the Lean file of weights is about, as the checker reads it."""
    right: Callable[[Any], int]
    """How many inputs of that are answered rightly, counted from the statement."""

    def judge(self, mutant: Forged) -> Judgement:
        """What it makes of a mutant, and whether what it accepts is true."""
        return guarded(lambda: self._judge(mutant))

    def _judge(self, mutant: Forged) -> Judgement:
        try:
            weights, certificate = self.about(mutant.weights), Certificate(dict(mutant.fields))
            claimed = certificate.nat("bound")
        except Refused as refused:
            return Judgement(REJECTED, str(refused))
        found = verdict(self.family, weights, mutant.checker, certificate)
        if found.gave_up:
            return Judgement(GAVE_UP, found.reason)
        if not found.accepted:
            return Judgement(REJECTED, found.reason)
        right = self.right(weights)
        return Judgement(
            FALSE if claimed > right else TRUE, f"{claimed} claimed, {right} are right"
        )

    def attack(self, mutants: int, make: Callable[[int], Forged]) -> Tally:
        """Judge so many mutants."""
        tally = Tally()
        for number in range(mutants):
            mutant = make(number)
            what = f"number {number}, {mutant.checker}, {mutant.what}"
            tally.add(mutant.kind, what, self.judge(mutant))
        return tally
