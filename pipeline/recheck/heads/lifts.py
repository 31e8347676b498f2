"""Models that answer as another does: tokens counted from the other end (`General/Reversed.lean`), and one head with
biases as a plain model (`General/Folded.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Group, Input
from pipeline.recheck.family import Lift
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.packed import pack
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor
from pipeline.recheck.transformer.weights import Weights as Plain

REVERSED, FOLDED = "reversed", "folded"
LIFTS: Mapping[str, Lift] = {
    REVERSED: Lift("Compact.Transformer.General.Reversed", "minimum_of_reversed"),
    FOLDED: Lift("Compact.Transformer.General.Folded", "maximum_of_folded"),
}
LOOKUP = Lift("Compact.Transformer.General.Looked", "lookup_of_packed")

Count = Callable[[Weights, Certificate], Counted]


@dataclass(frozen=True)
class Flipped:
    """The inputs of a group, their tokens counted from the other end."""

    group: Group
    v: int

    @property
    def size(self) -> int:
        return self.group.size

    def draw(self, random: Random) -> Input:
        return self._flip(self.group.draw(random))

    def all(self) -> Iterator[Input]:
        return map(self._flip, self.group.all())

    def _flip(self, x: Input) -> Input:
        return tuple(self.v - 1 - token for token in x)


def alone(count: Count) -> Count:
    """A checker that is about the model itself."""

    def counted(w: Weights, c: Certificate) -> Counted:
        if w.lifts:
            raise Refused("the checker is not about another model")
        return count(w, c)

    return counted


def of_heads(count: Count) -> Count:
    """A checker that is about the largest token, for models with any number of heads."""

    def counted(w: Weights, c: Certificate) -> Counted:
        if FOLDED in w.lifts:
            raise Refused("the checker is not about plain models")
        return _flipped(w, lambda subject: count(subject, c))

    return counted


def of_plain(count: Callable[[Plain, Certificate], Counted]) -> Count:
    """A checker that is about plain models."""

    def counted(w: Weights, c: Certificate) -> Counted:
        if FOLDED not in w.lifts:
            raise Refused("the checker is about plain models only")
        return _flipped(w, lambda subject: count(folded(subject), c))

    return counted


def _flipped(w: Weights, count: Callable[[Weights], Counted]) -> Counted:
    if REVERSED not in w.lifts:
        if w.label != "maximum":
            raise Refused("the checker is about the maximum, the theorem is not")
        return count(w)
    if w.label != "minimum":
        raise Refused("a reversed model's maximum is the minimum, the theorem is not about that")
    found = count(reversed_weights(w))
    return Counted(found.number, [Flipped(group, w.d_vocab) for group in found.groups])


def reversed_weights(w: Weights) -> Weights:
    """`Weights.reversed`: `W_E` with its rows, `W_U` and `b_U` with their columns in the other order."""
    w.require_shapes()
    W_E = w.tensors["W_E"]
    tensors = {**w.tensors, "W_E": Tensor(W_E.bits, list(reversed(W_E.rows)))}
    for name in ("W_U", "b_U"):
        if name in tensors:
            bits, off = tensors[name].bits, 1 << tensors[name].bits - 1
            rows = [pack(bits, [each + off for each in row[::-1]]) for row in w.matrix(name)]
            tensors[name] = Tensor(bits, rows)
    return replace(w, tensors=tensors, label="maximum", lifts=())


def folded(w: Weights) -> Plain:
    """`Weights.folded`, if `Weights.isOneHead`"""
    if len(w.heads) != 1 or w.n_ctx < 1:
        raise Refused("a plain form is that of a model with one head")
    w.require_shapes()
    used = [*w.tensors.values(), *w.heads[0].values()]
    return w.plain(max(w.frac + 2, *(tensor.bits for tensor in used)), 0)
