"""The digest of a model: SHA-256 over a canonical byte string of its exact content.

The byte string is `compact-proofs/model/1\\n`, then for each of `TENSOR_NAMES` in order and last
for `attn_scale`:

    <name> <rows>x<columns>\\n      (attn_scale: `attn_scale 1x1\\n`)
    the entries in row order, each as the 8 bytes of a little-endian float64

All accepted floats are float64 values, and -0.0 is written as +0.0, so the string is a function
of the numbers and shapes alone: it does not depend on the container, on the names used there, on
the float width, or on whether a head dimension of one was stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pipeline.model.dyadic import Dyadics


def model_digest(parts: Iterable[tuple[str, tuple[int, int], Dyadics]]) -> str:
    """The digest, from `(name, shape, numbers)` in canonical order."""
    sha = hashlib.sha256(b"compact-proofs/model/1\n")
    for name, (rows, columns), numbers in parts:
        sha.update(f"{name} {rows}x{columns}\n".encode())
        sha.update(numbers.float64_bytes())
    return sha.hexdigest()
