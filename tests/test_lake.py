"""`lake build` builds the theory: modules of every folder, with Lake's own command line and setup file.

Lake is not in the wheel, so this does what Lake does (Lean 4.35, `src/lake/Lake/Build`): `compileLeanModule` of
`Actions.lean` makes the command line, `recFetchSetup` and `buildLean` of `Module.lean` make the setup file.

(A module that is not in the new module system has one file to import, its olean, hence the nested lists of one.)

It passes the package's name to Lean unless the package says `bootstrap := true` (`Package.id?`).  With a name, Lean
looks for the compiled form of our constructors of names under `lp_compact_...`, where there is none.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pipeline.bundle.theory import theory_root
from pipeline.lean import PROJECT, ROOT_MODULE, Builder
from pipeline.lean.hand_written import theory_modules
from pipeline.lean.modules import Module, load_modules, relative_path
from tests.lean_support import toolchain

LAKEFILE = (PROJECT / "lakefile.lean").read_text()
CERTIFICATES = f"{ROOT_MODULE}.Certificates."
NOTATION = "Compact.Foundation.Elab.Notation"


def olean_in(build: Path, module: str) -> Path:
    """Where Lake puts what a module is compiled to."""
    return build / "lib" / "lean" / relative_path(module, ".olean")


class Lake:
    """As much of Lake as builds one library without dependencies; imports may be compiled elsewhere already."""

    def __init__(self, lakefile: str, build: Path, compiled: Path | None = None) -> None:
        self._build = build
        self._compiled = compiled or build
        [name] = re.findall(r"^package (\w+)", lakefile, re.MULTILINE)
        bootstrap = re.search(r"^  bootstrap := true\b", lakefile, re.MULTILINE)
        self._package = {} if bootstrap else {"package": name}
        self._transitive: dict[str, set[str]] = {}

    def olean(self, module: str) -> Path:
        return olean_in(self._build, module)

    def compile(self, module: Module) -> subprocess.CompletedProcess[str]:
        """Have Lean compile a module whose imports are compiled."""
        ir = self._build / "ir"
        setup = ir / relative_path(module.name, ".setup.json")
        olean, ilean = self.olean(module.name), self.olean(module.name).with_suffix(".ilean")
        code = ir / relative_path(module.name, ".c")
        for path in (olean, code):
            path.parent.mkdir(parents=True, exist_ok=True)
        imported = {
            each: [[str(olean_in(self._compiled, each))]] for each in sorted(self.imported(module))
        }
        content = {
            "plugins": [],
            **self._package,
            "options": {},
            "name": module.name,
            "isModule": False,
            "importArts": imported,
            "dynlibs": [],
        }
        setup.write_text(json.dumps(content, indent=1))
        arguments = [str(module.path), "-o", str(olean), "-i", str(ilean), "-c", str(code)]
        return subprocess.run(
            toolchain().command([*arguments, "--setup", str(setup), "--json"]),
            cwd=PROJECT,
            env=os.environ | {"LEAN_PATH": str(self._compiled / "lib" / "lean")},
            capture_output=True,
            text=True,
            check=False,
        )

    def imported(self, module: Module) -> set[str]:
        """All that it imports, given that this was asked of its imports before."""
        own = set(module.imports)
        own |= {each for name in module.imports for each in self._transitive[name]}
        return self._transitive.setdefault(module.name, own)


def modules(targets: Iterable[str]) -> dict[str, Module]:
    """The targets and their imports, each after its imports."""
    return load_modules(targets, [theory_root()])


def failures(lake: Lake, wanted: dict[str, Module]) -> dict[str, str]:
    """Build everything; what Lean says of the modules that it does not accept."""
    failed: dict[str, str] = {}
    running: dict[str, Future[subprocess.CompletedProcess[str]]] = {}

    def after_imports(module: Module) -> subprocess.CompletedProcess[str]:
        for name in module.imports:
            if name in wanted:  # they come first in the queue, so they are not waited for in vain
                running[name].result()
        return lake.compile(module)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for name, module in wanted.items():
            running[name] = pool.submit(after_imports, module)
    for name, future in running.items():
        ran = future.result()
        said = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
        wrong = [each["data"] for each in said if each["severity"] != "information"]
        if ran.returncode or wrong or not lake.olean(name).is_file():
            failed[name] = f"{ran.returncode} {wrong} {ran.stderr}"
    return failed


def test_modules_build(tmp_path: Path) -> None:
    """From nothing those that define our notation and what they import; of all others that are written by hand, with
    what the builder has compiled, those that nothing imports, and one in ten.  (The whole theory takes four minutes
    more, in which Lean does once again what it does for the builder, which runs it without a setup file.)"""
    theory = modules([*theory_modules(theory_root()), f"{CERTIFICATES}MaxOf3.Weights"])
    assert len(theory) > 250
    first = modules([NOTATION])
    assert failures(Lake(LAKEFILE, tmp_path / "first"), first) == {}
    compiled, builder = tmp_path / "compiled", Builder(toolchain(), [theory_root()])
    builder.build(theory)
    for name, key in builder.keys(theory).items():
        place = olean_in(compiled, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        assert builder.store.get(key, place)
    imported = {name for module in theory.values() for name in module.imports}
    rest = [name for name in theory if name not in first]
    chosen = {name: theory[name] for name in rest if name not in imported or name in rest[::10]}
    assert len(chosen) > len(rest) / 10
    lake = Lake(LAKEFILE, tmp_path / "rest", compiled)
    for module in theory.values():
        lake.imported(module)
    assert failures(lake, chosen) == {}


def test_a_package_name_would_break_it(tmp_path: Path) -> None:
    """The control, and the reason for `bootstrap`."""
    plain = re.sub(r"( where)?\n  bootstrap := true.*", "", LAKEFILE)
    assert "package compact\n" in plain
    found = failures(Lake(plain, tmp_path), modules([NOTATION]))
    assert "Could not find native implementation of external declaration" in found[NOTATION]
    assert "lp_compact" in found[NOTATION]
