"""`python -m tests.second_kernel_survivors FILE`: Lean's verdict on faults that the second kernel lets through.

FILE is what `python -m kernel2.attack ... --json` prints.  Each survivor is written out as Lean source and elaborated,
so that Lean's own kernel sees it.  What Lean does not take is printed for a person to look at.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.lean_support import build_one

HEADER = """prelude
import Compact
set_option autoImplicit false
set_option genCtorIdx false
set_option genInjectivity false
set_option maxRecDepth 100000
set_option linter.all false
"""


def judge(survivors: list[dict[str, str]]) -> dict[str, list[str]]:
    """By Lean's verdict: the survivors' names, with what Lean says against them."""
    text, lines = HEADER, dict[int, int]()
    for i, each in enumerate(survivors):
        if each["lean"]:
            start = text.count("\n") + 1
            text += each["lean"] + "\n"
            lines |= dict.fromkeys(range(start, text.count("\n") + 1), i)
    result = build_one(text)
    against: dict[int, str] = {}
    for message in result.messages:
        if message.severity == "error" and message.line in lines:
            against.setdefault(lines[message.line], " ".join(message.text.split())[:300])
    verdicts: dict[str, list[str]] = {"accepted": [], "objected": [], "not written": []}
    for i, each in enumerate(survivors):
        label = f"{each['name']} ({each['fault']})"
        if not each["lean"]:
            verdicts["not written"].append(label)
        elif i in against:
            verdicts["objected"].append(f"{label}: {against[i]}")
        else:
            verdicts["accepted"].append(label)
    return verdicts


if __name__ == "__main__":
    found = judge(json.loads(Path(sys.argv[1]).read_text())["survivors"])
    for verdict, labels in found.items():
        print(f"{verdict}: {len(labels)}")
        if verdict != "accepted":
            print(*(f"  {label}" for label in labels), sep="\n")
