"""The export program: what it refuses, and that it leaves nothing behind then.  Without Lean."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import export
from pipeline.emit.names import model_name
from pipeline.errors import ResourceLimit
from pipeline.transformer.strategies.brute_force import BruteForce
from tests.conftest import Ran, Runner
from tests.test_emit import HOSTILE
from tests.tiny_models import perfect_arrays, random_arrays, write_model

PROJECT = Path(__file__).parent.parent
EXAMPLE = PROJECT / "examples" / "models" / "max_of_2.safetensors"
FILES = {"Weights.lean", "BruteForce.lean", "brute-force.json"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_unchecked_export(program: Runner, model_file: Path, tmp_path: Path) -> None:
    ran = program(export.app, model_file, "--out", tmp_path / "out", "--no-check", "--json")
    assert ran.exit_code == 0
    assert names(tmp_path / "out") == FILES
    assert ran.json["proved"] is False
    assert ran.json["correct"] == ran.json["total"] == 9
    sizes = {name: len(content) for name, content in snapshot(tmp_path / "out").items()}
    assert ran.json["theorem_bytes"] == sizes["BruteForce.lean"]
    assert ran.json["weights_bytes"] == sizes["Weights.lean"]
    text = program(export.app, model_file, "--out", tmp_path / "out", "--no-check")
    assert text.exit_code == 0
    assert text.out.startswith("NOT CHECKED")


def test_exports_are_reproducible(program: Runner, model_file: Path, tmp_path: Path) -> None:
    for out in ("a", "b"):
        assert program(export.app, model_file, "--out", tmp_path / out, "--no-check").exit_code == 0
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def test_default_directory(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert program(export.app, model_file, "--no-check").exit_code == 0
    assert names(tmp_path / "certificates" / "tiny") == FILES


@pytest.mark.parametrize("name", [*HOSTILE, "..safetensors", "...npz"])
def test_default_directories_stay_where_they_should(name: str) -> None:
    directory = export.default_directory(Path(Path(name).name))
    assert directory.parent == Path("certificates")
    assert directory.name not in (".", "..", "")


@pytest.mark.parametrize("name", [name for name in HOSTILE if "/" not in name])
def test_hostile_file_names(program: Runner, tmp_path: Path, name: str) -> None:
    path = write_model(tmp_path / name, perfect_arrays(1, 2))
    ran = program(export.app, path, "--out", tmp_path / "out", "--no-check", "--json")
    assert ran.exit_code == 0
    texts = snapshot(tmp_path / "out")
    assert json.loads(texts["brute-force.json"])["model"]["file"] == name
    for file in ("Weights.lean", "BruteForce.lean"):
        assert f"namespace Compact.Certificates.{model_name(path)}\n".encode() in texts[file]
        assert b"axiom" not in texts[file]


def test_file_name_that_is_not_unicode(program: Runner, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.safetensors"))
    write_model(path, perfect_arrays(1, 2))
    ran = program(export.app, path, "--out", tmp_path / "out", "--no-check", "--json")
    assert ran.exit_code == 0
    assert program(export.app, path, "--out", tmp_path / "out", "--no-check").exit_code == 0


def refused(ran: Ran, exit_code: int, message: str) -> None:
    assert ran.exit_code == exit_code
    assert ran.json["exit_code"] == exit_code
    assert ran.json["proved"] is False
    assert message in ran.json["error"]
    assert "\n" not in ran.json["error"]
    assert f"error: {ran.json['error']}" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing"),
        (["nowhere.safetensors"], "no such file"),
        (["{model}", "--nonsense"], "No such option"),
        (["{model}", "--strategy", "magic"], "unknown strategy 'magic'"),
        (["{model}", "--timeout", "soon"], "--timeout"),
        (["{model}", "--timeout", "0"], "not positive"),
        (["{model}", "--timeout", "nan"], "not positive"),
        (["{model}", "--memory", "1"], "at least"),
        (["{model}", "--lean", "mine"], "unknown kind of Lean"),
        (["{model}", "--out", "{model}"], "cannot write"),
        (["{model}", "--out", "{model}/x"], "cannot write"),
        (["{model}", "--out", "/proc/x"], "cannot write"),
        (
            ["{large}", "--strategy", "brute-force", "--no-check"],
            "brute force looks at all 262,144 inputs",
        ),
        (["{long}", "--no-check"], "too many to count"),
        (["{text}"], "not a model file"),
    ],
)
def test_refusals(
    program: Runner,
    tmp_path: Path,
    model_file: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("hello, this is no model")
    files = {
        "model": model_file,
        "text": tmp_path / "text.txt",
        "large": write_model(tmp_path / "large.safetensors", random_arrays(0, 9, 4)),
        "long": write_model(tmp_path / "long.safetensors", random_arrays(0, 3000, 4)),
    }
    before = names(tmp_path)
    ran = program(export.app, *[part.format(**files) for part in arguments], "--json")
    refused(ran, 2, message)
    assert names(tmp_path) == before


def test_no_lean(program: Runner, model_file: Path, tmp_path: Path) -> None:
    """`official` is not installed on machines that run these tests with the wheel."""
    environment = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    ended = run_program(["{model}", "--lean", "official", "--json"], model_file, environment)
    assert ended.returncode == 3
    assert json.loads(ended.stdout)["exit_code"] == 3
    assert names(tmp_path) == {model_file.name}


def run_program(
    arguments: list[str], model: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    filled = [part.format(model=model) for part in arguments]
    return subprocess.run(
        [sys.executable, "-m", "pipeline.export", *filled],
        cwd=model.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_certificate_of_another_model(program: Runner, model_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = write_model(tmp_path / "other.safetensors", perfect_arrays(2, 4))
    assert program(export.app, model_file, "--out", out, "--no-check").exit_code == 0
    before = snapshot(out)
    arguments = (other, "--out", out, "--no-check", "--json")
    refused(program(export.app, *arguments), 2, "holds a certificate of other weights")
    assert snapshot(out) == before
    assert program(export.app, *arguments, "--force").exit_code == 0
    assert snapshot(out) != before
    assert names(out) == FILES


def test_foreign_theorem_file(program: Runner, model_file: Path, tmp_path: Path) -> None:
    (tmp_path / "BruteForce.lean").write_text("my own work")
    ran = program(export.app, model_file, "--out", tmp_path, "--no-check", "--json")
    refused(ran, 2, "without a manifest")
    assert (tmp_path / "BruteForce.lean").read_text() == "my own work"


def test_a_failing_search_leaves_nothing(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brute = ("--strategy", "brute-force")
    arguments = (model_file, *brute, "--out", tmp_path / "out", "--no-check", "--json")
    for error, code, message in (
        (ResourceLimit("too much"), 4, "too much"),
        (MemoryError(), 4, "out of memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("oops"), 70, "bug: ZeroDivisionError: oops"),
    ):

        def fail(*_: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(BruteForce, "search", fail)
        ran = program(export.app, *arguments)
        assert ran.exit_code == code == ran.json["exit_code"]
        assert message in ran.json["error"]
        assert names(tmp_path) == {model_file.name}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(tmp_path: Path, sent: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.export", str(EXAMPLE), "--no-check", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(0.1)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"] == "interrupted"
    assert "Traceback" not in err
    assert names(tmp_path) == set()
