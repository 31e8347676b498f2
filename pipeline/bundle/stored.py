"""Certificates as found on disk, and whether they are what this program would write.

Every file is read once, and what was read is what is checked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.layout import WEIGHTS_FILE, explained_files, manifest_file, theorem_file
from pipeline.bundle.manifest import CURE, MAX_MANIFEST_BYTES, Manifest, parse_manifest
from pipeline.bundle.theory import CURE_LINE_ENDINGS, theory_digest
from pipeline.errors import MalformedInput
from pipeline.families import certificate_names
from pipeline.family import AnyModel
from pipeline.lean import SourceRoot
from pipeline.strategy import Certificate

MAX_LEAN_BYTES = 1 << 28


@dataclass(frozen=True)
class StoredCertificate:
    """The content of a certificate's three files."""

    path: Path
    """The manifest."""
    manifest: Manifest
    weights: bytes
    theorem: bytes

    def require_genuine(self, model: AnyModel, theory: SourceRoot) -> Bundle:
        """The bundle that the model and the witnesses give, if this certificate equals it.

        Raises `MalformedInput` that says what is wrong.  The cheap comparisons that explain most
        come first; what decides is the last, byte for byte.
        """
        manifest = self.manifest
        if manifest.model.digest != model.digest:
            raise self._wrong(
                "is about another model",
                "give the weights that it was made for (and its --task, if it has one), or export again",
            )
        for name, content, digest in (
            (WEIGHTS_FILE, self.weights, manifest.lean.weights_sha256),
            (theorem_file(manifest.strategy), self.theorem, manifest.lean.sha256),
        ):
            if hashlib.sha256(content).hexdigest() != digest:
                raise self._wrong(f"does not fit {name}, which was changed since", CURE)
        current = theory_digest(model.family, manifest.strategy, theory)
        if manifest.lean.theory_digest != current:
            raise self._wrong("is stale: the Lean theory has changed since it was made", CURE)
        expected = self.derived(model, current)
        if expected.weights != self.weights:
            raise self._wrong(f"is wrong: {WEIGHTS_FILE} does not hold the model's weights", CURE)
        if expected.theorem != self.theorem:
            what = f"{theorem_file(manifest.strategy)} is not what its witnesses give"
            raise self._wrong(f"is wrong: {what}", CURE)
        if expected.manifest != manifest:
            raise self._wrong(f"is wrong: {_difference(manifest, expected.manifest)}", CURE)
        return expected

    def derived(self, model: AnyModel, digest: str) -> Bundle:
        """What the model and the witnesses give under a theory of this digest; nothing is compared."""
        manifest = self.manifest
        certificate = Certificate(manifest.strategy, manifest.claim.bound, manifest.fields())
        bundle = make_bundle(model, manifest.model.name, manifest.model.file, certificate, digest)
        # The file's own digest may differ: the same weights can be stored in many ways.
        reference = msgspec.structs.replace(
            bundle.manifest.model, file_digest=manifest.model.file_digest
        )
        derived = msgspec.structs.replace(bundle.manifest, model=reference)
        return Bundle(derived, bundle.weights, bundle.theorem, bundle.operations, bundle.form)

    def _wrong(self, what: str, cure: str) -> MalformedInput:
        return MalformedInput(f"{self.path}: the certificate {what}", cure=cure)


def find_manifests(path: Path) -> list[Path]:
    """The manifest itself, or all manifests in a directory."""
    if not path.is_dir():
        return [path]
    found = [path / manifest_file(name) for name in certificate_names()]
    own = [path / name for name in explained_files(path) if name.endswith(".json")]
    known = [each for each in [*found, *own] if each.exists()]
    unknown = sorted(set(path.glob("*.json")) - set(known))
    if unknown:
        raise MalformedInput(
            f"{unknown[0]}: not a manifest of a known strategy", cure="remove it, or name manifests"
        )
    if not known:
        raise MalformedInput(
            f"{path}: no certificate in this directory",
            cure="give a directory that `python -m pipeline.export` has written",
        )
    return known


def read_stored(path: Path) -> StoredCertificate:
    """Read a certificate from its manifest and the Lean files next to it."""
    manifest = parse_manifest(path, _read(path, MAX_MANIFEST_BYTES))
    if path.name != manifest_file(manifest.strategy):
        raise MalformedInput(
            f"{path}: the manifest of a {manifest.strategy} certificate is called"
            f" {manifest_file(manifest.strategy)}",
            cure="rename it back",
        )
    return StoredCertificate(
        path,
        manifest,
        _read(path.with_name(WEIGHTS_FILE), MAX_LEAN_BYTES),
        _read(path.with_name(theorem_file(manifest.strategy)), MAX_LEAN_BYTES),
    )


def _read(path: Path, limit: int) -> bytes:
    try:
        if not path.is_file():
            raise MalformedInput(f"{path}: no such file", cure=CURE)
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise MalformedInput(f"{path}: cannot be read ({error.strerror})", cure=CURE) from error
    if len(content) > limit:
        raise MalformedInput(f"{path}: larger than {limit >> 20} MiB", cure=CURE)
    if b"\r\n" in content:
        raise MalformedInput(f"{path}: has Windows line endings", cure=CURE_LINE_ENDINGS)
    return content


def _difference(found: Manifest, expected: Manifest) -> str:
    for name in Manifest.__struct_fields__:
        if getattr(found, name) != getattr(expected, name):
            return f"its field {name} is not what the model and the witnesses give"
    return "it is not what the model and the witnesses give"
