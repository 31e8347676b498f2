"""Many mutants, reproducible by a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from attack import certificates, files, lean_files, manifests, networks, weights
from attack.case import Mutant
from attack.claims import ALL
from attack.command import run_command
from attack.judge import Judgement, guarded, judge
from attack.subjects import Subject, make_case, read_bytes, subjects
from attack.tally import Tally
from pipeline.network.strategies import STRATEGIES as NETWORKS

Maker = Callable[[Random, Sequence[Subject]], Mutant]

EXPORT = "export of an altered model"
COMMAND = "the command itself"
EACH_COMMAND = 100
"""One mutant of so many is also given to the program as people run it."""


def exported(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """The genuine certificate of an altered model: what the search claims has to be true."""
    subject = random.choice(subjects)
    what, content = weights.altered(random, subject)
    strategy = subject.certificate.strategy
    model: Any
    if subject.metadata is None:
        model = read_bytes(content)
        certificate = ALL[strategy].search(model, lambda _: None)
    else:
        model = networks.read_bytes(content)
        certificate = NETWORKS[strategy].search(model, lambda _: None)
    return Mutant(EXPORT, what, make_case(model, certificate, content))


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


def attack(seed: int, mutants: int, family: str = "transformer") -> Tally:
    """Judge so many mutants of models of a family."""
    tally = Tally()
    for number in range(mutants):
        mutant, judgement = one(seed, number, family)
        kind, what = (EXPORT, "") if mutant is None else (mutant.kind, mutant.what)
        tally.add(kind, f"number {number}, {what}", judgement)
        if mutant is not None and number % EACH_COMMAND == 0:
            tally.add(COMMAND, f"number {number}, {what}", run_command(mutant.case))
    return tally


def one(seed: int, number: int, family: str = "transformer") -> tuple[Mutant | None, Judgement]:
    """A mutant, and the judgement of it; none if the exporter refuses the altered model."""
    random = Random(f"{seed} {number}")
    of = networks.subjects if family == "network" else subjects
    [maker] = random.choices(list(MAKERS), list(MAKERS.values()))
    made: list[Mutant] = []

    def make_and_judge() -> Judgement:
        made.append(maker(random, of(seed)))
        return judge(made[0].case)

    judgement = guarded(make_and_judge)
    return made[0] if made else None, judgement
