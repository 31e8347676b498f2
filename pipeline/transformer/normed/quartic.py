"""Quartic for a model with norms, one head and no MLP: `lean/Compact/Transformer/Strategy/NormedQuartic.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.normed.brute_force import ROOT_STEPS
from pipeline.transformer.normed.check import NormedCheck, NotPositive, Rounding
from pipeline.transformer.normed.model import NormedModel
from pipeline.transformer.normed.quartic_check import Counted, QuarticCheck, Rows
from pipeline.transformer.tasks import MAX

MOST_TOKENS = 64
ROUNDINGS = ((32, 64), (32, 96), (40, 128))
"""Bits of numbers after the point, and of exponentials, from coarse to fine.  Those of small tokens are tiny."""
HALF = 10
"""Half the bits of an exponential's argument: a relative error that is small beside what margins spare.

The kernel takes a step for each bit; with 20, exponentials were most of the check, and no bound tried is larger."""
ROOT_BITS = 16
"""Bits of a square root after the point, if biases are worth as much as it is."""
PARTS = 32
"""In so many parts what can be spared is divided: more find hardly more."""
GAIN = 1.0001
"""A finer rounding has to count so many times as many inputs."""

NATS = ("extra", "prec", "half", "steps", "bound", "offset", "width", "radius", "bits")
COUNTING = ("parts", "countBits", "levelBits")


class NormedQuartic:
    """Classes of inputs by query, maximum and number of copies: what a position adds is a row of its own."""

    name = "quartic"
    checker = "NormedQuartic"
    summary = (
        "norms, one head, no MLP: d_vocab^4 * n_ctx / 4 operations on lanes, a third more with b_U"
    )
    when = "norms, where inputs are more than 4,096"

    def search(self, model: NormedModel, progress: Progress) -> Certificate:
        """The coarsest of some roundings beyond which nothing is gained."""
        require_plain(model)
        best: tuple[QuarticCheck, Counted] | None = None
        for bits, prec in ROUNDINGS:
            progress(f"looking at classes of inputs: {bits} bits")
            found = check(model, bits, prec)
            counted = Counted(0, []) if found is None else found.count()
            if found is not None and (best is None or counted.bound > GAIN * best[1].bound):
                best = found, counted
            elif best is not None:
                break
        if best is None:
            raise MalformedInput(
                "a norm before attention divides by what is hardly more than zero",
                cure="use --strategy brute-force (at most 4,096 inputs)",
            )
        known, counted = best
        r = known.check.rounding
        fields: dict[str, Value] = {
            "extra": r.extra,
            "prec": r.prec,
            "half": r.half,
            "steps": r.steps,
            "bound": counted.bound,
            "offset": known.offset,
            "width": known.width,
            "radius": known.radius,
            "bits": known.bits,
            "parts": known.parts,
            "countBits": known.count_bits,
            "levelBits": known.level_bits,
            "levels": counted.levels,
        }
        return Certificate(self.name, counted.bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `NormedQuartic.Certificate`."""
        kinds: dict[str, Kind] = dict.fromkeys((*NATS, *COUNTING), "nat")
        return {**kinds, "levels": "matrix"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []


def suits(model: NormedModel) -> bool:
    """Can quartic say anything about the model?"""
    one = len(model.heads) == 1 and model.mlp is None
    return one and model.task == MAX and model.eps_num > 0 and model.d_vocab <= MOST_TOKENS


def require_plain(model: NormedModel) -> None:
    """Refuse a model that quartic is not about."""
    if not suits(model):
        raise MalformedInput(
            "quartic for a model with norms takes one head, no MLP, an epsilon above zero, at most"
            f" {MOST_TOKENS} tokens, and the largest token as the answer",
            cure="use --strategy brute-force (at most 4,096 inputs)",
        )


def check(model: NormedModel, bits: int, prec: int) -> QuarticCheck | None:
    """The check under one rounding; `None` if a norm cannot be bounded."""
    least = ROOT_BITS if "b_U" in model.biases else 0
    rounding = Rounding(max(least, bits - model.frac), prec, HALF, ROOT_STEPS)
    below = NormedCheck(model, rounding)
    try:
        rows = Rows.of(below)
    except NotPositive:
        return None
    every = rows.every()
    offset = max(abs(x.plus - x.minus) for x in every).bit_length()
    found = QuarticCheck(below, rows, offset, offset + 1, max(x.radius for x in every), PARTS)
    if not found.leans:
        return found
    return replace(found, width=max(found.width, found.tilts.lane().bit_length()))
