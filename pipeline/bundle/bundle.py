"""A whole certificate in memory: derived from a model and the witnesses, never read back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.bundle.layout import WEIGHTS_FILE, manifest_file, theorem_file
from pipeline.bundle.manifest import (
    FORMAT,
    Claim,
    LeanReference,
    Manifest,
    ModelReference,
    certificate_json,
)
from pipeline.claim import ACCURACY
from pipeline.emit.form import Form
from pipeline.emit.names import full_theorem_name, theorem_module, weights_module
from pipeline.emit.theorem import render_theorem
from pipeline.families import family_of
from pipeline.family import AnyModel
from pipeline.strategy import Certificate


@dataclass(frozen=True)
class Bundle:
    """The manifest and the text of the two Lean files."""

    manifest: Manifest
    weights: bytes
    theorem: bytes
    operations: int
    """How long the proof is (`pipeline.transformer.length`)."""
    form: Form
    """What the theorem says."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of the certificate, in the order in which they have to appear."""
        strategy = self.manifest.strategy
        return {
            WEIGHTS_FILE: self.weights,
            theorem_file(strategy): self.theorem,
            manifest_file(strategy): self.manifest.render(),
        }


def make_bundle(
    model: AnyModel, name: str, file: str, certificate: Certificate, theory_digest: str
) -> Bundle:
    """Render everything.  The same arguments always give the same bytes."""
    family, strategy, bound = family_of(model), certificate.strategy, certificate.bound
    weights = family.render_weights(name, model).encode()
    found = family.strategy(strategy)
    checker, joints, fields = found.checker, found.joints(certificate.fields), certificate.fields
    claim, form = family.claim_of(strategy), family.form_for(model, strategy, fields)
    theorem = render_theorem(form, name, strategy, bound, fields, checker, joints).encode()
    manifest = Manifest(
        format=FORMAT,
        family=family.name,
        strategy=strategy,
        claim=Claim(
            **{family.measure: bound},
            total=family.total_of(strategy, fields, model.d_vocab, model.n_ctx),
            n_ctx=model.n_ctx,
            d_vocab=model.d_vocab,
            kind=ACCURACY if claim is None else claim.name,
        ),
        certificate=certificate_json(certificate.fields),
        model=ModelReference(name, model.digest, file, model.file_digest),
        lean=LeanReference(
            theorem=full_theorem_name(name, strategy),
            module=theorem_module(name, strategy),
            sha256=hashlib.sha256(theorem).hexdigest(),
            weights_module=weights_module(name),
            weights_sha256=hashlib.sha256(weights).hexdigest(),
            theory_digest=theory_digest,
        ),
    )
    return Bundle(manifest, weights, theorem, family.operations(checker, model, fields), form)
