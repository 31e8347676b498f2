"""Sweeps: every row is a proof or a reason, and nothing is done twice, whatever ends the program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import reference, strategies
from pipeline.benchmark.files import read_rows
from pipeline.bundle.directory import open_output
from pipeline.emit.names import camel
from pipeline.errors import MalformedInput, ToolingMissing
from pipeline.lean import PROJECT
from pipeline.lean.digest import sha256_of
from pipeline.sweep import jobs, plan
from pipeline.sweep.__main__ import app
from pipeline.sweep.jobs import Job, Recipe, singular_value_ratio
from pipeline.sweep.local import LocalPool
from pipeline.sweep.plan import Source, beginning, memory_mb, parse_seeds
from pipeline.sweep.pool import Lost
from pipeline.sweep.proof import Proof
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.strategies.low_rank import LowRank
from pipeline.transformer.strategies.low_rank.presets import EXACT
from pipeline.verify import app as verify
from tests.conftest import Runner
from tests.lean_support import model_of
from tests.tiny_models import noisy_arrays, perfect_arrays, random_arrays, write_model

STRATEGIES = ("--strategy", "brute-force", "--strategy", "prefix")


@pytest.fixture
def models(tmp_path: Path) -> list[Path]:
    """One that is always right, and one that sometimes is."""
    return [
        write_model(tmp_path / "perfect.safetensors", perfect_arrays(3, 3)),
        write_model(tmp_path / "noisy.safetensors", noisy_arrays(1, 3, 4, 1.0)),
    ]


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_end_to_end(
    program: Runner,
    models: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"no tensors")
    table = tmp_path / "sweep" / f"proofs.{suffix}"
    arguments = (models[0], broken, models[1], *STRATEGIES, "--out", table)
    ran = program(app, *arguments, "--json")
    assert ran.exit_code == 2, ran.err

    rows = {(row.model, row.strategy): row for row in read_rows(table, Proof)}
    assert len(rows) == len(ran.json["rows"]) == 6
    for strategy in ("brute-force", "prefix"):
        assert rows["broken", strategy].outcome == "unreadable"
        assert str(broken) in rows["broken", strategy].reason
        perfect, noisy = rows["perfect", strategy], rows["noisy", strategy]
        assert perfect.bound == perfect.right == perfect.inputs == 27
        assert noisy.bound is not None
        assert noisy.right is not None
        assert 0 < noisy.bound <= noisy.right < noisy.inputs == 64
        assert noisy.normalised_bound == noisy.bound / noisy.right
        assert noisy.weights_sha256 == sha256_of(models[1])
        assert (table.parent / noisy.model_file).resolve() == models[1]
        certificate = table.parent / noisy.certificate
        assert sha256_of(certificate) == noisy.certificate_sha256
        files = sorted(certificate.parent.glob("*.lean"))
        own = [each for each in files if each.stem in ("Weights", camel(strategy))]
        assert noisy.certificate_bytes == sum(each.stat().st_size for each in own)
        assert noisy.kernel_seconds is not None
        assert noisy.kernel_seconds > 0
        assert "4.35.0" in noisy.lean_version
        checked = program(verify, models[1], certificate, "--json")
        assert checked.exit_code == 0, checked.err
        assert checked.json["certificates"][0]["correct"] == noisy.bound
    prefix = rows["noisy", "prefix"]
    assert prefix.operations is not None
    assert prefix.operations > 0

    before = table.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(LocalPool, "submit", None)  # nothing is computed again
        again = program(app, models[0], models[1], *STRATEGIES, "--out", table, "--json")
    assert again.exit_code == 0, again.err
    assert table.read_bytes() == before
    assert [row["bound"] for row in again.json["rows"]] == [
        rows[each.stem, strategy].bound for each in models for strategy in ("brute-force", "prefix")
    ]


def test_what_is_gone_is_proved_again(program: Runner, models: list[Path], tmp_path: Path) -> None:
    """A certificate that is missing or changed, and a model that could not be read and now can."""
    table = tmp_path / "proofs.csv"
    late = tmp_path / "late.safetensors"
    arguments = (models[0], late, "--strategy", "prefix", "--out", table)
    assert program(app, *arguments).exit_code == 2
    old, _ = sorted(read_rows(table, Proof), key=lambda row: row.model != "perfect")
    certificate = table.parent / old.certificate
    content = certificate.read_bytes()
    certificate.write_bytes(content.replace(b'"correct": 27', b'"correct": 26'))
    write_model(late, noisy_arrays(2, 3, 3, 1.0))
    ran = program(app, *arguments)
    assert ran.exit_code == 0, ran.err
    assert certificate.read_bytes() == content
    rows = read_rows(table, Proof)
    assert {row.model: row.outcome for row in rows} == {"perfect": "proved", "late": "proved"}
    assert len(rows) == 2


def test_refused_is_no_failure(program: Runner, tmp_path: Path) -> None:
    short = write_model(tmp_path / "short.safetensors", random_arrays(0, 1, 2))
    ran = program(app, short, "--strategy", "prefix", "--out", tmp_path / "t.csv", "--json")
    assert ran.exit_code == 0, ran.err
    [row] = ran.json["rows"]
    assert row["outcome"] == "refused"
    assert "needs two positions" in row["reason"]


def test_a_limit_is_a_failure_and_tried_again(
    program: Runner, models: list[Path], tmp_path: Path
) -> None:
    arguments = (*models, "--strategy", "prefix", "--out", tmp_path / "t.csv", "--json")
    ran = program(app, *arguments, "--timeout", "0.001")
    assert ran.exit_code == 4
    assert [row["outcome"] for row in ran.json["rows"]] == ["limit", "limit"]
    assert program(app, *arguments).exit_code == 0


def test_the_same_weights_are_proved_once(
    program: Runner, models: list[Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(models[0].read_bytes())
    ran = program(app, models[0], copy, "--strategy", "prefix", "--out", tmp_path / "t.csv")
    assert ran.exit_code == 0
    assert "copy.safetensors has the same weights as" in ran.err
    assert [row.model for row in read_rows(tmp_path / "t.csv", Proof)] == ["perfect"]


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A sweep in a process group of its own."""
    command = [sys.executable, "-m", "pipeline.sweep", *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=PROJECT, start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_rows(table: Path, process: subprocess.Popen[bytes]) -> list[Proof]:
    """The rows as soon as there are some."""
    while process.poll() is None:
        if table.is_file() and (rows := read_rows(table, Proof)):
            return rows
        time.sleep(0.01)
    raise AssertionError("the sweep ended before it could be interrupted")


def has_ended(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_interruption(program: Runner, tmp_path: Path, how: signal.Signals) -> None:
    """Workers end with it, what is done is kept as it is, and the rest follows."""
    models = [
        write_model(tmp_path / f"m{seed}.safetensors", noisy_arrays(seed, 3, 3, 1.0))
        for seed in range(4)
    ]
    table = tmp_path / "proofs.csv"
    arguments = (*models, *STRATEGIES, "--out", table)
    with running(*arguments, "--jobs", 1) as process:
        wait_for_rows(table, process)
        process.send_signal(how)
        code = process.wait()
        assert code == (-signal.SIGKILL if how is signal.SIGKILL else 130)
        deadline = time.monotonic() + 60
        while not has_ended(process.pid):
            assert time.monotonic() < deadline, "workers go on"
            time.sleep(0.05)
    done = read_rows(table, Proof)
    assert 0 < len(done) < 8
    ran = program(app, *arguments)
    assert ran.exit_code == 0, ran.err
    rows = read_rows(table, Proof)
    assert len(rows) == 8
    assert rows[: len(done)] == done


def test_one_sweep_at_a_time(program: Runner, models: list[Path], tmp_path: Path) -> None:
    with open_output(tmp_path / "certificates"):
        ran = program(app, *models, "--out", tmp_path / "t.csv", "--json")
    assert ran.exit_code == 2
    assert "is writing into" in ran.json["error"]


def test_a_worker_that_dies() -> None:
    """It takes no other job with it."""
    pool = LocalPool(2, 1000)
    death, life = Job("death", os._exit, (3,), 1), Job("life", abs, (-5,), 1)
    error = Job("error", parse_seeds, ("x",), 1)
    bug = Job("bug", int, ("x",), 1)
    for job in (death, life, error, bug):
        pool.submit(job)
    ended = dict(pool.next() for _ in range(4))
    pool.close()
    assert ended[life] == 5
    assert isinstance(ended[death], Lost)
    assert "exit code 3" in str(ended[death])
    assert isinstance(ended[error], MalformedInput)
    assert ended[error].cure == "write them as 0..15 or 0,1,4"
    assert isinstance(ended[bug], Lost)
    assert "ValueError" in str(ended[bug])


class Unlucky:
    """A pool in this process that loses every job about one model."""

    def __init__(self, *_: object) -> None:
        self._jobs: list[Job] = []

    def submit(self, job: Job) -> None:
        self._jobs.append(job)

    def next(self) -> tuple[Job, object]:
        job = self._jobs.pop(0)
        lost = job.name.startswith("perfect")
        return job, Lost("the machine is gone") if lost else job.function(*job.arguments)

    def close(self) -> None:
        pass


def test_a_lost_job_does_not_stop_the_rest(
    program: Runner, models: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (*models, "--strategy", "prefix", "--out", tmp_path / "t.csv", "--json")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.sweep.__main__.LocalPool", Unlucky)
        ran = program(app, *arguments)
    assert ran.exit_code == 70
    assert [(row["outcome"], row["reason"]) for row in ran.json["rows"]] == [
        ("failed", "the machine is gone"),
        ("proved", ""),
    ]
    assert program(app, *arguments).exit_code == 0


@pytest.mark.parametrize(("memory", "at_a_time"), [(25, 3), (60, 1), (500, 1)])
def test_memory_bounds_what_runs(memory: int, at_a_time: int) -> None:
    pool = LocalPool(3, 100)
    try:
        for number in range(5):
            pool.submit(Job(str(number), abs, (number,), memory))
            assert len(pool._running) <= at_a_time
        assert len(pool._running) == at_a_time
        assert {pool.next()[1] for _ in range(5)} == set(range(5))
    finally:
        pool.close()


def test_a_model_is_done_before_the_next_is_begun() -> None:
    pool = LocalPool(1, 100)
    try:
        for number, urgent in enumerate([False, False, True]):
            pool.submit(Job(str(number), abs, (number,), 1, urgent))
        assert [pool.next()[1] for _ in range(3)] == [0, 2, 1]
    finally:
        pool.close()


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 30)), min_size=1, max_size=5))
def test_seeds(ranges: list[tuple[int, int]]) -> None:
    text = ",".join(f"{a}..{a + n}" if n else f"{a}" for a, n in ranges)
    assert set(parse_seeds(text)) == {a + i for a, n in ranges for i in range(n + 1)}
    assert len(parse_seeds(text)) == len(set(parse_seeds(text)))


@pytest.mark.parametrize("text", ["", "x", "3..1", "-1", "1..", "0..99999999", "1;2"])
def test_no_seeds(text: str) -> None:
    with pytest.raises(MalformedInput, match="no seeds"):
        parse_seeds(text)


def test_shipped_seeds_are_not_trained_again(tmp_path: Path) -> None:
    found = plan.sources([], [Recipe(3, 4, 64), Recipe(3, 2, 3)], tmp_path)
    assert found[0].path == PROJECT / "examples" / "models" / "max_of_4_seed3.safetensors"
    assert found[1].path == tmp_path / "max_of_2_vocab_3_seed3.safetensors"
    assert Source(found[0].path).seed == 3  # as the file says


def test_trained_seeds(program: Runner, tmp_path: Path) -> None:
    """Trained once, by the reference's configuration, and proved."""
    pytest.importorskip("torch", reason="the extra [train] is not installed")
    arguments = ("--seeds", "5", "--n-ctx", 2, "--d-vocab", 3, "--strategy", "prefix")
    table = tmp_path / "t.csv"
    ran = program(app, *arguments, "--out", table, "--json")
    assert ran.exit_code == 0, ran.err
    [row] = ran.json["rows"]
    assert (row["seed"], row["model"], row["inputs"]) == (5, "max_of_2_vocab_3_seed5", 9)
    assert row["bound"] > 0
    model = tmp_path / row["model_file"]
    assert Source(model).seed == 5
    written = model.stat().st_mtime_ns
    table.unlink()
    assert program(app, *arguments, "--out", table).exit_code == 0
    assert model.stat().st_mtime_ns == written


def test_training_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.sys, "executable", "/bin/false")  # type: ignore[attr-defined]
    with pytest.raises(ToolingMissing, match=r"training max_of_2_seed1\.safetensors failed"):
        jobs.train(Recipe(1, 2, 64))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "no models"),
        (["--seeds", "9..1"], 2, "no seeds"),
        (["{model}", "--strategy", "magic"], 2, "unknown strategy"),
        (["{model}", "--out", "rows.txt"], 2, "neither .csv"),
        (["{model}", "--out", "{model}.csv"], 2, "not a file of this program"),
        (["{model}", "--lean", "mine"], 2, "unknown kind of Lean"),
    ],
)
def test_refusals(
    program: Runner,
    models: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"{models[0]}.csv").write_text("name,age\nAda,36\n")
    ran = program(app, *[each.format(model=models[0]) for each in arguments], "--json")
    assert ran.exit_code == code
    assert message in ran.json["error"]


def run_on_ray(table: Path, models: list[Path], address: str) -> list[Proof]:
    """In a process of its own: Ray does not like to be started twice in one."""
    command = [sys.executable, "-m", "pipeline.sweep", *map(str, models), "--strategy", "prefix"]
    command += ["--out", str(table), "--ray", address, "--jobs", "2"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return read_rows(table, Proof)


def test_ray(program: Runner, models: list[Path], tmp_path: Path) -> None:
    """A cluster started for the occasion, then one of two nodes that is there already, prove the same as
    this process does."""
    pytest.importorskip("ray", reason="the extra [ray] is not installed")
    from ray.cluster_utils import Cluster

    here = tmp_path / "here" / "t.csv"
    assert program(app, *models, "--strategy", "prefix", "--out", here).exit_code == 0
    expected = {row.certificate_sha256 for row in read_rows(here, Proof)}
    own = run_on_ray(tmp_path / "own" / "t.csv", models, "local")
    assert {row.certificate_sha256 for row in own} == expected
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        cluster.add_node(num_cpus=1)
        there = run_on_ray(tmp_path / "there" / "t.csv", models, cluster.address)
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]
    assert {row.certificate_sha256 for row in there} == expected
    assert len(expected) == 2


def test_ray_keeps_the_kinds_of_errors(models: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra [ray] is not installed")
    command = [sys.executable, "-m", "pipeline.sweep", str(models[0]), "--strategy", "prefix"]
    command += ["--out", str(tmp_path / "t.csv"), "--json", "--ray"]
    limited = [*command, "local", "--jobs", "1", "--timeout", "0.001"]
    ran = subprocess.run(limited, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 4, ran.stderr
    assert json.loads(ran.stdout)["rows"][0]["outcome"] == "limit"
    nowhere = [*command, "127.0.0.1:1"]
    ran = subprocess.run(nowhere, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 3, ran.stderr
    assert "no Ray cluster at 127.0.0.1:1" in json.loads(ran.stdout)["error"]


def test_singular_values() -> None:
    model = model_of(noisy_arrays(5, 3, 4, 1.0))
    exact = circuits(model).EQKE.astype(np.float64)
    first, second, *_ = np.linalg.svd(exact, compute_uv=False)
    assert singular_value_ratio(model) == pytest.approx(first / second, rel=1e-9)
    assert singular_value_ratio(model_of(random_arrays(0, 2, 1))) is None


def test_reference_figures() -> None:
    """Its formulas give what it measures where it was measured."""
    v, n, d = reference.D_VOCAB, reference.N_CTX, reference.D_MODEL
    by_name = {point.name: point for point in reference.POINTS}
    for ours, theirs in reference.NEAREST.items():
        assert reference.flops(ours, v, n, d) == by_name[theirs].flops
        assert reference.flops(ours, 2 * v, n, d) > by_name[theirs].flops  # type: ignore[operator]
    assert reference.flops("quartic", v, n, d) is None
    assert reference.unexplained_dimension("brute-force", v, n, d) == v ** (n + 1)
    assert reference.unexplained_dimension("cubic", v, n, d) == 12_800  # REFERENCE 3.2
    assert reference.unexplained_dimension("magic", v, n, d) is None
    for name, strategy in strategies.STRATEGIES.items():
        found = reference.unexplained_dimension(name, v, n, d)
        assert found is not None
        in_parts = isinstance(strategy, LowRank) and (strategy.qk, strategy.eu) != (EXACT, EXACT)
        assert (found < 12_800) == in_parts


def test_expected_memory(models: list[Path], tmp_path: Path) -> None:
    """What was seen counts, a limit bounds it, and large models are expected to take more."""
    model = model_of(perfect_arrays(3, 3))
    row = beginning(Source(models[0]), model, "prefix", "", tmp_path / "t.csv")
    seen = msgspec.structs.replace(row, peak_memory_mb=1000.0)
    large = msgspec.structs.replace(row, d_vocab=64)
    assert memory_mb(row, [], 8000) < memory_mb(large, [], 8000) < 8000
    assert 1250 <= memory_mb(row, [seen], 8000) <= 2000
    assert memory_mb(large, [seen], 8000) == memory_mb(large, [], 8000)
    assert memory_mb(row, [seen], 700) == 700
