"""Rows and the certificates that they are about."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.benchmark.files import read_rows
from pipeline.bundle.stored import read_stored
from pipeline.emit.form import Form
from pipeline.emit.names import model_name
from pipeline.emit.theorem import Value, printed_statement
from pipeline.errors import MalformedInput, PipelineError
from pipeline.families import certificate_names, family_of, order, read_subject
from pipeline.lean import PROJECT
from pipeline.report.kind import kind, task
from pipeline.strategy import Strategy
from pipeline.sweep.proof import Proof
from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.family import MAX_TOTAL_BITS, TRANSFORMER
from pipeline.transformer.strategies import STRATEGIES

_SHOWN = 5


@dataclass(frozen=True)
class Entry:
    """A proof, and where its files are."""

    row: Proof
    model: Path
    certificate: Path

    @property
    def anchor(self) -> str:
        """Its name on the page."""
        return f"proof-{self.row.model_digest[:16]}-{self.row.strategy}"

    @cached_property
    def group(self) -> tuple[str, tuple[int, int], str]:
        """The proofs that it may be averaged with: about models of one task, size and kind."""
        return task(self.model), (self.row.d_vocab, self.row.n_ctx), kind(self.row.model)

    @property
    def theorem(self) -> str:
        """What is stated, as Lean prints it."""
        assert self.row.bound is not None
        form, name = self._said[0], model_name(self.model)
        return printed_statement(form, name, self.row.strategy, self.row.bound)

    @property
    def words(self) -> str:
        """The same for people."""
        return self._said[1]

    @cached_property
    def _said(self) -> tuple[Form, str]:
        """Form and words, as model and certificate give them; without these, those of a transformer's accuracy."""
        row = self.row
        assert row.bound is not None
        fields: Mapping[str, Value] = {}
        family, form = TRANSFORMER, TRANSFORMER.form
        try:
            model, fields = (
                read_subject(self.model),
                read_stored(self.certificate).manifest.fields(),
            )
            family = family_of(model)
            form = family.form_for(model, row.strategy, fields)
        except PipelineError:
            if row.strategy not in STRATEGIES:
                return form, ""
        said = (row.strategy, fields, self.model.name, row.bound, row.d_vocab, row.n_ctx)
        return form, family.say(*said)

    @property
    def command(self) -> str:
        """What verifies the certificate, from the root of the checkout."""
        model, certificate = (_from_project(path) for path in (self.model, self.certificate))
        return f"python -m pipeline.verify {shlex.quote(model)} {shlex.quote(certificate)}"


@dataclass(frozen=True)
class Entries:
    """The rows of a table: those with a proof, and the others."""

    proofs: Sequence[Entry]
    others: Sequence[Proof]


def read_entries(table: Path, *, trace: bool) -> Entries:
    """Read a table, by model and strategy.

    Refuses it if a proof's certificate is not there, or is not the one of the row.
    """
    try:
        rows = read_rows(table, Proof)
    except FileNotFoundError:
        raise MalformedInput(
            f"{table}: no such file", cure="write one with `python -m pipeline.sweep`"
        ) from None
    proved = [row for row in rows if row.outcome == "proved" and row.bound is not None]
    for row in proved:
        _require_possible(table, row)
    if not proved:
        raise MalformedInput(f"{table}: holds no proof", cure="see its column `reason`")
    models = list(dict.fromkeys(row.model_digest for row in proved))
    proved.sort(key=lambda row: (models.index(row.model_digest), order(row.strategy)))
    entries = [
        Entry(row, table.parent / row.model_file, table.parent / row.certificate) for row in proved
    ]
    if trace:
        problems = [problem for entry in entries if (problem := _problem(entry)) is not None]
        if problems:
            more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
            raise MalformedInput(
                f"{table}: {len(problems)} of {len(entries)} proofs cannot be traced to a certificate",
                cure="run the sweep again, which proves what is missing, or give --no-trace",
                details=[*problems[:_SHOWN], *more],
            )
    return Entries(entries, [row for row in rows if row not in proved])


def known(name: str) -> Strategy | None:
    """The strategy of this full name, for whatever claim; none if there is none."""
    others = [each for claim in CLAIMS.values() for each in claim.strategies.values()]
    return STRATEGIES.get(name) or next((each for each in others if each.name == name), None)


def _require_possible(table: Path, row: Proof) -> None:
    """Refuse figures that no model and no proof can have; everything behind this computes with them."""
    fractions = (row.bound_fraction, row.right_fraction, row.normalised_bound)
    costs = (row.export_seconds, row.kernel_seconds, row.peak_memory_mb, row.operations)
    numbers = (*fractions, *costs, row.reference_flops, row.unexplained_dimension)
    possible = (
        row.strategy in certificate_names()
        and 1 <= row.n_ctx <= MAX_TOTAL_BITS
        and 1 <= row.d_vocab < 1 << MAX_TOTAL_BITS // row.n_ctx
        and row.inputs == row.d_vocab**row.n_ctx
        and 0 <= (row.bound or 0) <= row.inputs
        and 0 <= (row.right or 0) <= row.inputs
        and all(each is None or 0 <= each < float("inf") for each in numbers)
    )
    if not possible:
        raise MalformedInput(
            f"{table}: the row of {row.model}, {row.strategy} says what cannot be",
            cure="run the sweep again with another table",
        )


def _problem(entry: Entry) -> str | None:
    """Why the certificate does not stand behind the row, in one line."""
    row, path = entry.row, entry.certificate
    try:
        content = path.read_bytes()
    except OSError as error:
        return f"{row.model}, {row.strategy}: {path}: {error.strerror}"
    if hashlib.sha256(content).hexdigest() != row.certificate_sha256:
        return f"{row.model}, {row.strategy}: {path} is not the certificate of this row (SHA-256)"
    try:
        stored = read_stored(path)
    except PipelineError as error:
        return f"{row.model}, {row.strategy}: {error.message}"
    manifest = stored.manifest
    said = (manifest.strategy, manifest.model.digest, manifest.claim.bound, manifest.claim.total)
    if said != (row.strategy, row.model_digest, row.bound, row.inputs):
        return f"{row.model}, {row.strategy}: {path} says something else than the row"
    for name, file, digest in (
        ("weights", stored.weights, manifest.lean.weights_sha256),
        ("theorem", stored.theorem, manifest.lean.sha256),
    ):
        if hashlib.sha256(file).hexdigest() != digest:
            return f"{row.model}, {row.strategy}: {path}: the Lean file with the {name} was changed"
    return None


def _from_project(path: Path) -> str:
    """Relative to the checkout if it is inside."""
    path = Path(os.path.normpath(path.absolute()))
    return (path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path).as_posix()
