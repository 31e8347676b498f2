"""The Max-of-K transformer as a torch module, with TransformerLens names for its weights.

One layer, one attention head, no layer norm, no MLP, biases identically zero.  Only the last
position is read, and the causal mask hides nothing from it, so `forward` computes that position
alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """The sizes of a model."""

    n_ctx: int
    d_vocab: int
    d_model: int = 32
    d_head: int = 32


class MaxOfK(nn.Module):
    """Weights start as N(0, 0.8 / sqrt(d_model)), the `gpt2` mode of TransformerLens."""

    def __init__(self, shape: Shape, generator: torch.Generator) -> None:
        super().__init__()
        self.shape = shape
        self.attn_scale = math.sqrt(shape.d_head)
        std = 0.8 / math.sqrt(shape.d_model)

        def weight(rows: int, columns: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(rows, columns, generator=generator) * std)

        self.W_E = weight(shape.d_vocab, shape.d_model)
        self.W_pos = weight(shape.n_ctx, shape.d_model)
        self.W_Q = weight(shape.d_model, shape.d_head)
        self.W_K = weight(shape.d_model, shape.d_head)
        self.W_V = weight(shape.d_model, shape.d_head)
        self.W_O = weight(shape.d_head, shape.d_model)
        self.W_U = weight(shape.d_model, shape.d_vocab)

    def forward(self, tokens: Tensor) -> Tensor:
        """The logits `[batch, d_vocab]` at the last position of `tokens` `[batch, n_ctx]`."""
        resid = self.W_E[tokens] + self.W_pos
        last = resid[:, -1]
        query = last @ self.W_Q
        score = (resid @ (self.W_K @ query.unsqueeze(-1))).squeeze(-1) / self.attn_scale
        attended = (torch.softmax(score, dim=-1).unsqueeze(1) @ resid).squeeze(1)
        logits: Tensor = (last + attended @ self.W_V @ self.W_O) @ self.W_U
        return logits

    def transformer_lens_state(self) -> dict[str, Tensor]:
        """The weights under TransformerLens names and shapes, the zero biases among them."""
        shape, attn = self.shape, "blocks.0.attn."
        state = {
            "embed.W_E": self.W_E,
            "pos_embed.W_pos": self.W_pos,
            attn + "W_Q": self.W_Q.unsqueeze(0),
            attn + "W_K": self.W_K.unsqueeze(0),
            attn + "W_V": self.W_V.unsqueeze(0),
            attn + "W_O": self.W_O.unsqueeze(0),
            attn + "b_Q": torch.zeros(1, shape.d_head),
            attn + "b_K": torch.zeros(1, shape.d_head),
            attn + "b_V": torch.zeros(1, shape.d_head),
            attn + "b_O": torch.zeros(shape.d_model),
            "unembed.W_U": self.W_U,
            "unembed.b_U": torch.zeros(shape.d_vocab),
        }
        return {name: tensor.detach().contiguous() for name, tensor in state.items()}


def last_position_loss(logits: Tensor, label: Tensor) -> Tensor:
    """Cross-entropy; `log1p` in the log-softmax keeps the digits of confident answers."""
    top, where = logits.max(dim=-1, keepdim=True)
    others = torch.exp(logits - top).scatter(-1, where, 0.0).sum(dim=-1, keepdim=True)
    log_probability = logits - top - torch.log1p(others)
    return -log_probability.gather(-1, label.unsqueeze(-1)).mean()
