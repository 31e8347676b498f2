"""Where a product is split to bound what is left of it.

`XQ|KE` multiplies `X Q` and `K E` out, and bounds their product.  A split is written with the letters of the product's
factors, and stands in a certificate as a *plan*: bit `i` is 1 if factors `i` and `i + 1` are multiplied.
"""

from __future__ import annotations

from itertools import product

QK = "XQKE"
"""The residual stream at the last position, `W_Q`, `W_K` and `W_E` (both transposed)."""
DIRECT = "XU"
"""The residual stream without its base, and `W_U`."""


def splits(letters: str) -> list[str]:
    """All splits of a product, from the one that multiplies nothing out."""
    choices = product("|.", repeat=len(letters) - 1)
    return [
        "".join(a + b for a, b in zip(letters, [*each, ""], strict=True)).replace(".", "")
        for each in choices
    ]


def plan(letters: str, split: str) -> int:
    """The plan of a split; `ValueError` if it is none of this product."""
    if split not in splits(letters):
        raise ValueError(split)
    joined = [split[split.index(letter) - 1] != "|" for letter in letters[1:]]
    return sum(1 << i for i, each in enumerate(joined) if each)
