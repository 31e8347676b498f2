"""Lean modules: names, files, the `import` lines, and an order in which they can be built.

Only the header of a file is read, by Lean's own grammar for headers:

    [module] [prelude] ([public] [meta] import [all] Name)*

with white space and comments between.  A doc comment (`/--`, `/-!`) or anything else ends the header.
"""

from __future__ import annotations

import graphlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MalformedInput

_COMPONENT = r"[^\W\d][\w'!?]*"
_NAME = re.compile(rf"{_COMPONENT}(?:\.{_COMPONENT})*")
_IMPORT = re.compile(r"(?:public\s+)?(?:meta\s+)?import\s+(?:all\s+)?(?=\S)")
_WORD = re.compile(r"(?:module|prelude)\b")
_COMMENT_EDGE = re.compile(r"/-|-/")


@dataclass(frozen=True)
class SourceRoot:
    """The modules `prefix` and `prefix.*` live in `directory`: `A.B` is the file `directory/A/B.lean`."""

    prefix: str
    directory: Path

    def covers(self, module: str) -> bool:
        """Whether a module of this name belongs here."""
        return module == self.prefix or module.startswith(self.prefix + ".")

    def path_of(self, module: str) -> Path:
        """The file of a module."""
        return self.directory / relative_path(module)


@dataclass(frozen=True)
class Import:
    """One imported module and where the import stands (line from 1, column from 0, as Lean counts)."""

    module: str
    line: int
    column: int


@dataclass(frozen=True)
class Header:
    """What the header of a file says."""

    prelude: bool
    imports: tuple[Import, ...]


@dataclass(frozen=True)
class Module:
    """A module that is to be built, with the very bytes that will be given to Lean."""

    name: str
    path: Path
    source: bytes
    imports: tuple[str, ...]


def relative_path(module: str, suffix: str = ".lean") -> Path:
    """`A.B` -> `A/B.lean`."""
    return Path(*module.split(".")).with_suffix(suffix)


def module_name(path: Path, directory: Path) -> str:
    """`directory/A/B.lean` -> `A.B`."""
    return ".".join(path.relative_to(directory).with_suffix("").parts)


def is_module_name(name: str) -> bool:
    """Whether this is a plain module name (no guillemets, nothing that could leave its directory)."""
    return _NAME.fullmatch(name) is not None


def modules_under(directory: Path) -> list[str]:
    """The names of all modules in a directory, sorted."""
    return sorted(module_name(path, directory) for path in directory.rglob("*.lean"))


def parse_header(text: str, file: str = "<text>") -> Header:
    """Read the header of a Lean file; `file` is for the error message."""
    position = _skip_space(text, 0)
    prelude = False
    while word := _WORD.match(text, position):
        prelude = prelude or word.group() == "prelude"
        position = _skip_space(text, word.end())
    imports: list[Import] = []
    while keyword := _IMPORT.match(text, position):
        name = _NAME.match(text, keyword.end())
        line, column = _line_and_column(text, keyword.end() if name is None else name.start())
        if name is None:
            raise MalformedInput(
                f"{file}:{line}:{column}: expected the name of a module after `import`"
            )
        imports.append(Import(name.group(), line, column))
        position = _skip_space(text, name.end())
    return Header(prelude, tuple(imports))


def _skip_space(text: str, position: int) -> int:
    """The next position that is neither white space nor in a comment."""
    while position < len(text):
        if text[position].isspace():
            position += 1
        elif text.startswith("--", position):
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif text.startswith("/-", position) and text[position + 2 : position + 3] not in (
            "-",
            "!",
        ):
            position = _end_of_comment(text, position)
        else:
            break
    return position


def _end_of_comment(text: str, start: int) -> int:
    """The end of the block comment that begins at `start`; block comments nest."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/-" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1)


def load_modules(targets: Iterable[str], roots: Sequence[SourceRoot]) -> dict[str, Module]:
    """The targets and everything they import, each after its imports.

    A missing or unreadable file, a file without `prelude` and a cycle are `MalformedInput`, with file and line.
    """
    loaded: dict[str, Module] = {}
    places: dict[tuple[str, str], str] = {}
    waiting = [(name, "") for name in dict.fromkeys(targets)]
    while waiting:
        name, imported_at = waiting.pop()
        if name in loaded:
            continue
        module, header = _load(name, imported_at, roots)
        loaded[name] = module
        for item in header.imports:
            place = f"{module.path}:{item.line}:{item.column}: "
            places[name, item.module] = place
            waiting.append((item.module, place))
    return {name: loaded[name] for name in _in_order(loaded, places)}


def _load(name: str, imported_at: str, roots: Sequence[SourceRoot]) -> tuple[Module, Header]:
    if not is_module_name(name):
        raise MalformedInput(f"{imported_at}`{name}` is not the name of a module")
    root = max(
        (root for root in roots if root.covers(name)),
        key=lambda root: len(root.prefix),
        default=None,
    )
    if root is None:
        known = ", ".join(sorted({root.prefix for root in roots}))
        raise MalformedInput(f"{imported_at}unknown module `{name}` (known roots: {known})")
    path = root.path_of(name)
    try:
        source = path.read_bytes()
        text = source.decode("utf-8")
    except FileNotFoundError:
        raise MalformedInput(f"{imported_at}module `{name}` is missing: no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedInput(
            f"{imported_at}cannot read module `{name}` from {path}: {error}"
        ) from None
    header = parse_header(text, str(path))
    if not header.prelude:
        raise MalformedInput(
            f"{path}:1:0: does not begin with `prelude` (Lean's own library is not used here)"
        )
    return Module(
        name, path, source, tuple(dict.fromkeys(item.module for item in header.imports))
    ), header


def _in_order(loaded: dict[str, Module], places: dict[tuple[str, str], str]) -> list[str]:
    """A topological order, the same in every run."""
    graph = {name: sorted(loaded[name].imports) for name in sorted(loaded)}
    try:
        return list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        cycle: list[str] = list(reversed(error.args[1]))  # each imports the next
        place = places[cycle[0], cycle[1]]
        raise MalformedInput(
            f"{place}modules import each other in a cycle: {' -> '.join(cycle)}"
        ) from None
