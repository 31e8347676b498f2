"""What the lengths of all strategies are made of (mirror of `lean/Compact/Transformer/Length/Basic.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.numbers.words import joined, words

WIDEST = 1 << 16
"""Bits of a lane beyond which nothing is read."""


@dataclass(frozen=True)
class Asked:
    """A model's sizes, and what a certificate asks for."""

    model: Model
    fields: Mapping[str, Value]

    @property
    def v(self) -> int:
        return self.model.d_vocab

    @property
    def n(self) -> int:
        return self.model.n_ctx - 1

    def nat(self, name: str) -> int:
        value = self.fields[name]
        assert isinstance(value, int)
        return value

    def bits(self, name: str) -> int:
        """The width of a lane."""
        bits = self.nat(name)
        if bits > WIDEST:
            raise MalformedInput(
                f"the certificate's {name}, a number of {bits.bit_length():,} binary digits, is more bits than a"
                f" lane may have ({WIDEST:,})",
                cure="export the certificate again; if that says the same, the weights span too many powers of two",
            )
        return bits

    def nats(self, name: str) -> list[int]:
        value = self.fields[name]
        assert isinstance(value, list)
        return [entry for entry in value if isinstance(entry, int)]

    def rows(self, name: str) -> list[list[int]]:
        value = self.fields[name]
        assert isinstance(value, list)
        return [entry for entry in value if isinstance(entry, list)]

    @property
    def pairs(self) -> int:
        return self.v * (self.v + 1) // 2

    def classes(self, q: int, m: int) -> int:
        """Classes with other tokens."""
        return max(0, self.n if q == m else self.n - 1)


def beside(bits: int, lanes: int, rows: int) -> int:
    """Rows side by side and added up (`Right.of`, `Right.base`)."""
    return joined(bits * lanes, rows) + rows * words(bits, lanes)


def right(bits: int, lanes: int, rows: int) -> int:
    """The same, and their entries read one by one (`Tensor.right`, `Tensor.transposed`)."""
    return rows * joined(bits, lanes) + beside(bits, lanes, rows)


def packed_product(bits: int, r: int, d: int, c: int) -> int:
    """An `r * d` by a `d * c` matrix, rows packed (`productRows`)."""
    return r * ((2 * d + 4) * words(bits, c) + d)


def rounds(v: int) -> int:
    """The steps in which running maxima of `v` lanes are taken."""
    return max(1, v.bit_length())


def product(r: int, d: int, c: int) -> int:
    """An `r * d` by a `d * c` matrix."""
    return 2 * r * d * c


def power16(prec: int) -> int:
    """A 16th power of a number with so many digits."""
    return (prec + 15) // 16


def exponential(prec: int, steps: int) -> int:
    """The bounds of one exponential, by two powers in each step."""
    return 5 + 2 * steps * power16(prec)


def entry(values: Sequence[int], i: int) -> int:
    """An entry; 0 if there is none."""
    return values[i] if i < len(values) else 0
