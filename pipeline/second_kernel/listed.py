"""The certificates of a list, and a quick choice among them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.stored import StoredCertificate, find_manifests, read_stored
from pipeline.cli.corpus import read_corpus
from pipeline.families import read_subject
from pipeline.lean import PROJECT, SourceRoot
from pipeline.second_kernel.reviewed import printed

SHIPPED = PROJECT / "examples"
"""The folder with the lists of all committed certificates."""


def stored_certificates(corpus: Path) -> list[StoredCertificate]:
    """The certificates of a list, as they lie there: whether they are genuine is not asked."""
    found = [find_manifests(task.certificate) for task in read_corpus(corpus)]
    return [read_stored(manifest) for manifests in found for manifest in manifests]


def genuine_bundles(corpus: Path, theory: SourceRoot) -> list[Bundle]:
    """The certificates of a list (or of all in a folder), each as its model and its manifest give it."""
    bundles = []
    for task in read_corpus(corpus):
        model = read_subject(task.model)
        for manifest in find_manifests(task.certificate):
            bundles.append(read_stored(manifest).require_genuine(model, theory))
    return bundles


def smallest_of_each_kind(bundles: Iterable[Bundle]) -> list[Bundle]:
    """Of each kind of statement (what Lean prints, names and number left open) the certificate with fewest bytes."""
    found: dict[str, Bundle] = {}
    for bundle in sorted(bundles, key=_size):
        found.setdefault(printed(bundle), bundle)
    return list(found.values())


def _size(bundle: Bundle) -> int:
    return len(bundle.weights) + len(bundle.theorem)
