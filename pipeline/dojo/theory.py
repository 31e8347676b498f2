"""The theory as Lean sees it: every module with its source and its `.ilean`, whatever modules there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.dojo.ilean import Ilean, Span, Use, read_ilean
from pipeline.dojo.source import Source, keyword, statement, without_comments
from pipeline.errors import ToolingMissing
from pipeline.lean import ROOT_MODULE, Builder
from pipeline.lean.build import Progress
from pipeline.lean.modules import load_modules
from pipeline.lean.real_module import REAL_CERTIFICATES

GENERATED = (f"{ROOT_MODULE}.Certificates", REAL_CERTIFICATES)
"""No part of the theory: numbers, and theorems for each that the theory gives."""


@dataclass(frozen=True)
class Module:
    """One source file and what Lean says of it."""

    path: Path
    source: Source
    ilean: Ilean

    @property
    def name(self) -> str:
        return self.ilean.module

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """The text of each declaration, in the order of the file."""
        bare = {name: self.source.command(span) for name, span in self.ilean.bare.items()}
        spans = {**self.ilean.declarations, **bare}
        return dict(sorted(spans.items(), key=lambda item: item[1].start))


@dataclass(frozen=True)
class Declaration:
    """A theorem, a definition, a structure, ..."""

    name: str
    module: str
    span: Span
    """The whole text, with its documentation."""
    keyword: str
    """`theorem`, `def`, `structure`, ... as it stands in the source."""
    statement: str
    """Of a theorem: all before the proof.  Else: all of it.  Without comments."""
    mentions: tuple[tuple[str, Span], ...]
    """The declarations whose names stand in it, and where, in the order of the text."""
    parts: frozenset[str]
    """The names of fields and constructors that stand in it; they count as mentions of what they belong to."""

    @property
    def is_theorem(self) -> bool:
        return self.keyword == "theorem"

    @property
    def uses(self) -> tuple[str, ...]:
        """The declarations whose names stand in it, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.mentions))


@dataclass(frozen=True)
class Theory:
    """Modules, each after its imports."""

    modules: Sequence[Module]

    @cached_property
    def declarations(self) -> Mapping[str, Declaration]:
        """All of them by full name, in the order of the modules and of the text."""
        return {each.name: each for module in self.modules for each in self._declared(module)}

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """All that a module imports, directly or not."""
        known: dict[str, frozenset[str]] = {}
        for module in self.modules:
            direct = module.ilean.imports
            known[module.name] = frozenset(direct).union(*(known[name] for name in direct))
        return known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(name for module in self.modules for name in module.spans)

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        return {
            part: whole for module in self.modules for part, whole in module.ilean.parts.items()
        }

    def _owner(self, name: str) -> str | None:
        """The declaration that a constant belongs to: itself, what it is a field or a constructor of, or (of what Lean
        makes by itself, such as `Nat.rec`) what its name begins with."""
        while name and name not in self._known:
            whole = self._parts.get(name, name)
            name = whole if whole != name else name.rpartition(".")[0]
        return name or None

    def _declared(self, module: Module) -> Iterator[Declaration]:
        spans = module.spans
        mentions: dict[str, list[tuple[str, Span]]] = {name: [] for name in spans}
        parts: dict[str, set[str]] = {name: set() for name in spans}
        for use in module.ilean.uses:
            inside, owner = _innermost(spans, use), self._owner(use.name)
            if inside is not None and owner is not None and owner != inside:
                mentions[inside].append((owner, use.span))
                if owner != use.name:
                    parts[inside].add(use.name)
        for name, span in spans.items():
            code = without_comments(module.source.piece(span))
            word = keyword(code)
            said = statement(code) if word == "theorem" else code
            all_mentions, all_parts = tuple(mentions[name]), frozenset(parts[name])
            yield Declaration(name, module.name, span, word, said, all_mentions, all_parts)


def _innermost(spans: Mapping[str, Span], use: Use) -> str | None:
    """The declaration in whose text a name stands; none in a `variable` command, a notation and the like."""
    around = [(span.start, name) for name, span in spans.items() if span.holds(use.span)]
    return max(around)[1] if around else None


def load_theory(
    builder: Builder, targets: Sequence[str] = (), on_result: Progress | None = None
) -> Theory:
    """Build modules and what they import (without targets: the whole theory), and read all of it."""
    modules = load_modules(targets or [ROOT_MODULE], builder.roots)
    if not targets:
        modules = {
            name: module
            for name, module in modules.items()
            if name != ROOT_MODULE and not name.startswith(GENERATED)
        }
    keys = builder.keys(modules)
    missing = {name for name, key in keys.items() if builder.store.ilean(key) is None}
    if missing:
        builder.build(modules, force=missing, on_result=on_result)
    read = []
    for name, module in modules.items():
        content = builder.store.ilean(keys[name])
        if content is None:
            raise ToolingMissing(f"Lean built {name} but wrote no .ilean file")
        source = Source(module.source.decode())
        read.append(Module(module.path, source, read_ilean(content, name)))
    return Theory(read)
