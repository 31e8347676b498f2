"""`lake` and our own runner build the same modules: the files, the root module and lakefile.lean agree.

(`lake` itself is not run here, so lakefile.lean is kept plain; `test_lake.py` does what Lake does with it.)
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.errors import MalformedInput
from pipeline.lean.modules import SourceRoot, load_modules, modules_under, parse_header
from pipeline.lean.places import PROJECT, ROOT_MODULE
from pipeline.lean.real_module import real_path, real_source
from pipeline.lean.root_module import root_source
from pipeline.lean.toolchain import ELAN_TOOLCHAIN, LEAN_VERSION

THEORY = PROJECT / "lean"
LAKEFILE = """\
import Lake
open Lake DSL

package compact where
  bootstrap := true -- Lake passes no package name to Lean then: tests/test_lake.py says why

@[default_target]
lean_lib Compact where
  srcDir := "lean"
"""


def test_every_file_is_reachable_from_the_root_and_the_other_way_round() -> None:
    reachable = set(load_modules([ROOT_MODULE], [SourceRoot(ROOT_MODULE, THEORY)]))
    files = set(modules_under(THEORY))
    assert files - reachable == set(), "run `python -m pipeline.lean sync`"
    assert reachable - files == set()


def test_root_module_is_up_to_date() -> None:
    assert (THEORY / f"{ROOT_MODULE}.lean").read_text() == root_source(THEORY), (
        "run `python -m pipeline.lean sync`"
    )


def test_every_certificate_has_its_theorem_about_the_reals() -> None:
    assert real_path(THEORY).read_text() == real_source(THEORY), (
        "run `python -m pipeline.lean sync`"
    )


def test_a_certificate_without_its_theorem_is_noticed(tmp_path: Path) -> None:
    """A file among the certificates that does not say what a certificate says is named, not skipped."""
    path = SourceRoot(ROOT_MODULE, tmp_path).path_of("Compact.Certificates.Odd.BruteForce")
    path.parent.mkdir(parents=True)
    path.write_text("prelude\ntheorem other_correct : True := trivial\n")
    with pytest.raises(MalformedInput, match=r"BruteForce\.lean: expected one theorem"):
        real_source(tmp_path)
    path.write_text(
        "prelude\ntheorem odd_correct (R : Type) [ExpField R] :\n    P (Q R) := proof\n"
    )
    assert "theorem odd_real :\n    P (Q Real) :=\n  odd_correct Real\n" in real_source(tmp_path)


def test_module_names_cannot_clash_with_those_of_lean() -> None:
    assert {name.split(".")[0] for name in modules_under(THEORY)} == {ROOT_MODULE}


@pytest.mark.parametrize("module", modules_under(THEORY))
def test_module_is_import_free(module: str) -> None:
    path = SourceRoot(ROOT_MODULE, THEORY).path_of(module)
    text = path.read_text()
    assert text.startswith("prelude\n")
    outside = [
        item.module
        for item in parse_header(text).imports
        if item.module.split(".")[0] != ROOT_MODULE
    ]
    assert outside == []


def test_lakefile_names_exactly_this_root() -> None:
    assert (PROJECT / "lakefile.lean").read_text() == LAKEFILE
    assert re.findall(r"lean_lib (\w+)", LAKEFILE) == [ROOT_MODULE]
    assert re.findall(r'srcDir := "(.*)"', LAKEFILE) == [THEORY.name]


def test_lean_toolchain_is_the_pinned_one() -> None:
    assert (PROJECT / "lean-toolchain").read_text() == f"{ELAN_TOOLCHAIN}\n"
    assert ELAN_TOOLCHAIN.endswith(f":v{LEAN_VERSION}")


def test_rooms_are_kept() -> None:
    """What knows no family uses no family, and no family uses another's (docs/architecture.md)."""
    families = {path.parent.name for path in (THEORY / ROOT_MODULE).glob("*/Statement.lean")}
    assert len(families) > 2
    used = 0
    for name, module in load_modules([ROOT_MODULE], [SourceRoot(ROOT_MODULE, THEORY)]).items():
        room = [*name.split("."), ""][1]
        if room in {"", "Certificates", "Real"}:
            continue
        theirs = {each.split(".")[1] for each in module.imports} & families
        assert theirs <= {room}, f"{name} uses {theirs}"
        used += bool(theirs)
    assert used > 100
