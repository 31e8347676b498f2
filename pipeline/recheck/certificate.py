"""The fields of a certificate: naturals, lists of naturals, and lists of lists, by the names of the Lean structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.recheck.refused import Refused

Field = int | list[int] | list[list[int]]


@dataclass(frozen=True)
class Certificate:
    """What a strategy's checker is given besides the weights."""

    fields: Mapping[str, Field]

    def _value(self, name: str) -> Field:
        if name not in self.fields:
            raise Refused(f"the field {name} is missing")
        return self.fields[name]

    def nat(self, name: str) -> int:
        value = self._value(name)
        if isinstance(value, int):
            return value
        raise Refused(f"the field {name} is a list, not a number")

    def row(self, name: str) -> list[int]:
        value = self._value(name)
        if isinstance(value, list):
            entries = [each for each in value if isinstance(each, int)]
            if len(entries) == len(value):
                return entries
        raise Refused(f"the field {name} is not a list of numbers")

    def matrix(self, name: str) -> list[list[int]]:
        value = self._value(name)
        if isinstance(value, list):
            rows = [each for each in value if isinstance(each, list)]
            if len(rows) == len(value):
                return rows
        raise Refused(f"the field {name} is not a list of lists")

    def require(
        self, nats: Sequence[str], rows: Sequence[str], matrices: Sequence[str] = ()
    ) -> None:
        """Refuse other fields than these."""
        expected = {*nats, *rows, *matrices}
        if set(self.fields) != expected:
            odd = sorted(set(self.fields) ^ expected)
            raise Refused(f"fields missing or not known: {', '.join(map(ascii, odd))[:200]}")
        for names, get in ((nats, self.nat), (rows, self.row), (matrices, self.matrix)):
            for name in names:
                get(name)
