"""One line of figures: a model and a strategy."""

from __future__ import annotations

from typing import Literal

import msgspec

RowOutcome = Literal["proved", "rejected", "refused", "limit", "missing", "unreadable", "failed"]
"""Rejected by Lean, refused by the strategy, a limit on time or memory, no such Lean module or no
Lean, no model that could be read, and whatever else ends a process."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """What was measured.  `None`: not known, because it failed before or cannot be measured."""

    model: str
    n_ctx: int
    d_vocab: int
    strategy: str
    outcome: RowOutcome
    inputs: int
    """`d_vocab ** n_ctx`"""
    bound: int | None = None
    """Inputs that Lean proves to be answered correctly."""
    bound_fraction: float | None = None
    right: int | None = None
    """Inputs that are answered correctly, where they can be enumerated."""
    right_fraction: float | None = None
    export_seconds: float | None = None
    """The search, and rendering what it finds; without Lean."""
    kernel_seconds: float | None = None
    """The Lean process that checks the module with the theorem."""
    peak_memory_mb: float | None = None
    """Of the same process."""
    theorem_bytes: int | None = None
    weights_bytes: int | None = None
    operations: int | None = None
    """As counted by the checker itself, where it counts."""
    reason: str = ""
    """Why it is not proved."""
    model_digest: str = ""
    theory_digest: str = ""
    lean: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What there is one row of in a file: exact weights (if they could be read) and strategy."""
        return self.model_digest or self.model, self.strategy

    @property
    def settled(self) -> bool:
        """Would the same come out again?  Limits may be others in the next run."""
        return self.outcome in ("proved", "rejected", "refused")
