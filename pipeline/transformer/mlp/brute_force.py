"""Brute force for a model with an MLP: `lean/Compact/Transformer/Strategy/MlpBruteForce.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.enclosure import Enclosure, Params, enclose
from pipeline.transformer.heads.brute_force import MAX_INPUTS, ROOM, ROUNDINGS, right_in_floats
from pipeline.transformer.heads.model import HeadsModel, cell_bits, plain_heads
from pipeline.transformer.mlp.check import MlpCheck, Sizes
from pipeline.transformer.mlp.check import lane_bits as lanes_of
from pipeline.transformer.mlp.model import MlpModel, block_size, blocks, linear, neuron_rows, reads
from pipeline.transformer.strategies.rounding import lane_bits

LEAST_WIDTH = 22
"""Neurons are known up to some units; what they add to a logit is that times their weights: fewer bits lose much."""


class MlpBruteForce:
    """Every input by itself: each neuron from both sides, then all outputs at once."""

    name = "brute-force"
    checker = "MlpBruteForce"
    summary = (
        "looks at every input, head by head, and at each neuron;"
        " heads * d_vocab^n_ctx * n_ctx * (1 + d_mlp / d_vocab) row operations"
    )
    when = "an MLP and at most 16,384 inputs, or several heads: it proves all that is so"

    def search(self, model: MlpModel, progress: Progress) -> Certificate:
        """The coarsest of some roundings at which the check counts as many inputs as floats say are right."""
        total = model.d_vocab**model.n_ctx
        if total > MAX_INPUTS:
            raise MalformedInput(
                f"brute force looks at all {total:,} inputs; with an MLP it takes at most {MAX_INPUTS:,}",
                cure="use another --strategy, or a smaller model",
            )
        if model.d_vocab < 2:
            raise MalformedInput(f"{self.name} of a model with an MLP needs two tokens")
        progress("multiplying the weights out")
        exact = [[circuits(head) for head in plain_heads(part)] for part in parts(model)]
        bits = max(lane_bits(each, model.frac) for of_part in exact for each in of_part)
        known = sizes(model)

        def count(steps: int, prec: int, width: int) -> tuple[Params, int, int]:
            width = max(width, LEAST_WIDTH)
            progress(f"looking at {total:,} inputs and {known.d_mlp} neurons: {prec} bits")
            params = Params(prec, steps, max(0, bits + ROOM - width), width)
            found = check(model, exact, params, known)
            return params, found.heads.lanes.bits, found.count()

        progress(f"looking at {total:,} inputs in floats")
        truth = right_in_floats(model)
        best = count(*ROUNDINGS[0])
        for rounding in ROUNDINGS[1:]:
            if best[2] >= truth:
                break
            finer = count(*rounding)
            best = finer if finer[2] > best[2] else best
        params, lanes, bound = best
        fields: dict[str, Value] = {
            "prec": params.prec,
            "steps": params.steps,
            "shift": params.shift,
            "width": params.width,
            "cellBits": cell_bits(model),
            "bits": lanes,
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `MlpBruteForce.Certificate`."""
        names = ("prec", "steps", "shift", "width", "cellBits", "bits", "bound")
        return dict.fromkeys(names, "nat")

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []


def parts(model: MlpModel) -> list[HeadsModel]:
    """The models without an MLP: without the neurons, then with the neurons as outputs."""
    size = block_size(model)
    return [linear(model), *(reads(model, b * size) for b in range(blocks(model)))]


def sizes(model: MlpModel) -> Sizes:
    """What the check knows besides tables."""
    return Sizes(model.neurons.d_mlp, blocks(model), 1 << 2 * model.frac, neuron_rows(model))


def check(
    model: MlpModel, exact: Sequence[Sequence[Circuits]], params: Params, known: Sizes
) -> MlpCheck:
    """The check under one choice of rounding."""

    def rounded(of_part: Sequence[Circuits]) -> list[Enclosure]:
        return [enclose(each, model.frac, params) for each in of_part]

    bits = lanes_of(params, model.n_ctx, len(model.heads), known)
    label = model.answer
    first, rest = exact[0], exact[1:]
    return MlpCheck.of(rounded(first), [rounded(each) for each in rest], known, label, bits)
