"""Claims other than accuracy in sweeps, benchmarks and reports; and what a picture of gaps says is certified."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
from hypothesis import given, settings

from pipeline.benchmark.__main__ import app as benchmark
from pipeline.benchmark.files import read_rows
from pipeline.model import Model
from pipeline.report.__main__ import app as report
from pipeline.report.gaps import MOST, certified_by_gap
from pipeline.sweep.__main__ import app as sweep
from pipeline.sweep.proof import Proof
from pipeline.transformer.checker.classes import inputs
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.region import QuarticGaps
from tests.conftest import Runner
from tests.test_certified_sets import MODELS
from tests.tiny_models import noisy_arrays, write_model

CLAIMS = ["quartic-region", "quartic-gaps", "prefix-margin", "cubic-mass", "split-cubic-loss"]


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


def test_a_benchmark_of_a_claim(program: Runner, tmp_path: Path) -> None:
    model = write_model(tmp_path / "tiny.safetensors", noisy_arrays(1, 2, 3, 0.2))
    ran = program(benchmark, model, "--strategy", "quartic-region", "--json")
    assert ran.exit_code == 0, ran.err
    [row] = ran.json["rows"]
    assert (row["strategy"], row["outcome"]) == ("quartic-region", "proved")
    assert program(benchmark, model, "--strategy", "quartic-mischief").exit_code == 2
