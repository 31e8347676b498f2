"""QK of low rank, without any training: the closest there is, as the tokens see it.

The best approximation of the scores is their projection on their leading singular vectors, and that can be had by
projecting `W_Q` and `W_K`: the parts of both that are kept stay where they are.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.errors import MalformedInput
from pipeline.tune.circuits import Circuits
from pipeline.tune.weights import Weights


def project_qk(weights: Weights, rank: int) -> Weights:
    """The same model with scores between tokens replaced by their best approximation of this rank."""
    w = weights.to(torch.float64)
    most = min(w.d_head, w.d_vocab, int(w["W_E"].shape[1]))
    if not 1 <= rank <= most:
        raise MalformedInput(f"QK has no rank {rank}", cure=f"give --project-qk 1 to {most}")
    c = Circuits.of(w)
    u, _, v = torch.linalg.svd(c.scores)
    query = _onto(u[:, :rank], c.resid) @ w["W_Q"]
    key = _onto(v[:rank].T, w["W_E"]) @ w["W_K"]
    return Weights({**w.tensors, "W_Q": query, "W_K": key}, w.scale).to(torch.float32)


def _onto(directions: Tensor, rows: Tensor) -> Tensor:
    """The matrix that acts on `rows` from the right as the projection on `directions` does from the left."""
    found: Tensor = torch.linalg.pinv(rows) @ directions @ (directions.T @ rows)
    return found
