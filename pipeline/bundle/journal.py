"""What a commit has still to do, on disk, so that a later writer can finish it.

A commit touches several files, and a process can be killed between any two of them.  Once all new files are staged,
this note says which names are to disappear and which staged file takes which name; it is removed when that is done.
A writer that finds one does it: carrying a note out twice is the same as once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from pipeline.bundle.layout import WEIGHTS_FILE, is_explained_file, manifest_file, theorem_file
from pipeline.families import certificate_names

JOURNAL_FILE = ".export.journal"
TEMPORARY = re.compile(r"\.[A-Za-z0-9.-]+\.[0-9a-f]{16}\.tmp")
"""The names of staged files."""


class Journal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """File names in the certificate's directory."""

    remove: list[str]
    """What the new weights outdate."""
    rename: dict[str, str]
    """The staged file of each new one, in the order in which they are to appear."""

    @classmethod
    def of(cls, outdated: Sequence[str], staged: Mapping[str, Path]) -> Journal:
        return cls(list(outdated), {name: path.name for name, path in staged.items()})

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    def carry_out(self, directory: Path) -> None:
        """Do what is left: an old manifest goes before what it vouches for, a new one comes after it."""
        waiting = {
            name: directory / staged
            for name, staged in self.rename.items()
            if (directory / staged).exists()
        }
        for name in [*self.remove, *reversed(waiting)]:
            (directory / name).unlink(missing_ok=True)
        for name, staged in waiting.items():
            staged.replace(directory / name)

    @property
    def is_ours(self) -> bool:
        """Does it name nothing but files of certificates?  A hostile one could name others."""
        own = {WEIGHTS_FILE} | {
            name
            for each in certificate_names()
            for name in (manifest_file(each), theorem_file(each))
        }
        staged = self.rename.values()
        named = {*self.remove, *self.rename}
        own |= set(filter(is_explained_file, named))
        return named <= own and all(map(TEMPORARY.fullmatch, staged))


def read_journal(directory: Path) -> Journal | None:
    """The note that a killed writer left, if it is whole."""
    try:
        journal = msgspec.json.decode((directory / JOURNAL_FILE).read_bytes(), type=Journal)
    except (OSError, msgspec.MsgspecError):
        return None
    return journal if journal.is_ours else None
