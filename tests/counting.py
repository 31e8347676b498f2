"""Count the operations that the checks of certificates really do, from the definitions that Lean compiled.

`kernel2` evaluates by need (an expression once, as Lean's kernel does) all that a theorem has the kernel decide, and
each operation on numbers is noted with the binary digits of its longest number.  `docs/length.md` says what counts, and
for how much.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from kernel2.arithmetic import BINARY, UNARY
from kernel2.declarations import THEOREM, Declaration
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.heap import Heap
from kernel2.module import Reader
from kernel2.terms import APP, CONST, LIT, TRUE, Term, head, spine
from pipeline.bundle.bundle import Bundle
from pipeline.bundle.theory import theory_root
from pipeline.lean import find_toolchain
from pipeline.second_kernel.oleans import Oleans

COUNTED = ("Nat.add", "Nat.sub", "Nat.mul", "Nat.div", "Nat.pow", "Nat.beq", "Nat.ble")
"""What makes numbers of numbers, or compares them; all else (shifts, masks, remainders) reads and moves."""
T = TypeVar("T")
LANE = 256
"""So many binary digits count once."""


class CountingChecker(Checker):
    """Evaluates, and notes each operation."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.seen: Counter[tuple[str, int]] = Counter()
        self._reduced: list[Term] = []

    def whnf(self, e: Term) -> Term:
        if e.whnf is None:
            self._reduced.append(e)
        return super().whnf(e)

    def core(self, e: Term, shallow: bool = False) -> Term:
        if e.core is None:
            self._reduced.append(e)
        return super().core(e, shallow)

    def forget(self) -> None:
        """What terms were found to be: one evaluation is not to profit from another."""
        for term in self._reduced:
            term.whnf = term.core = None
        self._reduced.clear()

    def compute(self, e: Term) -> Term | None:
        value = super().compute(e)
        if value is not None and e.a.tag == APP:
            name, given = e.a.a.a, [self._number(e.a.b), self._number(e.b)]
            if name == "Nat.pow":
                del given[1]
            found = [value.a] if value.tag == LIT else []
            digits = max((n.bit_length() for n in (*given, *found) if n is not None), default=0)
            self.seen[name, digits] += 1
        return value

    def counted(self, lane: int = LANE) -> int:
        """Operations, each once for each lane that its longest number begins."""
        return sum(
            times * max(1, -(-digits // lane))
            for (name, digits), times in self.seen.items()
            if name in COUNTED
        )


def on_a_deep_stack(task: Callable[[], T]) -> T:
    """Evaluation goes deep."""
    found: list[T] = []
    failed: list[BaseException] = []

    def body() -> None:
        try:
            found.append(task())
        except BaseException as error:
            failed.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(1 << 29)
    sys.setrecursionlimit(200_000)
    try:
        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failed:
        raise failed[0]
    return found[0]


def evaluated(bundles: Mapping[str, Bundle]) -> dict[str, CountingChecker]:
    """Evaluate the check that each certificate's theorem is about, and see that it accepts."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        oleans = Oleans(Path(directory), find_toolchain(), theory_root())
        sources: dict[str, bytes] = {}
        for bundle in bundles.values():
            lean = bundle.manifest.lean
            sources |= {lean.weights_module: bundle.weights, lean.module: bundle.theorem}
        modules = [bundle.manifest.lean.module for bundle in bundles.values()]
        oleans.add(modules, sources)
        return on_a_deep_stack(lambda: _evaluated(Path(directory), modules, bundles))


class Definitions(Reader):
    """Reads a module, but not what theorems are proved with: nothing that is evaluated asks for it."""

    def _complete(self, c: Declaration, fields: tuple[int, ...], plain: int) -> None:
        if c.kind != THEOREM:
            super()._complete(c, fields, plain)


def _declarations(tree: Path, modules: Iterable[str], own: set[str]) -> Iterator[Declaration]:
    """What these modules declare and all that they import; proofs only of `own` modules."""
    todo, seen = list(modules), set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        heap = Heap(tree.joinpath(*name.split(".")).with_suffix(".olean").read_bytes())
        reader = (Reader if name in own else Definitions)(heap)
        imports, _, constants, *_ = heap.constructor(heap.root()).fields
        todo += [reader.name(heap.constructor(each).fields[0]) for each in heap.array(imports)]
        yield from map(reader.declaration, heap.array(constants))


def _evaluated(
    tree: Path, modules: list[str], bundles: Mapping[str, Bundle]
) -> dict[str, CountingChecker]:
    env, own = Environment(), {each.manifest.lean.weights_module for each in bundles.values()}
    for each in _declarations(tree, modules, {*modules, *own}):
        if not each.unsafe:
            env.constants[each.name] = each
    env.numbers, env.computed = True, set(BINARY) | set(UNARY)
    found = {}
    for name, bundle in bundles.items():
        counting = CountingChecker(env)
        for check in _checks(env, bundle):
            assert counting.whnf(check) is TRUE, name
            counting.forget()
        found[name] = counting
    return found


def _checks(env: Environment, bundle: Bundle) -> list[Term]:
    """All that the kernel is to find true for the theorem: each `X = true` in its proof and in those of its lemmas."""
    theorem = bundle.manifest.lean.theorem
    space = theorem.rpartition(".")[0]
    todo, seen, found = [theorem], set[str](), dict[Term, None]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        declaration = env.constants[name]
        for part in (declaration.type, declaration.value):
            for term in () if part is None else _subterms(part):
                if term.tag == CONST and term.a.startswith(f"{space}.") and term.a in env.constants:
                    todo.append(term.a)
                f, args = spine(term)
                if (
                    term.loose
                    or len(args) != 3
                    or f.tag != CONST
                    or f.a != "Eq"
                    or args[2] is not TRUE
                ):
                    continue
                asked = head(args[1])
                if asked.tag == CONST and asked.a not in ("Decidable.decide", "Bool.true"):
                    found[args[1]] = None
    assert found, theorem
    return list(found)


def _subterms(term: Term) -> Iterator[Term]:
    todo, seen = [term], set[int]()
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        todo += [part for part in (each.a, each.b, each.c) if isinstance(part, Term)]
