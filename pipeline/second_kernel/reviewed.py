"""What the second kernel reads of a theorem, compared with what was reviewed and with the weights.

`statements/*.txt` are the reviewed texts, one for each kind of statement.  A text has the theorem as Lean prints it,
then the theorem as the second kernel reads it from the bytes, with THEOREM, N and WEIGHTS for its name, its numbers and
its weights (WEIGHTS.table for the right answers, if the task is a table), then the definition of everything that it
rests on.  (The numbers are compared with those of the manifest.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.bundle.bundle import Bundle
from pipeline.emit.names import certificate_modules
from pipeline.emit.theorem import printed_statement
from pipeline.errors import MalformedInput
from pipeline.second_kernel.weights_text import WEIGHTS, data_in, names_in, short

STATEMENTS = Path(__file__).resolve().parent / "statements"
_NUMBER = re.compile(r"(?<![\w.])(?:0x[0-9a-f]+|[0-9]+)(?![\w.])", re.ASCII)
_WHERE = "pipeline/second_kernel/statements"


@cache
def reviewed_texts() -> Mapping[str, str]:
    """By what Lean prints: the rest of the text."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(STATEMENTS.glob("*.txt"))]
    return {head: rest for head, _, rest in (text.partition("\n\n") for text in texts)}


def printed(bundle: Bundle) -> str:
    """What Lean prints of the theorem that the manifest claims, its own names and numbers left open."""
    return left_open(bundle, _claimed(bundle))


def require_reviewed(bundle: Bundle) -> str:
    """The reviewed text of such a statement; `MalformedInput` if there is none."""
    text = reviewed_texts().get(printed(bundle))
    if text is None:
        raise MalformedInput(
            "the second kernel has no reviewed text of this kind of statement to compare with"
            f" ({printed(bundle)})",
            cure=f"leave out --kernel2, or have it written and read it: `python -m tests.statement_bytes` ({_WHERE})",
        )
    return text


def objection(bundle: Bundle, result: Mapping[str, Any]) -> str:
    """What is wrong with an accepted theorem; empty if nothing is."""
    if result["axioms"]:
        return f"the proof rests on axioms: {', '.join(result['axioms'])}"
    statement, _, meaning = require_reviewed(bundle).partition("\n\n")
    own = _own_names(bundle)
    if sorted(result["data"]) != sorted(own):
        return f"it is a theorem about {', '.join(result['data']) or 'no weights'}"
    says = result["says"]
    if from_bytes(bundle, result) != statement or _numbers(bundle, says) != _numbers(
        bundle, _claimed(bundle)
    ):
        return f"the statement ({says}) is not what was reviewed in {_WHERE}"
    if result["meaning"] != meaning:
        return f"what the statement rests on is not what was reviewed in {_WHERE}"
    found = {own[name]: short(value) for name, value in result["data"].items()}
    if found != data_in(bundle.weights.decode()):
        return "the weights in the theorem are not those in the certificate"
    return ""


def from_bytes(bundle: Bundle, result: Mapping[str, Any]) -> str:
    """The theorem as the second kernel reads it, its own names and numbers left open."""
    return left_open(bundle, result["says"])


def left_open(bundle: Bundle, text: str) -> str:
    """A statement with THEOREM, N and WEIGHTS for the manifest's own names and for every number."""
    return _NUMBER.sub("N", _unnamed(bundle, text))


def _numbers(bundle: Bundle, text: str) -> list[int]:
    """The numbers in a statement, in order."""
    return [int(number, 0) for number in _NUMBER.findall(_unnamed(bundle, text))]


def _unnamed(bundle: Bundle, text: str) -> str:
    words = {bundle.manifest.lean.theorem: "THEOREM"}
    for name, short_name in _own_names(bundle).items():
        words[name] = short_name.replace(WEIGHTS, "WEIGHTS")
    for own, word in words.items():
        text = re.sub(rf"(?<![\w.]){re.escape(own)}(?![\w.])", word, text)
    return text


def _claimed(bundle: Bundle) -> str:
    """What Lean prints of the theorem that the manifest claims."""
    manifest = bundle.manifest
    return printed_statement(
        bundle.form, manifest.model.name, manifest.strategy, manifest.claim.bound
    )


def _own_names(bundle: Bundle) -> dict[str, str]:
    """What `Weights.lean` defines for a theorem to be about, by full name: the short one."""
    space = certificate_modules(bundle.manifest.model.name)
    return {f"{space}.{name}": name for name in names_in(bundle.weights.decode())}
