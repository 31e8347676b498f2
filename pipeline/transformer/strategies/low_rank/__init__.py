"""Low-rank proofs in parts: how scores and the direct path are enclosed, and how attention is bounded."""

from pipeline.transformer.strategies.low_rank.explained import ByTables, explained
from pipeline.transformer.strategies.low_rank.presets import LOW_RANK, PREFIX_TOP2
from pipeline.transformer.strategies.low_rank.strategy import LowRank

__all__ = ["LOW_RANK", "PREFIX_TOP2", "ByTables", "LowRank", "explained"]
