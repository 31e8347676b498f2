"""A one-layer transformer with any number of heads, trained biases and ReLU neurons, with TransformerLens names.

Layer norms have no weights (TransformerLens' LNPre), if there are any.  Only the last position is read, and the causal
mask hides nothing from it, so `forward` computes that position alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class HeadsShape:
    """The sizes of a model; `d_head` is that of one head."""

    n_ctx: int
    d_vocab: int
    n_heads: int = 2
    d_model: int = 32
    d_head: int = 16
    biases: bool = False
    d_mlp: int = 0
    """Neurons of an MLP after attention, with its biases; 0 for none."""
    eps: float | None = None
    """Of the norms before attention, before the MLP and before the unembedding; `None` without norms."""


class HeadsModel(nn.Module):
    """Weights start as N(0, 0.8 / sqrt(d_model)), the `gpt2` mode of TransformerLens; biases at zero."""

    def __init__(self, shape: HeadsShape, generator: torch.Generator) -> None:
        super().__init__()
        self.shape = shape
        self.attn_scale = math.sqrt(shape.d_head)
        std = 0.8 / math.sqrt(shape.d_model)
        heads, d_model, d_head = shape.n_heads, shape.d_model, shape.d_head

        def weight(*sizes: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*sizes, generator=generator) * std)

        def bias(*sizes: int) -> nn.Parameter:
            return nn.Parameter(torch.zeros(*sizes), requires_grad=shape.biases)

        self.W_E = weight(shape.d_vocab, d_model)
        self.W_pos = weight(shape.n_ctx, d_model)
        self.W_Q, self.W_K, self.W_V = (weight(heads, d_model, d_head) for _ in range(3))
        self.W_O = weight(heads, d_head, d_model)
        self.W_U = weight(d_model, shape.d_vocab)
        self.b_Q, self.b_K, self.b_V = (bias(heads, d_head) for _ in range(3))
        self.b_O = bias(d_model)
        self.b_U = bias(shape.d_vocab)
        if shape.d_mlp:
            self.W_in, self.W_out = weight(d_model, shape.d_mlp), weight(shape.d_mlp, d_model)
            self.b_in, self.b_out = (nn.Parameter(torch.zeros(n)) for n in (shape.d_mlp, d_model))

    def forward(self, tokens: Tensor) -> Tensor:
        """The logits `[batch, d_vocab]` at the last position of `tokens` `[batch, n_ctx]`."""
        resid = self.W_E[tokens] + self.W_pos
        last, looked = resid[:, -1], self.seen(resid)
        query = torch.einsum("bi,hik->bhk", looked[:, -1], self.W_Q) + self.b_Q
        key = torch.einsum("bpi,hik->bhpk", looked, self.W_K) + self.b_K[:, None]
        value = torch.einsum("bpi,hik->bhpk", looked, self.W_V) + self.b_V[:, None]
        score = torch.einsum("bhk,bhpk->bhp", query, key) / self.attn_scale
        mixed = torch.einsum("bhp,bhpk->bhk", torch.softmax(score, dim=-1), value)
        out = torch.einsum("bhk,hki->bi", mixed, self.W_O) + self.b_O
        stream = last + out
        if self.shape.d_mlp:
            neurons = torch.relu(self.seen(stream) @ self.W_in + self.b_in)
            stream = stream + neurons @ self.W_out + self.b_out
        logits: Tensor = self.seen(stream) @ self.W_U + self.b_U
        return logits

    def seen(self, stream: Tensor) -> Tensor:
        """What is read from the residual stream: its norm, if there are norms."""
        if self.shape.eps is None:
            return stream
        centred = stream - stream.mean(dim=-1, keepdim=True)
        return centred / (centred.pow(2).mean(dim=-1, keepdim=True) + self.shape.eps).sqrt()

    def transformer_lens_state(self) -> dict[str, Tensor]:
        """The weights under TransformerLens names and shapes; biases only if they are trained."""
        attn = "blocks.0.attn."
        state: dict[str, Tensor] = {
            "embed.W_E": self.W_E,
            "pos_embed.W_pos": self.W_pos,
            **{attn + name: getattr(self, name) for name in ("W_Q", "W_K", "W_V", "W_O")},
            "unembed.W_U": self.W_U,
        }
        if self.shape.biases:
            state |= {attn + name: getattr(self, name) for name in ("b_Q", "b_K", "b_V", "b_O")}
            state["unembed.b_U"] = self.b_U
        if self.shape.d_mlp:
            mlp = ("W_in", "b_in", "W_out", "b_out")
            state |= {f"blocks.0.mlp.{name}": getattr(self, name) for name in mlp}
        return {name: tensor.detach().contiguous() for name, tensor in state.items()}
