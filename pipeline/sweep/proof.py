"""One row of the table of a sweep: a proof, or why there is none."""

from __future__ import annotations

import msgspec

from pipeline.benchmark.row import Row


class Proof(Row, frozen=True, forbid_unknown_fields=True):
    """A measurement, where its certificate is, and what the model and the strategy are like.

    Paths are relative to the table, where that is possible.
    """

    seed: int | None = None
    """Of the training, as the model's file says."""
    normalised_bound: float | None = None
    """`bound / right`"""
    certificate_bytes: int | None = None
    """Of both Lean files."""
    reference_flops: float | None = None
    """`pipeline.reference.flops`: an estimate for the nearest strategy of the reference."""
    unexplained_dimension: int | None = None
    """`pipeline.reference.unexplained_dimension`"""
    singular_value_ratio: float | None = None
    """First over second singular value of EQKE, the token part of the scores, in float64."""
    model_file: str = ""
    weights_sha256: str = ""
    """Of the model's file; `model_digest` identifies the numbers in it."""
    certificate: str = ""
    """The manifest, which names the digests of the Lean files beside it."""
    certificate_sha256: str = ""
    """Of the manifest."""
    lean_version: str = ""
    versions: str = ""
    """Of what searched."""

    def without_proof(self) -> Proof:
        """The same model and strategy, of which nothing is proved."""
        return msgspec.structs.replace(
            self,
            bound=None,
            bound_fraction=None,
            normalised_bound=None,
            kernel_seconds=None,
            peak_memory_mb=None,
            certificate="",
            certificate_sha256="",
        )
