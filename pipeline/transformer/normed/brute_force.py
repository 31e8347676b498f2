"""Brute force for a model with norms: `lean/Compact/Transformer/Strategy/NormedBruteForce.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.heads.brute_force import right_in_floats
from pipeline.transformer.normed.check import NormedCheck, Rounding
from pipeline.transformer.normed.model import NormedModel

MAX_INPUTS = 1 << 12
BITS = (32, 48, 80, 160)
"""Bits after the point, from coarse to fine."""
ROOT_STEPS = 6
"""Newton's steps towards a root, from a power of two that is off by a factor of two at most: each doubles the bits."""


class NormedBruteForce:
    """Every input by itself, all numbers in balls."""

    name = "brute-force"
    checker = "NormedBruteForce"
    summary = (
        "looks at every input, and bounds all numbers of its forward pass;"
        " d_vocab^n_ctx * (heads * d_head * d_model + d_model * (d_mlp + d_vocab)) products"
    )
    when = "norms and at most 4,096 inputs, or what quartic refuses: several heads, an MLP"

    def search(self, model: NormedModel, progress: Progress) -> Certificate:
        """The coarsest of some roundings at which the check counts as many inputs as floats say are right."""
        inputs = model.d_vocab**model.n_ctx
        if inputs > MAX_INPUTS:
            raise MalformedInput(
                f"brute force looks at all {inputs:,} inputs; with norms it takes at most {MAX_INPUTS:,}",
                cure="give a smaller model, or one that --strategy quartic takes: one head, no MLP",
            )
        progress(f"looking at {inputs:,} inputs in floats")
        truth = right_in_floats(model)
        best, bound = rounding(model, BITS[0]), -1
        for bits in BITS:
            progress(f"looking at {inputs:,} inputs: {bits} bits")
            found = NormedCheck(model, rounding(model, bits)).count()
            if found > bound:
                best, bound = rounding(model, bits), found
            if bound >= truth:
                break
        fields: dict[str, Value] = {
            "extra": best.extra,
            "prec": best.prec,
            "half": best.half,
            "steps": best.steps,
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `NormedBruteForce.Certificate`."""
        return dict.fromkeys(("extra", "prec", "half", "steps", "bound"), "nat")

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []


def rounding(model: NormedModel, bits: int) -> Rounding:
    """So many bits after the point, and exponentials that are as close."""
    steps = ROOT_STEPS + max(0, (bits - 1).bit_length() - 5)
    return Rounding(max(0, bits - model.frac), bits + bits % 2, bits // 2, steps)
