"""Manifests are read strictly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.bundle.manifest import Manifest, certificate_json, parse_manifest
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.transformer.strategies import STRATEGIES, Kind

DIGEST = "0" * 64
PATH = Path("brute-force.json")

Data = dict[str, Any]


def good() -> Data:
    return {
        "format": "compact-proofs/certificate/1",
        "strategy": "brute-force",
        "claim": {"correct": 9, "total": 9, "n_ctx": 2, "d_vocab": 3},
        "certificate": {"bound": 9, "prec": 30, "steps": 2, "shift": 0, "width": 8},
        "model": {"name": "Tiny", "digest": DIGEST, "file": "tiny.npz", "file_digest": DIGEST},
        "lean": {
            "theorem": "T",
            "module": "M",
            "sha256": DIGEST,
            "weights_module": "W",
            "weights_sha256": DIGEST,
            "theory_digest": DIGEST,
        },
    }


def render(data: Data) -> bytes:
    return (json.dumps(data, indent=2) + "\n").encode()


def test_round_trip() -> None:
    manifest = parse_manifest(PATH, render(good()))
    assert manifest.render() == render(good())
    assert manifest.fields() == good()["certificate"]


def _set(*path: str, to: object) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        *parents, last = path
        for key in parents:
            data = data[key]
        data[last] = to

    return change


def _drop(*path: str) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        *parents, last = path
        for key in parents:
            data = data[key]
        del data[last]

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set("format", to="compact-proofs/certificate/2"), "format"),
        (_set("extra", to=1), "unknown field `extra`"),
        (_set("claim", "extra", to=1), "unknown field `extra`"),
        (_set("lean", "extra", to=1), "unknown field `extra`"),
        (_drop("lean"), "missing required field `lean`"),
        (_drop("model", "digest"), "missing required field `digest`"),
        (_drop("certificate", "prec"), "fields are"),
        (_set("certificate", "extra", to=1), "fields are"),
        (_set("strategy", to="magic"), "unknown strategy"),
        (_set("claim", "correct", to="9"), "Expected `int`, got `str`"),
        (_set("claim", "correct", to=True), "Expected `int`, got `bool`"),
        (_set("claim", "correct", to=-1), ">= 0"),
        (_set("claim", "correct", to=9.0), "9.0 is not an integer"),
        (_set("claim", to=[9]), "Expected `object`, got `array`"),
        (_set("certificate", "prec", to=-1), "no canonical natural"),
        (_set("certificate", "prec", to=True), "no canonical natural"),
        (_set("certificate", "prec", to=None), "no canonical natural"),
        (_set("certificate", "prec", to="30"), "no canonical natural"),
        (_set("certificate", "prec", to="0x1e"), "no canonical natural"),
        (_set("certificate", "prec", to=1 << 64), "no canonical natural"),
        (_set("certificate", "prec", to="0x0" + "f" * 17), "no canonical natural"),
        (_set("certificate", "prec", to="0x" + "F" * 17), "no canonical natural"),
        (_set("certificate", "prec", to="0x" + "f" * 9 + "_" + "f" * 9), "no canonical natural"),
        (_set("certificate", "prec", to=[30]), "no canonical natural"),
        (_set("model", "digest", to="0" * 63), "match"),
        (_set("model", "digest", to="0" * 64 + "\n"), "match"),
        (_set("model", "digest", to="A" * 64), "match"),
        (_set("model", "name", to="x\nend"), "no name of a model"),
        (_set("model", "name", to="../x"), "no name of a model"),
    ],
)
def test_wrong_manifests_are_refused(change: Callable[[Data], None], message: str) -> None:
    data = good()
    change(data)
    with pytest.raises(MalformedInput) as caught:
        parse_manifest(PATH, render(data))
    assert message in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a manifest"),
        (b"[]", "Expected `object`"),
        (b"\xff", "not a manifest"),
        (b"[" * 100_000, "not a manifest"),
        (b'{"format": 1, "format": 2}', "given twice"),
        (b'{"format": NaN}', "not an integer"),
        (render(good())[:-1], "not written as"),
        (render(good()) + b"\n", "not written as"),
        (json.dumps(good()).encode(), "not written as"),
        (render(good()).replace(b'"correct": 9', b'"correct": 09'), "not a manifest"),
        (render(good()).replace(b'"shift": 0', b'"shift": -0'), "not written as"),
        (render(good()).replace(b'"shift": 0', b'"shift": 1e3'), "not an integer"),
        (render(good()).replace(b": 30", b": " + b"9" * 5000), "not a manifest"),
    ],
)
def test_other_bytes_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        parse_manifest(PATH, content)
    assert message in caught.value.message


def test_large_and_nested_witnesses(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wide:
        name = "wide"
        summary = ""

        def fields(self) -> dict[str, Kind]:
            return {"bound": "nat", "row": "list", "table": "matrix"}

    monkeypatch.setitem(STRATEGIES, "wide", Wide())
    fields: dict[str, Value] = {
        "bound": 1 << 64,
        "row": [0, 1 << 200],
        "table": [[1], [], [1 << 70]],
    }
    data = good() | {"strategy": "wide", "certificate": certificate_json(fields)}
    manifest = parse_manifest(PATH, render(data))
    assert isinstance(manifest, Manifest)
    assert manifest.fields() == fields
    wrong_fields: list[Data] = [{"row": 1}, {"row": [[1]]}, {"table": [1]}, {"table": 1}]
    for wrong in wrong_fields:
        with pytest.raises(MalformedInput):
            parse_manifest(PATH, render(data | {"certificate": data["certificate"] | wrong}))
