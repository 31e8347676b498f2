"""The explanations that the search tries, as choices of an Optuna trial."""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm
from pathlib import Path
from typing import Any, Protocol

import msgspec

from pipeline.model import Model
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.strategies.low_rank import ByTables, splits
from pipeline.transformer.strategies.low_rank.explanation import (
    Classes,
    Direct,
    File,
    Qk,
    Rounding,
    Shares,
    understand,
)
from pipeline.transformer.strategies.low_rank.strategy import LEVELS, LowRank
from pipeline.transformer.strategies.mixture import PARTS, candidates

MOST = 8
"""Directions of one kind."""

ALIKE = "@all-alike"
SIZE = "@size"
SHARES = (0.0, 0.4, 0.55, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0)
_NONE = "exact"
CHOSEN = "chosen"
"""The levels: by the search of the strategy, from many."""
MAY_LOSE = (0.0, 0.002)
"""What rounding may lose: tried of each explanation that is to be proved."""
FEW = 4
"""Other positions, up to which equal shares of them are among the levels."""


class Trial(Protocol):
    """What is used of `optuna.Trial`."""

    def suggest_int(self, name: str, low: int, high: int) -> int: ...

    def suggest_categorical(self, name: str, choices: Any) -> Any: ...


def ladders(model: Model) -> Mapping[str, Levels]:
    """Levels to count by, from the fewest, by what they are called: equal shares of all other positions, those of some
    and what they leave, and those that our own strategies choose from."""
    n = model.n_ctx - 1
    if n > FEW:
        return {f"ours {i}": each for i, each in enumerate(candidates(n))}
    parts = lcm(*range(1, n + 1))
    shares = sorted({parts // others for others in range(2, n + 1)}) or [parts]
    finer = sorted({*shares, *range(shares[0])})
    found = {"least": shares[:1], "shares": shares, "finer": finer}
    ours = {f"ours {i}": Levels(PARTS, each) for i, each in enumerate(LEVELS)}
    return {name: Levels(parts, each) for name, each in found.items()} | ours


def suggest(trial: Trial, model: Model, name: str = "found") -> File:
    """The explanation of a trial."""
    known = ladders(model)
    chosen = trial.suggest_categorical("levels", [CHOSEN, *known])
    levels = None if chosen == CHOSEN else known[chosen]
    classes = Classes()
    if levels is not None:
        classes = Classes(parts=levels.parts, levels=tuple(levels.levels))
    qk, direct, attention = _parts(trial, model)
    return File(name, "", None, qk, direct, attention, classes)


def _parts(trial: Trial, model: Model) -> tuple[Qk, Direct, Shares]:
    """Of a proof in parts."""
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
    return qk, direct, Shares(SHARES if expected else ())


def strategy(file: File) -> LowRank | ByTables:
    """As a strategy."""
    return understand(Path(file.name), file).strategy()


def roundings(file: File) -> list[File]:
    """The same explanation with all that rounding may lose."""
    return [msgspec.structs.replace(file, rounding=Rounding(share)) for share in MAY_LOSE]


def multiplied_out(model: Model) -> list[File]:
    """Explanations that have everything multiplied out, and count by fewer levels than our own strategies do.  They are
    few, and take a while to look at, so that each is tried once."""
    levels = [(each.parts, tuple(each.levels)) for each in list(ladders(model).values())[:2]]
    prefixes = [File("found", classes=Classes("prefix", "least", *each)) for each in levels]
    return [*prefixes, File("found", classes=Classes("threshold"))]


def _taken(trial: Trial, name: str, direction: str) -> tuple[str, ...]:
    return (direction,) if trial.suggest_categorical(name, [False, True]) else ()


def presets(model: Model) -> list[Mapping[str, Any]]:
    """What to try first: choices like those of our own strategies, and their neighbours, from the fewest levels."""
    recursive = "X|Q|K|E", min(MOST, model.d_head)
    few = next(iter(ladders(model)))
    named = [*ladders(model), CHOSEN]
    found: list[dict[str, Any]] = []
    for levels in named:
        for qk, direct in ((_NONE, _NONE), ("XQ|KE", _NONE), ("XQ|KE", "X|U")):
            found.append(_choice(qk, 0, 1, direct, 1, False) | {"levels": levels})
    for qk, middle in (("X|QKE", 0), ("XQ|KE", 0), (_NONE, 0), recursive):
        for rank in (0, 1, 2):
            for direct, direct_rank in ((_NONE, 0), ("X|U", 0), ("X|U", 1), ("X|U", 3)):
                for mean in (False, True)[: 1 + (rank == 1 and direct == _NONE)]:
                    choice = _choice(qk, middle, rank, direct, direct_rank, mean)
                    found.append(choice | {"levels": few})
    unique = {tuple(sorted(each.items())): each for each in found}
    return list(unique.values())


def _choice(
    qk: str, middle: int, rank: int, direct: str, direct_rank: int, mean: bool
) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "qk": qk,
        "direct": direct,
        "mean + difference": mean,
    }
    if qk != _NONE:
        chosen |= {"queries": False, "keys": False, "qk rank": rank, "qk middle": middle}
    if direct != _NONE:
        chosen |= {"base": "mean", "outputs": False, "direct rank": direct_rank}
    return chosen
