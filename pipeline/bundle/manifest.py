"""Manifests: what a certificate claims, and everything needed to derive its Lean files again.

A manifest is JSON with one layout only: reading it demands exactly the known fields with exactly
the right types, and then that writing it again gives the same bytes.  Witnesses from 2^64 on are
strings in hexadecimal (`"0x..."`), as JSON readers disagree about long numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from pipeline.claim import ACCURACY
from pipeline.emit.names import is_model_name
from pipeline.emit.theorem import DECIMAL_BELOW, Value
from pipeline.errors import MalformedInput
from pipeline.families import find_family
from pipeline.family import Measure
from pipeline.strategy import Kind

FORMAT: Final = "compact-proofs/certificate/2"
MAX_MANIFEST_BYTES = 1 << 26
CURE = "export the certificate again"

Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Natural = Annotated[int, msgspec.Meta(ge=0)]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON object with these fields and no others."""


class Claim(_Record, frozen=True, kw_only=True, omit_defaults=True):
    """At least `correct` of `total = d_vocab ^ n_ctx` inputs are answered correctly, or as another `kind` of claim says
    (accuracy, the default, is not written); or their mean loss is at most `loss_billionths`."""

    correct: Natural | msgspec.UnsetType = msgspec.UNSET
    loss_billionths: Natural | msgspec.UnsetType = msgspec.UNSET
    total: Natural
    n_ctx: Natural
    d_vocab: Natural
    kind: str = ACCURACY

    @property
    def bound(self) -> int:
        """The number in the theorem, whatever it counts."""
        given = [each for each in (self.correct, self.loss_billionths) if isinstance(each, int)]
        if len(given) != 1:
            raise MalformedInput("the claim has to give one number: correct, or loss_billionths")
        return given[0]

    @property
    def about(self) -> str:
        """What is claimed, in a word."""
        return self.kind if self.measure == "correct" else "loss"

    @property
    def measure(self) -> Measure:
        """What the number counts."""
        return "correct" if isinstance(self.correct, int) else "loss_billionths"


class ModelReference(_Record, frozen=True):
    """Which model: `digest` identifies the exact weights; the file is named for people."""

    name: str
    digest: Sha256
    file: str
    file_digest: Sha256


class LeanReference(_Record, frozen=True):
    """The generated modules with their SHA-256, and the theory they were made for."""

    theorem: str
    module: str
    sha256: Sha256
    weights_module: str
    weights_sha256: Sha256
    theory_digest: Sha256


class Manifest(_Record, frozen=True):
    """Everything about one certificate."""

    format: Literal["compact-proofs/certificate/2"]
    family: str
    strategy: str
    claim: Claim
    certificate: dict[str, Any]
    """The fields of the Lean certificate, large naturals as strings; see `Manifest.fields`."""
    model: ModelReference
    lean: LeanReference

    def fields(self) -> dict[str, Value]:
        """The certificate's fields, in the order of the Lean structure, checked for their types."""
        kinds = find_family(self.family).strategy(self.strategy).fields()
        if list(self.certificate) != list(kinds):
            raise MalformedInput(
                f"the certificate's fields are {', '.join(map(ascii, self.certificate))},"
                f" expected {', '.join(kinds)}"
            )
        return {key: _read(key, kind, self.certificate[key]) for key, kind in kinds.items()}

    def render(self) -> bytes:
        """The file's content."""
        return (json.dumps(msgspec.to_builtins(self), indent=2) + "\n").encode()


def certificate_json(fields: Mapping[str, Value]) -> dict[str, Any]:
    """A certificate's fields as they stand in a manifest."""
    return {key: _write(value) for key, value in fields.items()}


def parse_manifest(path: Path, content: bytes) -> Manifest:
    """Read a manifest strictly; `path` is for the error message."""
    try:
        data = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
        manifest = msgspec.convert(data, Manifest)
        if not is_model_name(manifest.model.name):
            raise MalformedInput(f"{ascii(manifest.model.name)[:60]} is no name of a model")
        manifest.fields()
        bound, wanted = manifest.claim.bound, find_family(manifest.family).measure
        if manifest.claim.measure != wanted:
            raise MalformedInput(
                f"the claim is {bound} {manifest.claim.measure}, expected {wanted}"
            )
        if manifest.render() != content:
            raise MalformedInput("not written as this program writes it")
    except MalformedInput as error:
        raise MalformedInput(f"{path}: {error.message}", cure=CURE) from None
    except msgspec.ValidationError as error:
        raise MalformedInput(f"{path}: {error}", cure=CURE) from None
    except (ValueError, RecursionError) as error:
        raise MalformedInput(f"{path}: not a manifest ({_line(error)})", cure=CURE) from None
    return manifest


def _write(value: Value) -> Any:
    if isinstance(value, int):
        return value if value < DECIMAL_BELOW else f"{value:#x}"
    return [_write(item) for item in value]


def _read(key: str, kind: Kind, value: object) -> Value:
    if kind == "nat":
        return _natural(key, value)
    if kind == "list":
        return [_natural(key, item) for item in _list(key, value)]
    return [[_natural(key, item) for item in _list(key, row)] for row in _list(key, value)]


def _list(key: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise MalformedInput(f"the field {key} is not the list that it should be")
    return value


def _natural(key: str, value: object) -> int:
    if isinstance(value, str):
        try:
            number = int(value, 16)
        except ValueError:
            number = -1
        if number >= DECIMAL_BELOW and f"{number:#x}" == value:
            return number
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < DECIMAL_BELOW:
        return value
    raise MalformedInput(
        f"the field {key} holds {ascii(value)[:40]}, which is no canonical natural"
    )


def _no_duplicates(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{ascii(key)[:40]} is given twice")
        found[key] = value
    return found


def _no_float(text: str) -> object:
    raise ValueError(f"{text[:40]} is not an integer")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
