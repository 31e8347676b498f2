"""What is so of a model, beside what was proved of it: counted, where that is quick, and no theorem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.bundle.bundle import Bundle
from pipeline.claim import ACCURACY
from pipeline.cli.report import percentage
from pipeline.families import family_of
from pipeline.family import AnyModel

MAX_LOGITS = 1 << 32
"""Of all inputs together, to be looked at without being asked for it: some seconds."""


@dataclass(frozen=True)
class Truth:
    """How many inputs are answered correctly; `None` where that was not counted."""

    right: int | None
    proved: int
    total: int

    def json(self) -> dict[str, Any]:
        """For the outcome of a program."""
        if self.right is None:
            return {"truth": None, "gap": None}
        return {"truth": self.right, "gap": self.right - self.proved}

    def in_words(self) -> str | None:
        """A line of a summary."""
        if self.right is None:
            return None
        gap = self.right - self.proved
        said = (
            "all of these are proved"
            if gap == 0
            else f"{gap:,} of these, {percentage(gap, self.total)}, are not proved"
        )
        counted = f"{self.right:,} = {percentage(self.right, self.total)} are right, counted one by one, not a theorem"
        return f"  {'truth':<12}{counted}; {said}"


def truth_beside(model: AnyModel, bundle: Bundle) -> Truth:
    """Count, if the claim is about how many inputs are right, and there are not too many."""
    claim, family = bundle.manifest.claim, family_of(model)
    few = claim.total * claim.d_vocab <= MAX_LOGITS
    counts = claim.about == ACCURACY and claim.measure == "correct" and few
    right = family.count_right(model, lambda _: None) if counts else None
    return Truth(right, claim.bound, claim.total)
