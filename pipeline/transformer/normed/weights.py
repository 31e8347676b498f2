"""The weights of a model with norms as a Lean definition: those of one without, and epsilon."""

from __future__ import annotations

from pipeline.transformer.heads.weights import render_weights as render_heads
from pipeline.transformer.normed.model import NormedModel

_WEIGHTS = "\ndef weights : Transformer.Weights where\n"


def render_weights(name: str, model: NormedModel) -> str:
    """The module `Compact.Certificates.<name>.Weights`."""
    before, found, after = render_heads(name, model).partition(_WEIGHTS)
    assert found
    before = before.replace("Transformer.General.Statement", "Transformer.Normed.Statement")
    fields, end, rest = after.partition("\n\n")
    return f"""{before}
def model : Transformer.Weights where
{fields}{end}/-- The model with its norms, which have no weights. -/
def weights : Transformer.Normed.Weights where
  model := model
  eps_num := nat_lit {model.eps_num}
  eps_den := nat_lit {model.eps_den}

{rest}"""
