"""A transformer with an MLP, and the models without one that it is made of (`General/Neurons.lean`)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import ClassVar

from pipeline.transformer.heads.model import HeadsModel, Matrix, Mlp


@dataclass(frozen=True)
class MlpModel(HeadsModel):
    """A model of the general statement that has an MLP."""

    family: ClassVar[str] = "mlp"

    @property
    def neurons(self) -> Mlp:
        """The MLP, which is there."""
        assert self.mlp is not None
        return self.mlp


def plain(model: MlpModel) -> HeadsModel:
    """The same without the MLP."""
    known = {each.name: getattr(model, each.name) for each in fields(HeadsModel)}
    return HeadsModel(**{**known, "mlp": None})


def linear(model: MlpModel) -> HeadsModel:
    """The model without its neurons: `b_out` is added to `b_O` (`Weights.linear`)."""
    zeros = [[0] * model.d_model]
    before, out = model.biases.get("b_O", zeros)[0], model.neurons.biases.get("b_out", zeros)[0]
    both = [[a + b for a, b in zip(before, out, strict=True)]]
    return replace(plain(model), biases={**model.biases, "b_O": both})


def block_size(model: HeadsModel) -> int:
    """How many neurons are outputs of one model: all outputs but the last, which is zero."""
    return model.d_vocab - 1


def blocks(model: MlpModel) -> int:
    """How many models have all neurons as outputs."""
    return -(-model.neurons.d_mlp // block_size(model))


def reads(model: MlpModel, k: int) -> HeadsModel:
    """The model whose outputs are the neurons from number `k` on, before their ReLU (`Weights.reads`)."""
    mlp, v = model.neurons, model.d_vocab

    def outputs(row: list[int]) -> list[int]:
        found = row[k : k + block_size(model)]
        return found + [0] * (v - len(found))

    b_in = mlp.biases.get("b_in", [[0] * mlp.d_mlp])
    unembed: Matrix = [outputs(row) for row in mlp.tensors["W_in"]]
    return replace(
        plain(model),
        tensors={**model.tensors, "W_U": unembed},
        biases={**model.biases, "b_U": [outputs(b_in[0])]},
    )


def neuron_rows(model: MlpModel) -> Matrix:
    """`W_out W_U`, each row less its smallest entry (`neuronRows`)."""
    unembed = list(zip(*model.tensors["W_U"], strict=True))
    found = []
    for out in model.neurons.tensors["W_out"]:
        row = [sum(a * b for a, b in zip(out, column, strict=True)) for column in unembed]
        found.append([entry - min(row) for entry in row])
    return found
