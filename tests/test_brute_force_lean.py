"""The Python mirror counts exactly what Lean's kernel counts."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.cli.models import read_subject
from pipeline.lean import Builder, SourceRoot, find_toolchain
from pipeline.model import Model
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.weights import render_weights
from tests.tiny_models import random_arrays, write_model

PREFIX = "Compact.Certificates.Mirror"

EXAMPLES = """\
prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Certificates.Mirror.Weights
namespace Compact
"""
EXAMPLE = """\
example : Nat.beq (BruteForce.count Certificates.Mirror.weights ⟨{}, {}, {}, {}⟩) {} = true := by
  decide +kernel
"""


def roundings(model: Model) -> list[Params]:
    """From what the search finds down to what certifies nothing, and a lane that is too wide."""
    fields = STRATEGIES["brute-force"].search(model, lambda _: None).fields
    prec, steps, shift, width = (fields[key] for key in ("prec", "steps", "shift", "width"))
    assert isinstance(prec, int)
    assert isinstance(steps, int)
    assert isinstance(shift, int)
    assert isinstance(width, int)
    fewer_bits = [max(8 * steps, prec - bits) for bits in (0, 1, 2, 4, 8)]
    coarser = [bits for bits in (-min(3, shift), 0, 1, 2, 3, 4) if bits < width]
    found = [
        Params(bits, steps, shift + dropped, width - dropped)
        for bits in fewer_bits
        for dropped in coarser
    ]
    return [*dict.fromkeys(found), Params(prec, steps, shift, width - 1)]


@pytest.mark.parametrize(
    ("seed", "n_ctx", "d_vocab", "scale"),
    [(0, 2, 4, 0.5), (0, 3, 3, 1.0), (1, 1, 4, 1.0), (4, 4, 2, 0.5), (0, 2, 3, 2.0)],
)
def test_counts_are_equal(
    tmp_path: Path, seed: int, n_ctx: int, d_vocab: int, scale: float
) -> None:
    path = write_model(tmp_path / "mirror.safetensors", random_arrays(seed, n_ctx, d_vocab, scale))
    model = read_subject(path)
    exact = circuits(model)
    text, counts = EXAMPLES, []
    for params in roundings(model):
        counts.append(BruteForceCheck.of(enclose(exact, model.frac, params)).count())
        text += EXAMPLE.format(*astuple(params), counts[-1])
    assert 0 < max(counts) == counts[0] > counts[-1] == 0
    assert len(set(counts)) > 2, "the roundings make no difference"
    folder = tmp_path / "Compact" / "Certificates" / "Mirror"
    folder.mkdir(parents=True)
    (folder / "Weights.lean").write_text(render_weights("Mirror", model))
    (folder / "Counts.lean").write_text(text)
    builder = Builder(find_toolchain(), [theory_root(), SourceRoot(PREFIX, tmp_path)])
    builder.build([f"{PREFIX}.Counts"])
