"""Goal states, where Lean prints them: before and after each tactic.

With the option `trace.Elab.info` Lean prints, for each command, all that an editor could ask about it.  Among this is,
for each tactic, its place and the goals before and after it.  That is many megabytes for a file and takes Lean a
while, so it is done only for modules that are asked for.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.dojo.ilean import Place, Span
from pipeline.errors import ToolingMissing
from pipeline.lean import Builder
from pipeline.lean.modules import Module, relative_path
from pipeline.lean.process import POLL_S, LeanProcess

_TACTIC = re.compile(
    r"(?P<indent> *)• \[Tactic\] @ ⟨(\d+), (\d+)⟩-⟨(\d+), (\d+)⟩(?: @ (?P<by>\S+))?$"
)
"""A place that Lean made up (of a macro's expansion, say) has a dagger, and does not match."""

_FRAMES = ("evalTacticSeq", "evalTacticSeq1Indented", "evalSepTactics", "evalWithAnnotateState")
"""What only holds tactics together."""


@dataclass(frozen=True)
class Step:
    """A tactic, and the goals before and after it, as LeanDojo writes them: a blank line between two goals."""

    span: Span
    before: str
    after: str


def steps_of(printed: str) -> list[Step]:
    """What Lean printed, read: each tactic once, in the order of the text."""
    found: dict[tuple[Place, Place], Step] = {}
    for step in _steps(printed.splitlines()):
        found.setdefault((step.span.start, step.span.end), step)
    return sorted(found.values(), key=lambda step: (step.span.start, step.span.end))


def _steps(lines: Sequence[str]) -> Iterator[Step]:
    for number, line in enumerate(lines):
        tactic = _TACTIC.fullmatch(line)
        if tactic is None or tactic["by"] is None or tactic["by"].split(".")[-1] in _FRAMES:
            continue
        start_line, start, end_line, end = map(int, tactic.groups()[1:5])
        span = Span((start_line, start + 1), (end_line, end + 1))
        text = _below(lines, number, len(tactic["indent"]) + 2)
        before, after = _part(text, "before "), _part(text, "after ")
        if before is not None and after is not None:
            yield Step(span, goals(before), goals(after))


def _below(lines: Sequence[str], number: int, indent: int) -> list[str]:
    """The lines that belong to an item, without what is nested in it."""
    found = []
    for line in lines[number + 1 :]:
        if len(line) - len(line.lstrip(" ")) < indent or line[indent : indent + 2] == "• ":
            break
        found.append(line[indent:])
    return found


def _part(text: Sequence[str], word: str) -> list[str] | None:
    """The lines from the last one that begins with the word, up to the next part."""
    starts = [i for i, line in enumerate(text) if line.startswith(word)]
    if not starts:
        return None
    start = starts[-1]
    rest = list(text[start + 1 :])
    stop = next((i for i, line in enumerate(rest) if line.startswith("after ")), len(rest))
    return [text[start].removeprefix(word), *rest[:stop]]


def goals(lines: Sequence[str]) -> str:
    """Goals as Lean lists them, each ending with what is to be shown, with blank lines between them."""
    kept: list[str] = []
    shown = False
    for line in filter(str.strip, lines):
        if shown and not line.startswith(" "):
            kept.append("")
            shown = False
        shown = shown or line.startswith("⊢")
        kept.append(line)
    return "\n".join(kept)


def goal_states(
    builder: Builder, modules: Mapping[str, Module], wanted: Sequence[str]
) -> Iterator[tuple[str, list[Step]]]:
    """The steps of the wanted ones of the modules, which have all been built before.  One after the other."""
    with tempfile.TemporaryDirectory(prefix="dojo-goals-") as folder:
        work = Path(folder)
        for name, key in builder.keys(dict(modules)).items():
            if builder.store.get(key, work / "lib" / relative_path(name, ".olean")) is None:
                raise ToolingMissing(f"{name} is not built", cure="python -m pipeline.lean build")
        for name in wanted:
            yield name, steps_of(_printed(builder, modules[name], work))


def _printed(builder: Builder, module: Module, work: Path) -> str:
    source = work / "src" / relative_path(module.name)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(module.source)
    out, err = work / "out", work / "err"
    arguments = [f"--root={work / 'src'}", "-Dtrace.Elab.info=true"]
    arguments += ["-Dformat.width=240", str(source)]
    process = LeanProcess(
        builder.toolchain.command(arguments),
        cwd=work,
        env={"LEAN_PATH": str(work / "lib")},
        stdout=out,
        stderr=err,
        limits=builder.limits,
    )
    try:
        while (outcome := process.poll()) is None:
            time.sleep(POLL_S)
    finally:
        process.kill()
    if outcome.returncode or outcome.killed_for:
        said = err.read_text(errors="replace").strip() or f"exit code {outcome.returncode}"
        raise ToolingMissing(f"Lean does not print the goals of {module.name}: {said[-200:]}")
    return out.read_text(errors="replace")
