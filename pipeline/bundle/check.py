"""Have Lean check a certificate, and ask it what was proved on which axioms."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.bundle.bundle import Bundle
from pipeline.emit.names import certificate_modules
from pipeline.emit.theorem import printed_statement, render_audit
from pipeline.errors import RejectedByLean
from pipeline.families import find_family
from pipeline.lean import (
    Builder,
    Limits,
    Message,
    ModuleResult,
    SourceRoot,
    Status,
    Toolchain,
    default_out_dir,
)
from pipeline.lean.modules import relative_path
from pipeline.lean.private import make_private, private_temporary_directory

_AXIOMS = re.compile(r"'(?P<name>[^']+)' depends on axioms: \[(?P<axioms>[^\]]*)\]")


@dataclass(frozen=True)
class Checked:
    """What Lean said about a certificate that it accepts."""

    statement: str
    """The theorem with its type, as Lean prints it."""
    axioms: tuple[str, ...]
    """Always empty: anything else is a rejection."""
    kernel_seconds: float
    """Wall-clock seconds of the Lean process that checked the theorem's module."""
    peak_memory_mb: float


class LeanChecker:
    """One Lean with the theory, for any number of certificates."""

    def __init__(
        self,
        toolchain: Toolchain,
        theory: SourceRoot,
        *,
        limits: Limits | None = None,
        out_dir: Path | None = None,
        on_result: Callable[[ModuleResult], None] | None = None,
    ) -> None:
        self.toolchain = toolchain
        self._theory = theory
        self.limits = limits or Limits()
        self._out_dir = out_dir or default_out_dir()
        self._on_result = on_result
        make_private(self._out_dir)  # better refused now than after a search

    def check(self, bundle: Bundle) -> Checked:
        """Build the certificate's modules, never from the cache, then the audit.

        Lean reads copies of the bytes in the bundle; the certificate's directory plays no part.
        Raises `RejectedByLean` if Lean does not accept them or they prove something else.
        """
        manifest = bundle.manifest
        name, bound = manifest.model.name, manifest.claim.bound
        prefix = certificate_modules(name)
        family = find_family(manifest.family)
        form, checker = bundle.form, family.strategy(manifest.strategy).checker
        audit_module = f"{prefix}.Audit"
        sources = {
            manifest.lean.weights_module: bundle.weights,
            manifest.lean.module: bundle.theorem,
            audit_module: render_audit(
                form, name, manifest.strategy, bound, checker, bundle.operations
            ).encode(),
        }
        with private_temporary_directory() as directory:
            for module, source in sources.items():
                path = directory / relative_path(module)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(source)
            roots = [self._theory, SourceRoot(prefix, directory)]
            builder = Builder(self.toolchain, roots, self._out_dir, limits=self.limits)
            report = builder.attempt([audit_module], force=set(sources), on_result=self._on_result)
        error = report.error()
        if isinstance(error, RejectedByLean):
            rejected = next(each for each in report if each.status is Status.REJECTED)
            what = f"Lean rejects {rejected.module}"
            if rejected.module not in sources:
                what = f"the theory does not build: {what}"
            raise RejectedByLean(what, details=error.details)
        if error is not None:
            raise error
        statement, axioms = read_audit(report[audit_module].messages, manifest.lean.theorem)
        expected = printed_statement(form, name, manifest.strategy, bound)
        if statement != expected:
            raise RejectedByLean("Lean proved something else", details=[statement, expected])
        if axioms:
            raise RejectedByLean(f"the proof uses axioms: {', '.join(axioms)}")
        theorem = report[manifest.lean.module]
        return Checked(statement, axioms, theorem.seconds, theorem.peak_rss_mb)


def read_audit(messages: Sequence[Message], theorem: str) -> tuple[str, tuple[str, ...]]:
    """The statement and the axioms, from the messages of an audit module."""
    texts = [" ".join(message.text.split()) for message in messages]
    if len(texts) == 2 and all(message.severity == "information" for message in messages):
        statement, about_axioms = texts
        if about_axioms == f"'{theorem}' does not depend on any axioms":
            return statement, ()
        found = _AXIOMS.fullmatch(about_axioms)
        if found is not None and found["name"] == theorem:
            return statement, tuple(found["axioms"].split(", "))
    raise RejectedByLean(f"the audit of {theorem} is not understood", details=map(str, messages))
