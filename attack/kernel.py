"""Mutants before Lean's kernel: it has to accept exactly the certificates that the second checker accepts.

Each mutant is one theorem, `check weights certificate = true` or `= false` as the second checker says, proved by
`decide +kernel`; many theorems are in one file, and a file is one run of Lean.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from random import Random

from attack.certificates import forged
from attack.judge import DIFFER, FALSE, REJECTED, TRUE
from attack.subjects import subjects
from attack.theorems import Theorem, other_weights
from attack.truth import correct
from pipeline.bundle.theory import theory_root
from pipeline.lean import Builder, Limits, ModuleResult, SourceRoot, find_toolchain
from pipeline.recheck import Verdict
from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.recheck import verdict
from pipeline.recheck.weights import SIZES, TENSORS, Weights

PREFIX = "Attack"
GAVE_UP = "beyond what is evaluated"
A_FILE = 60
"""Theorems in a file."""
LIMITS = Limits(timeout_s=600)


@dataclass(frozen=True)
class Asked:
    """A theorem, and what the second checker says of it."""

    theorem: Theorem
    verdict: Verdict

    @property
    def expected(self) -> str:
        return "true" if self.verdict.accepted else "false"


@dataclass
class KernelTally:
    """What became of the mutants, by class of attack, and the bad ones."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def total(self, result: str | None = None) -> int:
        return sum(n for (_, each), n in self.counts.items() if result in (None, each))

    @property
    def kinds(self) -> list[str]:
        return sorted({kind for kind, _ in self.counts})


def attack_kernel(seed: int, mutants: int) -> KernelTally:
    """Ask Lean about so many mutants."""
    tally = KernelTally()
    asked = []
    for number in range(mutants):
        theorem = _mutant(Random(f"kernel {seed} {number}"))
        found = verdict(theorem.weights, theorem.strategy, theorem.certificate)
        if found.gave_up:  # Lean's kernel is not asked for powers that it does not compute
            tally.counts[theorem.kind, GAVE_UP] += 1
            continue
        asked.append(Asked(theorem, found))
    for each, agreed in ask(asked):
        kind, what = each.theorem.kind, f"{each.theorem.strategy}, {each.theorem.what}"
        result = TRUE if each.verdict.accepted else REJECTED
        if not agreed:
            result = DIFFER
        elif each.verdict.accepted:
            bound, right = each.theorem.certificate.nat("bound"), correct(each.theorem.weights)
            result = TRUE if bound <= right else FALSE
        tally.counts[kind, result] += 1
        if result in (DIFFER, FALSE):
            tally.bad.append(f"{result}: {kind}, {what}: {each.verdict.reason}")
    return tally


def _mutant(random: Random) -> Theorem:
    _, theorem = forged(random, subjects())
    return other_weights(random, theorem) if random.random() < 0.25 else theorem


def ask(asked: Sequence[Asked]) -> Iterator[tuple[Asked, bool]]:
    """Does Lean prove what is expected of each theorem?"""
    by_strategy = sorted(asked, key=lambda each: each.theorem.strategy)
    batches: dict[str, list[Asked]] = {}
    for _, group in groupby(by_strategy, key=lambda each: each.theorem.strategy):
        each = list(group)
        for start in range(0, len(each), A_FILE):
            batches[f"{PREFIX}.Batch{len(batches)}"] = each[start : start + A_FILE]
    results = _build({name: render(batch) for name, batch in batches.items()})
    for name, batch in batches.items():
        lines = _first_lines(batch)
        wrong = {message.line for message in results[name].messages if message.is_error}
        understood = results[name].ok or (wrong and wrong <= set(lines))
        for each, line in zip(batch, lines, strict=True):
            yield each, bool(understood) and line not in wrong


def render(batch: Sequence[Asked]) -> str:
    """The theorems as a Lean file; each is one line."""
    return _header(batch) + "".join(_render(each) + "\n" for each in batch)


def _first_lines(batch: Sequence[Asked]) -> list[int]:
    first = _header(batch).count("\n") + 1
    return list(range(first, first + len(batch)))


def _header(batch: Sequence[Asked]) -> str:
    return f"prelude\nimport Compact.Strategy.{_module(batch[0])}\nopen Compact\n"


def _module(each: Asked) -> str:
    return "".join(part.capitalize() for part in each.theorem.strategy.split("-"))


def _render(each: Asked) -> str:
    module, theorem = _module(each), each.theorem
    certificate = f"({_structure(theorem.certificate)} : {module}.Certificate)"
    claim = f"{module}.check {_weights(theorem.weights)} {certificate} = {each.expected}"
    return f"example : {claim} := by decide +kernel"


def _weights(w: Weights) -> str:
    sizes: Mapping[str, Field] = {name: getattr(w, name) for name in SIZES}
    tensors = [
        f"{name} := {_structure(Certificate({'bits': t.bits, 'rows': list(t.rows)}))}"
        for name, t in ((name, w.tensors[name]) for name in TENSORS)
    ]
    return "{ " + ", ".join([_structure(Certificate(sizes))[2:-2], *tensors]) + " }"


def _structure(certificate: Certificate) -> str:
    fields = [f"{name} := {_value(value)}" for name, value in certificate.fields.items()]
    return "{ " + ", ".join(fields) + " }"


def _value(value: Field) -> str:
    if isinstance(value, int):
        return f"nat_lit {value:#x}"
    return "[" + ", ".join(map(_value, value)) + "]"


def _build(sources: Mapping[str, str]) -> Mapping[str, ModuleResult]:
    with tempfile.TemporaryDirectory(prefix="attack-lean-") as folder:
        root = SourceRoot(PREFIX, Path(folder))
        for module, text in sources.items():
            path = root.path_of(module)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        builder = Builder(find_toolchain(), [theory_root(), root], limits=LIMITS)
        report = builder.attempt(sources)
        return {module: report[module] for module in sources}
