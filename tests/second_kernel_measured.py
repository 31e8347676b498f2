"""What was measured of the second kernel, kept row by row with the digest of what it was measured on.

`docs/kernel2-figures.json` has an entry for each part and each certificate.  An entry is made again only when its
digest is another: when the second kernel has changed, or the Lean sources that the entry rests on.  So a run that was
stopped goes on where it was, and after a change only what the change concerns is measured.

A certificate rests on its own two modules and on those that they import, directly or not; and on the theorems that let
numbers be computed, which are checked before any certificate.  No other module of the theory concerns it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.bundle.stored import StoredCertificate
from pipeline.bundle.theory import theory_root
from pipeline.lean import PROJECT, SourceRoot
from pipeline.lean.hand_written import theory_modules
from pipeline.lean.modules import load_modules, parse_header
from pipeline.second_kernel.batch import ARITHMETIC

KEPT = PROJECT / "docs" / "kernel2-figures.json"

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """One run that makes entries."""

    digests: Mapping[str, str]
    """The names of the entries, each with the digest of what it is measured on."""
    make: Callable[[list[str]], Mapping[str, Entry]]
    """Measure those with these names."""


class Measured:
    """The entries, in their file."""

    def __init__(self, path: Path = KEPT) -> None:
        self._path = path
        self.entries: dict[str, Entry] = (
            json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        )

    def outdated(self, task: Task) -> list[str]:
        """The entries that are not there, or were measured on something else."""
        entries = self.entries
        return [
            n for n, of in task.digests.items() if n not in entries or entries[n]["digest"] != of
        ]

    def update(self, task: Task) -> None:
        """Measure what is out of date, and keep it at once."""
        missing = self.outdated(task)
        if missing:
            for name, found in task.make(missing).items():
                self.entries[name] = {"digest": task.digests[name], **found}
            self.save()

    def forget(self, names: Iterable[str]) -> None:
        """Of certificates that are no more."""
        for name in list(names):
            del self.entries[name]

    def save(self) -> None:
        text = json.dumps(self.entries, indent=1, sort_keys=True)
        self._path.write_text(f"{text}\n", encoding="utf-8")


def digest(*parts: str | bytes) -> str:
    """SHA-256 over several texts, each by its own."""
    each = [hashlib.sha256(p.encode() if isinstance(p, str) else p).hexdigest() for p in parts]
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def digest_of_files(paths: Iterable[Path]) -> str:
    """Of files, by what is in them and their names in the project."""
    return digest(*(f"{p.relative_to(PROJECT)} {digest(p.read_bytes())}" for p in sorted(paths)))


def digest_of_kernel() -> str:
    """Of the second kernel's own files."""
    return digest_of_files((PROJECT / "kernel2").glob("*.py"))


def digest_of_theory() -> str:
    """Of the sources of the whole theory."""
    return digest_of_modules(frozenset(theory_modules(theory_root())), theory_root())


@cache
def digest_of_modules(names: frozenset[str], theory: SourceRoot) -> str:
    """Of the sources of modules of the theory and of all that these import."""
    modules = load_modules(names, [theory])
    return digest(*(f"{name} {digest(modules[name].source)}" for name in sorted(modules)))


def digest_of(certificate: StoredCertificate, theory: SourceRoot) -> str:
    """Of the judge, a certificate's own sources, and the sources of the modules that it rests on."""
    lean = certificate.manifest.lean
    own = {lean.weights_module: certificate.weights, lean.module: certificate.theorem}
    imported = {
        each.module for source in own.values() for each in parse_header(source.decode()).imports
    }
    below = digest_of_modules(frozenset((imported - own.keys()) | {ARITHMETIC}), theory)
    return digest(digest_of_kernel(), below, *own, *own.values())
