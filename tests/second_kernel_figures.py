"""`python -m tests.second_kernel_figures --write`: everything that was tried with the second kernel, to its page.

Runs, in this order: the second kernel on the theory and all committed certificates, the attack on it, Lean on what
survives the attack, both kernels on the must-fail certificates and on the odd theories that prove `False`.  Without
--write the tables are printed.  Takes about forty minutes.  With --keep DIR the parts' results are kept there, and a
run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel2.limits import MAX_DEPTH
from pipeline.bundle.theory import theory_root
from pipeline.lean import PROJECT
from pipeline.second_kernel.batch import ARITHMETIC
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.theory import WITH_AXIOMS, theory_modules
from tests.lean_support import toolchain
from tests.second_kernel_cases import figures as cases
from tests.second_kernel_cases import table
from tests.second_kernel_size import judges, lines_of
from tests.second_kernel_survivors import judge

PAGE = PROJECT / "docs" / "kernel2.md"
FAULTS, MUTANTS = 4000, 600
MUTATED = (
    "Compact.Foundation.Core.Logic",
    "Compact.Foundation.Nat.Add",
    "Compact.Foundation.Nat.Gcd",
)
_MARKS = re.compile(r"(<!-- figures: .* -->\n).*(<!-- end of figures -->)", re.DOTALL)


def command(*arguments: str) -> dict[str, Any]:
    """What a command prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments, "--json"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def attack() -> dict[str, Any]:
    """The attack, on the theory without what rests on axioms."""
    theory = theory_root()
    names = [name for name in theory_modules(theory) if not name.startswith(WITH_AXIOMS)]
    with tempfile.TemporaryDirectory() as directory:
        Oleans(Path(directory), toolchain(), theory).add(names)
        options = [f"--path={directory}", f"--faults={FAULTS}", f"--mutants={MUTANTS}"]
        mutate = [f"--mutate={name}" for name in MUTATED]
        return command("kernel2.attack", *options, *mutate, ARITHMETIC, *names)


def theory_table(found: dict[str, Any]) -> str:
    lines = ["| theory | modules | accepted | refused | functions computed | seconds | MB |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for what, each in found["theory"].items():
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


def certificate_table(found: dict[str, Any]) -> str:
    lines = [
        "| certificate | second kernel | MB | Lean | times |",
        "| --- | --- | --- | --- | --- |",
    ]
    for theorem, each in found["certificates"].items():
        name = theorem.removeprefix("Compact.Certificates.")
        if each["exit_code"]:
            lines.append(f"| `{name}` | {each['error']} | | | |")
            continue
        times = f"{each['lean_cpu_seconds']:.1f} s | {each['times_lean']}"
        lines.append(f"| `{name}` | {each['cpu_seconds']} s | {each['memory_mb']:,} | {times} |")
    return "\n".join(lines) + "\n"


def attack_table(found: dict[str, Any], lean: dict[str, list[str]]) -> str:
    survived = found["faults_survived"]
    outcomes = ", ".join(f"{n} {what}" for what, n in sorted(found["mutant_outcomes"].items()))
    judged = f"Lean's kernel accepts {len(lean['accepted'])} of them"
    rest = len(lean["objected"]) + len(lean["not written"])
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
        (
            "faults that survive",
            sum(survived.values()),
            f"{survived['same']} equal by definition, {survived['admissible']} admissible, "
            f"{survived['open']} with another statement; {judged}, {rest} left for people",
        ),
        ("changed bytes", found["mutants"], outcomes),
    ]
    lines = ["| attack | tried | result |", "| --- | --- | --- |"]
    lines += [f"| {what} | {tried:,} | {result} |" for what, tried, result in rows]
    return "\n".join(lines) + "\n"


def kept(directory: Path | None, name: str, make: Callable[[], Any]) -> Any:
    """A part's result, made now or kept by an earlier run."""
    path = None if directory is None else directory / f"{name}.json"
    if path is not None and path.is_file():
        return json.loads(path.read_text())
    found = make()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found))
    return found


def lines_of_code() -> str:
    """How much there is to be read."""
    decide = sum(map(lines_of, judges()))
    every = sum(map(lines_of, (PROJECT / "kernel2").glob("*.py")))
    return (
        f"Lines of code (no blank lines, comments, documentation, imports): {decide:,} decide what is accepted; "
        f"{every:,} with what prints the statement, runs it under limits and words its messages.\n"
    )


def text(keep: Path | None = None) -> str:
    """The figures, as they stand on the page."""
    found = kept(
        keep, "second_kernel", lambda: command("pipeline.second_kernel", "--real", "--timeout=7200")
    )
    attacked = kept(keep, "attack", attack)
    lean = kept(keep, "lean", lambda: judge(attacked["survivors"]))
    for label in [*attacked["bad"], *lean["objected"], *lean["not written"]]:
        print(label, file=sys.stderr)
    both = kept(keep, "cases", cases)
    parts = [
        lines_of_code(),
        theory_table(found),
        certificate_table(found),
        attack_table(attacked, lean),
        "Import-free theories with a `theorem oops : False` and no axiom; but in `AxiomQuot` both are told to allow "
        "`Quot.sound` (`tests/lean/odd`):\n\n" + table(both["odd"]),
        "The must-fail certificates (`tests/lean/must_fail`), compiled with Lean's kernel switched on and off:\n\n"
        + table(both["must_fail"]),
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.setrecursionlimit(MAX_DEPTH)
    parser = argparse.ArgumentParser(
        prog="python -m tests.second_kernel_figures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--write", action="store_true", help="write them to the page")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the parts' results here")
    options = parser.parse_args()
    figures = text(options.keep)
    if options.write:
        PAGE.write_text(_MARKS.sub(lambda m: f"{m[1]}\n{figures}\n{m[2]}", PAGE.read_text()))
    else:
        print(figures)
