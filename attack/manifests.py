"""Attacks on the manifest: other values, fields and types, and JSON that is nearly the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from attack import numbers
from attack.case import Mutant
from attack.subjects import Subject, genuine

STRINGS = (
    "", "0x0", "0x", "0X10000000000000000", "0x1_0000000000000000", "-0x10000000000000000", "1e3", "../../etc/passwd",
    '"', "\n", "\0", "x\nend Compact\naxiom cheat : False", "«x»", "Compact.Certificates.Other", "f" * 64, "F" * 64,
    "/- -/", "\ud800", "\u202e", "BruteForce",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, -1, -(1 << 70), 1.0, 1e400, float("nan"), [], {}, [[]], [1], {"a": 1}, 1 << 64, 1 << 5000,
)  # fmt: skip

Holder = dict[str, Any] | list[Any]


def _places(data: Any) -> list[tuple[Holder, Any]]:
    """Every place in the tree: what holds it, and its key or index."""
    found: list[tuple[Holder, Any]] = []
    keys: Any = (
        data.keys() if isinstance(data, dict) else range(len(data) if isinstance(data, list) else 0)
    )
    for key in keys:
        found.append((data, key))
        found += _places(data[key])
    return found


def _value(random: Random, data: Any) -> str:
    holder, key = random.choice(_places(data))
    old = holder[key]
    if isinstance(old, int) and random.random() < 0.6:
        holder[key] = numbers.number(random, old)
    elif isinstance(old, str) and random.random() < 0.4 and old:
        i = random.randrange(len(old))
        holder[key] = old[:i] + random.choice(["0", "f", "\n", '"', "", "x"]) + old[i + 1 :]
    else:
        holder[key] = random.choice(VALUES + STRINGS)
    return f"{key} := {ascii(holder[key])[:40]}"


def _drop(random: Random, data: Any) -> str:
    holder, key = random.choice(_places(data))
    del holder[key]
    return f"no {key}"


def _extra(random: Random, data: Any) -> str:
    holder, key = random.choice(_places(data))
    if isinstance(holder, list):
        holder.insert(key, holder[key])
        return f"entry {key} twice"
    new = random.choice([f"{key} ", str(key).upper(), "extra", "", "__proto__", *STRINGS])
    holder[new] = holder[key]
    return f"{ascii(new)[:40]} besides {key}"


def _order(random: Random, data: Any) -> str:
    holder, key = random.choice(_places(data))
    if isinstance(holder, dict):
        holder[key] = holder.pop(key)
    else:
        holder.reverse()
    return f"{key} last"


TREE: tuple[Callable[[Random, Any], str], ...] = (_value, _value, _value, _drop, _extra, _order)


def _bytes(random: Random, content: bytes) -> tuple[str, bytes]:
    """The same text, nearly."""
    text = content.decode()
    line = random.randrange(text.count("\n"))
    lines = text.splitlines(keepends=True)
    ways: list[tuple[str, bytes]] = [
        ("flipped bit", flipped(random, content)),
        ("truncated", content[: random.randrange(len(content))]),
        ("concatenated", content + content),
        ("no last newline", content[:-1]),
        ("crlf", content.replace(b"\n", b"\r\n")),
        ("byte order mark", b"\xef\xbb\xbf" + content),
        ("utf-16", text.encode("utf-16")),
        ("compact", json.dumps(json.loads(text)).encode()),
        ("line twice", "".join([*lines[:line], lines[line], *lines[line:]]).encode()),
        ("line dropped", "".join(lines[:line] + lines[line + 1 :]).encode()),
        ("comment", text.replace("{", "{ // x", 1).encode()),
        ("nested", b"[" * 50_000),
        ("nested", b'{"format":' * 50_000),
        ("long number", text.replace(": 2,", ": " + "9" * 5000 + ",", 1).encode()),
        ("exponent", text.replace(": 2,", ": 2e0,", 1).encode()),
        ("escaped", text.replace("f", "\\u0066", 1).encode()),
        ("empty", b""),
        ("zeros", bytes(100)),
    ]
    return random.choice(ways)


def flipped(random: Random, content: bytes) -> bytes:
    """One bit flipped."""
    changed = bytearray(content)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def mutant(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """A certificate with another manifest."""
    case = genuine(random.choice(subjects))
    if random.random() < 0.3:
        what, content = _bytes(random, case.manifest)
        return Mutant("manifest: bytes", what, case.with_file(case.manifest_name, content))
    data = json.loads(case.manifest)
    what = random.choice(TREE)(random, data)
    return Mutant("manifest: fields", what, case.with_manifest(data))
