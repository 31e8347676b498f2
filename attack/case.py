"""A mutant: the files that a user would hand to `pipeline.verify`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

MODEL = "model.safetensors"
FOLDER = "certificate"


@dataclass(frozen=True)
class Case:
    """A model's file and a certificate's files, by their names; links point to other names."""

    model_name: str
    model: bytes
    manifest_name: str
    files: Mapping[str, bytes]
    """`Weights.lean`, the theorem's file and the manifest, in this order."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Symbolic links in place of files, or besides them: relative to the certificate's folder."""
    family: str = "transformer"
    """Of the certificate."""

    @property
    def theorem_name(self) -> str:
        return list(self.files)[1]

    @property
    def manifest(self) -> bytes:
        return self.files[self.manifest_name]

    def with_file(self, name: str, content: bytes, *, digest: bool = False) -> Case:
        """With another content of a file; with `digest` the manifest gives the digest of the new one."""
        changed = replace(self, files={**self.files, name: content})
        if not digest:
            return changed
        data: dict[str, Any] = json.loads(self.manifest)
        key = "weights_sha256" if name == "Weights.lean" else "sha256"
        data["lean"][key] = hashlib.sha256(content).hexdigest()
        return changed.with_manifest(data)

    def with_manifest(self, data: object) -> Case:
        """With another manifest, written as the exporter writes it."""
        content = (json.dumps(data, indent=2) + "\n").encode()
        return replace(self, files={**self.files, self.manifest_name: content})

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write everything into an empty folder; the model's path, and the certificate's."""
        certificate = folder / FOLDER
        certificate.mkdir()
        model = folder / self.model_name
        model.write_bytes(self.model)
        for name, target in self.links.items():
            (certificate / name).symlink_to(target)
        for name, content in self.files.items():
            if name not in self.links:
                (certificate / name).write_bytes(content)
        return model, certificate


@dataclass(frozen=True)
class Mutant:
    """A case, and how it came about."""

    kind: str
    """The class of attack."""
    what: str
    case: Case
