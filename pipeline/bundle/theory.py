"""The hand-written theory behind a strategy, and its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.errors import MalformedInput, ToolingMissing
from pipeline.families import find_family
from pipeline.lean import ROOT_MODULE, SourceRoot, theory_dir
from pipeline.lean.modules import load_modules

CURE_LINE_ENDINGS = "git config core.autocrlf false, then check the repository out again"


def theory_root(directory: Path | None = None) -> SourceRoot:
    """Where the theory's modules are."""
    return SourceRoot(ROOT_MODULE, directory or theory_dir())


def theory_digest(family: str, strategy: str, root: SourceRoot) -> str:
    """SHA-256 over the Lean module of a family's strategy, its lemmas, and all that they import, names and sources."""
    found = find_family(family)
    module = found.form.strategy_module(found.strategy(strategy).checker)
    if not root.path_of(module).is_file():
        raise ToolingMissing(
            f"the Lean theory has no module {module} (looked for {root.path_of(module)})",
            cure="run from a complete checkout of the repository",
        )
    try:
        modules = load_modules([module, *found.form.lemmas], [root])
    except MalformedInput as error:
        raise ToolingMissing(f"the Lean theory is incomplete: {error.message}") from error
    foreign = [each.path for each in modules.values() if b"\r\n" in each.source]
    if foreign:
        raise ToolingMissing(f"{foreign[0]}: has Windows line endings", cure=CURE_LINE_ENDINGS)
    lines = [
        f"{name} {hashlib.sha256(modules[name].source).hexdigest()}" for name in sorted(modules)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
