"""Python, the packages, the disk and the memory."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pipeline.doctor.finding import Finding, fine, note, wrong
from pipeline.errors import EXIT_LIMIT, EXIT_TOOLING, PipelineError
from pipeline.lean import PROJECT, Limits, default_out_dir

DISTRIBUTION = "compact-proofs"
LEAST_PYTHON = (3, 11)
LEAST_DISK_MB = 64
"""One build needs this much for its work space."""
ROOMY_DISK_MB = 1024
ROOMY_MEMORY_MB = 4096
"""What the largest shipped certificate takes in the kernel."""

_PIN = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*==\s*(?P<version>[^\s;]+)\s*(?P<marker>;.*)?")


def look_at_python() -> Iterator[Finding]:
    """The version of Python and the versions of the packages, against the pins."""
    version = platform.python_version()
    if sys.version_info < LEAST_PYTHON:
        least = ".".join(map(str, LEAST_PYTHON))
        cure = f"make the virtual environment with Python {least} or later"
        yield wrong("Python", f"{version} is too old", cure, EXIT_TOOLING)
    else:
        yield fine("Python", f"{version} ({sys.executable})")
    pins = pinned()
    if not pins:
        yield note("packages", "no list of pinned versions", "run from a checkout")
    for name, wanted in pins.items():
        yield _package(name, wanted)


def pinned() -> dict[str, str]:
    """The pinned packages that are needed on every platform: name and version."""
    return dict(_pins(_requirements()))


def _requirements() -> list[str]:
    """From the checkout's `pyproject.toml`, else from what is installed."""
    try:
        with (PROJECT / "pyproject.toml").open("rb") as file:
            return list(tomllib.load(file)["project"]["dependencies"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        pass
    try:
        return importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _pins(requirements: list[str]) -> Iterator[tuple[str, str]]:
    for each in requirements:
        found = _PIN.fullmatch(each)
        if found is not None and found["marker"] is None:
            yield found["name"], found["version"]


def _package(name: str, wanted: str) -> Finding:
    cure = f"{sys.executable} -m pip install {name}=={wanted}"
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return wrong("packages", f"{name} is not installed", cure, EXIT_TOOLING)
    if version != wanted:
        return note("packages", f"{name} is {version}, tested with {wanted}", cure)
    return fine("packages", f"{name} {version}")


def look_at_machine() -> Iterator[Finding]:
    """Room for temporary files and builds, and memory for the kernel."""
    try:
        yield _disk("temporary files", Path(tempfile.gettempdir()))
    except OSError as error:
        cure = "make room, or let TMPDIR name a directory that can be written"
        yield wrong("disk", f"temporary files: {error.strerror}", cure, EXIT_LIMIT)
    try:
        yield _disk("builds", _nearest(default_out_dir()))
    except PipelineError as error:
        yield wrong("disk", error.message, error.cure or "set HOME", EXIT_TOOLING)
    memory = available_memory_mb()
    if memory is None:
        yield note("memory", "cannot be read on this system")
    elif memory < ROOMY_MEMORY_MB:
        cure = "close other programs for the large certificates; --memory bounds what Lean may take"
        yield note("memory", f"{memory:,} MB available", cure)
    else:
        yield fine("memory", f"{memory:,} MB available; Lean may take {Limits().memory_mb:,} MB")


def _nearest(path: Path) -> Path:
    """The directory itself or, before the first build, the one that it will be made in."""
    return next(each for each in (path, *path.parents) if each.is_dir())


def _disk(what: str, path: Path) -> Finding:
    if not os.access(path, os.W_OK):
        cure = f"make it writable, or set {'PIPELINE_STORE' if what == 'builds' else 'TMPDIR'}"
        return wrong("disk", f"{path} ({what}) is not writable", cure, EXIT_LIMIT)
    free = shutil.disk_usage(path).free >> 20
    text = f"{free:,} MB free in {path} ({what})"
    if free < LEAST_DISK_MB:
        return wrong("disk", text, "make room there", EXIT_LIMIT)
    return fine("disk", text) if free >= ROOMY_DISK_MB else note("disk", text, "make room there")


def available_memory_mb() -> int | None:
    """What the system could give to a new program, within the limit of this container."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return None
    try:
        group = int(Path("/sys/fs/cgroup/memory.max").read_text())
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
    except (OSError, ValueError):
        return available >> 10
    return min(available >> 10, max(0, group - used) >> 20)
