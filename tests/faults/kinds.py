"""The kinds of faults, and how one of each is drawn."""

from __future__ import annotations

import random
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.faults.disk import can_mount

MIB = 1 << 20
Place = Literal["out", "tmp", "stage"]
"""The output, the temporary files, or the work space of builds."""
PLACES: tuple[Place, ...] = ("out", "tmp", "stage")


@dataclass(frozen=True)
class Clean:
    """A run without faults, to draw from."""

    operations: Sequence[str]
    """`out` for each operation in the output directory, else the empty string."""
    seconds: float


@dataclass(frozen=True)
class Fault:
    """One fault, drawn."""

    what: str
    trip: str | None = None
    kill_after: float | None = None
    prepare: Callable[[], None] | None = None
    options: tuple[str, ...] = ()
    large: bool = False
    """With a model that Lean needs more than its least memory for."""
    disk: tuple[Place, int | None] | None = None
    """A small disk there with so many bytes free, or read-only."""
    rival_after: float | None = None


def kill_at_operation(draw: random.Random, clean: Clean) -> Fault:
    at = _operation(draw, clean)
    return Fault(f"SIGKILL at operation {at}", trip=f"kill:{at}")


def kill_at_time(draw: random.Random, clean: Clean) -> Fault:
    after = draw.uniform(0, clean.seconds)
    return Fault(f"SIGKILL after {after:.3f} s", kill_after=after)


def disk_fills_up(draw: random.Random, clean: Clean) -> Fault:
    at = _operation(draw, clean)
    return Fault(f"no space left from operation {at} on", trip=f"full:{at}")


def disk_error(draw: random.Random, clean: Clean) -> Fault:
    at = _operation(draw, clean)
    return Fault(f"input/output error at operation {at}", trip=f"broken:{at}")


def small_disk(draw: random.Random, clean: Clean) -> Fault:
    place = draw.choice(PLACES)
    free = int(2 ** draw.uniform(12, 25 if place == "stage" else 15))
    return Fault(f"{place} on a tmpfs with {free} bytes free", disk=(place, free))


def read_only(draw: random.Random, clean: Clean) -> Fault:
    place = draw.choice(PLACES)
    return Fault(f"{place} on a read-only tmpfs", disk=(place, None))


def small_files(draw: random.Random, clean: Clean) -> Fault:
    size = int(2 ** draw.uniform(6, 22))
    return Fault(f"RLIMIT_FSIZE {size}", prepare=_limit(resource.RLIMIT_FSIZE, size))


def little_memory(draw: random.Random, clean: Clean) -> Fault:
    """Python alone needs 700 MiB of address space here, with a thread of BLAS per core."""
    size = int(2 ** draw.uniform(10, 13)) * MIB
    return Fault(f"RLIMIT_AS {size // MIB} MiB", prepare=_limit(resource.RLIMIT_AS, size))


def lean_memory(draw: random.Random, clean: Clean) -> Fault:
    size = draw.randint(256, 270)
    return Fault(f"--memory {size}", options=("--memory", str(size)), large=True)


def lean_time(draw: random.Random, clean: Clean) -> Fault:
    limit = draw.uniform(0.001, 0.2)
    return Fault(f"--timeout {limit:.4f}", options=("--timeout", f"{limit:.4f}"))


def two_at_once(draw: random.Random, clean: Clean) -> Fault:
    after = draw.uniform(0, clean.seconds)
    return Fault(f"a rival after {after:.3f} s", rival_after=after)


def _operation(draw: random.Random, clean: Clean) -> int:
    """Every second time one in the output directory, where there are few of them."""
    inside = [at for at, place in enumerate(clean.operations) if place == "out"]
    if inside and draw.random() < 0.5:
        return draw.choice(inside)
    return draw.randrange(len(clean.operations))


def _limit(what: int, size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (size, size))


@dataclass(frozen=True)
class Kind:
    """A kind of fault, by the name that the figures have."""

    name: str
    draw: Callable[[random.Random, Clean], Fault]
    possible: bool = True


KINDS = (
    Kind("kill -9 at an operation", kill_at_operation),
    Kind("kill -9 at a time", kill_at_time),
    Kind("two at once", two_at_once),
    Kind("disk full (tmpfs)", small_disk, can_mount()),
    Kind("disk full (injected)", disk_fills_up),
    Kind("disk full (file size limit)", small_files),
    Kind("disk error (injected)", disk_error),
    Kind("read-only directory (tmpfs)", read_only, can_mount()),
    Kind("out of memory (address space)", little_memory),
    Kind("out of memory (Lean)", lean_memory),
    Kind("out of time (Lean)", lean_time),
)
