"""What a proof in parts does not look at: bounds of what is left of a product when its leading parts are taken off.

A low-rank proof does not multiply QK out.  It takes parts of rank one off the factors, along directions of its choice,
and bounds how much the rest can differ within a row (`lean/Compact/Transformer/Chain/`).  Here are the same bounds in
floats.  The directions are chosen as the searches choose them, by singular vectors; they are not differentiated, since
a proof may choose any.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pipeline.tune.circuits import Circuits, spread
from pipeline.tune.recipe import DIRECT, SCORES_RECURSIVE, SCORES_SPLIT
from pipeline.tune.weights import Weights

MIDDLE = 8
"""As many parts are taken off the middle of QK (`strategies/low_rank/presets.py`)."""


@dataclass(frozen=True)
class Directions:
    """Along which parts are taken off."""

    query: Tensor
    """`[query]`, of QK's first factor."""
    key: Tensor
    """`[token]`, of its last."""
    left: Tensor
    """`[d_model, MIDDLE]`, of `W_Q`."""
    right: Tensor
    """`[d_model, MIDDLE]`, of `W_K`."""
    direct: Tensor
    """`[query]`, of the direct path less its mean."""

    @classmethod
    def of(cls, weights: Weights) -> Directions:
        """The leading singular vectors."""
        with torch.no_grad():
            w = weights.to(torch.float64)
            c = Circuits.of(w)
            u, _, v = torch.linalg.svd(c.scores)
            left, _, right = torch.linalg.svd(w["W_Q"] @ w["W_K"].T)
            direct = torch.linalg.svd((c.resid - c.resid.mean(0)) @ w["W_U"])[0][:, 0]
            found = (u[:, 0], v[0], left[:, :MIDDLE], right[:MIDDLE].T, direct)
            return cls(*(each.to(weights["W_E"].dtype).contiguous() for each in found))


@dataclass(frozen=True)
class Residuals:
    """`[query]`: by how much two entries of a row can differ in what is left."""

    scores: Tensor
    direct: Tensor

    @classmethod
    def of(cls, w: Weights, c: Circuits, d: Directions, products: frozenset[str]) -> Residuals:
        """The largest bound of the products named; zero where there is none."""
        scores = direct = torch.zeros(w.d_vocab, dtype=w["W_E"].dtype)
        queries = c.resid - torch.outer(d.query, d.query @ c.resid)
        keys = w["W_E"].T - torch.outer(w["W_E"].T @ d.key, d.key)
        if SCORES_SPLIT in products:
            split = (queries @ w["W_Q"]).abs() @ spread(w["W_K"].T @ keys) / w.scale
            scores = torch.maximum(scores, split)
        if SCORES_RECURSIVE in products:
            first = w["W_Q"] - d.left @ (d.left.T @ w["W_Q"])
            second = w["W_K"].T - (w["W_K"].T @ d.right) @ d.right.T
            whole = queries.abs() @ (first.abs() @ (second.abs() @ spread(keys))) / w.scale
            scores = torch.maximum(scores, whole)
        if DIRECT in products:
            rest = c.resid - c.resid.mean(0)
            rest = rest - torch.outer(d.direct, d.direct @ rest)
            direct = rest.abs() @ spread(w["W_U"])
        return cls(scores, direct)
