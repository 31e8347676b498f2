"""From a model and a strategy to a certificate in memory: what every program does before it asks Lean."""

from __future__ import annotations

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.deadline import deadline
from pipeline.cli.search import search
from pipeline.family import AnyModel
from pipeline.strategy import Certificate, Progress, Strategy


def searched(
    model: AnyModel,
    name: str,
    file: str,
    strategy: Strategy,
    progress: Progress,
    timeout_s: float,
    found: Certificate | None = None,
) -> Bundle:
    """Search a certificate, unless it is found, for a model that has this Lean name and came from a file called so."""
    digest = theory_digest(model.family, strategy.name, theory_root())
    certificate = found or search(strategy, model, progress, timeout_s)
    with deadline(timeout_s, "writing the certificate"):
        return make_bundle(model, name, file, certificate, digest)
