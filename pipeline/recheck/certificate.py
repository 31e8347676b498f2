"""The fields of a certificate: naturals and lists of naturals, by the names of the Lean structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.recheck.refused import Refused

Field = int | list[int]


@dataclass(frozen=True)
class Certificate:
    """What a strategy's checker is given besides the weights."""

    fields: Mapping[str, Field]

    def nat(self, name: str) -> int:
        value = self.fields[name]
        if isinstance(value, int):
            return value
        raise Refused(f"the field {name} is a list, not a number")

    def row(self, name: str) -> list[int]:
        value = self.fields[name]
        if isinstance(value, list):
            return value
        raise Refused(f"the field {name} is a number, not a list")

    def require(self, nats: Sequence[str], rows: Sequence[str]) -> None:
        """Refuse other fields than these."""
        expected = {*nats, *rows}
        if set(self.fields) != expected:
            odd = sorted(set(self.fields) ^ expected)
            raise Refused(f"fields missing or not known: {', '.join(map(ascii, odd))[:200]}")
        for name in nats:
            self.nat(name)
        for name in rows:
            self.row(name)
