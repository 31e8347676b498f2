"""Measuring a Max-of-K model: on random inputs, or on every input.

These figures are float64 measurements, not proofs.  An input counts as right when the logit of its
maximum is strictly above every other logit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from examples.network import MaxOfK


@dataclass(frozen=True)
class Accuracy:
    """`right` of `total` inputs are answered correctly; the worst margin is in logits."""

    right: int
    total: int
    worst_margin: float

    def __str__(self) -> str:
        share = self.right / self.total
        return (
            f"{self.right:,} of {self.total:,} ({share:.6f}), worst margin {self.worst_margin:+.3f}"
        )


def _margins(logits: Tensor, label: Tensor) -> Tensor:
    """The logit of `label` minus the largest other logit; overwrites `logits`."""
    answer = logits.gather(-1, label.unsqueeze(-1))
    logits.scatter_(-1, label.unsqueeze(-1), float("-inf"))
    return answer.squeeze(-1) - logits.amax(dim=-1)


@torch.no_grad()
def sampled_accuracy(model: MaxOfK, samples: int, generator: torch.Generator) -> Accuracy:
    """Accuracy on uniformly random inputs."""
    shape, batch = model.shape, 1 << 14
    right, worst = 0, float("inf")
    for start in range(0, samples, batch):
        size = (min(batch, samples - start), shape.n_ctx)
        tokens = torch.randint(shape.d_vocab, size, generator=generator)
        margins = _margins(model(tokens).double(), tokens.amax(dim=-1))
        right += int((margins > 0).sum())
        worst = min(worst, float(margins.min()))
    return Accuracy(right, samples, worst)


def _sums(parts: list[Tensor], base: Tensor) -> tuple[Tensor, Tensor]:
    """All sums `base + parts[0][t_0] + parts[1][t_1] + ...`, with the maximum token of each sum."""
    sums, largest = base.unsqueeze(0), torch.zeros(1, dtype=torch.long)
    for part in parts:
        tokens = torch.arange(part.shape[0])
        sums = (sums.unsqueeze(1) + part).flatten(0, 1)
        largest = torch.maximum(largest.unsqueeze(1), tokens).flatten()
    return sums, largest


@torch.no_grad()
def exhaustive_accuracy(model: MaxOfK) -> Accuracy:
    """Accuracy on all `d_vocab ** n_ctx` inputs.

    For a fixed query the logits times the softmax denominator `Z` are a sum over positions of
    vectors that depend on one token each: `sum_p w[p, x_p] * (direct + value[p, x_p])`.
    Appending the weight itself to each vector makes `Z` the last coordinate of the sum.
    """
    shape = model.shape
    n, v = shape.n_ctx, shape.d_vocab
    embed, pos = model.W_E.double(), model.W_pos.double()
    resid = pos.unsqueeze(1) + embed  # [n, v, d_model]
    keys = resid @ model.W_K.double()
    value_logits = resid @ model.W_V.double() @ model.W_O.double() @ model.W_U.double()
    inner = min(n - 1, 2)  # positions enumerated in one tensor; the rest in the loop
    right, worst = 0, float("inf")
    for q in range(v):
        last = resid[n - 1, q]
        score = keys @ (last @ model.W_Q.double()) / model.attn_scale
        weight = torch.exp(score - score.max()).unsqueeze(-1)
        terms = weight * (value_logits + last @ model.W_U.double())
        terms = torch.cat([terms, weight], dim=-1)
        outer, outer_max = _sums(list(terms[: n - 1 - inner]), terms[n - 1, q])
        block, block_max = _sums(list(terms[n - 1 - inner : n - 1]), torch.zeros(v + 1).double())
        for base, base_max in zip(outer, outer_max.tolist(), strict=True):
            logits = block + base
            denominator = logits[:, v].clone()
            label = block_max.clamp(min=max(q, base_max))
            margins = _margins(logits[:, :v], label) / denominator
            right += int((margins > 0).sum())
            worst = min(worst, float(margins.min()))
    return Accuracy(right, v**n, worst)
