"""Which strategies there are for a task, to tell somebody who asks for another."""

from __future__ import annotations

from pipeline.transformer.heads.brute_force import MAX_INPUTS

_LARGEST = ("quartic", "cubic", "mixed", "prefix")
_FOR = {
    "max": _LARGEST,
    "min": _LARGEST,
    "first": ("cubic", "mixed", "boxes", "quartic"),
    "last": ("cubic", "mixed", "quartic"),
}


def others(task: str) -> str:
    """What to use for a task, as a cure says it."""
    names = [*_FOR.get(task, ()), f"brute-force (at most {MAX_INPUTS:,} inputs)"]
    return "use --strategy " + " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
