"""The Lean text holds the numbers, and nothing that a file name could smuggle in."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.models import read_subject
from pipeline.emit.names import is_model_name, model_name, theorem_name
from pipeline.emit.theorem import printed_statement, render_theorem, render_value
from pipeline.model import TENSOR_NAMES, read_model
from pipeline.transformer.resolution import LEAST_FRAC, refine
from pipeline.transformer.weights import pack_row, render_weights
from tests.tiny_models import random_arrays, write_model

HOSTILE = [
    'a"; axiom x : False --.safetensors',
    "x\nend Foo\naxiom bad : False\n.safetensors",
    "../../etc/passwd",
    "«weird».npz",
    "-/ #eval 1 /-.pt",
    "Type.safetensors",
    "3d.safetensors",
    ".safetensors",
    "名前.safetensors",
    "x" * 240 + ".npz",
]


@given(st.text())
def test_model_names_are_plain_identifiers(text: str) -> None:
    assert is_model_name(model_name(Path("/somewhere") / f"x{text}"))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_names_give_plain_identifiers(name: str) -> None:
    assert is_model_name(model_name(Path(name)))


def test_names() -> None:
    assert model_name(Path("dir/max_of_2-half.trained.npz")) == "MaxOf2Half"
    assert model_name(Path("2.npz")) == "Model2"
    assert theorem_name("prefix-top2") == "prefixTop2_correct"
    for name in ("", "a", "A.B", "A\n", "Ä", "A" * 101, "_A"):
        assert not is_model_name(name)


@given(st.integers(1, 70), st.data())
def test_packed_rows_read_back(bits: int, data: st.DataObject) -> None:
    half = 1 << (bits - 1)
    row = data.draw(st.lists(st.integers(-half, half - 1), max_size=9))
    packed = pack_row(row, bits)
    assert [packed // 2 ** (bits * j) % 2**bits - half for j in range(len(row))] == row
    assert packed < 1 << (bits * len(row))


@pytest.mark.parametrize("seed", range(4))
def test_rendered_weights_read_back(tmp_path: Path, seed: int) -> None:
    """Read the text as `Statement.lean` defines it, and find the floats of the file."""
    arrays = random_arrays(seed, 3, 4)
    model = read_subject(write_model(tmp_path / "m.safetensors", arrays))
    text = render_weights("M", model)
    numbers = {key: int(value, 0) for key, value in re.findall(r"  (\w+) := nat_lit (\w+)\n", text)}
    sizes = [numbers[key] for key in ("n_ctx", "d_vocab", "d_model", "d_head")]
    assert sizes == [model.n_ctx, model.d_vocab, model.d_model, model.d_head] == [3, 4, 3, 2]
    assert numbers["attn_scale"] / 2 ** numbers["scale_frac"] == 2**0.5
    for name in TENSOR_NAMES:
        match = re.search(rf"def {name} .*?bits := nat_lit (\d+)\n  rows := \[(.*?)\]", text, re.S)
        assert match is not None
        bits, rows = int(match[1]), [int(row, 0) for row in re.findall(r"0x[0-9a-f]+", match[2])]
        columns = arrays[name].shape[1]
        found = [
            [(row // 2 ** (bits * j) % 2**bits - 2 ** (bits - 1)) / 2 ** numbers["frac"]
             for j in range(columns)]
            for row in rows
        ]  # fmt: skip
        assert np.array_equal(np.array(found), arrays[name])
        assert f"  {name} := {name}\n" in text


def test_refining_changes_no_number(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path / "m.safetensors", random_arrays(1, 2, 3)))
    fine = refine(model)
    assert model.frac < fine.frac == LEAST_FRAC
    for name, rows in model.tensors.items():
        for row, fine_row in zip(rows, fine.tensors[name], strict=True):
            assert [e << (LEAST_FRAC - model.frac) for e in row] == fine_row
    assert refine(fine) is fine


def test_values() -> None:
    assert render_value(0) == "nat_lit 0"
    assert render_value(2**64 - 1) == "nat_lit 18446744073709551615"
    assert render_value(2**64) == "nat_lit 0x10000000000000000"
    assert render_value([[1, 2], []]) == "[[nat_lit 1, nat_lit 2], []]"


def test_theorem_text() -> None:
    text = render_theorem("M", "brute-force", 5, {"bound": 5, "prec": 30})
    assert "def bruteForce : BruteForce.Certificate where\n  bound := nat_lit 5\n" in text
    assert text.endswith(
        """
theorem bruteForce_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 5) (Correct R Compact.Certificates.M.weights) :=
  BruteForce.sound R weights bruteForce (by decide +kernel)

end Compact.Certificates.M
"""
    )
    assert printed_statement("M", "brute-force", 5).endswith(
        "Compact.AtLeast 5 (Compact.Correct R Compact.Certificates.M.weights)"
    )
