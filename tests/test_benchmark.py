"""The benchmark: what it prints and keeps, and that it counts what is true."""

from __future__ import annotations

import csv
import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.benchmark import accuracy
from pipeline.benchmark.__main__ import app
from pipeline.benchmark.growth import growth_table
from pipeline.benchmark.record import Record
from pipeline.benchmark.row import Row
from pipeline.benchmark.shipped import GROWTH, SIDE_BY_SIDE, class_strategies, shipped
from pipeline.bundle.check import LeanChecker
from pipeline.cli.models import read_subject
from pipeline.errors import RejectedByLean, ResourceLimit, ToolingMissing
from pipeline.model import Model
from pipeline.transformer.accuracy import count_right, enumerable
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.length import operations
from pipeline.transformer.near_ties import is_right
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.strategies.truth import Truth
from tests.conftest import Runner
from tests.lean_support import model_of
from tests.tiny_models import noisy_arrays, perfect_arrays, random_arrays, write_model

FIGURES = ("export_seconds", "kernel_seconds", "peak_memory_mb", "theorem_bytes", "weights_bytes")


def silent(_text: str) -> None:
    pass


def truth(model: Model) -> int:
    verdicts = Truth(circuits(model), model.frac)
    return sum(sum(verdicts.right(query)) for query in range(model.d_vocab))


def attention_is_moderate(model: Model) -> bool:
    """`Truth` gives up below `2^-2048`; what is benchmarked does not."""
    exact = circuits(model)
    spread = sum(
        int((np.max(m, axis=1) - np.min(m, axis=1)).max()) for m in (exact.EQKE, exact.EQKP)
    )
    return spread * exact.score_num < 1300 * exact.score_den


@settings(max_examples=100, deadline=None)
@given(
    make=st.sampled_from([random_arrays, noisy_arrays]),
    seed=st.integers(0, 2**32 - 1),
    n_ctx=st.integers(1, 4),
    d_vocab=st.integers(2, 4),
    scale=st.sampled_from([0.0, 0.1, 1.0, 4.0, 16.0]),
    block=st.sampled_from([1, 20, 1 << 18]),
)
def test_counts_are_the_truth(
    make: type[object], seed: int, n_ctx: int, d_vocab: int, scale: float, block: int
) -> None:
    model = model_of(make(seed, n_ctx, d_vocab, scale))  # type: ignore[call-arg, arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accuracy, "BLOCK", block)
        count = count_right(model, silent)
    assert count is not None
    if attention_is_moderate(model):
        assert count == truth(model)
    else:
        assert count >= truth(model)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.0, 0.1, 1.0]))
def test_exact_decisions_are_the_truth(seed: int, scale: float) -> None:
    model = model_of(random_arrays(seed, 3, 3, scale))
    exact = circuits(model)
    verdicts = Truth(exact, model.frac)
    for query in range(3):
        inputs = [(*before, query) for before in product(range(3), repeat=2)]
        assert [is_right(exact, model.frac, each) for each in inputs] == verdicts.right(query)


def test_all_inputs_are_near_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal logits everywhere: wrong, and not a matter of luck."""
    model = model_of({name: 0 * array for name, array in random_arrays(0, 3, 3).items()})
    assert count_right(model, silent) == 0
    monkeypatch.setattr(accuracy, "MAX_NEAR_TIES", 26)
    assert count_right(model, silent) is None


def test_a_tie_but_for_a_hair() -> None:
    """A margin of `2^-60` of the logits, which float64 sums do not show."""
    arrays = {name: array.astype(np.float64) for name, array in perfect_arrays(2, 2).items()}
    arrays["W_K"][:] = 0
    arrays["W_V"][:] = 0
    unembed = arrays["W_U"]
    unembed[0], unembed[1] = [0.0, 0.0], [1.0, 1.0]
    tiny = 2.0**-60
    unembed[2] = [0.0, tiny]  # a constant of the residual stream: the output 1 is ahead
    ahead = model_of(arrays)  # type: ignore[arg-type]
    assert count_right(ahead, silent) == truth(ahead) == 3
    unembed[2] = [tiny, 0.0]
    behind = model_of(arrays)  # type: ignore[arg-type]
    assert count_right(behind, silent) == truth(behind) == 1


def test_attention_that_underflows() -> None:
    """Most weights are below the least float: decided exactly, as to leading weights."""
    model = model_of(noisy_arrays(3, 3, 3, 1.0) | {"W_Q": 200 * noisy_arrays(3, 3, 3, 1.0)["W_Q"]})
    count = count_right(model, silent)
    assert count is not None
    assert count >= truth(model)


def test_too_many_inputs() -> None:
    assert not enumerable(model_of(random_arrays(0, 20, 64)))
    assert count_right(model_of(random_arrays(0, 20, 64)), silent) is None


def test_one_token() -> None:
    """There is no other output to be wrong with."""
    assert count_right(model_of(random_arrays(0, 3, 1)), silent) == 1


def test_shipped_models() -> None:
    for names in (SIDE_BY_SIDE, GROWTH):
        assert [path.stem for path in shipped(names)] == list(names)
    assert {each.name for each in class_strategies()} == STRATEGIES.keys() - {"brute-force"}


@pytest.fixture
def refused_model(tmp_path: Path) -> Path:
    """One that is too large for brute force and too short for prefixes."""
    return write_model(tmp_path / "refused.safetensors", random_arrays(0, 1, 2))


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_end_to_end(
    program: Runner,
    model_file: Path,
    refused_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    out = tmp_path / f"rows.{suffix}"
    arguments = (model_file, refused_model, "--strategy", "brute-force", "--strategy", "prefix")
    ran = program(app, *arguments, "--out", out)
    assert ran.exit_code == 0, ran.err
    assert all(len(line) <= 120 for line in ran.out.splitlines())
    assert "3^2 inputs" in ran.out
    assert "100.0000 %" in ran.out
    assert "refused, prefix: refused: prefix needs two positions" in ran.out

    rows = list(Record(out, Row))
    assert [(row.model, row.strategy, row.outcome) for row in rows] == [
        ("tiny", "brute-force", "proved"),
        ("tiny", "prefix", "proved"),
        ("refused", "brute-force", "proved"),
        ("refused", "prefix", "refused"),
    ]
    for row in rows[:3]:
        assert row.bound is not None
        assert row.right is not None
        assert 0 <= row.bound <= row.right <= row.inputs == row.d_vocab**row.n_ctx
        assert all(getattr(row, figure) > 0 for figure in FIGURES)
        assert row.peak_memory_mb > 50  # type: ignore[operator]
    assert rows[0].bound == rows[0].right == 9
    assert rows[3].bound is rows[3].kernel_seconds is None

    before = out.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(LeanChecker, "check", None)  # nothing is measured again
        again = program(app, *arguments, "--out", out, "--json")
    assert again.exit_code == 0, again.err
    assert out.read_bytes() == before
    assert [row["bound"] for row in again.json["rows"]] == [row.bound for row in rows]

    stale = before.replace(rows[0].theory_digest.encode(), b"0" * 64)
    out.write_bytes(stale)
    assert program(app, *arguments, "--out", out).exit_code == 0
    assert len(list(Record(out, Row))) == 4
    assert rows[0].theory_digest.encode() in out.read_bytes()


def test_failures_are_rows(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows.csv"
    for error, outcome in (
        (ResourceLimit("too slow"), "limit"),
        (MemoryError(), "limit"),
        (RejectedByLean("Lean says no", details=["line 1", "line 2"]), "rejected"),
    ):

        def fail(*_: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(LeanChecker, "check", fail)
        ran = program(app, model_file, "--strategy", "prefix", "--out", out, "--json")
        assert ran.exit_code == 0, ran.err
        [row] = ran.json["rows"]
        assert row["outcome"] == outcome
        assert row["bound"] is None
        assert row["theorem_bytes"] > 0
        assert row["reason"]
    assert row["reason"] == "Lean says no: line 1"


def test_interrupted(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been measured is printed and kept."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Prefix, "search", interrupt)
    out = tmp_path / "rows.csv"
    arguments = (model_file, "--strategy", "brute-force", "--strategy", "prefix", "--out", out)
    ran = program(app, *arguments)
    assert ran.exit_code == 130
    assert "brute-force" in ran.out
    with out.open() as file:
        assert [row["strategy"] for row in csv.DictReader(file)] == ["brute-force"]
    assert program(app, *arguments, "--json").json["rows"][0]["bound"] == 9


def test_operations_are_shown(
    program: Runner, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_lean(*_: object) -> None:
        raise ToolingMissing("no Lean")

    model = read_subject(model_file)
    certificate = Prefix().search(model, lambda _: None)
    ran = program(app, model_file, "--strategy", "prefix")
    assert f"{operations('Prefix', model, certificate.fields):,}" in ran.out
    monkeypatch.setattr(LeanChecker, "check", no_lean)
    assert program(app, model_file, "--strategy", "prefix").exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.safetensors"], "no such file"),
        (["{model}", "--strategy", "magic"], "unknown strategy 'magic'"),
        (["{model}", "--out", "rows.txt"], "neither .csv nor .json nor .parquet"),
        (["{model}", "--out", "nowhere/rows.csv"], "cannot be written"),
        (["{model}", "--out", "{other}"], "not a file of this program"),
        (["{model}", "--out", "{broken}"], "not a file of this program"),
        (["{model}", "--timeout", "0"], "not positive"),
        (["{model}", "--lean", "mine"], "unknown kind of Lean"),
    ],
)
def test_refusals(
    program: Runner,
    model_file: Path,
    tmp_path: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    other, broken = tmp_path / "other.csv", tmp_path / "broken.json"
    other.write_text("name,age\nAda,36\n")
    broken.write_text('[{"model": 1}]')
    files = {"model": model_file, "other": other, "broken": broken}
    ran = program(app, *[part.format(**files) for part in arguments], "--json")
    assert ran.exit_code == 2
    assert message in ran.json["error"]
    assert other.read_text().startswith("name")


def test_bounds_of_any_size_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    inputs = 64**20
    row = Row("m", 20, 64, "prefix", "proved", inputs, inputs - 1, reason='a "b", c\nd')
    for suffix in ("csv", "json", "parquet"):
        path = tmp_path / f"rows.{suffix}"
        Record(path, Row).add(row)
        assert list(Record(path, Row)) == [row]
    assert json.loads((tmp_path / "rows.json").read_text())[0]["bound"] == inputs - 1


def test_growth() -> None:
    rows = [
        Row("m", 4, v, "prefix", "proved", v**4, 1, kernel_seconds=v / 4, theorem_bytes=100 * v * v)
        for v in (32, 16)
    ]
    lines = growth_table([*rows, Row("m", 4, 64, "prefix", "limit", 64**4)]).splitlines()
    kernel = next(line.split() for line in lines if "kernel s" in line)
    assert kernel == ["kernel", "s", "4.00", "x2.00", "8.00", "-", "-"]
    size = next(line.split() for line in lines if "theorem B" in line)
    assert size == ["theorem", "B", "25,600", "x4.00", "102,400", "-", "-"]
    assert all(len(line) <= 120 for line in lines)
