"""The length of a proof with several heads (mirror of `Transformer/Length/Heads*.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length.anchored import first, quartic_first, quartic_last
from pipeline.transformer.heads.length.anchored_cubic import cubic_first, cubic_last
from pipeline.transformer.heads.length.brute_force import brute_force
from pipeline.transformer.heads.length.counted import cubic, mixed
from pipeline.transformer.heads.length.head import plain
from pipeline.transformer.heads.length.quartic import quartic
from pipeline.transformer.heads.model import HeadsModel, cell_bits
from pipeline.transformer.length import operations as plain_operations

_LENGTHS: Mapping[str, Callable[[HeadsModel, Mapping[str, Value]], int]] = {
    "HeadsBruteForce": brute_force,
    "HeadsFirst": first,
    "HeadsQuarticLast": quartic_last,
    "HeadsQuarticFirst": quartic_first,
    "HeadsCubicLast": cubic_last,
    "HeadsCubicFirst": cubic_first,
    "HeadsMixedLast": cubic_last,
    "HeadsMixedFirst": cubic_first,
    "HeadsQuartic": quartic,
    "HeadsCubic": cubic,
    "HeadsMixed": mixed,
}


def operations(checker: str, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`operations` of a certificate with these fields, by its checker."""
    if checker in _LENGTHS:
        return _LENGTHS[checker](model, fields)
    return plain_operations(checker, plain(model, cell_bits(model)), fields)
