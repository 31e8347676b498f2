"""What the entries of the circuits are shifted up by in Lean, where a matrix holds naturals.

Mirror of the offsets in `lean/Compact/Transformer/Circuit/Compute.lean`: they depend on the shapes and on the
widths of the weights alone, and every entry of a circuit lies between `-offset` and `offset`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Model


@dataclass(frozen=True)
class Offsets:
    """The offset of each circuit."""

    EQKE: int
    EQKP: int
    EVOU: int
    PVOU: int
    EU: int


def offsets(model: Model) -> Offsets:
    """The offsets of a model's circuits."""
    W = {name: 1 << (model.bits(name) - 1) for name in model.tensors}
    d_model, d_head = model.d_model, model.d_head
    resid = W["W_E"] + W["W_pos"]
    query = product_offset(d_model, resid, W["W_Q"])
    out = product_offset(d_model, W["W_O"], W["W_U"])

    def scores(tensor: str) -> int:
        return product_offset(d_head, query, product_offset(d_model, W["W_K"], W[tensor]))

    def logits(tensor: str) -> int:
        return product_offset(d_head, product_offset(d_model, W[tensor], W["W_V"]), out)

    return Offsets(
        EQKE=scores("W_E"),
        EQKP=scores("W_pos"),
        EVOU=logits("W_E"),
        PVOU=logits("W_pos"),
        EU=product_offset(d_model, resid, W["W_U"]),
    )


def product_offset(inner: int, left: int, right: int) -> int:
    """The offset of a product whose inner dimension is `inner` (`Mat.mulOff`)."""
    return right * (inner * left)
