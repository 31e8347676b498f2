"""Measuring one strategy on one model: the search, then Lean, as `pipeline.export` does them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

import msgspec

from pipeline.benchmark.files import R
from pipeline.benchmark.row import Row, RowOutcome
from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.check import LeanChecker
from pipeline.cli.deadline import deadline
from pipeline.cli.search import search
from pipeline.emit.names import model_name
from pipeline.errors import (
    MalformedInput,
    PipelineError,
    RejectedByLean,
    ResourceLimit,
    ToolingMissing,
)
from pipeline.family import AnyModel
from pipeline.strategy import Progress, Strategy

_OUTCOMES: dict[type[PipelineError], RowOutcome] = {
    RejectedByLean: "rejected",
    MalformedInput: "refused",
    ResourceLimit: "limit",
    ToolingMissing: "missing",
}


@dataclass(frozen=True)
class Subject:
    """A model, and what is known of it."""

    path: Path
    model: AnyModel
    right: int | None
    """Inputs that it answers correctly."""

    def row(self, strategy: str, theory_digest: str, lean: str) -> Row:
        """What is known before anything is measured."""
        model = self.model
        inputs = model.d_vocab**model.n_ctx
        return Row(
            model=self.path.stem,
            n_ctx=model.n_ctx,
            d_vocab=model.d_vocab,
            strategy=strategy,
            outcome="missing",
            inputs=inputs,
            right=self.right,
            right_fraction=None if self.right is None else self.right / inputs,
            model_digest=model.digest,
            theory_digest=theory_digest,
            lean=lean,
        )


@dataclass(frozen=True)
class Measured(Generic[R]):
    """The figures, and the certificate if Lean accepts it."""

    row: R
    proved: Bundle | None = None


def measure(
    known: R, subject: Subject, strategy: Strategy, checker: LeanChecker, progress: Progress
) -> Measured[R]:
    """The row, also if it is not proved; raises only if Lean cannot be run at all."""
    row = known
    try:
        started = time.perf_counter()
        timeout_s = checker.limits.timeout_s
        certificate = search(strategy, subject.model, progress, timeout_s)
        with deadline(timeout_s, "writing the certificate"):
            name, file = model_name(subject.path), subject.path.name
            bundle = make_bundle(subject.model, name, file, certificate, known.theory_digest)
        row = msgspec.structs.replace(
            row,
            export_seconds=round(time.perf_counter() - started, 3),
            theorem_bytes=len(bundle.theorem),
            weights_bytes=len(bundle.weights),
            operations=bundle.operations,
        )
        progress("Lean checks the certificate")
        checked = checker.check(bundle)
    except ToolingMissing:
        raise
    except PipelineError as error:
        return Measured(failed(row, error))
    except MemoryError:
        return Measured(failed(row, ResourceLimit("out of memory")))
    row = msgspec.structs.replace(
        row,
        outcome="proved",
        bound=certificate.bound,
        bound_fraction=certificate.bound / row.inputs,
        kernel_seconds=round(checked.kernel_seconds, 3),
        peak_memory_mb=round(checked.peak_memory_mb, 1),
    )
    return Measured(row, bundle)


def failed(row: R, error: PipelineError) -> R:
    """The row of a measurement that ended with an error."""
    reason = " ".join(error.message.split())
    if isinstance(error, RejectedByLean) and error.details:
        reason += f": {' '.join(error.details[0].split())[:200]}"
    return msgspec.structs.replace(row, outcome=_OUTCOMES[type(error)], reason=reason)
