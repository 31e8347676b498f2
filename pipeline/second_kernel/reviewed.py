"""What the second kernel reads of a theorem, compared with what was reviewed and with the weights.

The reviewed text is `tests/lean/statement_bytes*.txt`, one file for each kind of statement: first the theorem, with its
name, its number and its weights left open, then the definition of everything that it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.bundle.bundle import Bundle
from pipeline.errors import MalformedInput
from pipeline.lean import PROJECT

REVIEWED = "statement_bytes*.txt"
_HUGE = 1 << 64


def reviewed_texts() -> list[Path]:
    return sorted((PROJECT / "tests" / "lean").glob(REVIEWED))


def objection(bundle: Bundle, result: Mapping[str, Any], texts: list[Path] | None = None) -> str:
    """What is wrong with an accepted theorem; empty if nothing is."""
    if result["axioms"]:
        return f"the proof rests on axioms: {', '.join(result['axioms'])}"
    template, _, meaning = left_open(bundle, result).partition("\n\n")
    found = [path.read_text() for path in texts if path.is_file()] if texts else _read_all()
    if not found:
        return "no reviewed statement (tests/lean/statement_bytes.txt)"
    if f"{template}\n\n{meaning}" not in found:
        same_theorem = any(text.startswith(f"{template}\n\n") for text in found)
        what = (
            "what the statement rests on" if same_theorem else f"the statement ({result['says']})"
        )
        return f"{what} is not what was reviewed in tests/lean"
    [data] = result["data"].values()
    if data != weights_in(bundle.weights.decode()):
        return "the weights in the theorem are not those in the certificate"
    return ""


def _read_all() -> list[str]:
    return [path.read_text() for path in reviewed_texts()]


def left_open(bundle: Bundle, result: Mapping[str, Any]) -> str:
    """The text that has to be a reviewed one: THEOREM, N and WEIGHTS for what the manifest claims."""
    claimed = bundle.manifest.claim.bound
    number = str(claimed) if claimed < _HUGE else hex(claimed)
    weights = bundle.manifest.lean.weights_module.rpartition(".")[0] + ".weights"
    if list(result["data"]) != [weights]:
        raise MalformedInput(f"a theorem about {', '.join(result['data']) or 'no weights'}")
    text = str(result["says"])
    for own, word in (
        (bundle.manifest.lean.theorem, "THEOREM"),
        (weights, "WEIGHTS"),
        (number, "N"),
    ):
        text = re.sub(rf"(?<![\w.]){re.escape(own)}(?![\w.])", word, text, count=1)
    return f"{text}\n\n{result['meaning']}"


def weights_in(source: str) -> Any:
    """The value of `weights` in a generated `Weights.lean`: fields in order, numbers in hexadecimal."""
    values: dict[str, Any] = {}
    for name, body in re.findall(r"^def (\w+) : \w+ where\n((?:  .*\n)+)", source, re.MULTILINE):
        fields = re.split(r"^  \w+ := ", body, flags=re.MULTILINE)[1:]
        values[name] = [_value(field.strip(), values) for field in fields]
    if "weights" not in values:
        raise MalformedInput("Weights.lean defines no `weights`")
    return values["weights"]


def _value(text: str, before: Mapping[str, Any]) -> Any:
    if text.startswith("["):
        items = text[1:-1].split(",")
        return [_value(item.strip(), before) for item in items if item.strip()]
    if text.startswith("nat_lit "):
        return hex(int(text.removeprefix("nat_lit "), 0))
    return before[text]
