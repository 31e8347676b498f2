"""The circuits of a model that is being tuned, in floats, so that a loss can be told how to change them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pipeline.tune.weights import Weights


@dataclass(frozen=True)
class Circuits:
    """At the last position.  Scores are divided by the attention scale."""

    resid: Tensor
    """`[query, d_model]`: what the last position holds."""
    scores: Tensor
    """`[query, token]`"""
    position_scores: Tensor
    """`[query, position]`"""
    token_logits: Tensor
    """`[token, output]`: what attention to a token adds to the logits."""
    position_logits: Tensor
    """`[position, output]`"""

    @classmethod
    def of(cls, w: Weights) -> Circuits:
        resid = w["W_E"] + w["W_pos"][-1]
        query = resid @ w["W_Q"] / w.scale
        ov = w["W_V"] @ w["W_O"] @ w["W_U"]
        return cls(
            resid,
            query @ (w["W_E"] @ w["W_K"]).T,
            query @ (w["W_pos"] @ w["W_K"]).T,
            w["W_E"] @ ov,
            w["W_pos"] @ ov,
        )


def logits(w: Weights, tokens: Tensor) -> Tensor:
    """`[input, output]` at the last position."""
    resid = w["W_E"][tokens] + w["W_pos"]
    last = resid[:, -1]
    score = (resid @ (w["W_K"] @ (last @ w["W_Q"]).unsqueeze(-1))).squeeze(-1) / w.scale
    attended = (torch.softmax(score, dim=-1).unsqueeze(1) @ resid).squeeze(1)
    found: Tensor = (last + attended @ w["W_V"] @ w["W_O"]) @ w["W_U"]
    return found


def spread(rows: Tensor) -> Tensor:
    """The largest less the least entry of each row."""
    return rows.amax(-1) - rows.amin(-1)
