"""A vocabulary of one token: its one input is right, as there is no other answer; and nothing more is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import export, verify
from pipeline.transformer.family import read_subject
from pipeline.transformer.strategies import find_strategy
from pipeline.transformer.weights import render_weights
from tests.conftest import Runner
from tests.lean_support import build
from tests.tiny_models import random_arrays, write_model

CHECK = """\
prelude
import Compact.Transformer.Strategy.BruteForce
import Scratch.Weights
namespace Compact
example : BruteForce.check Certificates.One.weights
    {{ bound := {bound}, prec := 8, steps := 1, shift := 0, width := 0 }} = {expected} := by decide +kernel
"""


@pytest.mark.parametrize("n_ctx", [1, 2, 5])
def test_the_one_input_is_right(tmp_path: Path, n_ctx: int) -> None:
    model = read_subject(write_model(tmp_path / "one.safetensors", random_arrays(0, n_ctx, 1)))
    assert find_strategy("brute-force").search(model, lambda _: None).bound == 1


def test_lean_and_the_second_checker_accept_it(program: Runner, tmp_path: Path) -> None:
    path = write_model(tmp_path / "one.safetensors", random_arrays(0, 2, 1))
    ran = program(export.app, path, "--out", tmp_path / "out", "--json")
    assert (ran.exit_code, ran.json["correct"], ran.json["total"]) == (0, 1, 1)
    assert program(verify.app, path, tmp_path / "out", "--cross").exit_code == 0


@pytest.mark.parametrize(
    ("d_vocab", "bound", "expected"), [(1, 1, True), (1, 2, False), (2, 1, False)]
)
def test_lean_accepts_one_and_no_more(
    tmp_path: Path, d_vocab: int, bound: int, expected: bool
) -> None:
    """With two tokens the same certificate, which rounds everything away, is worth nothing."""
    model = read_subject(write_model(tmp_path / "one.safetensors", random_arrays(0, 2, d_vocab)))
    weights = render_weights("One", model)
    text = CHECK.format(bound=bound, expected=str(expected).lower())
    results = build({"Scratch.Weights": weights, "Scratch.Main": text})
    assert results["Scratch.Main"].ok, list(results["Scratch.Main"].printable())
