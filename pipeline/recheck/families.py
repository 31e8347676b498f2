"""The families that the second checker knows, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.recheck.family import Family
from pipeline.recheck.heads.family import HEADS
from pipeline.recheck.linear.family import LINEAR
from pipeline.recheck.mlp.family import MLP
from pipeline.recheck.network.family import NETWORK
from pipeline.recheck.normed.family import NORMED
from pipeline.recheck.transformer.family import TRANSFORMER

FAMILIES: Mapping[str, Family] = {
    "transformer": TRANSFORMER,
    "heads": HEADS,
    "mlp": MLP,
    "normed": NORMED,
    "network": NETWORK,
    "linear": LINEAR,
}
