"""Products of matrices without an inner dimension, or without neurons: zeros, as the statement says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from pipeline.network.integers import right_answers
from pipeline.network.reading import read_network


@pytest.mark.parametrize(("inner", "width", "out"), [(0, 3, 2), (2, 0, 2), (2, 3, 0), (0, 0, 0)])
def test_empty_products(tmp_path: Path, inner: int, width: int, out: int) -> None:
    shapes = {"W_E": (5, inner), "W_in": (inner, width), "W_out": (width, out), "W_U": (out, 5)}
    tensors = {name: np.ones(shape, dtype=np.float32) for name, shape in shapes.items()}
    tensors["b_U"] = np.array([0, 0, 1, 0, 0], dtype=np.float32)
    file = tmp_path / "network.safetensors"
    save_file(tensors, file, metadata={"task": "group Z5"})
    assert int(right_answers(read_network(file)).sum()) == 5
