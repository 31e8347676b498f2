"""Every way out of every program: the documented exit code, one clear line, no traceback.

| 0 | 1 | 2 | 3 | 4 | 5 | 70 | 130 |
| proved | rejected by Lean | malformed input | no usable Lean | a limit | checkers differ | a bug | interrupted |
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import typer

from pipeline import export, verify
from pipeline.benchmark.__main__ import app as benchmark
from pipeline.cli.deadline import deadline
from pipeline.doctor.program import app as doctor
from pipeline.errors import RejectedByLean, ResourceLimit
from pipeline.lean.__main__ import main as lean_main
from pipeline.recheck import Verdict
from pipeline.report.__main__ import app as report
from pipeline.strategy import Certificate
from pipeline.sweep.__main__ import app as sweep
from tests.conftest import Ran, Runner
from tests.extras import needs_report
from tests.lean_support import BOUND, STRATEGY, tiny_bundle
from tests.tiny_models import random_arrays, write_model

Patch = pytest.MonkeyPatch
ALL = 9
CODES = {0, 1, 2, 3, 4, 5, 70, 130}


@dataclass(frozen=True)
class Place:
    """A model that is right about 5 of 9 inputs, and a certificate of it."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "tiny.safetensors"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate" / f"{STRATEGY}.json"

    def claim(self, bound: int, **witnesses: int) -> Path:
        """Put a certificate there that claims so much."""
        self.certificate.parent.mkdir(exist_ok=True)
        for name, content in tiny_bundle(bound, **witnesses).files.items():
            (self.certificate.parent / name).write_bytes(content)
        return self.certificate


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    write_model(place.model, random_arrays(17, 2, 3))
    place.claim(BOUND)
    return place


def clean(ran: Ran, code: int) -> Ran:
    """The exit code, and an error that people can read."""
    assert ran.exit_code == code, ran.err
    assert code in CODES
    if code != 70:
        assert "Traceback" not in ran.err
    return ran


# The programs that prove


def exported(place: Place, *options: object) -> Sequence[object]:
    return [place.model, "--out", place.folder / "out", *options]


def verified(place: Place, *options: object) -> Sequence[object]:
    return [place.model, place.certificate, *options]


def swept(place: Place, *options: object) -> Sequence[object]:
    out = place.folder / "sweep" / "proofs.csv"
    return [place.model, "--out", out, "--strategy", STRATEGY, "--jobs", "1", *options]


def measured(place: Place, *options: object) -> Sequence[object]:
    return [place.model, "--strategy", STRATEGY, *options]


PROVERS: dict[str, tuple[typer.Typer, Callable[..., Sequence[object]]]] = {
    "export": (export.app, exported),
    "verify": (verify.app, verified),
    "sweep": (sweep, swept),
    "benchmark": (benchmark, measured),
}


@pytest.mark.parametrize("name", PROVERS)
def test_0_proved(program: Runner, place: Place, name: str) -> None:
    app, arguments = PROVERS[name]
    clean(program(app, *arguments(place)), 0)


@pytest.mark.parametrize("name", PROVERS)
def test_2_no_such_model(program: Runner, place: Place, name: str) -> None:
    app, arguments = PROVERS[name]
    place.model.unlink()
    clean(program(app, *arguments(place)), 2)


@pytest.mark.parametrize("name", PROVERS)
def test_2_usage(program: Runner, place: Place, name: str) -> None:
    app, arguments = PROVERS[name]
    for wrong in (
        ["--no-such-option"],
        ["--timeout", "soon"],
        ["--timeout", "-1"],
        ["--memory", "1"],
    ):
        clean(program(app, *arguments(place, *wrong)), 2)
    clean(program(app, *arguments(place, "--lean", "mine")), 2)


@pytest.mark.parametrize("name", PROVERS)
def test_3_no_usable_lean(program: Runner, place: Place, monkeypatch: Patch, name: str) -> None:
    app, arguments = PROVERS[name]
    monkeypatch.setenv("ELAN_HOME", str(place.folder / "nothing"))
    ran = clean(program(app, *arguments(place, "--lean", "official", "--json")), 3)
    assert "elan" in ran.out


@pytest.mark.parametrize("name", PROVERS)
def test_3_nowhere_to_keep_what_is_built(
    program: Runner, place: Place, monkeypatch: Patch, name: str
) -> None:
    """Said before anything is searched, with the cure."""
    app, arguments = PROVERS[name]
    (place.folder / "file").write_text("")
    monkeypatch.setenv("PIPELINE_STORE", str(place.folder / "file" / "store"))
    ran = clean(program(app, *arguments(place, "--json")), 3)
    assert "directory for built modules" in ran.out
    assert "looking at" not in ran.err


@pytest.mark.parametrize("name", PROVERS)
def test_4_time(program: Runner, place: Place, name: str) -> None:
    app, arguments = PROVERS[name]
    ran = program(app, *arguments(place, "--timeout", "0.01", "--json"))
    # A benchmark's row says so, unless reading the model alone takes longer.
    in_a_row = name == "benchmark" and "reading" not in ran.out
    assert "stopped after 0.01 s" in clean(ran, 0 if in_a_row else 4).out


# verify


def test_verify_1_a_claim_that_is_false(program: Runner, place: Place) -> None:
    place.claim(BOUND + 1)
    clean(program(verify.app, *verified(place)), 1)
    clean(program(verify.app, *verified(place, "--cross")), 1)


@pytest.mark.parametrize(
    "witness", [{"steps": 100_000}, {"prec": 1 << 70}, {"width": 1 << 24}], ids=str
)
@pytest.mark.parametrize("option", [[], ["--cross"]], ids=["alone", "cross"])
def test_verify_4_numbers_that_the_kernel_refuses(
    program: Runner, place: Place, witness: dict[str, int], option: list[str]
) -> None:
    """No verdict: neither a rejection nor a difference between the checkers."""
    place.claim(BOUND, **witness)
    clean(program(verify.app, *verified(place, "--timeout", "60", *option)), 4)


def test_verify_4_recursion(program: Runner, place: Place, monkeypatch: Patch) -> None:
    def deep(*_: object) -> None:
        deep()

    monkeypatch.setattr("pipeline.verify.read_stored", deep)
    clean(program(verify.app, *verified(place)), 4)


def test_verify_5_the_checkers_differ(program: Runner, place: Place, monkeypatch: Patch) -> None:
    refused = Verdict(False, "it was told to say so")
    monkeypatch.setattr("pipeline.verify.recheck", lambda *_, **__: refused)
    clean(program(verify.app, *verified(place, "--cross")), 5)


def test_verify_at_least(program: Runner, place: Place) -> None:
    clean(program(verify.app, *verified(place, "--at-least", BOUND)), 0)
    ran = clean(program(verify.app, *verified(place, "--at-least", BOUND + 1, "--json")), 2)
    assert "claims 5 of 9, fewer than 6" in ran.json["certificates"][0]["error"]


def test_a_claim_of_0_claims_nothing(program: Runner, place: Place) -> None:
    place.claim(0)
    ran = clean(program(verify.app, *verified(place)), 0)
    assert ran.out.startswith("PROVED, BUT IT CLAIMS NOTHING, by brute-force")
    assert "NOTHING IS CLAIMED" in ran.out
    assert program(verify.app, *verified(place, "--json")).json["certificates"][0]["claims_nothing"]
    clean(program(verify.app, *verified(place, "--at-least", 1)), 2)


# export


def test_export_1_lean_rejects(program: Runner, place: Place, monkeypatch: Patch) -> None:
    """A search that claims too much."""
    fields = {"bound": ALL, "prec": 14, "steps": 1, "shift": 64, "width": 4}
    strategy = "pipeline.transformer.strategies.brute_force.BruteForce.search"
    monkeypatch.setattr(strategy, lambda *_: Certificate(STRATEGY, ALL, fields))
    clean(program(export.app, *exported(place)), 1)
    assert not (place.folder / "out").exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), 4),
        (RecursionError(), 4),
        (OSError(28, "No space left on device"), 4),
        (OSError(24, "Too many open files"), 4),
        (OSError(30, "Read-only file system"), 2),
        (OverflowError("int too large to convert to float"), 2),
        (np.linalg.LinAlgError("SVD did not converge"), 2),
        (RejectedByLean("no"), 1),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError(), 70),
    ],
    ids=lambda value: type(value).__name__,
)
def test_export_whatever_happens_in_the_search(
    program: Runner, place: Place, monkeypatch: Patch, error: BaseException, code: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.transformer.strategies.brute_force.BruteForce.search", fail)
    asked = ("--strategy", "brute-force", "--json")
    ran = clean(program(export.app, *exported(place, *asked)), code)
    assert ran.json["exit_code"] == code
    assert ran.json["proved"] is False


def test_python_s_own_work_is_under_the_limit(
    program: Runner, place: Place, monkeypatch: Patch
) -> None:
    """Also where a reader takes every exception for damage."""

    def endless(*_: object) -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:
                raise AssertionError("swallowed") from None

    for where in ("pipeline.export.read_subject", "pipeline.verify.read_subject"):
        monkeypatch.setattr(where, endless)
    for app, arguments in (PROVERS["export"], PROVERS["verify"]):
        clean(program(app, *arguments(place, "--timeout", "0.2")), 4)


def test_a_deadline_is_over_when_its_block_is() -> None:
    with deadline(0.05, "the first"):
        pass
    with pytest.raises(ResourceLimit, match=r"the second was stopped after 0\.05 s"):
        endless_under_a_deadline()


def endless_under_a_deadline() -> None:
    with deadline(0.05, "the second"):
        while True:
            pass


# The programs that do not prove


@needs_report
def test_report(program: Runner, place: Place, tmp_path: Path) -> None:
    """Also in `test_report.py` and `test_claims.py`: 1 and 2."""
    clean(program(sweep, *swept(place)), 0)
    table = tmp_path / "sweep" / "proofs.csv"
    out = ["--out", tmp_path / "page"]
    clean(program(report, table, *out), 0)
    clean(program(report, tmp_path / "nothing.csv", *out), 2)
    clean(program(report, table, *out, "--timeout", "0.01"), 4)
    clean(program(report, table, *out, "--lean", "official"), 3)


def test_doctor(program: Runner, place: Place, tmp_path: Path) -> None:
    """Also in `test_doctor.py`: 3 and 4."""
    corpus = tmp_path / "corpus.json"
    entry = {"model": "tiny.safetensors", "certificate": "certificate"}
    corpus.write_text(json.dumps({"format": "compact-proofs/corpus/1", "certificates": [entry]}))
    clean(program(doctor, "--corpus", corpus), 0)
    place.model.unlink()
    clean(program(doctor, "--corpus", corpus), 2)


@pytest.mark.parametrize(
    ("error", "code"),
    [(MemoryError(), 4), (OSError(28, "full"), 4), (ZeroDivisionError(), 70)],
    ids=repr,
)
def test_lean_whatever_happens(
    monkeypatch: Patch, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    """Also in `test_lean_runner.py`: 0 to 4."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.lean.__main__.find_toolchain", fail)
    assert lean_main(["which"]) == code
    assert "error: " in capsys.readouterr().err


# The output


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_nobody_reads_the_output(place: Place, options: list[str]) -> None:
    """`compact-verify ... | head -0` does not end as a rejection, nor as a proof."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "pipeline.verify", str(place.model), str(place.certificate)]
    ran = subprocess.run(
        [*command, *options], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert ran.returncode == 4, ran.stderr
    assert "Traceback" not in ran.stderr
