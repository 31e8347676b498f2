"""The compiled modules of a certificate: those that Lean built from the sources at hand, in a tree of their own.

They come out of the store of built modules, where they are found by the content of their sources (and of all that these
import), and only if they have the SHA-256 that was noted when Lean had written them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.errors import ToolingMissing
from pipeline.lean import Builder, Limits, SourceRoot, Toolchain
from pipeline.lean.modules import load_modules, relative_path
from pipeline.lean.private import private_temporary_directory


class Oleans:
    """A tree of compiled modules, filled from the sources on demand."""

    def __init__(
        self,
        tree: Path,
        toolchain: Toolchain,
        theory: SourceRoot,
        limits: Limits | None = None,
        out_dir: Path | None = None,
    ) -> None:
        self.tree = tree
        self._toolchain = toolchain
        self._theory = theory
        self._limits = limits
        self._out_dir = out_dir
        self.lean_cpu_seconds: dict[str, float] = {}
        """What building each module took Lean."""

    def add(self, modules: Iterable[str], sources: Mapping[str, bytes] | None = None) -> list[str]:
        """Put these modules and all that they import into the tree; those that are imported from the theory.

        `sources` are modules that are not in the theory's tree.
        """
        targets, own = list(modules), dict(sources or {})
        with private_temporary_directory() as directory:
            roots = [self._theory]
            for module, source in own.items():
                path = directory / relative_path(module)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(source)
                roots.append(SourceRoot(module, directory))
            builder = Builder(self._toolchain, roots, self._out_dir, limits=self._limits)
            builder.build(targets)
            loaded = load_modules(targets, roots)
            for name, key in builder.keys(loaded).items():
                olean = self.tree / relative_path(name, ".olean")
                if name not in own and olean.is_file():
                    continue
                olean.unlink(missing_ok=True)
                built = builder.store.get(key, olean)
                if built is None:
                    raise ToolingMissing(
                        f"{name}: the compiled module is not the one that Lean built",
                        cure="run `python -m pipeline.lean build` again",
                    )
                self.lean_cpu_seconds[name] = built.cpu_seconds
        return [name for name in loaded if name not in own]
