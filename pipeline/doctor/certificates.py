"""The certificates of a list: do their hashes match, and do their files say what model and witnesses give?

This is what `pipeline.verify` does before it asks Lean; nothing is proved here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_root
from pipeline.cli.corpus import Task, read_corpus
from pipeline.doctor.finding import Finding, fine, note, wrong
from pipeline.errors import PipelineError
from pipeline.families import read_subject
from pipeline.lean import PROJECT

SHIPPED = PROJECT / "examples"
"""The folder with the shipped lists."""


def look_at_certificates(corpus: Path | None = None) -> Iterator[Finding]:
    """Every certificate of the list, or of the shipped ones where there are any."""
    if corpus is None and not list(SHIPPED.glob("*.json")):
        yield note("certificates", "no list of shipped certificates here", "give --corpus FILE")
        return
    try:
        tasks = read_corpus(SHIPPED if corpus is None else corpus)
    except PipelineError as error:
        yield _of(error)
        return
    for task in tasks:
        yield from _look_at(task)


def _look_at(task: Task) -> Iterator[Finding]:
    try:
        model = read_subject(task.model)
        manifests = find_manifests(task.certificate)
    except PipelineError as error:
        yield _of(error)
        return
    for manifest in manifests:
        try:
            bundle = read_stored(manifest).require_genuine(model, theory_root())
        except PipelineError as error:
            yield _of(error)
        else:
            strategy, file = bundle.manifest.strategy, task.model.name
            yield fine("certificates", f"{strategy} of {file}: hashes, weights and theory match")


def _of(error: PipelineError) -> Finding:
    cure = error.cure or "check the repository out again"
    return wrong("certificates", error.message, cure, error.exit_code)
