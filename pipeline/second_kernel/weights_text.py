"""The values in a generated `Weights.lean` that theorems are about, read from its text.

These are `weights`, and what is named after it: `weights.table`, the right answer to each input of a task of its own.

Numbers are in hexadecimal, a list is a list, the fields of a structure go by their names, and any other constructor is
`{its short name: its arguments}`: as `kernel2` reads them from the bytes, but for the full names of constructors
(`short`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.errors import MalformedInput

WEIGHTS = "weights"
_DEFINITION = re.compile(
    r"^def ([\w.]+) : (?:[\w.]+ where\n((?:  .*\n)+)|List Nat := (.*\n))", re.MULTILINE
)
_NAMES = re.compile(rf"^def ({WEIGHTS}(?:\.\w+)*) ", re.MULTILINE)
_TOKEN = re.compile(r":=|[][(){},]|\.?\w+|\S")
_END = ""


def names_in(source: str) -> list[str]:
    """`weights`, and what is named after it."""
    return _NAMES.findall(source)


def data_in(source: str) -> dict[str, Any]:
    """`weights` and what is named after it; a text that is not written as we write it is `MalformedInput`."""
    values: dict[str, Any] = {}
    for name, fields, numbers in _DEFINITION.findall(source):
        if name in values:
            raise _malformed("another definition", name)
        reader = _Reader(fields or numbers, values)
        values[name] = reader.fields(_END) if fields else reader.whole()
    if WEIGHTS not in values:
        raise MalformedInput("Weights.lean defines no `weights`")
    return {name: values[name] for name in names_in(source)}


def short(data: Any) -> Any:
    """What was read from the bytes, with constructors' short names."""
    if isinstance(data, list):
        return [short(item) for item in data]
    if isinstance(data, dict):
        return {name.rpartition(".")[2]: short(inside) for name, inside in data.items()}
    return data


class _Reader:
    """Reads the body of a definition; `before` are the values of earlier ones."""

    def __init__(self, text: str, before: Mapping[str, Any]) -> None:
        self._tokens: list[str] = [*_TOKEN.findall(text), _END, _END]
        self._at = 0
        self._before = before

    def fields(self, end: str) -> dict[str, Any]:
        """`name := value`, until the end; between them a comma or the end of a line."""
        found: dict[str, Any] = {}
        while self._next() != end:
            name = self._name()
            if name in found:
                raise _malformed("another field", name)
            self._take(":=")
            found[name] = self._value()
            if self._next() == ",":
                self._take()
        return found

    def whole(self) -> Any:
        """One value, and nothing after it."""
        found = self._value()
        if self._next() != _END:
            raise _malformed("the end", self._next())
        return found

    def _value(self) -> Any:
        """A value, or a constructor and its arguments."""
        first = self._next()
        if first in ("[", "{", "(", "nat_lit") or first in self._before:
            return self._atom()
        arguments = []
        name = self._name()
        while self._next() not in (_END, ",", "]", "}", ")") and self._next(1) != ":=":
            arguments.append(self._atom())
        return {name: arguments}

    def _atom(self) -> Any:
        """A value that needs no parentheses."""
        token = self._next()
        if token == "nat_lit":
            self._take()
            return self._number()
        if token in self._before:
            return self._before[self._take()]
        if token not in ("[", "{", "("):
            return {self._name(): []}
        self._take()
        if token == "[":
            return self._items()
        if token == "{":
            found: Any = self.fields("}")
            self._take("}")
        else:
            found = self._value()
            self._take(")")
        return found

    def _items(self) -> list[Any]:
        found = []
        while self._next() != "]":
            found.append(self._value())
            if self._next() != "]":
                self._take(",")
        self._take("]")
        return found

    def _number(self) -> str:
        try:
            return hex(int(self._take(), 0))
        except ValueError:
            raise _malformed("a number", self._tokens[self._at - 1]) from None

    def _name(self) -> str:
        token = self._take()
        if not token.removeprefix(".").isidentifier():
            raise _malformed("a name", token)
        return token.removeprefix(".")

    def _next(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead]

    def _take(self, expected: str | None = None) -> str:
        token = self._next()
        if token != expected and (expected is not None or token == _END):
            raise _malformed(expected or "something", token)
        self._at += 1
        return token


def _malformed(expected: str, found: str) -> MalformedInput:
    return MalformedInput(f"Weights.lean: {expected} has to be where {found[:40]!a} is")
