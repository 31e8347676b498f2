"""What a compiled module declares, read from the file that Lean wrote: every name, and what kind of thing it is.

Nothing is parsed that people write: the names of constructors, recursors and whatever else Lean makes by itself are
among them.  The file is a picture of Lean's memory: objects of eight-byte words that point to each other.  (The layout
is that of Lean 4.35; another one is noticed, as nothing fits then.)
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.lean import Builder, SourceRoot, Toolchain
from pipeline.lean.modules import load_modules

KINDS = ("axiom", "def", "theorem", "opaque", "quot", "inductive", "constructor", "recursor")
"""The constructors of Lean's `ConstantInfo`, in order."""

_BASE, _ROOT = 0x50, 0x58
_HEADER = 8
_ARRAY, _STRING = 246, 249


@dataclass(frozen=True)
class Declared:
    """One constant of a module."""

    module: str
    name: str
    kind: str
    """One of `KINDS`; an axiom that is `unsafe`, which no theorem can use, is an `unsafe axiom`."""


class _Memory:
    """The objects of one file."""

    def __init__(self, content: bytes) -> None:
        assert content[:6] == b"olean\x02", "not a module compiled by Lean 4.35"
        self._content = content
        self._base = self._word(_BASE)

    def root(self) -> int:
        """The object that holds all others: `ModuleData`."""
        return self._word(_ROOT)

    def tag(self, pointer: int) -> int:
        return self._content[self._place(pointer) + 7]

    def fields(self, pointer: int) -> list[int]:
        """What a constructor's object points to."""
        place = self._place(pointer)
        return [self._word(place + _HEADER + 8 * i) for i in range(self._content[place + 6])]

    def flag(self, pointer: int) -> bool:
        """The first byte behind the fields."""
        place = self._place(pointer)
        return self._content[place + _HEADER + 8 * self._content[place + 6]] == 1

    def array(self, pointer: int) -> list[int]:
        assert self.tag(pointer) == _ARRAY
        place = self._place(pointer)
        size = self._word(place + _HEADER)
        return [self._word(place + _HEADER + 16 + 8 * i) for i in range(size)]

    def name(self, pointer: int) -> str:
        """A name, its parts joined by dots."""
        if pointer & 1:  # no object but a small number: the empty name
            return ""
        before, last = self.fields(pointer)
        part = str(last >> 1) if last & 1 else self._string(last)
        return ".".join(filter(None, [self.name(before), part]))

    def _string(self, pointer: int) -> str:
        assert self.tag(pointer) == _STRING
        place = self._place(pointer)
        size = self._word(place + _HEADER)
        return self._content[place + 32 : place + 32 + size - 1].decode()

    def _place(self, pointer: int) -> int:
        place = pointer - self._base
        assert pointer & 7 == 0, pointer
        assert 0 < place < len(self._content), pointer
        return place

    def _word(self, place: int) -> int:
        return int(struct.unpack_from("<Q", self._content, place)[0])


def declared(module: str, olean: Path) -> Iterator[Declared]:
    """Everything that a compiled module declares."""
    memory = _Memory(olean.read_bytes())
    _imports, names, constants, _extra, _entries = memory.fields(memory.root())
    infos = memory.array(constants)
    assert len(infos) == len(memory.array(names))
    for pointer, info in zip(memory.array(names), infos, strict=True):
        [value] = memory.fields(info)
        own_name = memory.fields(memory.fields(value)[0])[
            0
        ]  # its `ConstantVal`, and the name there
        assert memory.name(own_name) == memory.name(pointer)
        kind = KINDS[memory.tag(info)]
        unsafe = "unsafe " if kind == "axiom" and memory.flag(value) else ""
        yield Declared(module, memory.name(pointer), f"{unsafe}{kind}")


def declared_by(
    toolchain: Toolchain, targets: Iterable[str], roots: Iterable[SourceRoot]
) -> list[Declared]:
    """The same of modules and all that they import, built if need be."""
    targets, roots = list(targets), list(roots)
    builder = Builder(toolchain, roots)
    builder.build(targets)
    modules = load_modules(targets, roots)
    found: list[Declared] = []
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        for name, key in builder.keys(modules).items():
            olean = Path(directory) / f"{name}.olean"
            assert builder.store.get(key, olean) is not None, name
            found += declared(name, olean)
    return found
