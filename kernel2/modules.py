"""Which modules there are and where, and in which order they come.

Rule: a module's imports are read from the module itself.  Each comes before it; one that is missing, or a circle, is an
error.  Where a digest is given, the file has to have it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kernel2.errors import Malformed
from kernel2.module import Module, parse_module


@dataclass(frozen=True)
class Place:
    """Where a module is."""

    path: Path
    sha256: str | None = None

    def read(self) -> Module:
        """Read the module; the bytes that are compared with the digest are those that are read."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise Malformed(f"{self.path}: {error.strerror}") from None
        if self.sha256 is not None and hashlib.sha256(data).hexdigest() != self.sha256:
            raise Malformed(f"{self.path}: not the file that was built from the source (its SHA-256 is another)")
        try:
            return parse_module(data)
        except Malformed as error:
            raise Malformed(f"{self.path}: {error}") from None


class Library:
    """Modules found in trees of compiled files, or in a list of them."""

    def __init__(self, trees: Iterable[Path], listed: dict[str, Place]) -> None:
        self._trees = tuple(trees)
        self._listed = listed
        self.modules: dict[str, Module] = {}
        """What has been read, each module after its imports."""

    def load(self, names: Iterable[str]) -> list[Module]:
        """Read modules and all that they import; those that had not been read before."""
        before = set(self.modules)
        for name in names:
            self._load(name, ())
        return [module for name, module in self.modules.items() if name not in before]

    def path(self, name: str) -> Path:
        """The file of a module."""
        return self._place(name, ()).path

    def _load(self, name: str, above: tuple[str, ...]) -> None:
        if name in self.modules:
            return
        if name in above:
            raise Malformed(f"modules import each other in a circle: {' -> '.join([*above, name])}")
        module = self._place(name, above).read()
        for each in module.imports:
            self._load(each, (*above, name))
        self.modules[name] = module

    def _place(self, name: str, above: tuple[str, ...]) -> Place:
        if name in self._listed:
            return self._listed[name]
        for tree in self._trees:
            path = tree.joinpath(*name.split(".")).with_suffix(".olean")
            if path.is_file():
                return Place(path)
        why = f", imported by {above[-1]}" if above else ""
        raise Malformed(f"no compiled module {name}{why}")


def read_list(path: Path) -> dict[str, Place]:
    """A JSON file `{module: [path of its .olean, SHA-256]}`; the digest may be left out."""
    try:
        entries = json.loads(path.read_bytes())
        return {name: Place(Path(file), *digest) for name, (file, *digest) in entries.items()}
    except OSError as error:
        raise Malformed(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise Malformed(f"{path}: not a list of modules: {error}") from None
