"""What a model's file says beside its weights, for the second checker: the attention scale, and norms."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping

from pipeline.recheck.refused import Refused

_NOT_SCALED = ("use_attn_scale", "scale_attn_weights")
_NORMS = ("normalization_type", "norm_type", "normalization")
_NO_NORM = ("none", "false", "0", "identity", "")


def said_scale(said: Mapping[str, object]) -> float | None:
    """What scores are divided by, if the file says so.  TransformerLens: -1 means the default, and 1 is used
    where scores are not to be scaled."""
    settings = list(everything(said))
    if any(name in _NOT_SCALED and _is_false(value) for name, value in settings):
        return 1.0
    values = {_number(value) for name, value in settings if name == "attn_scale"} - {-1.0}
    if len(values) > 1:
        raise Refused("attn_scale is given twice in the model's file")
    return values.pop() if values else None


def norms(said: Mapping[str, object]) -> set[str]:
    """The kinds of norms that the file says there are."""
    found = {str(value).strip().lower() for name, value in everything(said) if name in _NORMS}
    return found - set(_NO_NORM)


def require_no_norms(said: Mapping[str, object]) -> None:
    """Refuse a file that says that there are norms: the theorem's model has none."""
    if found := norms(said):
        raise Refused(
            f"the model's file says that there are norms ({ascii(min(found))[:40]}), and the theorem's model has none"
        )


def everything(said: Mapping[str, object], depth: int = 0) -> Iterator[tuple[str, object]]:
    """All settings, nested ones too, by their last names in lower case."""
    for key, value in said.items():
        inner = _json(value) if isinstance(value, str) else value
        if isinstance(inner, dict):
            if depth < 8:
                yield from everything(inner, depth + 1)
        else:
            yield key.rpartition(".")[2].lower(), inner


def _json(text: str) -> object:
    if text.strip()[:1] != "{" or len(text) > 1 << 16:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return text


def _is_false(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in ("false", "no") or _decimal(value) == 0
    return value is False or value == 0


def _number(value: object) -> float:
    number = _decimal(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < 1e300:
        raise Refused("attn_scale is no number")
    return float(number)


def _decimal(text: str) -> float | None:
    try:
        if text.strip().lower().lstrip("+-").startswith("0x"):
            return float.fromhex(text)
        return None if "_" in text else float(text)
    except (ValueError, OverflowError):
        return None
