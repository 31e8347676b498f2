"""Floats as they are stored, taken apart exactly: a finite float is `mantissa * 2^exponent` with integers."""

from __future__ import annotations

from pipeline.recheck.refused import Refused

FORMATS = {"F16": (5, 10), "BF16": (8, 7), "F32": (8, 23), "F64": (11, 52)}
"""Bits of the exponent and of the fraction, by the names of safetensors."""

Dyadic = tuple[int, int]
"""Mantissa and exponent."""


def decode(data: bytes, dtype: str) -> list[Dyadic]:
    """The numbers in little-endian data; refuses a NaN or an infinity."""
    if dtype not in FORMATS:
        raise Refused(f"entries of type {ascii(dtype)[:20]} are not read")
    exponent_bits, fraction_bits = FORMATS[dtype]
    width = (1 + exponent_bits + fraction_bits) // 8
    largest, bias = (1 << exponent_bits) - 1, (1 << exponent_bits - 1) - 1
    numbers = []
    for start in range(0, len(data), width):
        raw = int.from_bytes(data[start : start + width], "little")
        fraction = raw & (1 << fraction_bits) - 1
        field = raw >> fraction_bits & largest
        if field == largest:
            raise Refused("the weights have a NaN or infinite entry")
        mantissa = fraction | (1 << fraction_bits if field else 0)
        sign = -1 if raw >> exponent_bits + fraction_bits else 1
        numbers.append((sign * mantissa, max(field, 1) - bias - fraction_bits))
    return numbers


def numerator(number: Dyadic, frac: int) -> int | None:
    """The number times `2^frac`, if that is an integer."""
    mantissa, exponent = number
    shift = exponent + frac
    if mantissa == 0:
        return 0
    if shift >= 0:
        return mantissa << shift
    return mantissa >> -shift if mantissa % (1 << -shift) == 0 else None
