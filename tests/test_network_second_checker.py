"""The second checker of networks agrees on files, and refuses what is not so.

(Lean's verdicts on forged certificates are compared with it in `tests/test_network.py`.)
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from pipeline.bundle.stored import find_manifests
from pipeline.cli.corpus import read_corpus
from pipeline.lean import PROJECT
from pipeline.network.groups import group
from pipeline.network.integers import right_answers
from pipeline.network.weights import render_weights
from pipeline.recheck import recheck
from pipeline.recheck.network.counts import Network
from pipeline.recheck.network.groups import named
from pipeline.recheck.network.lean_weights import read_weights
from pipeline.recheck.network.words import Words
from pipeline.recheck.refused import Refused
from tests.test_network import TINY

CORPUS = [
    (task.model, manifest)
    for task in read_corpus(PROJECT / "examples" / "networks.json")
    for manifest in find_manifests(task.certificate)
]
S4 = next(each for each in CORPUS if each[1].parent.name == "S4" and each[1].stem == "gates")


@pytest.mark.parametrize(("model", "manifest"), CORPUS, ids=lambda path: path.stem)
def test_committed_certificates_are_accepted(model: Path, manifest: Path) -> None:
    verdict = recheck(model, manifest, look_at=20)
    assert verdict.accepted, verdict.reason
    assert verdict.numbers is not None
    assert verdict.numbers.hold
    assert (verdict.numbers.inputs, verdict.numbers.exact) == (20, True)
    assert "evaluated exactly: all right" in str(verdict.numbers)


@pytest.mark.parametrize(
    "name", ["Z1", "Z7", "S3", "S4", "A4", "A5", "D1", "D2", "D5", "Q8", "Z2 x S3", "Z2 x Z3 x Q8"]
)
def test_names_mean_the_same_groups(name: str) -> None:
    assert named(name) == group(name)


@pytest.mark.parametrize("name", ["", "Z0", "S9", "E8", "Z59 x Z59", "z5"])
def test_unknown_groups(name: str) -> None:
    with pytest.raises(Refused):
        named(name)


@pytest.mark.parametrize("i", range(len(TINY)))
def test_pairs_are_right_in_three_ways(i: int) -> None:
    """By packed integers here, by numpy in the search, by fractions in the claim's own words."""
    model = TINY[i]
    _, w = read_weights(render_weights("Tiny", model).encode())
    network, words, searched = Network(w), Words(w), right_answers(model)
    for x in range(model.order):
        for y in range(model.order):
            margin = words.margin((x, y))
            right = margin is None or margin > 0
            assert network.right(x, y) == right == bool(searched[x][y])


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """A model and a manifest beside its Lean files, to be spoilt."""
    model, manifest = S4
    shutil.copytree(manifest.parent, tmp_path / "S4")
    return Path(shutil.copy(model, tmp_path)), tmp_path / "S4" / manifest.name


def refusal(model: Path, manifest: Path) -> str:
    verdict = recheck(model, manifest)
    assert not verdict.accepted
    return verdict.reason


def test_a_table_of_another_group_is_refused(copied: tuple[Path, Path], tmp_path: Path) -> None:
    """S4 and A4 x Z2 have as many elements."""
    model, manifest = copied
    other = tmp_path / "other.safetensors"
    save_file(load_file(model), other, metadata={"task": "group A4 x Z2"})
    assert "group which is meant" in refusal(other, manifest)
    save_file(load_file(model), other)
    assert "which group is meant" in refusal(other, manifest)
    save_file(load_file(model), other, metadata={"task": "group S4"})
    assert recheck(other, manifest).accepted


def test_another_network_is_refused(copied: tuple[Path, Path], tmp_path: Path) -> None:
    model, manifest = copied
    other, tensors = tmp_path / "other.safetensors", load_file(model)
    task = {"task": "group S4"}
    for name in tensors:
        changed = tensors[name].copy()
        changed.flat[0] = np.nextafter(changed.flat[0], np.float32(9))
        save_file({**tensors, name: changed}, other, metadata=task)
        assert f"{name} does not hold the numbers" in refusal(other, manifest)
    swapped = {**tensors, "W_L": tensors["W_R"], "W_R": tensors["W_L"]}
    save_file(swapped, other, metadata=task)
    assert "does not hold the numbers" in refusal(other, manifest)
    save_file({**tensors, "b": np.ones(128, np.float32)}, other, metadata=task)
    assert "does not hold the numbers" in refusal(other, manifest)
    save_file({**tensors, "table": np.zeros((24, 24))}, other, metadata=task)
    assert "tensors of a network" in refusal(other, manifest)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (".stored W_L", ".stored W_R"),
        ("def W_L", "def token"),
        ("order := nat_lit 24", "order := nat_lit 23"),
        ("frac := nat_lit 33", "frac := nat_lit 32"),
        ("table := table", "table := W_L"),
    ],
)
def test_other_lean_weights_are_refused(copied: tuple[Path, Path], old: str, new: str) -> None:
    model, manifest = copied
    weights = manifest.with_name("Weights.lean")
    text = weights.read_text()
    assert old in text
    weights.write_text(text.replace(old, new))
    assert refusal(model, manifest)


def test_a_wrong_run_is_refused(copied: tuple[Path, Path]) -> None:
    """One bit of one run, in both files."""
    model, manifest = copied
    data, lean = json.loads(manifest.read_text()), manifest.with_name("Gates.lean")
    run = data["certificate"]["gates"][0][0]
    spoilt = hex(int(str(run), 0) ^ 1)
    data["certificate"]["gates"][0][0] = spoilt
    manifest.write_text(json.dumps(data))
    text = lean.read_text()
    assert text.count(f"[[nat_lit {run}, ") == 1
    lean.write_text(text.replace(f"[[nat_lit {run}, ", f"[[nat_lit {spoilt}, "))
    assert "fewer pairs are counted" in refusal(model, manifest)
