"""What a file says of the model beside its weights: each setting is honoured, refused in one line, or named.

The names are those of TransformerLens' `HookedTransformerConfig`, and what Hugging Face calls the same things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.settings import Setting, truth


@dataclass(frozen=True)
class Facts:
    """What is known of the model from its weights."""

    sizes: Mapping[str, int]
    """`n_ctx`, `d_vocab`, `d_model`, `d_head`."""
    has_biases: bool
    tied: bool
    """Is `W_U` the transpose of `W_E`?"""
    heads: int = 1
    d_mlp: int = 0
    """The number of neurons of its MLP; 0 without one."""
    norm: bool = False
    """Are there norms without weights (TransformerLens' LNPre)?"""


@dataclass(frozen=True)
class Declared:
    """The settings of a file, all of them looked at."""

    settings: Sequence[Setting]
    notes: tuple[str, ...] = field(default=())

    def said(self, *names: str) -> object:
        """The value of the first setting with one of these names; `None` if there is none."""
        found = (each.value for each in self.settings if each.name.lower() in names)
        return next(found, None)

    def source(self, *names: str) -> str:
        """Who says how it is."""
        said = any(each.name.lower() in names for each in self.settings)
        return "the file's metadata" if said else "assumed"

    def scale(self, path: Path) -> tuple[float, str] | None:
        """The attention scale, if anything is said of it (as TransformerLens reads it: -1 is the default,
        and without `use_attn_scale` it is 1)."""
        off = [
            each
            for each in self.settings
            if each.name.lower() in ("use_attn_scale", "scale_attn_weights")
            and truth(each) is False
        ]
        if off:
            return 1.0, f"the file's metadata ({off[0].shown})"
        values: dict[float, Setting] = {}
        for each in self.settings:
            if each.name.lower() == "attn_scale":
                value = each.value
                if (
                    isinstance(value, bool)
                    or not isinstance(value, int | float)
                    or abs(value) > 1e300
                ):
                    raise MalformedInput(
                        f"{path}: attn_scale {ascii(each.value)[:60]} is no finite number",
                        cure="give attn_scale as one positive finite number, or leave it out for sqrt(d_head)",
                    )
                values[float(value)] = each
        values.pop(-1.0, None)
        if len(values) > 1:
            raise MalformedInput(
                f"{path}: attn_scale is given twice, as {' and '.join(f'{v:g}' for v in values)}",
                cure="keep one of them",
            )
        return next(((value, "the file's metadata") for value in values), None)
