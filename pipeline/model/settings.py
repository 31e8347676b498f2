"""What is said of a model beside its weights, as settings: text becomes numbers, nested settings are found."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 8
MAX_TEXT = 1 << 16
_WORDS: Mapping[str, object] = {
    "none": None, "null": None, "nil": None, "true": True, "yes": True, "false": False, "no": False,
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """One thing that is said: `where` is for people, `name` its last part."""

    where: str
    name: str
    value: object

    @property
    def shown(self) -> str:
        """For one line of output."""
        value = self.value if isinstance(self.value, str) else repr(self.value)
        return f"{ascii(self.where)[1:-1][:60]} = {ascii(value)[1:-1][:40] or repr('')}"


def truth(setting: Setting) -> bool | None:
    """A truth value, written in one of several ways."""
    if setting.value in (True, 1):
        return True
    return False if setting.value in (False, 0) else None


def settings(metadata: Mapping[str, object]) -> list[Setting]:
    """All settings, nested ones too (`config`, `cfg`, ..., also as JSON text); what holds others comes before them."""
    return list(_walk(metadata, "", 0))


def _walk(data: Mapping[str, object], where: str, depth: int) -> Iterator[Setting]:
    for key, raw in data.items():
        name, value = str(key), plain(raw)
        path = f"{where}{name}"
        if isinstance(value, Mapping):
            yield Setting(path, name.rsplit(".", 1)[-1], value)
            if depth < MAX_DEPTH:
                yield from _walk(value, f"{path}.", depth + 1)
        else:
            yield Setting(path, name.rsplit(".", 1)[-1], value)


def plain(raw: object) -> object:
    """The value that is meant: safetensors has text only, where numbers, `None` and JSON are written out."""
    if hasattr(raw, "item") and not isinstance(raw, str):  # numpy's scalars
        raw = _item(raw)
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    number = as_number(text)
    if number is not None:
        return number
    return _structure(text) if text[:1] in ("{", "[", "(") else raw


def _structure(text: str) -> object:
    """JSON, or what Python prints of a dict or a list (`str(config)`); else the text as it is."""
    for parse in (json.loads, ast.literal_eval):
        if len(text) <= MAX_TEXT:
            with suppress(ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                found: object = parse(text)
                return list(found) if isinstance(found, tuple) else found
    return text


def as_number(text: str) -> int | float | None:
    """A number written in decimal, or in hexadecimal with `0x`; anything else is text."""
    try:
        if text.lower().lstrip("+-").startswith("0x"):
            return float.fromhex(text)
        number = float(text)
    except (ValueError, OverflowError):
        return None
    if "_" in text:
        return None
    return (
        int(number)
        if math.isfinite(number) and number == int(number) and abs(number) < 1e15
        else number
    )


def _item(raw: Any) -> object:
    try:
        return raw.item()
    except Exception:  # more than one number
        return raw
