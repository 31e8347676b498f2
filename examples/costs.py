"""What Lean takes for certificates, and how well `pipeline.proof.cost` guesses it.

    python -m examples.costs [MODEL=CERTIFICATE ...]
    python -m examples.costs --lengths

Measures the committed certificates (`examples/corpus.json` and its like), and further ones with their models, as
they were built last on this machine; those that were not are built now.  Writes `pipeline/proof/costs.csv`, which
guesses are made from, and the table in `docs/costs.md`.  With `--lengths`
nothing is measured: only the lengths of the committed certificates are counted anew, after a change of what counts.
Rows of certificates elsewhere stay as they are until they are named again.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.corpus import Task, read_corpus
from pipeline.families import family_of, read_subject
from pipeline.lean import PROJECT, Builder, SourceRoot, find_toolchain
from pipeline.lean.modules import relative_path
from pipeline.lean.private import private_temporary_directory
from pipeline.proof.cost import MEASURED, Measured, Subject, errors, held_out, read_measured

PAGE = PROJECT / "docs" / "costs.md"
BEGINS, ENDS = "<!-- python -m examples.costs -->", "<!-- end of table -->"
COLUMNS = (
    "model",
    "family",
    "checker",
    "strategy",
    "operations",
    "weights_bytes",
    "seconds",
    "memory_mb",
)


def measured(tasks: Sequence[Task]) -> Iterator[Measured]:
    """Each certificate of these models."""
    toolchain = find_toolchain()
    for task in tasks:
        model = read_subject(task.model)
        family = family_of(model)
        for path in find_manifests(task.certificate):
            stored = read_stored(path)
            manifest = stored.manifest
            sources = {
                manifest.lean.weights_module: stored.weights,
                manifest.lean.module: stored.theorem,
            }
            with private_temporary_directory() as directory:
                for module, source in sources.items():
                    file = directory / relative_path(module)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(source)
                own = SourceRoot(manifest.lean.module.rpartition(".")[0], directory)
                report = Builder(toolchain, [theory_root(), own]).build([manifest.lean.module])
            built = report[manifest.lean.module]
            digest = theory_digest(family.name, manifest.strategy, theory_root())
            yield Measured(
                manifest.model.name,
                Subject(
                    family.name,
                    family.strategy(manifest.strategy).checker,
                    manifest.strategy,
                    stored.derived(model, digest).operations,
                    len(stored.weights),
                ),
                round(built.cpu_seconds, 2),
                round(built.peak_rss_mb),
            )


def lengths(tasks: Sequence[Task]) -> Iterator[tuple[str, str, int]]:
    """Of each certificate: its model's name, its strategy, its length."""
    for task in tasks:
        model = read_subject(task.model)
        for path in find_manifests(task.certificate):
            stored = read_stored(path)
            manifest = stored.manifest
            digest = theory_digest(manifest.family, manifest.strategy, theory_root())
            yield manifest.model.name, manifest.strategy, stored.derived(model, digest).operations


def main(arguments: Sequence[str]) -> None:
    """Measure, write, and say how good guesses are."""
    known = {(row.model, row.subject.strategy): row for row in read_measured()}
    corpus = read_corpus(PROJECT / "examples")
    if list(arguments) == ["--lengths"]:
        for name, strategy, operations in lengths(corpus):
            if old := known.get((name, strategy)):
                subject = replace(old.subject, operations=operations)
                known[name, strategy] = replace(old, subject=subject)
    else:
        more = [Task(*map(Path, each.split("=", 1))) for each in arguments]
        for row in measured([*corpus, *more]):
            known[row.model, row.subject.strategy] = row
            print(row.model, row.subject.strategy, row.seconds, row.memory_mb, flush=True)
    rows = sorted(known.values(), key=lambda row: (row.subject.family, row.model))
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(_cells(row) for row in rows)
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGINS)
    PAGE.write_text(f"{before}{BEGINS}\n{table(rows)}{ENDS}{rest.split(ENDS)[1]}", encoding="utf-8")


def _cells(row: Measured) -> list[object]:
    of = row.subject
    sizes = [of.family, of.checker, of.strategy, of.operations, of.weights_bytes]
    return [row.model, *sizes, row.seconds, int(row.memory_mb)]


def table(rows: Sequence[Measured]) -> str:
    """Guesses and what was measured, in Markdown."""
    seconds, memory = errors(rows)
    lines = [
        f"{len(rows)} certificates. Off by a factor of (whichever way):",
        "",
        "| | one in two at most | nine in ten at most | all at most |",
        "| --- | --- | --- | --- |",
        f"| seconds | {seconds.median:.2f} | {seconds.ninth:.2f} | {seconds.most:.2f} |",
        f"| memory | {memory.median:.2f} | {memory.ninth:.2f} | {memory.most:.2f} |",
        "",
        "| family | model | strategy | operations | CPU s: predicted | measured | MB: predicted | measured |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row, cost in zip(rows, held_out(rows), strict=True):
        of = row.subject
        figures = (
            f"{cost.seconds:.1f} | {row.seconds:.1f} | {cost.memory_mb:,.0f} | {row.memory_mb:,.0f}"
        )
        lines.append(
            f"| {of.family} | {row.model} | {of.strategy} | {of.operations:,} | {figures} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(sys.argv[1:])
