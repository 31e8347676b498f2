"""The explanations that are strategies of their own on the command line: files like anybody's (`explanations/`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.transformer.strategies.low_rank.explanation import read_explanation
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.strategy import LowRank

EXACT = Directions(exact=True)
FOLDER = Path(__file__).parent / "explanations"


def _preset(name: str) -> LowRank:
    strategy = read_explanation(FOLDER / f"{name}.toml").low_rank(name)
    return replace(strategy, qk=replace(strategy.qk, where=""), eu=replace(strategy.eu, where=""))


PREFIX_TOP2 = _preset("prefix-top2")
LOW_RANK = tuple(
    map(
        _preset,
        (
            "low-rank-qk",
            "low-rank-qk-mean",
            "low-rank-eu",
            "low-rank-qk-eu",
            "mean-qk-eu",
            "quadratic-qk",
            "quadratic-qk-eu",
        ),
    )
)
