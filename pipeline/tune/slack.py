"""The test of prefix-top2 and of the low-rank proofs, differentiable: by how much does it pass?

A class of inputs has a query `q` (the last token), a maximum `m`, and `c` positions that hold other tokens, none
above `k`.  Times the softmax denominator, the margin of the right answer is a sum over positions.  Positive terms
are taken with the least weight that their position can have, negative ones with the largest, all relative to the
weight of the maximum; the test passes if

    log(positive terms) - log(negative terms) - (what is not known of the scores) > 0.

This difference is the slack, in nats.  Only the classes with most other tokens are looked at: the other tests are
easier, mostly.  It need not be exact: Lean decides what is proved, and the bound is searched anew from the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pipeline.tune.circuits import Circuits
from pipeline.tune.residuals import Residuals
from pipeline.tune.weights import Weights

_NEVER = 1e9
_LEAST = 1e-4
"""Added to both sums, so that their logarithms are finite."""
_FURTHEST = 40.0
"""Relative scores are cut here, so that exponentials are."""


@dataclass(frozen=True)
class Slack:
    """`[maximum, query, k]`, and how much each test counts."""

    nats: Tensor
    weight: Tensor

    def loss(self, margin: float, softness: float) -> Tensor:
        """Nearly zero if all tests pass by `margin`."""
        short = softness * torch.nn.functional.softplus((margin - self.nats) / softness)
        found: Tensor = (self.weight * short).sum() / self.weight.sum().clamp(min=1.0)
        return found


def lead(rows: Tensor) -> Tensor:
    """`[row, t]`: by how much entry `t` is above the largest of the others."""
    top = rows.topk(2, dim=-1)
    first, second = top.values[:, :1], top.values[:, 1:]
    place = torch.arange(rows.shape[1])
    return rows - torch.where(place == top.indices[:, :1], second, first)


def slack(w: Weights, c: Circuits, rest: Residuals, maxima: Tensor, queries: Tensor) -> Slack:
    """Of all prefixes, for these maxima and queries."""
    others, is_query = w.n_ctx - 1, queries == maxima[:, None]
    margins = _Margins.of(w, c, rest, maxima, queries, is_query)
    attention = _Attention.of(c, maxima, queries, is_query, others)
    up = (
        torch.relu(margins.of_maximum) * attention.least_maximum
        + torch.relu(margins.of_others) * attention.least_others
        + torch.relu(margins.of_query) * attention.query
    )
    down = (
        torch.relu(-margins.of_maximum) * attention.least_maximum
        + torch.relu(-margins.of_others) * attention.most_others
        + torch.relu(-margins.of_query) * attention.query
    )
    unknown = rest.scores[queries][:, None]
    nats = torch.log(up + _LEAST) - torch.log(down + _LEAST) - unknown
    return Slack(nats, _weights(w.d_vocab, others, maxima, queries, is_query))


@dataclass(frozen=True)
class _Margins:
    """`[maximum, query, k]`: at least so much does a position that holds ... add to the margin."""

    of_maximum: Tensor
    of_others: Tensor
    of_query: Tensor

    @classmethod
    def of(
        cls,
        w: Weights,
        c: Circuits,
        rest: Residuals,
        maxima: Tensor,
        queries: Tensor,
        is_query: Tensor,
    ) -> _Margins:
        mean = c.resid.mean(0)
        common = c.position_logits + mean @ w["W_U"]
        direct = (lead((c.resid - mean)[queries] @ w["W_U"]) - rest.direct[queries][:, None])[
            :, maxima
        ].T
        token = lead(c.token_logits)
        by_position = common[:, maxima].T[:, :, None] - common  # [maximum, position, output]
        right = torch.nn.functional.one_hot(maxima, w.d_vocab) * _NEVER
        own = c.token_logits[maxima, maxima][:, None] - c.token_logits[maxima] + right
        earlier, last = by_position[:, :-1].amin(1), by_position[:, -1]
        with_own = (earlier + own).amin(1)[:, None] + direct
        without = (earlier + right).amin(1)[:, None] + direct
        query_is_maximum = (last + own).amin(1)[:, None] + direct
        query_is_not = (last + right).amin(1)[:, None] + token[queries][:, maxima].T + direct
        worst = token[:, maxima].T.cummin(1).values  # [maximum, k]: of the tokens up to k
        return cls(
            with_own[:, :, None],
            without[:, :, None] + worst[:, None, :],
            torch.where(is_query, query_is_maximum, query_is_not)[:, :, None],
        )


@dataclass(frozen=True)
class _Attention:
    """`[maximum, query, k]`: weights, as multiples of the maximum's own in the heaviest position."""

    least_maximum: Tensor
    """Of all positions that hold the maximum (the last is not among them)."""
    least_others: Tensor
    most_others: Tensor
    query: Tensor

    @classmethod
    def of(
        cls, c: Circuits, maxima: Tensor, queries: Tensor, is_query: Tensor, others: int
    ) -> _Attention:
        heaviest = c.position_scores[queries][:, :others].amax(1, keepdim=True).detach()
        position = torch.exp((c.position_scores[queries] - heaviest).clamp(max=_FURTHEST))
        ordered = position[:, :others].sort(1).values
        total = ordered.sum(1)
        # If the query is not the maximum, at least one position holds that; else perhaps none does.
        least, most = (
            torch.where(is_query, torch.zeros(()), ordered[:, place])[:, :, None]
            for place in (0, -1)
        )
        scores = c.scores[queries]
        own = scores[:, maxima].T

        def relative(rows: Tensor) -> Tensor:
            return torch.exp((rows - own[:, :, None]).clamp(-_FURTHEST, _FURTHEST))

        its_own = scores[torch.arange(len(queries)), queries][None, :, None]
        return cls(
            least,
            (total[None, :, None] - most) * relative(scores.cummin(1).values[None]),
            (total[None, :, None] - least) * relative(scores.cummax(1).values[None]),
            position[:, others][None, :, None] * relative(its_own),
        )


def _weights(v: int, others: int, maxima: Tensor, queries: Tensor, is_query: Tensor) -> Tensor:
    """The square root of the number of inputs that token `k` adds to its class."""
    k = torch.arange(v)
    held = torch.where(is_query, others, others - 1)[:, :, None]
    inputs = (k + 1.0) ** held - (k + 0.0) ** held
    possible = (k < maxima[:, None, None]) & (queries <= maxima[:, None])[:, :, None]
    found: Tensor = (inputs * possible).sqrt()
    return found
