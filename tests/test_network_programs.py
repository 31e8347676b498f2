"""The programs over all families, on a network and a linear model: sweep, benchmark, report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import typer
from safetensors.numpy import save_file

from pipeline.benchmark.__main__ import app as benchmark
from pipeline.benchmark.files import read_rows
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_root
from pipeline.cli.corpus import read_corpus
from pipeline.errors import MalformedInput
from pipeline.families import read_subject
from pipeline.lean import PROJECT
from pipeline.network.strategies import STRATEGIES
from pipeline.sweep.__main__ import app as sweep
from pipeline.sweep.proof import Proof
from tests.conftest import Runner

LINEAR = Path("examples/models/linear/linear_2.safetensors")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Addition modulo 3 by six neurons, one for each element and side: all pairs but ties are right."""
    path = tmp_path / "tiny.safetensors"
    left = np.eye(3, 6, dtype=np.float32)
    right = np.roll(left, 3, axis=1)
    out = np.zeros((6, 3), np.float32)
    for x in range(3):
        out[x], out[3 + x] = np.roll([3, 2, 1], x), np.roll([1, 0, 0], x)
    save_file({"W_L": left, "W_R": right, "W_U": out}, path, metadata={"task": "group Z3"})
    return path


def test_a_sweep_and_its_report(tiny: Path, tmp_path: Path, program: Runner) -> None:
    """A network has a row for each of its own strategies, a linear model none; the report draws what there is."""
    table = tmp_path / "sweep" / "proofs.csv"
    ran = program(sweep, tiny, LINEAR, "--jobs", "1", "--out", table, "--json")
    assert ran.exit_code == 0, ran.err
    assert "left out" in ran.err
    rows = read_rows(table, Proof)
    assert [row.strategy for row in rows] == list(STRATEGIES)
    assert {(row.outcome, row.bound == row.right) for row in rows} == {("proved", True)}
    pytest.importorskip("matplotlib", reason="the extra [report] is not installed")
    from pipeline.report.__main__ import app as report

    drawn = program(report, table, "--out", tmp_path / "report", "--json")
    assert drawn.exit_code == 0, drawn.err
    page = (tmp_path / "report" / "index.html").read_text()
    assert "What gates lose, frequency by frequency" in page
    assert ">frequency 1</td>" in page or ">no frequency</td>" in page


LARGE = [
    (task.model, manifest)
    for task in read_corpus(PROJECT / "examples" / "large")
    for manifest in find_manifests(task.certificate)
]


@pytest.mark.parametrize(("model", "manifest"), LARGE, ids=lambda path: path.stem)
def test_large_certificates_are_current(model: Path, manifest: Path) -> None:
    """Their proofs are checked once a week only; that they are about this theory and this model, always."""
    read_stored(manifest).require_genuine(read_subject(model), theory_root())
    assert sum(each.stat().st_size for each in manifest.parent.glob("*")) <= 2_000_000


@pytest.mark.parametrize("app", [sweep, benchmark])
def test_nothing_is_left(app: typer.Typer, tmp_path: Path, program: Runner) -> None:
    """There is no row for a model whose theorems are about its loss, and no empty table is left behind."""
    table = tmp_path / "rows.csv"
    ran = program(app, LINEAR, "--out", table, "--json")
    assert ran.exit_code == 2
    assert "nothing is left" in ran.json["error"]
    assert not table.exists()


def test_a_linear_file_with_a_bias_is_told_so(tmp_path: Path) -> None:
    """The message names the tensor that does not belong there."""
    path = tmp_path / "biased.safetensors"
    save_file(
        {
            "W_E": np.eye(2, dtype=np.float32), "W_U": np.eye(2, dtype=np.float32),
            "b_U": np.zeros(2, np.float32), "n": np.array([2]),
        },
        path,
    )  # fmt: skip
    with pytest.raises(MalformedInput, match="'b_U'"):
        read_subject(path)
