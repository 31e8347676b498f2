"""A private copy of the checkout, and work spaces in it.

The program is copied, the theory linked, its compiled modules hard-linked: a fault can break nothing outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.lean import PROJECT, default_out_dir
from pipeline.lean.private import make_private
from tests.tiny_models import noisy_arrays, perfect_arrays, write_model

TRIPWIRE = Path(__file__).with_name("tripwire.py")
LONGEST_S = 300


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    output: str
    seconds: float


@dataclass(frozen=True)
class Work:
    """A directory for one fault: the model, the output, and what is temporary."""

    path: Path

    @property
    def out(self) -> Path:
        return self.path / "out"

    @property
    def temporary(self) -> Path:
        return self.path / "tmp"


class Sandbox:
    """The copy, in a directory that the caller removes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.checkout = root / "checkout"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / "pipeline", self.checkout / "pipeline", ignore=ignored)
        (self.checkout / "lean").symlink_to(PROJECT / "lean", target_is_directory=True)
        self._store = make_private(root / "store")
        built = default_out_dir() / "store"
        if built.is_dir():
            shutil.copytree(built, self._store / "store", copy_function=_link)
        self.stage = make_private(self._store / "stage")
        self.paths = {
            "model": write_model(root / "tiny.safetensors", perfect_arrays(2, 3)),
            "other": write_model(root / "other.safetensors", noisy_arrays(5, 2, 3, 1.0)),
            "large": PROJECT / "examples" / "models" / "max_of_3.safetensors",
        }
        self._number = 0

    def work(self, before: Path | None) -> Work:
        """A new work space; its output directory is a copy of `before`."""
        self._number += 1
        work = Work(self.root / f"work-{self._number}")
        work.temporary.mkdir(parents=True)
        if before is None:
            work.out.mkdir()
        else:
            shutil.copytree(before, work.out)
        return work

    def start(
        self,
        work: Work,
        argv: Sequence[str],
        trip: str | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> subprocess.Popen[str]:
        """Start `python -m ARGV`, under a tripwire if there is one."""
        wire = ["-m"] if trip is None else [str(TRIPWIRE), trip]
        env = os.environ | {
            "TMPDIR": str(work.temporary),
            "PIPELINE_STORE": str(self._store),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.Popen(
            [sys.executable, *wire, *argv],
            cwd=self.checkout,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=prepare,
        )

    def run(
        self,
        work: Work,
        argv: Sequence[str],
        trip: str | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> Ran:
        """Run it to its end."""
        started = time.monotonic()
        return finish(self.start(work, argv, trip, prepare), started)

    def orphans(self) -> list[str]:
        """Command lines of processes that work in this sandbox and have a second to end."""
        for _ in range(100):
            found = [line for line in _command_lines() if str(self.root) in line]
            if not found:
                return []
            time.sleep(0.05)
        return found


def finish(process: subprocess.Popen[str], started: float) -> Ran:
    """Wait for a process."""
    output, _ = process.communicate(timeout=LONGEST_S)
    return Ran(process.returncode, output, time.monotonic() - started)


def _command_lines() -> list[str]:
    lines = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(each.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return lines


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
