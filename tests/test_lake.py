"""`lake build` builds the theory: every module, with Lake's own command line and setup file.

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
from pipeline.lean import PROJECT, ROOT_MODULE
from pipeline.lean.modules import Module, load_modules, modules_under, relative_path
from pipeline.lean.real_module import REAL_CERTIFICATES
from tests.lean_support import toolchain

LAKEFILE = (PROJECT / "lakefile.lean").read_text()
CERTIFICATES = f"{ROOT_MODULE}.Certificates."
NOTATION = "Compact.Foundation.Elab.Notation"


class Lake:
    """As much of Lake as builds one library without dependencies."""

    def __init__(self, lakefile: str, build: Path) -> None:
        self._build = build
        [name] = re.findall(r"^package (\w+)", lakefile, re.MULTILINE)
        bootstrap = re.search(r"^  bootstrap := true\b", lakefile, re.MULTILINE)
        self._package = {} if bootstrap else {"package": name}
        self._transitive: dict[str, set[str]] = {}

    def olean(self, module: str) -> Path:
        return self._build / "lib" / "lean" / relative_path(module, ".olean")

    def compile(self, module: Module) -> subprocess.CompletedProcess[str]:
        """Have Lean compile a module whose imports are compiled."""
        ir = self._build / "ir"
        setup = ir / relative_path(module.name, ".setup.json")
        olean, ilean = self.olean(module.name), self.olean(module.name).with_suffix(".ilean")
        code = ir / relative_path(module.name, ".c")
        for path in (olean, code):
            path.parent.mkdir(parents=True, exist_ok=True)
        imported = {each: [[str(self.olean(each))]] for each in sorted(self._imported(module))}
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
            env=os.environ | {"LEAN_PATH": str(self._build / "lib" / "lean")},
            capture_output=True,
            text=True,
            check=False,
        )

    def _imported(self, module: Module) -> set[str]:
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
        for (
            name
        ) in module.imports:  # they come first in the queue, so they are not waited for in vain
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


def test_every_module_builds(tmp_path: Path) -> None:
    """All that is written by hand; certificates, and what imports them, would take long."""
    directory = theory_root().directory
    own = [
        name
        for name in modules_under(directory)
        if name not in {ROOT_MODULE, REAL_CERTIFICATES} and not f"{name}.".startswith(CERTIFICATES)
    ]
    wanted = modules([*own, f"{CERTIFICATES}MaxOf3.Weights"])
    assert len(wanted) > 250
    assert [name for name in wanted if name.startswith(CERTIFICATES)] == [
        f"{CERTIFICATES}MaxOf3.Weights"
    ]
    assert failures(Lake(LAKEFILE, tmp_path), wanted) == {}


def test_a_package_name_would_break_it(tmp_path: Path) -> None:
    """The control, and the reason for `bootstrap`."""
    plain = re.sub(r"( where)?\n  bootstrap := true.*", "", LAKEFILE)
    assert "package compact\n" in plain
    found = failures(Lake(plain, tmp_path), modules([NOTATION]))
    assert "Could not find native implementation of external declaration" in found[NOTATION]
    assert "lp_compact" in found[NOTATION]
