"""Faults in the shipped commands: a small number here, more by `python -m tests.faults --count N --seed S`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipeline.cli.system import of_system
from pipeline.errors import MalformedInput, ResourceLimit
from tests.faults.commands import COMMANDS, Command
from tests.faults.engine import Engine
from tests.faults.kinds import KINDS, Clean
from tests.faults.sandbox import Sandbox

COUNT = 9


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox(tmp_path_factory.mktemp("faults"))


def test_faults_are_survived(sandbox: Sandbox) -> None:
    injected = list(Engine(sandbox, seed=0).inject(COUNT))
    assert len(injected) == COUNT
    assert {each.command for each in injected} == {command.name for command in COMMANDS}
    assert len({each.kind for each in injected}) >= 6
    assert [each for each in injected if each.complaints] == []


def test_the_same_seed_draws_the_same_faults() -> None:
    clean = Clean(["", "out", ""], 1.0)
    for kind in KINDS:
        one, two = (kind.draw(random.Random(3), clean).what for _ in range(2))
        assert one == two


SLOPPY = """
import sys, time
from pathlib import Path
out = Path(sys.argv[1])
target = out / "brute-force.json"
with target.open("w") as file:
    for part in ("one half, ", "the other half"):
        file.write(part)
        file.flush()
        time.sleep(0.2)
(out / "done").touch()
"""
"""Writes in place, step by step."""

HARSH = """
import sys
from pathlib import Path
try:
    (Path(sys.argv[1]) / "brute-force.json").write_text("whole")
except OSError:
    sys.exit(1)
"""
"""Takes a full disk for a verdict."""

FRAGILE = """
import sys
from pathlib import Path
out = Path(sys.argv[1])
(out / "begun").touch(exist_ok=False)
(out / "brute-force.json").write_text("whole")
(out / "begun").unlink()
"""
"""Cannot be run again after it was stopped."""


@pytest.mark.parametrize(
    ("source", "kind", "complaint"),
    [
        (SLOPPY, "kill -9 at a time", "half-written"),
        (HARSH, "disk full (injected)", "exit code 1"),
        (FRAGILE, "kill -9 at an operation", "run again, it fails"),
    ],
)
def test_the_engine_notices(
    tmp_path: Path, sandbox: Sandbox, source: str, kind: str, complaint: str
) -> None:
    """The control: programs that do it wrong."""
    (sandbox.checkout / "program.py").write_text(source)
    command = Command("wrong", "program {out}")
    [chosen] = [each for each in KINDS if each.name == kind]
    complaints = [
        line
        for injected in Engine(sandbox, [command], seed=1).inject(6, [chosen])
        for line in injected.complaints
    ]
    assert any(complaint in line for line in complaints), complaints


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(28, "No space left on device", "/x"), ResourceLimit),
        (OSError(30, "Read-only file system", "/x"), MalformedInput),
        (FileNotFoundError(2, "No usable temporary directory found in ['/x']"), ResourceLimit),
        (FileNotFoundError(2, "No such file or directory", "/x"), type(None)),
    ],
)
def test_errors_of_the_system(error: OSError, kind: type) -> None:
    found = of_system(error)
    assert isinstance(found, kind)
    if found is not None:
        assert "/x" in found.message
        assert str(error.strerror) in found.message
        assert found.cure
