"""One tiny weight among usual ones: named, and proved at about the usual cost, with the theorem about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from pipeline import export
from tests.conftest import Runner

MODELS = Path(__file__).parent.parent / "examples" / "models"
LIMIT_S = 300
"""With all entries of the exact circuits one by one, Lean came to no verdict about Max-of-2 in 400 s (idle)."""


@pytest.mark.parametrize(
    ("model", "tensor", "inputs"),
    [
        ("max_of_2", "pos_embed.W_pos", 4096),
        ("max_of_3", "blocks.0.attn.W_Q", 1000),
        ("max_of_3", "unembed.W_U", 1000),
    ],
)
def test_brute_force_proves_a_model_with_a_subnormal(
    program: Runner, tmp_path: Path, model: str, tensor: str, inputs: int
) -> None:
    tensors = safetensors.numpy.load_file(MODELS / f"{model}.safetensors")
    tensors[tensor] = tensors[tensor].copy()
    tensors[tensor].flat[1] = np.float32(-1e-42)
    path = tmp_path / "tiny_weight.safetensors"
    safetensors.numpy.save_file(tensors, path)
    ran = program(export.app, path, "--out", tmp_path / "out", "--timeout", str(LIMIT_S), "--json")
    assert ran.exit_code == 0, ran.err
    assert (ran.json["correct"], ran.json["total"]) == (inputs, inputs)
    assert "bits after the binary point" in ran.err
    weights = (tmp_path / "out" / "Weights.lean").read_text()
    assert "frac := nat_lit 149" in weights or "frac := nat_lit 148" in weights
