"""Claims other than accuracy in sweeps, benchmarks and reports; and what a picture of gaps says is certified."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
from hypothesis import given, settings

from pipeline.benchmark.__main__ import app as benchmark
from pipeline.benchmark.files import read_rows
from pipeline.bundle.stored import read_stored
from pipeline.model import Model
from pipeline.report.__main__ import app as report
from pipeline.report.gaps import MOST, certified_by_gap
from pipeline.sweep.__main__ import app as sweep
from pipeline.sweep.proof import Proof
from pipeline.transformer.checker.classes import inputs
from pipeline.transformer.family import read_subject
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.region import QuarticGaps
from tests.conftest import Runner
from tests.extras import needs_report
from tests.test_certified_sets import MODELS
from tests.test_loss import truth
from tests.tiny_models import noisy_arrays, write_model

CLAIMS = [
    *("quartic-region", "quartic-gaps", "prefix-margin", "cubic-mass"),
    *("soft-cubic-loss", "split-cubic-loss"),
]


def gap(x: tuple[int, ...]) -> int:
    """How far the largest other token lies below the maximum; `MOST` at most."""
    others = [token for token in x if token != max(x)]
    return min(MOST, max(x) - max(others)) if others else MOST


@settings(deadline=None, max_examples=30)
@given(MODELS)
def test_a_picture_of_gaps_counts_inputs_one_by_one(model: Model) -> None:
    v, n = model.d_vocab, model.n_ctx - 1
    for strategy in (STRATEGIES["prefix"], STRATEGIES["quartic"], QuarticGaps()):
        assert isinstance(strategy, ClassStrategy)
        fields = strategy.search(model, lambda _: None).fields
        runs = list(strategy.counted(model, fields))
        certified = {x for run in runs for x in inputs(n, run)}
        shares = certified_by_gap(v, n, runs)
        for m, place in product(range(v), range(MOST)):
            here = [
                x
                for x in product(range(m + 1), repeat=n + 1)
                if max(x) == m and gap(x) == place + 1
            ]
            if here:
                assert shares[m, place] == len(certified & set(here)) / len(here)
            else:
                assert np.isnan(shares[m, place])


@needs_report
def test_sweep_and_report(program: Runner, tmp_path: Path) -> None:
    """From a model to a page with the sentence of each claim, whose certificates Lean has checked again."""
    model = write_model(tmp_path / "tiny.safetensors", noisy_arrays(1, 3, 4, 0.2))
    table, out = tmp_path / "proofs.csv", tmp_path / "out"
    chosen = [part for name in CLAIMS for part in ("--strategy", name)]
    ran = program(sweep, model, "--out", table, *chosen, "--jobs", "1", "--json")
    assert ran.exit_code == 0, ran.err
    rows = {row.strategy: row for row in read_rows(table, Proof)}
    assert {row.outcome for row in rows.values()} == {"proved"}
    assert all(0 < (row.bound or 0) <= 64 for row in rows.values())
    assert (rows["quartic-gaps"].bound or 0) >= (rows["quartic-region"].bound or 0)
    ran = program(report, table, "--out", out, "--verify", "--json")
    assert ran.exit_code == 0, ran.err
    page = (out / "index.html").read_text()
    for said in (
        "Compact.RightOn R",
        "Compact.RightInGaps R",
        "Compact.CorrectBy R",
        "Compact.MassAtLeast",
        "answers every one whose maximum is at least",
        "a gap that depends on the maximum",
        "correctly by a margin",
        "be drawn by itself",
        "Compact.MeanLossAtMost R",
        "the mean loss (cross-entropy with the largest token, in nats) of the transformer",
    ):
        assert said in page
    assert (out / "certified_gaps.svg").stat().st_size > 1000
    _losses(page, rows, table.parent, model)
    assert (out / "mean_loss.svg").stat().st_size > 1000


def _losses(page: str, rows: dict[str, Proof], folder: Path, file: Path) -> None:
    """The page has each bound of a mean loss beside the mean loss, which is that of exact intervals."""
    from pipeline.report.loss import mean_loss  # needs the extra [report]

    model = read_subject(file)
    exact, right = truth(model)
    mean, error = mean_loss(model)
    assert error == 0
    assert abs(mean * 1e9 - float(exact.mid)) < 1
    for name in ("soft-cubic-loss", "split-cubic-loss"):
        loss = read_stored(folder / rows[name].certificate).manifest.fields()["loss"]
        assert isinstance(loss, int)
        shown = f"{-(-loss // 1000) / 10**6:.6f}"
        assert page.count(f"<td>{shown}</td>") >= 2, "in its own table, and among all proofs"
        assert mean <= float(shown)
        assert 0 < (rows[name].bound or 0) <= right
    assert f"<td>{mean:.6f}</td>" in page
    assert "<td>1.3863</td>" in page


def test_a_benchmark_of_a_claim(program: Runner, tmp_path: Path) -> None:
    model = write_model(tmp_path / "tiny.safetensors", noisy_arrays(1, 2, 3, 0.2))
    ran = program(benchmark, model, "--strategy", "quartic-region", "--json")
    assert ran.exit_code == 0, ran.err
    [row] = ran.json["rows"]
    assert (row["strategy"], row["outcome"]) == ("quartic-region", "proved")
    assert program(benchmark, model, "--strategy", "quartic-mischief").exit_code == 2
