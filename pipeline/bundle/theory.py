"""The hand-written theory behind a strategy, and its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.emit.names import strategy_module
from pipeline.errors import MalformedInput, ToolingMissing
from pipeline.lean import ROOT_MODULE, SourceRoot, theory_dir
from pipeline.lean.modules import load_modules
from pipeline.transformer.strategies import find_strategy


def theory_root(directory: Path | None = None) -> SourceRoot:
    """Where the theory's modules are."""
    return SourceRoot(ROOT_MODULE, directory or theory_dir())


def theory_digest(strategy: str, root: SourceRoot) -> str:
    """SHA-256 over the strategy's Lean module and all that it imports, names and sources."""
    module = strategy_module(find_strategy(strategy).checker)
    if not root.path_of(module).is_file():
        raise ToolingMissing(
            f"the Lean theory has no module {module} (looked for {root.path_of(module)})",
            cure="run from a complete checkout of the repository",
        )
    try:
        modules = load_modules([module], [root])
    except MalformedInput as error:
        raise ToolingMissing(f"the Lean theory is incomplete: {error.message}") from error
    lines = [
        f"{name} {hashlib.sha256(modules[name].source).hexdigest()}" for name in sorted(modules)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
