"""`python -m tests.trust`: every figure behind TRUST.md, measured now.

Each part is a command of its own; this program runs those that are there and writes their figures as the table between
the two marks in TRUST.md and in the README (with --write).  A new part is one line in `PARTS`.

Exit codes: 0 every part says that all is well, 1 some part does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import Annotated, Any

import typer

from pipeline.lean import PROJECT

PAGES = (PROJECT / "TRUST.md", PROJECT / "README.md")
BEGIN = "<!-- figures: python -m tests.trust --write -->"
END = "<!-- end of figures -->"

Read = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Part:
    """A question, the command that answers it with one JSON object on stdout, and how to say the answer."""

    question: str
    command: str
    read: Read

    @property
    def exists(self) -> bool:
        """Is there such a program?"""
        try:
            return find_spec(self.command.split()[0]) is not None
        except ModuleNotFoundError:
            return False


def axioms(found: Mapping[str, Any]) -> str:
    return f"{found['asked']:,} public names asked about; {found['depending']} depend on an axiom"


def special(found: Mapping[str, Any]) -> str:
    return (
        f"{found['declared']:,} declared names looked at, {found['special']} that the kernel or the compiler "
        f"treats specially; {len(found['wrong'])} declared otherwise than they should be"
    )


def faults(found: Mapping[str, Any]) -> str:
    left_out = found["not_possible_here"]
    note = f"; not possible here: {', '.join(left_out)}" if left_out else ""
    return f"{found['injected']:,} injected, {found['survived']:,} survived (seed {found['seed']}){note}"


def proved(found: Mapping[str, Any]) -> str:
    each = found["certificates"]
    return f"{sum(one['proved'] for one in each)} of {len(each)} committed certificates proved"


def agreement(found: Mapping[str, Any]) -> str:
    """The second checker's part; a certificate counts if both checkers agree about it."""
    each = found["certificates"]
    agreed = sum(one["exit_code"] == 0 for one in each)
    return f"{agreed} of {len(each)} committed certificates: Lean and the second checker agree"


def attacks(found: Mapping[str, Any]) -> str:
    """Mutants before Lean, and before its kernel."""
    lines = []
    for name, where in (("python", "the Python side"), ("kernel", "Lean's kernel")):
        each = found[name]
        lines.append(
            f"{each['tried']:,} mutants for {where}: {each['refused']:,} refused, "
            f"{each['still_true']:,} still true, {each['no_verdict']:,} without a verdict"
        )
    false, differ = (
        sum(each[name] for each in found.values())
        for name in ("false_claims_accepted", "checkers_differ")
    )
    return "; ".join([*lines, f"{false} false claims accepted, {differ} disagreements"])


def looked_at(found: Mapping[str, Any]) -> str:
    """Certified inputs in the claim's own words."""
    numbers = [one["numbers"] for one in found["certificates"]]
    inputs, right = (sum(each[key] for each in numbers) for key in ("inputs", "right"))
    factors, within = (
        sum(each[key] for each in numbers) for key in ("factors", "factors_within_bounds")
    )
    digits = max(each["digits"] or 0 for each in numbers)
    return (
        f"{inputs:,} certified inputs evaluated exactly or with intervals of {digits} digits: {right:,} right; "
        f"{within:,} of {factors:,} softmax factors within their bounds"
    )


def second_kernel(found: Mapping[str, Any]) -> str:
    """Its declarations by kind; what stands on axioms is checked with all that it imports, and counted there again."""
    parts = []
    for what, each in found["theory"].items():
        accepted, refused = sum(each["accepted"].values()), each["refused_in_all"]
        parts.append(f"{accepted:,} declarations of the theory {what} accepted, {refused} refused")
    certificates = found["certificates"].values()
    accepted = sum(each["exit_code"] == 0 for each in certificates)
    parts.append(f"{accepted} of {len(certificates)} certificates accepted")
    return "; ".join(parts)


CORPUS = "pipeline.verify --fresh --cross --corpus examples --json"
PARTS = (
    Part("Which axioms does a theorem rest on?", "tests.axioms --json", axioms),
    Part("What is declared under the kernel's own names?", "tests.special_names --json", special),
    Part("Does Lean accept every committed certificate?", CORPUS, proved),
    Part("Does an independent checker agree with Lean?", CORPUS, agreement),
    Part("Are certified inputs right, one by one?", CORPUS, looked_at),
    Part(
        "Does a second kernel accept the theory, and a certificate of each kind of statement?",
        "pipeline.second_kernel --quick --json",
        second_kernel,
    ),
    Part(
        "Is any false claim accepted?",
        "attack --mutants {mutants} --kernel {kernel} --json",
        attacks,
    ),
    Part("Is anything lost or half-written?", "tests.faults --count {faults} --json", faults),
)


@dataclass(frozen=True)
class Answer:
    """What a part says."""

    part: Part
    text: str
    well: bool

    @property
    def row(self) -> str:
        return f"| {self.part.question} | {self.text} | `python -m {self.part.command}` |"


def ask(part: Part) -> Answer:
    """Run a part."""
    if not part.exists:
        return Answer(part, "*not measured: there is no such command yet*", True)
    ran = _run(part.command)
    try:
        text = part.read(json.loads(ran.stdout))
    except (ValueError, KeyError, TypeError) as error:
        last = ran.stderr.strip().splitlines()[-1:] or [repr(error)]
        return Answer(part, f"**failed**: {last[0]}", False)
    return Answer(part, text if ran.returncode == 0 else f"**{text}**", ran.returncode == 0)


def table(answers: Sequence[Answer]) -> str:
    head = ["| question | answer | command |", "| --- | --- | --- |"]
    return "\n".join([*head, *(each.row for each in answers)])


def written(page: str, figures: str) -> str:
    """The page with the table between the marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN} and {END} are not on the page")
    return f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}"


@cache
def _run(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    mutants: Annotated[int, typer.Option(min=1, help="Mutants for the Python side.")] = 10000,
    kernel: Annotated[int, typer.Option(min=1, help="Mutants for Lean's kernel.")] = 300,
    faults: Annotated[int, typer.Option(min=1, help="How many faults to inject.")] = 100,
    only: Annotated[str, typer.Option(help="Only parts whose command contains this.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Put the table into both pages.")] = False,
) -> int:
    if write and only:
        raise typer.BadParameter("the table has all parts, or it is not written")
    numbers = {"mutants": mutants, "kernel": kernel, "faults": faults}
    parts = [
        replace(each, command=each.command.format(**numbers))
        for each in PARTS
        if only in each.command
    ]
    answers = []
    for part in parts:
        print(f"python -m {part.command}", file=sys.stderr, flush=True)
        answers.append(ask(part))
    print(table(answers))
    if write:
        for page in PAGES:
            page.write_text(written(page.read_text(), table(answers)))
    return 0 if all(each.well for each in answers) else 1


if __name__ == "__main__":
    sys.exit(app(standalone_mode=False))
