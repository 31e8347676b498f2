"""A certificate appears whole or not at all, and never in place of something else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.bundle.directory import LOCK_FILE, open_output
from pipeline.bundle.journal import JOURNAL_FILE
from pipeline.errors import MalformedInput
from pipeline.transformer.strategies import STRATEGIES

PROJECT = Path(__file__).parent.parent
NEW = {"Weights.lean": b"weights", "BruteForce.lean": b"theorem", "brute-force.json": b"manifest"}
OLD = {"Weights.lean": b"old w", "BruteForce.lean": b"old t", "brute-force.json": b"old m"}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("before", [{}, OLD, NEW])
def test_commit(tmp_path: Path, before: dict[str, bytes]) -> None:
    folder = write(tmp_path / "out", before | {"other": b"not ours"})
    with open_output(folder) as output:
        assert output.commit(NEW) == []
        assert (folder / LOCK_FILE).exists()
    assert read(folder) == NEW | {"other": b"not ours"}


@pytest.mark.parametrize("before", [{}, OLD])
@pytest.mark.parametrize("nth", range(3))
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["replace", "open"])
def test_a_failed_commit_changes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: dict[str, bytes],
    nth: int,
    error: BaseException,
    step: str,
) -> None:
    """The nth file cannot be written, or not be renamed."""
    folder = write(tmp_path / "out", before)
    real, calls = getattr(Path, step), iter(range(100))

    def failing(self: Path, *args: object, **options: object) -> object:
        if self.suffix == ".tmp" and next(calls) == nth:
            raise error
        return real(self, *args, **options)

    with open_output(folder) as output, monkeypatch.context() as patch:
        patch.setattr(Path, step, failing)
        with pytest.raises((MalformedInput, KeyboardInterrupt)):
            output.commit(NEW)
    assert read(folder) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.bundle.directory import open_output
left = int(sys.argv[2])
def dying(real):
    def call(self, *args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *args, **kwargs)
    return call
with open_output(Path(sys.argv[1])) as output:
    Path.replace, Path.unlink = dying(Path.replace), dying(Path.unlink)
    output.commit({"Weights.lean": b"weights", "BruteForce.lean": b"theorem",
                   "brute-force.json": b"manifest"})
"""


@pytest.mark.parametrize("before", [{}, OLD])
@pytest.mark.parametrize("steps", range(8))
def test_a_killed_commit_loses_nothing(
    tmp_path: Path, before: dict[str, bytes], steps: int
) -> None:
    """There is no wrong certificate in between, and the next writer has the old one or the new one."""
    folder = write(tmp_path / "out", before)
    command = [sys.executable, "-c", KILLED, str(folder), str(steps)]
    ended = subprocess.run(command, cwd=PROJECT, check=False)
    assert ended.returncode == -signal.SIGKILL
    left = read(folder)
    if "brute-force.json" in left:
        assert {name: left[name] for name in NEW} in (before, NEW)
    with open_output(folder):
        assert {name: left for name, left in read(folder).items() if name != LOCK_FILE} == (
            before if steps == 0 else NEW
        )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"remove": ["../precious"], "rename": {}}',
        b'{"remove": [], "rename": {"Weights.lean": "../precious"}}',
        b'{"remove": [], "rename": {"../precious": ".x.0123456789abcdef.tmp"}}',
        b'{"remove": [], "rename": {"Weights.lean": "brute-force.json"}}',
    ],
)
def test_a_note_that_is_not_ours_is_not_carried_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "precious").write_bytes(b"x")
    folder = write(tmp_path / "out", OLD | {JOURNAL_FILE: content})
    with open_output(folder):
        pass
    assert read(folder) == OLD
    assert (tmp_path / "precious").read_bytes() == b"x"


def test_two_exports_into_one_directory(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with open_output(folder) as output:
        with pytest.raises(MalformedInput, match="another export is writing"), open_output(folder):
            pass
        output.commit(NEW)
    assert read(folder) == NEW
    with open_output(folder):
        pass


def test_nothing_is_left_of_an_unused_directory(tmp_path: Path) -> None:
    with open_output(tmp_path / "a" / "b"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file/sub", "file", "/proc/certificates"])
def test_unwritable_directories(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with (
        pytest.raises(MalformedInput, match=r"cannot write .*: [A-Z]"),
        open_output(tmp_path / place),
    ):
        pass
    assert read(tmp_path) == {"file": b"x"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MalformedInput, match="Permission denied"), open_output(tmp_path / "x"):
        pass


def test_conflicts(tmp_path: Path) -> None:
    with open_output(write(tmp_path / "a", {})) as output:
        assert output.conflict("brute-force", b"weights") is None
    with open_output(write(tmp_path / "b", OLD)) as output:
        assert output.conflict("brute-force", b"old w") is None
        assert "other weights" in str(output.conflict("brute-force", b"weights"))
    with open_output(write(tmp_path / "c", {"BruteForce.lean": b"mine"})) as output:
        assert "without a manifest" in str(output.conflict("brute-force", b"weights"))
    (write(tmp_path / "d", {}) / "Weights.lean").mkdir()
    with (
        open_output(tmp_path / "d") as output,
        pytest.raises(MalformedInput, match="Is a directory"),
    ):
        output.conflict("brute-force", b"weights")


def test_new_weights_outdate_the_other_strategies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STRATEGIES, "cubic", STRATEGIES["brute-force"])
    other = {"Cubic.lean": b"c", "cubic.json": b"c"}
    folder = write(tmp_path / "out", OLD | other)
    with open_output(folder) as output:
        assert output.commit(NEW) == ["cubic.json", "Cubic.lean"]
    assert read(folder) == NEW
    write(folder, other)
    with open_output(folder) as output:
        assert output.commit(NEW) == []
    assert read(folder) == NEW | other
