"""Every committed certificate is in the list that continuous integration verifies."""

from __future__ import annotations

from pathlib import Path

from pipeline.bundle.stored import find_manifests
from pipeline.cli.corpus import read_corpus

PROJECT = Path(__file__).parent.parent
CERTIFICATES = PROJECT / "lean" / "Compact" / "Certificates"


def test_every_committed_certificate_is_listed() -> None:
    tasks = read_corpus(PROJECT / "examples" / "corpus.json")
    listed = [manifest.resolve() for task in tasks for manifest in find_manifests(task.certificate)]
    assert sorted(listed) == sorted(CERTIFICATES.rglob("*.json"))
    assert all(task.model.is_file() for task in tasks)
