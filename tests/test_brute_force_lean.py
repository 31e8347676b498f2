"""The Python mirror counts exactly what Lean's kernel counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.checker.brute_force import BruteForceCheck
from pipeline.checker.circuits import circuits
from pipeline.checker.enclosure import Params, enclose
from pipeline.cli.models import read_subject
from pipeline.emit.weights import render_weights
from pipeline.lean import Builder, SourceRoot, find_toolchain
from tests.tiny_models import random_arrays, write_model

PREFIX = "Compact.Certificates.Mirror"

EXAMPLES = """\
prelude
import Compact.Strategy.BruteForce
import Compact.Certificates.Mirror.Weights
namespace Compact
"""
EXAMPLE = """\
example : Nat.beq (BruteForce.count Certificates.Mirror.weights ⟨{}, {}, {}, {}⟩) {} = true := by
  decide +kernel
"""

ROUNDINGS = [
    Params(prec, steps, shift, width)
    for prec, steps in ((8, 1), (20, 1), (24, 2), (40, 3))
    for shift, width in ((40, 40), (62, 10), (64, 8), (66, 5), (66, 3), (68, 4))
]


@pytest.mark.parametrize(("seed", "n_ctx", "d_vocab"), [(3, 2, 3), (1, 3, 2), (5, 1, 4), (2, 2, 4)])
def test_counts_are_equal(tmp_path: Path, seed: int, n_ctx: int, d_vocab: int) -> None:
    path = write_model(tmp_path / "mirror.safetensors", random_arrays(seed, n_ctx, d_vocab))
    model = read_subject(path)
    exact = circuits(model)
    text, counts = EXAMPLES, set()
    for params in ROUNDINGS:
        count = BruteForceCheck.of(enclose(exact, model.frac, params)).count()
        text += EXAMPLE.format(params.prec, params.steps, params.shift, params.width, count)
        counts.add(count)
    assert len(counts) > 2, "the roundings make no difference"
    folder = tmp_path / "Compact" / "Certificates" / "Mirror"
    folder.mkdir(parents=True)
    (folder / "Weights.lean").write_text(render_weights("Mirror", model))
    (folder / "Counts.lean").write_text(text)
    builder = Builder(find_toolchain(), [theory_root(), SourceRoot(PREFIX, tmp_path)])
    builder.build([f"{PREFIX}.Counts"])
