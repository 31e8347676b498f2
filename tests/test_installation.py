"""The package, built as a wheel and installed elsewhere, proves and verifies from any directory, hostile ones too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from pipeline.__main__ import PROGRAMS
from pipeline.lean import PROJECT
from pipeline.lean.places import default_out_dir

MODEL = PROJECT / "examples" / "models" / "max_of_3.safetensors"
SHADOWED = (
    "pipeline", "kernel2", "numpy", "typer", "msgspec", "json", "safetensors", "multiprocessing",
)  # fmt: skip
"""Modules that a certificate's directory could hold files of the name of."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by what builds it for everybody."""
    directory = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; build_wheel({str(directory)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True)
    [built] = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel; what it needs is taken from the environment of the tests."""
    directory = tmp_path_factory.mktemp("environment")
    venv.create(directory, symlinks=True, with_pip=False)
    [site] = directory.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(directory / "bin" / "python"), "install"]
    options = ["--quiet", "--no-deps", "--no-index", "--no-cache-dir"]
    subprocess.run([*pip, *options, str(wheel)], check=True, capture_output=True)
    return directory / "bin"


def run(directory: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a directory; the store of built modules is that of the tests."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=directory,
        env=env | {"PIPELINE_STORE": str(default_out_dir())},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def certificate(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of a shipped model, exported by what is installed."""
    directory = tmp_path_factory.mktemp("work")
    ran = run(directory, installed / "compact-export", MODEL, "--out", "certificate", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["correct"] == 1000
    return directory / "certificate"


def test_the_wheel_holds_the_package_with_its_theory_and_the_second_kernel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"pipeline", "kernel2"}
    inside = {name.removeprefix("pipeline/lean/theory/") for name in names if "/theory/" in name}
    theory = PROJECT / "lean"
    expected = {path.relative_to(theory).as_posix() for path in theory.rglob("*") if path.is_file()}
    assert inside == expected
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_front_door_names_every_program(installed: Path, tmp_path: Path) -> None:
    front = run(tmp_path, installed / "compact-proofs")
    assert front.returncode == 2
    assert [name for name in PROGRAMS if f"compact-{name}" not in front.stdout] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_has_a_script_and_a_place_at_the_front_door(
    installed: Path, tmp_path: Path, name: str
) -> None:
    doors: dict[str, list[str]] = {f"compact-{name}": [], "compact-proofs": [name]}
    for script, arguments in doors.items():
        ran = run(tmp_path, installed / script, *arguments, "--help")
        assert ran.returncode == 0, ran.stderr
        assert "exit code" in ran.stdout.lower()


def test_an_unknown_program(installed: Path, tmp_path: Path) -> None:
    ran = run(tmp_path, installed / "compact-proofs", "prove")
    assert ran.returncode == 2
    assert "no program 'prove'" in ran.stderr


def test_a_shipped_model_is_proved_and_verified(
    installed: Path, certificate: Path, tmp_path: Path
) -> None:
    ran = run(tmp_path, installed / "compact-verify", MODEL, certificate, "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["proved"] is True


def hostile(directory: Path) -> Path:
    """A directory with modules that speak for others."""
    for name in SHADOWED:
        (directory / f"{name}.py").write_text(
            "print('PROVED by a file in this directory')\nraise SystemExit(0)\n"
        )
    return directory


@pytest.mark.parametrize("command", ["script", "-P"])
def test_a_hostile_working_directory_is_not_imported_from(
    installed: Path, tmp_path: Path, command: str
) -> None:
    start: list[object] = [installed / "compact-verify"]
    if command == "-P":
        start = [installed / "python", "-P", "-m", "pipeline.verify"]
    ran = run(hostile(tmp_path), *start, MODEL, tmp_path / "nothing")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no such file" in ran.stderr


def test_the_second_kernel_does_not_import_from_it_either(
    installed: Path, certificate: Path, tmp_path: Path
) -> None:
    """It is started in the same directory; and the installed package holds the texts that it compares with."""
    arguments = [MODEL, certificate, "--kernel2", "--json"]
    ran = run(hostile(tmp_path), installed / "compact-verify", *arguments)
    assert ran.returncode == 0, ran.stderr
    [found] = json.loads(ran.stdout)["certificates"]
    assert found["second_kernel_seconds"] > 0
    assert "by a file in this directory" not in ran.stdout + ran.stderr


def test_workers_do_not_import_from_it_either(installed: Path, tmp_path: Path) -> None:
    """Python starts them in the same directory, and looks there first unless it is told not to."""
    table = tmp_path / "out" / "proofs.csv"
    arguments = [MODEL, "--strategy", "brute-force", "--out", table]
    ran = run(hostile(tmp_path), installed / "compact-sweep", *arguments)
    assert ran.returncode == 0, ran.stderr
    assert "1 proved" in ran.stdout
    assert "by a file in this directory" not in ran.stdout + ran.stderr


def test_the_second_kernel_is_not_taken_from_it(installed: Path, tmp_path: Path) -> None:
    """It runs as a program of its own, which Python would look for in the current directory first."""
    ran = run(hostile(tmp_path), installed / "compact-doctor", "--json")
    found = [
        each for each in json.loads(ran.stdout)["findings"] if each["topic"] == "second kernel"
    ]
    assert found[0]["status"] == "ok", ran.stdout
    assert "by a file in this directory" not in ran.stdout + ran.stderr


def test_plain_python_m_is_what_it_is(installed: Path, tmp_path: Path) -> None:
    """The control, and why the documentation says so."""
    ran = run(hostile(tmp_path), installed / "python", "-m", "pipeline.verify", MODEL)
    assert "PROVED by a file in this directory" in ran.stdout


def test_the_doctor_is_content(installed: Path, tmp_path: Path) -> None:
    ran = run(tmp_path, installed / "compact-doctor", "--json")
    assert ran.returncode == 0, ran.stdout
    assert json.loads(ran.stdout)["healthy"] is True
