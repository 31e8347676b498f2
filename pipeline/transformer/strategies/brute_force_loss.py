"""Brute force for a mean loss (`lean/Compact/Transformer/Strategy/BruteForceLoss/Check.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.brute_force_loss import LossCheck
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.strategies.class_search import STEPS
from pipeline.transformer.strategies.rounding import lane_bits

MAX_LOGITS = 1 << 18
"""Inputs times outputs, each of which takes an exponential."""
PRECISIONS = (96, 160, 320, 640)
"""Fractional bits of attention's exponentials: the first that see every input's last position is taken."""
LOGIT_BITS = 40
"""Fractional bits of a logit."""
LOSS_PREC, LOSS_STEPS = 80, 3


class BruteForceLoss:
    """`lean/Compact/Transformer/Strategy/BruteForceLoss/Check.lean`"""

    name = "brute-force-loss"
    checker = "BruteForceLoss"
    summary = "mean loss by looking at every input; d_vocab^(n_ctx + 1) exponentials"
    when = "a mean loss over some thousand inputs: the true one, up to rounding"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The true mean loss, up to rounding."""
        logits = model.d_vocab ** (model.n_ctx + 1)
        if logits > MAX_LOGITS:
            raise MalformedInput(
                f"brute force takes an exponential for each of the {logits:,} logits of all inputs; it takes at most"
                f" {MAX_LOGITS:,}",
                cure="use another --strategy, or a smaller model",
            )
        progress("multiplying the weights out")
        exact = circuits(model)
        shift = max(0, 4 * model.frac - LOGIT_BITS)
        width = max(1, lane_bits(exact, model.frac) - shift) + 1
        for prec in PRECISIONS:
            params = Params(prec, STEPS, shift, width)
            enclosure = enclose(exact, model.frac, params)
            check = LossCheck(enclosure, 1 << 4 * model.frac, LOSS_PREC, LOSS_STEPS)
            if check.weighs() and enclosure.narrow:
                break
        else:
            raise MalformedInput(
                "attention is too one-sided: some inputs' own position weighs nothing",
                cure="use another --strategy",
            )
        progress(f"looking at {model.d_vocab**model.n_ctx:,} inputs")
        inputs = model.d_vocab**model.n_ctx
        loss = -(-check.total() * 10**9 // (inputs << LOSS_PREC))
        bound = 1 if model.d_vocab == 1 else BruteForceCheck.of(enclosure).count()
        fields = {
            "prec": prec,
            "steps": STEPS,
            "shift": shift,
            "width": width,
            "lossPrec": LOSS_PREC,
            "lossSteps": LOSS_STEPS,
            "loss": loss,
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `BruteForceLoss.Certificate`."""
        names = ("prec", "steps", "shift", "width", "lossPrec", "lossSteps", "loss", "bound")
        return dict.fromkeys(names, "nat")

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []
