"""The module `Compact.Real.Certificates`: each committed certificate's theorem, about the real numbers.

A certificate's theorem is about every `ExpField`, or every `RootField`; the real numbers are one (`lean/Compact/Real`),
so it is only applied to them.  `python -m pipeline.lean sync` writes the module anew.  Lean checks it, like everything
else.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.lean.hand_written import CERTIFICATES
from pipeline.lean.modules import SourceRoot, modules_under
from pipeline.lean.places import ROOT_MODULE

REAL_CERTIFICATES = f"{ROOT_MODULE}.Real.Certificates"

_THEOREM = re.compile(
    r"^theorem (?P<name>\w+)_correct \(R : Type\) \[(?:Exp|Root)Field R\] :\s+(?P<statement>.+?) :=\s",
    re.MULTILINE | re.DOTALL,
)
_TEXT = """\
/-!
# Every committed certificate, about the real numbers

Written by `python -m pipeline.lean sync`.  Each theorem is that of the certificate, which is about every
`ExpField`, applied to the real numbers.
-/
"""


def real_path(directory: Path) -> Path:
    """Where the module is."""
    return SourceRoot(ROOT_MODULE, directory).path_of(REAL_CERTIFICATES)


def real_source(directory: Path) -> str:
    """What the module should say for the certificates in this directory."""
    root = SourceRoot(ROOT_MODULE, directory)
    modules = [
        name
        for name in modules_under(directory)
        if name.startswith(CERTIFICATES) and not name.endswith(".Weights")
    ]
    theorems = [_real_theorem(name, root.path_of(name)) for name in modules]
    imports = "".join(f"import {name}\n" for name in [f"{ROOT_MODULE}.Real.Root", *modules])
    return f"prelude\n{imports}{_TEXT}" + "".join(theorems)


def _real_theorem(module: str, path: Path) -> str:
    found = _THEOREM.findall(path.read_text())
    if len(found) != 1:
        raise MalformedInput(
            f"{path}: expected one theorem `..._correct (R : Type) [ExpField R]`, found {len(found)}",
            cure="export the certificate again",
        )
    name, statement = found[0]
    about_reals = re.sub(r"\bR\b", "Real", statement)
    namespace = module.rpartition(".")[0]
    return f"""
namespace {namespace}
/-- Of the real numbers. -/
theorem {name}_real :
    {about_reals} :=
  {name}_correct Real
end {namespace}
"""
