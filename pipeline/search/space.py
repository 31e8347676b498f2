"""The explanations that the search tries, as choices of an Optuna trial."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pipeline.model import Model
from pipeline.transformer.strategies.low_rank import splits
from pipeline.transformer.strategies.low_rank.explanation import (
    Direct,
    File,
    Qk,
    Shares,
    understand,
)
from pipeline.transformer.strategies.low_rank.strategy import LowRank

MOST = 8
"""Directions of one kind."""

ALIKE = "@all-alike"
SIZE = "@size"
SHARES = (0.0, 0.4, 0.55, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0)
_NONE = "exact"


class Trial(Protocol):
    """What is used of `optuna.Trial`."""

    def suggest_int(self, name: str, low: int, high: int) -> int: ...

    def suggest_categorical(self, name: str, choices: Any) -> Any: ...


def suggest(trial: Trial, model: Model, name: str = "found") -> File:
    """The explanation of a trial."""
    most_qk, most_direct = min(MOST, model.d_head), min(MOST, model.d_model)
    qk, direct = Qk(exact=True), Direct(exact=True)
    split = trial.suggest_categorical("qk", [_NONE, *splits.splits(splits.QK)])
    if split != _NONE:
        qk = Qk(
            queries=_taken(trial, "queries", ALIKE),
            keys=_taken(trial, "keys", SIZE),
            rank=trial.suggest_int("qk rank", 0, most_qk),
            middle=trial.suggest_int("qk middle", 0, most_qk),
            bound=(split,),
        )
    split = trial.suggest_categorical("direct", [_NONE, *splits.splits(splits.DIRECT)])
    if split != _NONE:
        direct = Direct(
            base=trial.suggest_categorical("base", ["mean", "zero"]),
            outputs=_taken(trial, "outputs", SIZE),
            rank=trial.suggest_int("direct rank", 0, most_direct),
            bound=(split,),
        )
    expected = trial.suggest_categorical("mean + difference", [False, True])
    return File(name, "", None, qk, direct, Shares(SHARES if expected else ()))


def strategy(file: File) -> LowRank:
    """As a strategy."""
    return understand(Path(file.name), file).strategy()


def _taken(trial: Trial, name: str, direction: str) -> tuple[str, ...]:
    return (direction,) if trial.suggest_categorical(name, [False, True]) else ()


def presets(model: Model) -> list[Mapping[str, Any]]:
    """What to try first: choices like those of our own strategies, and their neighbours."""
    found = []
    recursive = "X|Q|K|E", min(MOST, model.d_head)
    for qk, middle in (("X|QKE", 0), ("XQ|KE", 0), (_NONE, 0), recursive):
        for rank in (1, 3):
            for direct, direct_rank in ((_NONE, 0), ("X|U", 0), ("X|U", 1), ("X|U", 4)):
                for mean in (False, True):
                    found.append(_choice(qk, middle, rank, direct, direct_rank, mean))
    unique = {tuple(sorted(each.items())): each for each in found}
    return list(unique.values())


def _choice(
    qk: str, middle: int, rank: int, direct: str, direct_rank: int, mean: bool
) -> dict[str, Any]:
    chosen: dict[str, Any] = {"qk": qk, "direct": direct, "mean + difference": mean}
    if qk != _NONE:
        chosen |= {"queries": False, "keys": False, "qk rank": rank, "qk middle": middle}
    if direct != _NONE:
        chosen |= {"base": "mean", "outputs": False, "direct rank": direct_rank}
    return chosen
