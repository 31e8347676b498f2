"""Floats as exact dyadic numbers, by their bits.

A finite float is `mantissa * 2**exponent` with integers of at most 53 and 11 bits.  The floats
are never computed with: they are taken apart as bits, and put together again (for the digest) as
float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FloatFormat:
    """An IEEE-style binary format: sign bit, `exponent_bits`, `mantissa_bits`, in that order."""

    exponent_bits: int
    mantissa_bits: int

    @property
    def byte_width(self) -> int:
        return (1 + self.exponent_bits + self.mantissa_bits) // 8


FORMATS = {
    "F16": FloatFormat(5, 10),
    "BF16": FloatFormat(8, 7),
    "F32": FloatFormat(8, 23),
    "F64": FloatFormat(11, 52),
}
"""The accepted formats under their safetensors names."""


@dataclass(frozen=True)
class Dyadics:
    """The numbers `mantissas[i] * 2**exponents[i]`, mantissas odd, or zero with exponent zero."""

    mantissas: Ints
    exponents: Ints

    @property
    def frac(self) -> int:
        """The least `frac >= 0` for which every number is an integer over `2**frac`."""
        return max(0, -int(self.exponents.min(initial=0)))

    def numerators(self, frac: int) -> list[int]:
        """The integers `number * 2**frac`; needs `frac >= self.frac`."""
        shifts = (self.exponents + frac).tolist()
        return [m << s for m, s in zip(self.mantissas.tolist(), shifts, strict=True)]

    def float64_bytes(self) -> bytes:
        """The numbers as little-endian float64, which every accepted format embeds into exactly."""
        numbers: npt.NDArray[np.float64]
        numbers = np.ldexp(self.mantissas.astype(np.float64), self.exponents)
        return bytes(numbers.astype("<f8").tobytes())


class NotFinite(ValueError):
    """The data contains a NaN or an infinity."""


def decode(data: bytes, dtype: str) -> Dyadics:
    """Decode little-endian floats of one of `FORMATS`; raises `NotFinite` on a NaN or infinity."""
    form = FORMATS[dtype]
    unsigned: npt.NDArray[Any] = np.frombuffer(data, dtype=f"<u{form.byte_width}")
    raw = unsigned.astype(np.uint64)
    field_mask = (1 << form.exponent_bits) - 1
    fraction = (raw & np.uint64((1 << form.mantissa_bits) - 1)).astype(np.int64)
    field = ((raw >> np.uint64(form.mantissa_bits)) & np.uint64(field_mask)).astype(np.int64)
    negative = (raw >> np.uint64(form.mantissa_bits + form.exponent_bits)) == 1
    if bool((field == field_mask).any()):
        raise NotFinite
    implicit_bit = np.where(field > 0, 1 << form.mantissa_bits, 0)
    magnitude = fraction | implicit_bit
    bias = (1 << (form.exponent_bits - 1)) - 1 + form.mantissa_bits
    exponents = np.maximum(field, 1) - bias
    return _normalise(np.where(negative, -magnitude, magnitude), exponents)


def _normalise(mantissas: Ints, exponents: Ints) -> Dyadics:
    """Move factors of two from the mantissas to the exponents; both zeros become `0 * 2**0`."""
    lowest_bit = (mantissas & -mantissas).astype(np.float64)  # a power of two up to 2**52, or 0
    twos = np.where(mantissas == 0, 0, np.frexp(lowest_bit)[1].astype(np.int64) - 1)
    exponents = np.where(mantissas == 0, 0, exponents + twos)
    return Dyadics(mantissas >> twos, exponents)
