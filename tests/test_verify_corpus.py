"""Every committed certificate is in one of the lists that continuous integration verifies (`.ci/run`)."""

from __future__ import annotations

from pathlib import Path

from pipeline.bundle.stored import find_manifests
from pipeline.cli.corpus import read_corpus

PROJECT = Path(__file__).parent.parent
CERTIFICATES = PROJECT / "lean" / "Compact" / "Certificates"


def test_every_committed_certificate_is_listed() -> None:
    lists = sorted((PROJECT / "examples").glob("*.json"))
    tasks = read_corpus(PROJECT / "examples")
    assert tasks == [task for each in lists for task in read_corpus(each)]
    ci = (PROJECT / ".ci" / "run").read_text()
    assert "pipeline.verify --cross --corpus examples " in ci
    # As with --fresh, nothing that was built before is used:
    assert 'PIPELINE_STORE="$(mktemp -d)"' in ci
    listed = [manifest.resolve() for task in tasks for manifest in find_manifests(task.certificate)]
    assert sorted(listed) == sorted(CERTIFICATES.rglob("*.json"))
    assert all(task.model.is_file() for task in tasks)
