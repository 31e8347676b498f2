"""The objects in a compiled module (`.olean`, format version 2, 64 bits, numbers by GMP).

Rule: the file is a header of 88 bytes (5 "olean", 1 version, 1 flags, 33 Lean's version, 40 its git hash, 8 base
address), the pointer to the root object, and objects.  An object begins with 8 bytes: 4 unused, 2 size, 1 number of
pointers, 1 tag; tags up to 244 are constructors (pointers, then plain bytes).  A pointer is an absolute address; an odd
one is a small number, or a constructor without fields.  (Lean's `src/runtime/object.h`, `src/library/module.cpp`.)

A file may hold anything: every access is checked, and a pointer that is followed has to lead *down*, to an object that
stands before the one that holds it, as Lean writes them; so there are no circles.
"""

from __future__ import annotations

from struct import unpack_from

from kernel2.errors import Malformed

HEADER = 88
SUPPORTED = 2
GMP_NUMBERS = 1
LAST_CONSTRUCTOR, ARRAY, STRING, NUMBER = 244, 246, 249, 250


class Constructor:
    """A constructor with its fields."""

    __slots__ = ("fields", "plain", "tag")

    def __init__(self, tag: int, fields: tuple[int, ...], plain: int) -> None:
        self.tag = tag
        self.fields = fields
        self.plain = plain
        """Where its plain bytes begin."""


class Heap:
    """The bytes of one file."""

    def __init__(self, data: bytes) -> None:
        if data[:5] != b"olean":
            raise Malformed("not a compiled Lean module (.olean)")
        if len(data) < HEADER + 8:
            raise Malformed("the file ends in its header")
        if data[5] != SUPPORTED or not data[6] & GMP_NUMBERS:
            raise Malformed(f"an .olean file of version {data[5]}; known is version {SUPPORTED} with GMP numbers")
        self._data = data
        self._base = int.from_bytes(data[HEADER - 8 : HEADER], "little")

    def root(self) -> int:
        return self._word(HEADER)

    def constructor(self, pointer: int, above: int | None = None) -> Constructor:
        """The constructor here; `above` is the pointer to the object that holds the pointer."""
        if pointer & 1:
            return Constructor(pointer >> 1, (), -1)
        at, tag, count = self._object(pointer, above)
        if tag > LAST_CONSTRUCTOR:
            raise Malformed("something else where a constructor has to be")
        return Constructor(tag, self._words(at, count), at + 8 * count)

    def node(self, pointer: int, tag: int, count: int, above: int | None = None) -> tuple[int, ...]:
        """The fields of a constructor that has to have this tag and so many fields."""
        found = self.constructor(pointer, above)
        if found.tag != tag or len(found.fields) != count:
            raise Malformed("another constructor than has to be here")
        return found.fields

    def byte(self, at: int) -> int:
        self._check(at, at + 1)
        return self._data[at]

    def word32(self, at: int) -> int:
        self._check(at, at + 4)
        return int.from_bytes(self._data[at : at + 4], "little")

    def array(self, pointer: int, above: int | None = None) -> tuple[int, ...]:
        at, tag, _ = self._object(pointer, above)
        if tag != ARRAY:
            raise Malformed("something else where an array has to be")
        count = self._word(at)
        return self._words(at + 16, count)

    def list(self, pointer: int) -> list[int]:
        """The elements of a `List`."""
        elements = []
        above: int | None = None
        while not (pointer & 1 and pointer >> 1 == 0):
            first, rest = self.node(pointer, 1, 2, above)
            elements.append(first)
            above, pointer = pointer, rest
        return elements

    def string(self, pointer: int) -> str:
        at, tag, _ = self._object(pointer, None)
        if tag != STRING:
            raise Malformed("something else where a text has to be")
        start = at + 24
        end = start + self._word(at)  # with a zero byte at the end
        self._check(start, end)
        if end == start or self._data[end - 1]:
            raise Malformed("a text without an end")
        try:
            return self._data[start : end - 1].decode("utf-8", "strict")
        except UnicodeDecodeError:
            raise Malformed("a text that is not UTF-8") from None

    def number(self, pointer: int) -> int:
        if pointer & 1:
            return pointer >> 1
        at, tag, _ = self._object(pointer, None)
        if tag != NUMBER:
            raise Malformed("something else where a number has to be")
        size = self._word(at) >> 32  # 4 bytes allocated, 4 bytes size and sign; then the pointer to the limbs
        if size >> 31:
            raise Malformed("a negative number")
        start = self._word(at + 8) - self._base
        self._check(start, start + 8 * size)
        return int.from_bytes(self._data[start : start + 8 * size], "little")

    def _object(self, pointer: int, above: int | None) -> tuple[int, int, int]:
        """Where the object's fields begin, its tag, its number of pointers."""
        if pointer & 7 or (above is not None and pointer >= above):
            raise Malformed("a pointer that leads nowhere")
        at = pointer - self._base
        head = self._word(at)
        return at + 8, head >> 56, (head >> 48) & 255

    def _words(self, at: int, count: int) -> tuple[int, ...]:
        self._check(at, at + 8 * count)
        return unpack_from(f"<{count}Q", self._data, at)

    def _word(self, at: int) -> int:
        self._check(at, at + 8)
        return int.from_bytes(self._data[at : at + 8], "little")

    def _check(self, start: int, end: int) -> None:
        if start < HEADER or end > len(self._data):
            raise Malformed("a pointer out of the file")
