"""The second checker of linear models agrees on files, and refuses what is not so.

(Lean's verdicts on forged certificates are compared with it in `tests/test_linear.py`.)
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from pipeline.bundle.stored import find_manifests
from pipeline.cli.corpus import read_corpus
from pipeline.lean import PROJECT
from pipeline.recheck import recheck

CORPUS = [
    (task.model, manifest)
    for task in read_corpus(PROJECT / "examples" / "linear.json")
    for manifest in find_manifests(task.certificate)
]
ZERO = next(each for each in CORPUS if each[1].parent.name == "Zero12" and each[1].stem == "am-gm")
TWO = next(each for each in CORPUS if each[1].parent.name == "Linear2" and each[1].stem == "am-gm")
TASK = {"task": "max of 2"}


@pytest.mark.parametrize(("model", "manifest"), CORPUS, ids=lambda path: path.stem)
def test_committed_certificates_are_accepted(model: Path, manifest: Path) -> None:
    verdict = recheck(model, manifest)
    assert verdict.accepted, verdict.reason


def test_the_mean_loss_is_evaluated_by_itself() -> None:
    """All inputs of the zero model, to 40 digits: ln 12."""
    verdict = recheck(*ZERO, look_at=20)
    assert verdict.numbers is not None
    assert verdict.numbers.hold
    assert verdict.numbers.inputs == 144
    assert verdict.numbers.as_json()["mean_loss"] == "2.484906649788"
    assert "2.484906649788" in str(verdict.numbers)


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """A model and a manifest beside its Lean files, to be spoilt."""
    model, manifest = TWO
    shutil.copytree(manifest.parent, tmp_path / "Linear2")
    return Path(shutil.copy(model, tmp_path)), tmp_path / "Linear2" / manifest.name


def refusal(model: Path, manifest: Path) -> str:
    verdict = recheck(model, manifest)
    assert not verdict.accepted
    return verdict.reason


def test_another_model_is_refused(copied: tuple[Path, Path], tmp_path: Path) -> None:
    """One unit in the last place, another number of tokens, tensors that are not the theorem's."""
    model, manifest = copied
    other, tensors = tmp_path / "other.safetensors", load_file(model)
    for name in tensors:
        changed = tensors[name].copy()
        changed.flat[0] = np.nextafter(changed.flat[0], np.float32(9))
        save_file({**tensors, name: changed}, other, metadata=TASK)
        assert f"{name} does not hold the numbers" in refusal(other, manifest)
    save_file(tensors, other, metadata={"task": "max of 3"})
    assert "this number of tokens" in refusal(other, manifest)
    save_file(tensors, other)
    assert "this number of tokens" in refusal(other, manifest)
    save_file({**tensors, "b_U": np.ones(64, np.float32)}, other, metadata=TASK)
    assert "other tensors" in refusal(other, manifest)
    turned = {name: tensor.T.copy() for name, tensor in tensors.items()}
    save_file(turned, other, metadata=TASK)
    assert "shape" in refusal(other, manifest)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n_ctx := nat_lit 2", "n_ctx := nat_lit 3"),
        ("d_vocab := nat_lit 64", "d_vocab := nat_lit 63"),
        ("(.stored W_E) W)", "(.stored W) W_E)"),
        (".product (nat_lit 32) (.product", ".product (nat_lit 31) (.product"),
        ("def W_U", "def token"),
        ("open Compact.Linear", "open Compact.Network"),
    ],
)
def test_other_lean_weights_are_refused(copied: tuple[Path, Path], old: str, new: str) -> None:
    model, manifest = copied
    weights = manifest.with_name("Weights.lean")
    text = weights.read_text()
    assert old in text
    weights.write_text(text.replace(old, new))
    assert refusal(model, manifest)


def spoil(manifest: Path, old: int, new: int) -> None:
    """Write another number for one that stands once in the Lean file and in the manifest's fields."""
    lean, data = manifest.with_name("AmGm.lean"), json.loads(manifest.read_text())
    text = lean.read_text()
    assert f"nat_lit {old}" in text
    lean.write_text(text.replace(f"nat_lit {old}", f"nat_lit {new}"))
    manifest.write_text(re.sub(rf"\b{old}\b", str(new), json.dumps(data)))


def test_a_smaller_witness_and_a_smaller_bound_are_refused(copied: tuple[Path, Path]) -> None:
    model, manifest = copied
    data = json.loads(manifest.read_text())
    bound = data["claim"]["loss_billionths"]
    witness = data["certificate"]["losses"][40][0]
    spoil(manifest, bound, bound - 1)
    assert "more than 4,096 times the bound" in refusal(model, manifest)
    spoil(manifest, bound - 1, bound)
    assert recheck(model, manifest).accepted
    spoil(manifest, witness, witness - 1000)
    assert "too small" in refusal(model, manifest)


def test_a_count_is_no_loss(copied: tuple[Path, Path]) -> None:
    """A manifest that claims so many right answers is not about this theorem."""
    model, manifest = copied
    text = manifest.read_text()
    manifest.write_text(text.replace('"loss_billionths"', '"correct"'))
    assert "what is claimed" in refusal(model, manifest)
