"""Mutants before Lean's kernel: it has to accept exactly the certificates that the second checker accepts.

Each mutant is one theorem, `check weights certificate = true` or `= false` as the second checker says, proved by
`decide +kernel`; many theorems are in one file, and a file is one run of Lean.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random

from attack import networks
from attack.certificates import forged
from attack.claims import untrue
from attack.judge import DIFFER, FALSE, GAVE_UP, REJECTED, TRUE, Judgement
from attack.subjects import subjects
from attack.tally import Tally
from attack.theorems import Theorem, other_weights
from attack.truth import exact_of
from pipeline.bundle.theory import theory_root
from pipeline.lean import Builder, Limits, ModuleResult, SourceRoot, find_toolchain
from pipeline.recheck import Verdict
from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.families import FAMILIES
from pipeline.recheck.network.weights import Weights as Networks
from pipeline.recheck.recheck import verdict
from pipeline.recheck.transformer.weights import SIZES, TENSORS, Weights

PREFIX = "Attack"
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


def attack_kernel(seed: int, mutants: int, family: str = "transformer") -> Tally:
    """Ask Lean about so many mutants of models of a family, and of their certificates."""
    tally = Tally()
    asked: list[Asked] = []
    number = 0
    while len(asked) < mutants:
        theorem = _mutant(seed, number, family)
        found = verdict(FAMILIES[family], theorem.weights, theorem.checker, theorem.certificate)
        if found.gave_up:  # Lean's kernel does not compute such powers either
            tally.add(theorem.kind, theorem.what, Judgement(GAVE_UP, found.reason))
        else:
            asked.append(Asked(theorem, found))
        number += 1
    for each, agreed in ask(asked):
        theorem = each.theorem
        tally.add(theorem.kind, f"{theorem.strategy}, {theorem.what}", _judgement(each, agreed))
    return tally


def _judgement(asked: Asked, agreed: bool) -> Judgement:
    if not agreed:
        return Judgement(DIFFER, f"Lean does not say {asked.expected}: {asked.verdict.reason}")
    if not asked.verdict.accepted:
        return Judgement(REJECTED, asked.verdict.reason)
    theorem = asked.theorem
    if theorem.family == "network":
        wrong = networks.untrue_of(theorem.certificate, theorem.weights)
    else:
        wrong = untrue(theorem.checker, theorem.certificate, exact_of(theorem.weights))
    return Judgement(FALSE if wrong else TRUE, wrong or asked.verdict.reason)


def _mutant(seed: int, number: int, family: str = "transformer") -> Theorem:
    random = Random(f"kernel {seed} {number}")
    of = networks.subjects if family == "network" else subjects
    _, theorem = forged(random, of(seed))
    return other_weights(random, theorem) if random.random() < 0.25 else theorem


def ask(asked: Sequence[Asked]) -> Iterator[tuple[Asked, bool]]:
    """Does Lean prove what is expected of each theorem?"""
    by_checker = sorted(asked, key=lambda each: each.theorem.checker)
    batches: dict[str, list[Asked]] = {}
    for _, group in groupby(by_checker, key=lambda each: each.theorem.checker):
        alike = list(group)
        for start in range(0, len(alike), A_FILE):
            batches[f"{PREFIX}.Batch{len(batches)}"] = alike[start : start + A_FILE]
    results = _build({name: render(batch) for name, batch in batches.items()})
    for name, batch in batches.items():
        yield from zip(batch, _holding(results[name], _header(batch), len(batch)), strict=True)


def agreed(name: str, header: str, lines: Sequence[str], more: Mapping[str, str]) -> list[bool]:
    """Which of these lines Lean accepts, after this header and with these other modules."""
    results = _build({**more, name: header + "".join(f"{line}\n" for line in lines)})
    return _holding(results[name], header, len(lines))


def _holding(result: ModuleResult, header: str, count: int) -> list[bool]:
    """Which of so many lines after the header hold; none if Lean stumbles over anything else."""
    first = header.count("\n") + 1
    lines = range(first, first + count)
    wrong = {message.line for message in result.messages if message.is_error}
    understood = result.ok or (wrong and wrong <= set(lines))
    return [bool(understood) and line not in wrong for line in lines]


def render(batch: Sequence[Asked]) -> str:
    """The theorems as a Lean file; each is one line."""
    return _header(batch) + "".join(_render(each) + "\n" for each in batch)


def _header(batch: Sequence[Asked]) -> str:
    theorem = batch[0].theorem
    if theorem.family == "network":
        return f"prelude\nimport Compact.Network.Strategy.{theorem.checker}\nopen Compact Compact.Network\n"
    return f"prelude\nimport Compact.Transformer.Strategy.{theorem.checker}\nopen Compact\n"


def _render(each: Asked) -> str:
    theorem, checker = each.theorem, each.theorem.checker
    certificate = f"({structure(theorem.certificate)} : {checker}.Certificate)"
    if theorem.family == "network":
        certificate = f"({structure(theorem.certificate)} : Network.{checker}.Certificate)"
        claim = (
            f"Network.{checker}.check {_network(theorem.weights)} {certificate} = {each.expected}"
        )
    else:
        claim = f"{checker}.check {_weights(theorem.weights)} {certificate} = {each.expected}"
    return f"example : {claim} := by decide +kernel"


def _weights(w: Weights) -> str:
    sizes: Mapping[str, Field] = {name: getattr(w, name) for name in SIZES}
    tensors = [
        f"{name} := {structure(Certificate({'bits': t.bits, 'rows': list(t.rows)}))}"
        for name, t in ((name, w.tensors[name]) for name in TENSORS)
    ]
    return "{ " + ", ".join([structure(Certificate(sizes))[2:-2], *tensors]) + " }"


def _network(w: Networks) -> str:
    """The weights of a two-token network; a tensor that is used twice is written twice."""
    tensors = {
        name: structure(Certificate({"bits": t.bits, "rows": list(t.rows)}))
        for name, t in w.tensors.items()
    }
    table = structure(Certificate({"bits": w.table.bits, "rows": list(w.table.rows)}))
    fields = [f"{name} := nat_lit {getattr(w, name)}" for name in ("order", "width", "frac")]
    fields.append(f"table := {table}")
    for side, parts in w.parts.items():
        written = " ".join(tensors[name] for name in parts)
        inner = f".product (nat_lit {w.inner[side]})" if len(parts) == 2 else ".stored"
        fields.append(f"{side} := {inner} {written}")
    fields += [f"b := {tensors['b']}", f"b_U := {tensors['b_U']}"]
    return "{ " + ", ".join(fields) + " }"


def structure(certificate: Certificate) -> str:
    """The fields of a structure in Lean."""
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
