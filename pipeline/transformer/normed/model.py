"""A transformer with norms, as the proof sees it (`lean/Compact/Transformer/Normed/Statement.lean`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.transformer.compare.forward import Floats
from pipeline.transformer.heads.model import HeadsModel


@dataclass(frozen=True)
class NormedModel(HeadsModel):
    """A model of the general statement, with a norm before attention, before the MLP and before the unembedding."""

    family: ClassVar[str] = "normed"
    eps_num: int = 0
    eps_den: int = 1
    """Epsilon is `eps_num / eps_den`."""

    def seen(self, stream: Floats) -> Floats:
        """The norm of the residual stream, in its own precision; zero where nothing varies and epsilon is zero."""
        centred = stream - stream.mean(axis=-1, keepdims=True)
        eps = stream.dtype.type(self.eps_num / self.eps_den)
        sigma = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
        return np.asarray(centred / np.where(sigma == 0, stream.dtype.type(1), sigma))
