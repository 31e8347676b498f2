"""QK of low rank, without any training: the closest there is, as the tokens see it."""

from __future__ import annotations

import torch

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
    u, s, v = torch.linalg.svd(c.scores * w.scale)
    root = s[:rank].sqrt()
    query, key = torch.zeros_like(w["W_Q"]), torch.zeros_like(w["W_K"])
    query[:, :rank] = torch.linalg.pinv(c.resid) @ u[:, :rank] * root
    key[:, :rank] = torch.linalg.pinv(w["W_E"]) @ v[:rank].T * root
    return Weights({**w.tensors, "W_Q": query, "W_K": key}, w.scale).to(torch.float32)
