"""The manifest of a certificate: its claim and its fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.refused import Refused

FORMAT = "compact-proofs/certificate/2"
ACCURACY = "accuracy"


@dataclass(frozen=True)
class ManifestFile:
    """What is used of a manifest."""

    family: str
    strategy: str
    kind: str
    claim: Mapping[str, int]
    certificate: Certificate


def read_manifest(content: bytes) -> ManifestFile:
    """Read the JSON; anything that is not a manifest is refused."""
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_no_duplicates)
        if set(data) != {"format", "family", "strategy", "claim", "certificate", "model", "lean"}:
            raise Refused("the manifest has other fields than it should have")
        if data["format"] != FORMAT or not all(
            isinstance(data[key], str) for key in ("family", "strategy")
        ):
            raise Refused("the manifest is of an unknown format")
        claims = dict(data["claim"])
        kind = claims.pop("kind", ACCURACY)
        if not isinstance(kind, str):
            raise Refused("the manifest's kind of claim is not a word")
        claim = {key: _natural(value) for key, value in claims.items()}
        fields = {key: _field(value) for key, value in data["certificate"].items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"the manifest cannot be read ({type(error).__name__})") from None
    if set(claim) - {"correct", "loss_billionths"} != {"total", "n_ctx", "d_vocab"}:
        raise Refused("the manifest's claim has other fields than it should have")
    return ManifestFile(data["family"], data["strategy"], kind, claim, Certificate(fields))


def _field(value: Any) -> Field:
    if not isinstance(value, list):
        return _natural(value)
    if value and all(isinstance(each, list) for each in value):
        return [[_natural(entry) for entry in each] for each in value]
    return [_natural(each) for each in value]


def _natural(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]+", value, re.ASCII):
        return int(value, 16)
    raise Refused(f"the manifest holds {ascii(value)[:40]} where there should be a natural number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("the manifest gives a field twice")
    return found
