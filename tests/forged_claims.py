"""What every attack on a second checker has to notice."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from attack.judge import FALSE, REJECTED, TRUE
from attack.second import Forged, Second


def require_noticed(second: Second, honest: Forged, patch: pytest.MonkeyPatch) -> None:
    """One more than is right is refused; a checker that accepts it is found out."""
    right = second.right(second.about(honest.weights))
    greedy = replace(honest, fields={**honest.fields, "bound": right + 1})
    assert second.judge(honest).result == TRUE
    assert second.judge(greedy).result == REJECTED
    patch.setattr("attack.second.verdict", lambda *_: SimpleNamespace(gave_up=False, accepted=True))
    assert second.judge(honest).result == TRUE
    assert second.judge(greedy).result == FALSE
