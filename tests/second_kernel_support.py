"""A session of the second kernel with the foundation, for tests; its compiled modules, as Lean built them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kernel2.check import Session, Verdict
from kernel2.declarations import Declaration
from kernel2.limits import MAX_DEPTH, Limits, Result, isolated
from kernel2.modules import Library
from pipeline.bundle.theory import theory_root
from pipeline.second_kernel.batch import ARITHMETIC
from pipeline.second_kernel.oleans import Oleans
from tests.lean_support import toolchain

FOUNDATION = "Compact.Foundation"
_TREE = TemporaryDirectory(prefix="compact-tests-")


@pytest.fixture(autouse=True)
def deep_recursion() -> Iterator[None]:
    """The second kernel recurses in Python; other tests must not, as C code that recurses would overflow its stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(MAX_DEPTH)
    yield
    sys.setrecursionlimit(before)


@cache
def tree() -> Path:
    """A tree with the compiled modules of the foundation and of its theorems about numbers."""
    Oleans(Path(_TREE.name), toolchain(), theory_root()).add([FOUNDATION, ARITHMETIC])
    return Path(_TREE.name)


@cache
def library() -> Library:
    found = Library([tree()], {})
    found.load([FOUNDATION, ARITHMETIC])
    return found


@cache
def foundation() -> tuple[Session, tuple[Verdict, ...]]:
    """A session that has checked the foundation, and what it found; change nothing in it (`judged`)."""
    session, verdicts = Session(), list[Verdict]()
    declared = [c for module in library().modules.values() for c in module.declarations]
    session.check(declared, verdicts.append)
    return session, tuple(verdicts)


def problems(declared: list[Declaration], session: Session | None = None) -> list[str]:
    """What is refused of these declarations, on top of the foundation or of a session."""

    def task() -> Result:
        verdicts: list[Verdict] = []
        (session or foundation()[0]).check(declared, verdicts.append)
        return {"exit_code": 0, "problems": [v.problem for v in verdicts if v.problem is not None]}

    return list(judged(task)["problems"])


def judged(task: Callable[[], Result]) -> Result:
    """Do something with the session in a process of its own."""
    foundation()
    result = isolated(task, Limits())
    assert "problem" not in result, result
    return result
