"""Models that answer as another does, so that what is proved of one is so of the other: tokens counted from the other
end (`General/Reversed.lean`), one head with biases as a plain model (`General/Folded.lean`), and labels packed into one
number (`General/Looked.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.emit.form import Lift
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress, Strategy
from pipeline.transformer.heads.model import HeadsModel, plain_heads
from pipeline.transformer.tasks import MAX, words_for

MIN = "min"

REVERSED = Lift(
    module="Compact.Transformer.General.Reversed",
    subject="{weights}.reversed",
    proof="minimum_of_reversed R {weights} (by decide +kernel) {sound}",
)
FOLDED = Lift(
    module="Compact.Transformer.General.Folded",
    subject="{weights}.folded",
    proof="maximum_of_folded R {weights} (by decide +kernel) {sound}",
)

LOOKED = Lift(
    module="Compact.Transformer.General.Looked",
    subject="{weights}",
    proof="lookup_of_packed R {weights} (by decide +kernel) {sound}",
)


def reversed_model(model: HeadsModel) -> HeadsModel:
    """The model with its tokens in the other order; the smallest is the largest."""
    tensors = {
        **model.tensors,
        "W_E": model.tensors["W_E"][::-1],
        "W_U": [row[::-1] for row in model.tensors["W_U"]],
    }
    biases = {
        name: [row[::-1] for row in rows] if name == "b_U" else rows
        for name, rows in model.biases.items()
    }
    return replace(model, tensors=tensors, biases=biases, task=MAX)


def about_maximum(model: HeadsModel, strategy: str) -> HeadsModel:
    """A model that answers with the largest token where this one answers with the right one."""
    if model.task == MAX:
        return model
    if model.task == MIN:
        return reversed_model(model)
    raise MalformedInput(
        f"{strategy} proves answers with the largest or smallest token, not with {words_for(model.task)}",
        cure="use --strategy boxes (the first token) or brute-force (at most 16,384 inputs)",
    )


class Folded:
    """A strategy for plain models, for models with one head and biases."""

    def __init__(self, plain: Strategy) -> None:
        self._plain = plain
        self.name, self.checker = plain.name, plain.checker
        self.summary = f"{plain.summary} (one head, with or without biases)"
        self.when = f"one head: {plain.when}"

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """What the strategy finds for the plain form."""
        if len(model.heads) != 1:
            raise MalformedInput(
                f"{self.name} takes models with one head, and this one has {len(model.heads)}",
                cure="use --strategy quartic, cubic, mixed-by-head or prefix-by-head",
            )
        return self._plain.search(plain_heads(about_maximum(model, self.name))[0], progress)

    def fields(self) -> Mapping[str, Kind]:
        """Those of the strategy."""
        return self._plain.fields()

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Those of the strategy."""
        return self._plain.joints(fields)
