"""Theories and theorems that are not to be believed, as Lean compiles them: what the second kernel says of each.

`tests/lean/odd`: import-free files in which Lean accepts `theorem oops : False` without an axiom.
`tests/lean/must_fail`: forged certificates, compiled as they are and with Lean's kernel switched off, so that there is
something to judge.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from kernel2.check import Session, Verdict
from kernel2.limits import MAX_DEPTH, Limits, Result, isolated
from kernel2.modules import Library
from kernel2.order import cone
from kernel2.statement import axioms_of, read_statement
from pipeline.bundle.theory import theory_root
from pipeline.errors import MalformedInput
from pipeline.lean import Builder, ModuleResult, SourceRoot
from pipeline.lean.modules import load_modules, relative_path
from pipeline.second_kernel.batch import ARITHMETIC
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.reviewed import objection
from tests.lean_support import LEAN_FILES, PREFIX, WEIGHTS, tiny_bundle, toolchain
from tests.test_must_fail import FILES, Attack

ODD = ("EmptyNat", "EmptyString", "FreeQuot", "OtherAdd", "AxiomQuot")
MODULE = f"{PREFIX}.BruteForce"
SKIP = "set_option debug.skipKernelTC true\n"


@dataclass(frozen=True)
class Case:
    """What both kernels say of one theorem."""

    label: str
    lean: str
    """"accepts", or the beginning of what Lean objects to."""
    second: str
    """"accepts", or the beginning of what the second kernel objects to; empty if there is nothing to judge."""


@contextmanager
def compiled(
    sources: Mapping[str, str], prefix: str, theory: SourceRoot | None = None
) -> Iterator[tuple[dict[str, ModuleResult], Path, list[str]]]:
    """Modules `prefix.*` compiled on top of the theory: Lean's results, a tree of oleans, the theory's modules."""
    theory = theory or theory_root()
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        root, tree = SourceRoot(prefix, Path(directory) / "src"), Path(directory) / "lib"
        for module, text in sources.items():
            path = root.path_of(module)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        builder = Builder(toolchain(), [theory, root])
        report = builder.attempt(sources)
        built = [name for name in sources if report[name].ok]
        loaded = load_modules(built, [theory, root])
        for name, key in builder.keys(loaded).items():
            assert builder.store.get(key, tree / relative_path(name, ".olean")) is not None
        below = [name for name in loaded if name not in sources]
        yield {name: report[name] for name in sources}, tree, below


@contextmanager
def theory_without_quotients() -> Iterator[SourceRoot]:
    """The theory's foundation without the line `init_quot`."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        home = Path(directory) / "lean"
        shutil.copytree(
            theory_root().directory / "Compact" / "Foundation", home / "Compact" / "Foundation"
        )
        eq = home / "Compact" / "Foundation" / "Core" / "Eq.lean"
        eq.write_text(re.sub(r"^init_quot\n", "", eq.read_text(), flags=re.MULTILINE))
        yield SourceRoot("Compact", home)


def odd_cases() -> list[Case]:
    """The four constructions of `False`."""
    sources = {
        f"Odd.{name}": (LEAN_FILES / "odd" / f"{name}.lean").read_text() for name in ("Base", *ODD)
    }
    cases = []
    with (
        theory_without_quotients() as theory,
        compiled(sources, "Odd", theory) as (results, tree, _),
    ):
        for name in ODD:
            axioms = ("Quot.sound",) if name == "AxiomQuot" else ()
            task = partial(_judge_alone, tree, f"Odd.{name}", "oops", axioms)
            result = isolated(task, Limits())
            cases.append(Case(name, _lean(results[f"Odd.{name}"]), _second(result)))
    return cases


def _judge_alone(tree: Path, module: str, theorem: str, axioms: Sequence[str]) -> Result:
    """Check a module with all that it imports, and see whether the theorem is accepted."""
    session, verdicts = Session(axioms), list[Verdict]()
    session.check(
        [c for m in Library([tree], {}).load([module]) for c in m.declarations], verdicts.append
    )
    refused = [f"{v.name}: {v.problem}" for v in verdicts if v.problem is not None]
    if theorem not in session.env.constants:
        return {"exit_code": 1, "problem": refused[0] if refused else f"no theorem {theorem}"}
    return {"exit_code": 0}


class MustFail:
    """The forged certificates, on top of a session that has checked the theory below them."""

    def __init__(self) -> None:
        genuine = tiny_bundle()
        self._theorem = genuine.manifest.lean.theorem
        with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
            oleans = Oleans(Path(directory), toolchain(), theory_root())
            self._base = [
                *oleans.add([ARITHMETIC]),
                *oleans.add(["Compact.Transformer.Strategy.BruteForce"]),
            ]
            self._library = Library([Path(directory)], {})
            found = [c for m in self._library.load(self._base) for c in m.declarations]
        self._session = Session()
        self._session.check(found, lambda _: None)
        assert not self._session.refused, self._session.refused

    def case(self, attack: Attack, label: str, *, kernel: bool) -> Case:
        """One of them, with Lean's kernel switched on or off."""
        text = attack.text
        if not kernel:
            text = re.sub(r"((?:^import .*\n)+)", rf"\1{SKIP}", text, count=1, flags=re.MULTILINE)
        sources = {WEIGHTS: tiny_bundle().weights.decode(), MODULE: text}
        with compiled(sources, PREFIX) as (results, tree, _):
            lean, second = _lean(results[MODULE]), ""
            if results[MODULE].ok:
                result = isolated(lambda: self._judge(tree), Limits())
                if result["exit_code"] == 0:
                    problem = _objection(attack.claim, result)
                    result |= {"exit_code": 1, "problem": problem} if problem else {}
                second = _second(result)
        return Case(f"{label}, {'' if kernel else 'no '}kernel", lean, second)

    def _judge(self, tree: Path) -> Result:
        modules = dict(self._library.modules)
        library = Library([tree], {})
        library.modules |= modules
        verdicts: list[Verdict] = []
        self._session.check(
            [c for m in library.load([MODULE]) for c in m.declarations], verdicts.append
        )
        refused = [f"{v.name}: {v.problem}" for v in verdicts if v.problem is not None]
        if refused:
            return {"exit_code": 1, "problem": refused[0]}
        constants = self._session.env.constants
        axioms = axioms_of(constants, cone(constants, [self._theorem]))
        own = [name for name in library.modules if name not in modules]
        return asdict(
            read_statement(self._session.env, library.modules, own, self._theorem, axioms)
        ) | {"exit_code": 0}


def _objection(claim: int, result: Result) -> str:
    try:
        return objection(tiny_bundle(claim), result)
    except MalformedInput as error:
        return error.message


def _lean(result: ModuleResult) -> str:
    if result.ok:
        return "accepts"
    said = [message.text for message in result.messages if message.severity == "error"]
    return " ".join(said[0].split())[:90] if said else result.reason


def _second(result: Result) -> str:
    return "accepts" if result["exit_code"] == 0 else str(result["problem"])[:110]


def figures() -> dict[str, list[dict[str, str]]]:
    """All cases, for the documentation."""
    must_fail = MustFail()
    forged = [
        must_fail.case(Attack.read(path), path.stem, kernel=kernel)
        for path in FILES
        for kernel in (True, False)
    ]
    return {
        "odd": [asdict(case) for case in odd_cases()],
        "must_fail": [asdict(case) for case in forged],
    }


def table(cases: list[dict[str, str]]) -> str:
    """Both verdicts, as Markdown."""
    lines = ["| | Lean | second kernel |", "| --- | --- | --- |"]
    for case in cases:
        shown = [
            case[key].replace("|", "\\|").replace("\n", " ") for key in ("label", "lean", "second")
        ]
        lines.append("| " + " | ".join([*shown[:2], shown[2] or "nothing to judge"]) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.setrecursionlimit(MAX_DEPTH)
    for title, cases in figures().items():
        print(f"{title}\n\n{table(cases)}")
