"""Brute force, any heads, biases and task: `lean/Compact/Transformer/Strategy/HeadsBruteForce.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.heads.brute_force_check import HeadsCheck
from pipeline.transformer.heads.compare import answers
from pipeline.transformer.heads.model import HeadsModel, cell_bits, plain_heads
from pipeline.transformer.strategies.rounding import lane_bits

MAX_INPUTS = 1 << 14
ROUNDINGS = (
    (2, 32, 14),
    (3, 48, 18),
    (4, 64, 22),
    (4, 96, 26),
    (5, 128, 30),
    (6, 192, 36),
    (10, 512, 40),
    (12, 1024, 44),
)
"""Steps and precision of the exponentials, and bits of logits, from coarse to fine."""
ROOM = 2
"""Rows of heads are a large number less an average of two lanes: they need two bits more than a lane."""


def right_in_floats(model: HeadsModel) -> int:
    """How many inputs floats say are right: what the search aims at."""
    inputs = np.array(list(product(range(model.d_vocab), repeat=model.n_ctx)))
    labels = np.array([model.answer(x) for x in inputs.tolist()])
    return int((answers(model, inputs) == labels).sum())


class HeadsBruteForce:
    """Every input by itself: the sums of each head, and a row for each head that makes it even."""

    name = "brute-force"
    checker = "HeadsBruteForce"
    summary = "looks at every input, head by head; heads * d_vocab^n_ctx * n_ctx row operations"
    when = "at most 16,384 inputs, or a task that nothing else takes (last, table): it proves all that is so"

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """The coarsest of some roundings at which the check counts as many inputs as floats say are right."""
        total = model.d_vocab**model.n_ctx
        if total > MAX_INPUTS:
            raise MalformedInput(
                f"brute force looks at all {total:,} inputs; with several heads, biases or another task than"
                f" the maximum it takes at most {MAX_INPUTS:,}",
                cure="use another --strategy, or a smaller model",
            )
        progress("multiplying the weights out")
        heads = plain_heads(model)
        exact = [circuits(head) for head in heads]
        bits = max(lane_bits(each, model.frac) for each in exact)
        label = model.answer

        def count(steps: int, prec: int, width: int) -> tuple[Params, int]:
            progress(f"looking at {total:,} inputs, {len(heads)} heads: {prec} bits")
            params = Params(prec, steps, max(0, bits + ROOM - width), width)
            return params, HeadsCheck.of(
                [enclose(each, model.frac, params) for each in exact], label
            ).count()

        progress(f"looking at {total:,} inputs in floats")
        truth = right_in_floats(model)
        params, bound = count(*ROUNDINGS[0])
        for rounding in ROUNDINGS[1:]:
            if bound >= truth:
                break
            finer, found = count(*rounding)
            if found > bound:
                params, bound = finer, found
        fields: dict[str, Value] = {
            "prec": params.prec,
            "steps": params.steps,
            "shift": params.shift,
            "width": params.width,
            "cellBits": cell_bits(model),
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsBruteForce.Certificate`."""
        return dict.fromkeys(("prec", "steps", "shift", "width", "cellBits", "bound"), "nat")

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []
