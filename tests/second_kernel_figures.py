"""`python -m tests.second_kernel_figures [PART...]`: what was tried with the second kernel, measured, on its page.

Parts: `theory`; `certificates`, those that are committed; `attack`, faults at random places, planted declarations,
changed bytes, and Lean on what survives; `cases`, both kernels on the must-fail certificates and on the odd theories
that prove `False`; `large`, the certificates in examples/large; `real`, in one process all theorems about the real
numbers.  The first four if none is named.

What was measured on the kernel and the Lean sources at hand is not measured again (`second_kernel_measured`), so a run
that was stopped goes on.  The page is then written anew.  --check only says what is out of date (exit code 1 then).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from kernel2.limits import MAX_DEPTH
from pipeline.bundle.manifest import Manifest
from pipeline.bundle.theory import theory_root
from pipeline.errors import PipelineError
from pipeline.lean import PROJECT, Limits
from pipeline.lean.hand_written import theory_modules
from pipeline.second_kernel.batch import ARITHMETIC, Batch
from pipeline.second_kernel.listed import SHIPPED, genuine_bundles, stored_certificates
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.theory import (
    OF_THE_REALS,
    WITH_AXIOMS,
    check_everything,
    check_theory,
)
from tests.lean_support import LEAN_FILES, toolchain
from tests.second_kernel_cases import figures as cases
from tests.second_kernel_cases import table
from tests.second_kernel_measured import (
    Entry,
    Measured,
    Task,
    digest,
    digest_of,
    digest_of_files,
    digest_of_kernel,
    digest_of_theory,
)
from tests.second_kernel_size import judges, lines_of
from tests.second_kernel_survivors import judge

PAGE = PROJECT / "docs" / "kernel2.md"
FAULTS, MUTANTS = 3000, 300
MUTATED = (
    "Compact.Foundation.Core.Logic",
    "Compact.Foundation.Nat.Add",
    "Compact.Foundation.Nat.Gcd",
)
USUAL = ("theory", "certificates", "attack", "cases")
PARTS = (*USUAL, "large", "real")
LIMITS = Limits(timeout_s=7200)
OUTDATED = "out of date"
"""The name of the entry that says which were out of date when the page was written."""
_MARKS = re.compile(r"(<!-- figures: .* -->\n).*(<!-- end of figures -->)", re.DOTALL)


def lists(part: str) -> list[Path]:
    """The lists of a part's certificates."""
    return sorted((SHIPPED if part == "certificates" else SHIPPED / part).glob("*.json"))


def tasks(parts: Iterable[str]) -> Iterator[Task]:
    """What has to be run for these parts, one after the other."""
    kernel, theory, root = digest_of_kernel(), digest_of_theory(), theory_root()
    attacker = digest_of_files((PROJECT / "kernel2" / "attack").glob("*.py"))
    forged = digest_of_files(LEAN_FILES.glob("*/*.lean"))
    for part in parts:
        if part == "theory":
            yield one(part, digest(kernel, theory), lambda: check_theory(toolchain(), root, LIMITS))
        elif part == "attack":
            yield one(part, digest(kernel, theory, attacker), attack)
        elif part == "cases":
            yield one(part, digest(kernel, theory, forged), cases)
        elif part == "real":
            stored = [each for path in lists("certificates") for each in stored_certificates(path)]
            of = digest(kernel, theory, *(digest_of(each, root) for each in stored))
            yield one(part, of, lambda: {OF_THE_REALS: check_everything(toolchain(), root, LIMITS)})
        else:
            for path in lists(part):
                digests = {
                    entry_name(part, each.manifest): digest_of(each, root)
                    for each in stored_certificates(path)
                }
                yield Task(digests, partial(judged, part, path))


def one(part: str, of: str, make: Callable[[], Entry]) -> Task:
    """A part that is one entry."""
    return Task({part: of}, lambda _: {part: make()})


def entry_name(part: str, manifest: Manifest) -> str:
    """What a certificate's entry is called."""
    return f"{part} {manifest.lean.theorem}"


def judged(part: str, path: Path, names: list[str]) -> dict[str, Entry]:
    """What the second kernel says of these certificates of a list, in one run."""
    bundles = {entry_name(part, b.manifest): b for b in genuine_bundles(path, theory_root())}
    batch = Batch(toolchain(), theory_root(), LIMITS)
    numbers = {batch.add(bundles[name]): name for name in names}
    found: dict[str, Entry] = {}
    for number, verdict in batch.verdicts(lambda line: print(line, file=sys.stderr)).items():
        if isinstance(verdict, PipelineError):
            found[numbers[number]] = {"error": verdict.message}
        else:
            found[numbers[number]] = vars(verdict)
    return found


def attack() -> dict[str, Any]:
    """The attack, on the theory without what rests on axioms; and how many survivors Lean accepts."""
    names = [name for name in theory_modules(theory_root()) if not name.startswith(WITH_AXIOMS)]
    with tempfile.TemporaryDirectory() as directory:
        Oleans(Path(directory), toolchain(), theory_root()).add(names)
        options = [f"--path={directory}", f"--faults={FAULTS}", f"--mutants={MUTANTS}", "--json"]
        options += [f"--mutate={name}" for name in MUTATED]
        command = [sys.executable, "-m", "kernel2.attack", *options, ARITHMETIC, *names]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    lean = judge(found.pop("survivors"))
    found["left_for_people"] = [*found["bad"], *lean["objected"], *lean["not written"]]
    return found | {"lean_accepts": len(lean["accepted"])}


def theory_table(runs: Entry) -> str:
    lines = ["| theory | modules | accepted | refused | functions computed | seconds | MB |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for what, each in sorted(runs.items(), key=lambda run: len(run[0])):
        accepted = sum(each["accepted"].values())
        row = [
            what,
            each["modules"],
            f"{accepted:,}",
            each["refused_in_all"],
            len(each["computed"]),
        ]
        lines.append(
            "| " + " | ".join(map(str, [*row, each["cpu_seconds"], each["memory_mb"]])) + " |"
        )
    return "\n".join(lines) + "\n"


def certificate_table(found: dict[str, Entry]) -> str:
    lines = [
        "| certificate | second kernel | MB | Lean | times |",
        "| --- | --- | --- | --- | --- |",
    ]
    for theorem, each in found.items():
        name = theorem.rpartition(" ")[2].removeprefix("Compact.Certificates.")
        if "error" in each:
            lines.append(f"| `{name}` | {each['error']} | | | |")
            continue
        seconds, lean = each["cpu_seconds"], each["lean_cpu_seconds"]
        cells = [f"{seconds} s", f"{each['memory_mb']:,}", f"{lean:.1f} s", f"{seconds / lean:.1f}"]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def attack_table(found: Entry) -> str:
    survived = found["faults_survived"]
    outcomes = ", ".join(f"{n} {what}" for what, n in sorted(found["mutant_outcomes"].items()))
    judged = f"Lean's kernel accepts {found['lean_accepts']} of them"
    rest = len(found["left_for_people"])
    rows = [
        (
            "declarations planted by hand",
            found["planted"],
            f"{found['planted_right']} judged as they should be",
        ),
        (
            "faults at random places",
            found["faults"],
            f"{found['faults_refused']:,} refused, {found['faults_without_verdict']} without a verdict",
        ),
        *(
            (f"... in {kind}", tried, f"{refused:,} refused")
            for kind, (tried, refused) in found.get("faults_by_kind", {}).items()
        ),
        (
            "faults that survive",
            sum(survived.values()),
            f"{survived['same']} equal by definition, {survived['admissible']} admissible, "
            f"{survived['open']} with another statement; {judged}, {rest} left for people",
        ),
        ("changed bytes", found["mutants"], outcomes or "not tried on this theory yet"),
    ]
    lines = ["| attack | tried | result |", "| --- | --- | --- |"]
    lines += [f"| {what} | {tried:,} | {result} |" for what, tried, result in rows]
    return "\n".join(lines) + "\n"


def lines_of_code() -> str:
    """How much there is to be read."""
    decide = sum(map(lines_of, judges()))
    every = sum(map(lines_of, (PROJECT / "kernel2").glob("*.py")))
    return (
        f"Lines of code (no blank lines, comments, documentation, imports): {decide:,} decide what is accepted; "
        f"{every:,} with what prints the statement, runs it under limits and words its messages.\n"
    )


def text(found: dict[str, Entry]) -> str:
    """The figures, as they stand on the page."""
    rows = {
        part: {name: each for name, each in found.items() if name.startswith(f"{part} ")}
        for part in ("certificates", "large")
    }
    parts = [*earlier(found[OUTDATED]["names"]), lines_of_code()]
    runs = {what: run for part in ("theory", "real") for what, run in found.get(part, {}).items()}
    parts.append(theory_table({what: run for what, run in runs.items() if what != "digest"}))
    parts.append(worst(rows["certificates"]) + certificate_table(rows["certificates"]))
    if rows["large"]:
        parts.append("In `examples/large`:\n\n" + certificate_table(rows["large"]))
    parts.append(attack_table(found["attack"]))
    parts.append(
        "Import-free theories with a `theorem oops : False` and no axiom; but in `AxiomQuot` both are told to allow "
        "`Quot.sound` (`tests/lean/odd`):\n\n" + table(found["cases"]["odd"])
    )
    parts.append(
        "The must-fail certificates (`tests/lean/must_fail`), compiled with Lean's kernel switched on and off:\n\n"
        + table(found["cases"]["must_fail"])
    )
    return "\n".join(parts)


def earlier(names: list[str]) -> list[str]:
    """A line that says which figures are not of the kernel and the theory at hand, if there are any."""
    counts = Counter(name.partition(" ")[0] for name in names)
    said = ", ".join(f"{part} ({n})" if n > 1 else part for part, n in counts.items())
    why = "measured before the last change of the second kernel, or of the Lean sources that they rest on"
    return (
        [f"Of these figures some were {why}; the command measures them again: {said}.\n"]
        if names
        else []
    )


def worst(found: dict[str, Entry]) -> str:
    """The extremes of a table."""
    good = [each for each in found.values() if "error" not in each]
    times = max(each["cpu_seconds"] / each["lean_cpu_seconds"] for each in good)
    memory = max(each["memory_mb"] for each in good)
    return (
        f"{len(good)} of {len(found)} committed certificates accepted; at most {times:.1f} times Lean's time and"
        f" {memory:,} MB:\n\n"
    )


def page_with(found: dict[str, Entry]) -> str:
    """The page with these figures on it."""
    return _MARKS.sub(lambda m: f"{m[1]}\n{text(found)}\n{m[2]}", PAGE.read_text(encoding="utf-8"))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.second_kernel_figures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args()
    measured, parts = Measured(), options.parts or USUAL
    if options.check:
        outdated = [name for task in tasks(parts) for name in measured.outdated(task)]
        print(*(f"out of date: {name}" for name in outdated), sep="\n")
        return bool(outdated)
    known = set[str]()
    for task in tasks(parts):
        measured.update(task)
        known |= set(task.digests)
    measured.forget(n for n in measured.entries if n.partition(" ")[0] in parts and n not in known)
    outdated = [name for task in tasks(PARTS) for name in measured.outdated(task)]
    measured.entries[OUTDATED] = {"names": outdated}
    measured.save()
    PAGE.write_text(page_with(Measured().entries), encoding="utf-8")  # in the order of the file
    return 0


if __name__ == "__main__":
    sys.setrecursionlimit(MAX_DEPTH)
    sys.exit(main())
