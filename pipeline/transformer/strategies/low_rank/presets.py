"""The explanations that are strategies of their own on the command line: files like anybody's (`explanations/`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.transformer.strategies.low_rank.explanation import read_explanation
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.strategy import LowRank

EXACT = Directions(exact=True)
FOLDER = Path(__file__).parent / "explanations"


WHEN = {
    "prefix-top2": "the shortest proof of most of the bound; the first to try where tokens or positions are many",
    "low-rank-qk": "is QK a ranking of the tokens?  It is if this loses little against prefix-top2",
    "low-rank-qk-mean": "where low-rank-qk loses much: bounds from a share of attention to expect, by more tests",
    "low-rank-eu": "is the direct path one direction?  It is if this loses little against prefix-top2",
    "low-rank-qk-eu": "both at once; of models trained to be provable (pipeline.tune) it proves nearly all",
    "mean-qk-eu": "does a query say the same about outputs, whichever token it is?  It does if this loses little",
    "quadratic-qk": "least that depends on d_vocab^2 in QK: where tokens are so many that its product is too long",
    "quadratic-qk-eu": "nothing that depends on d_vocab^2 * d_model: proves little of models that were not tuned",
}
"""When to use each rather than its neighbours."""


def _preset(name: str) -> LowRank:
    strategy = read_explanation(FOLDER / f"{name}.toml").low_rank(name)
    strategy = replace(strategy, when=WHEN[name])
    return replace(strategy, qk=replace(strategy.qk, where=""), eu=replace(strategy.eu, where=""))


PREFIX_TOP2, *LOW_RANK = map(_preset, WHEN)
