"""Many mutants, reproducible by a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from attack import certificates, files, lean_files, manifests, weights
from attack.case import Mutant
from attack.judge import BAD, Judgement, guarded, judge
from attack.subjects import Subject, make_case, read_bytes, subjects
from pipeline.strategies import STRATEGIES

Maker = Callable[[Random, Sequence[Subject]], Mutant]


def exported(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """The genuine certificate of an altered model: what the search claims has to be true."""
    subject = random.choice(subjects)
    what, content = weights.altered(random, subject)
    model = read_bytes(content)
    certificate = STRATEGIES[subject.certificate.strategy].search(model, lambda _: None)
    return Mutant("export of an altered model", what, make_case(model, certificate, content))


MAKERS: dict[Maker, int] = {
    certificates.mutant: 30,
    weights.mutant: 18,
    weights.swapped: 4,
    manifests.mutant: 16,
    lean_files.mutant: 16,
    files.containers: 8,
    files.places: 6,
    exported: 2,
}
"""The attacks, and how often each is tried of a hundred times."""


@dataclass
class Tally:
    """What became of the mutants, by class of attack, and the bad ones."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def add(self, kind: str, what: str, number: int, judgement: Judgement) -> None:
        self.counts[kind, judgement.result] += 1
        if judgement.result in BAD:
            self.bad.append(f"{judgement.result}: mutant {number}, {kind}, {what}: {judgement.why}")

    def total(self, result: str | None = None) -> int:
        """All mutants, or those with this result."""
        return sum(n for (_, each), n in self.counts.items() if result in (None, each))

    @property
    def kinds(self) -> list[str]:
        return sorted({kind for kind, _ in self.counts})


def attack(seed: int, mutants: int) -> Tally:
    """Judge so many mutants."""
    tally = Tally()
    for number in range(mutants):
        kind, what, judgement = one(seed, number)
        tally.add(kind, what, number, judgement)
    return tally


def one(seed: int, number: int) -> tuple[str, str, Judgement]:
    """The class of a mutant, what it is, and the judgement of it."""
    random = Random(f"{seed} {number}")
    [maker] = random.choices(list(MAKERS), list(MAKERS.values()))
    made: list[Mutant] = []

    def make_and_judge() -> Judgement:
        made.append(maker(random, subjects()))
        return judge(made[0].case)

    judgement = guarded(make_and_judge)
    if not made:  # the exporter refuses the altered model
        return "export of an altered model", "", judgement
    return made[0].kind, made[0].what, judgement
