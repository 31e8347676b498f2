"""Verifying: what is proved is the certificate of this model, and everything else is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import export, verify
from tests.conftest import Ran, Runner
from tests.test_export_lean import claim
from tests.tiny_models import perfect_arrays, write_model

Tamper = Callable[[Path], None]


@pytest.fixture
def certificate(program: Runner, model_file: Path, tmp_path: Path) -> Path:
    """An unchecked certificate of the tiny model."""
    out = tmp_path / "out"
    assert program(export.app, model_file, "--out", out, "--no-check").exit_code == 0
    return out


def one(ran: Ran) -> dict[str, Any]:
    """The only result."""
    assert ran.json["exit_code"] == ran.exit_code
    [result] = ran.json["certificates"]
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize("name", ["", "brute-force.json"])
def test_proved(program: Runner, model_file: Path, certificate: Path, name: str) -> None:
    ran = program(verify.app, model_file, certificate / name, "--json")
    assert ran.exit_code == 0, ran.err
    assert ran.json["proved"] is True
    result = one(ran)
    assert result["proved"] is True
    assert result["correct"] == 9
    assert result["axioms"] == []
    assert result["certificate"] == str(certificate / "brute-force.json")


def test_summary(program: Runner, model_file: Path, certificate: Path) -> None:
    ran = program(verify.app, model_file, certificate)
    assert ran.exit_code == 0
    assert "PROVED" in ran.out


def test_the_same_weights_in_another_file(
    program: Runner, certificate: Path, tmp_path: Path
) -> None:
    """What counts are the numbers, not how they are stored."""
    wide = {name: array.astype(np.float64) for name, array in perfect_arrays(2, 3).items()}
    np.savez(tmp_path / "again.npz", allow_pickle=False, **wide)
    ran = program(verify.app, tmp_path / "again.npz", certificate, "--json")
    assert ran.exit_code == 0, ran.err


def edit(**changes: object) -> Tamper:
    """Set fields of the manifest, `a__b` for the field b of a."""

    def tamper(folder: Path) -> None:
        path = folder / "brute-force.json"
        data = json.loads(path.read_text())
        for key, value in changes.items():
            *parents, last = key.split("__")
            place = data
            for parent in parents:
                place = place[parent]
            place[last] = value
        path.write_text(json.dumps(data, indent=2) + "\n")

    return tamper


def rewrite(name: str, old: str, new: str, digest: str | None = None) -> Tamper:
    """Change a Lean file, and its digest in the manifest if asked to."""

    def tamper(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))
        if digest is not None:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            edit(**{digest: found})(folder)

    return tamper


def remove(name: str) -> Tamper:
    return lambda folder: (folder / name).unlink()


def rename(old: str, new: str) -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return tamper


SMUGGLED = "axiom cheat : False\n/-- The certificate"
WRONG: list[tuple[Tamper, str]] = [
    (remove("brute-force.json"), "no certificate in this directory"),
    (remove("Weights.lean"), "no such file"),
    (remove("BruteForce.lean"), "no such file"),
    (rename("brute-force.json", "unheard-of.json"), "not a manifest of a known strategy"),
    (edit(model__digest="0" * 64), "about another model"),
    (edit(lean__theory_digest="0" * 64), "stale: the Lean theory has changed"),
    (edit(lean__sha256="0" * 64), "does not fit BruteForce.lean"),
    (edit(lean__weights_sha256="0" * 64), "does not fit Weights.lean"),
    (edit(lean__theorem="Compact.other"), "its field lean is not"),
    (edit(lean__module="Compact.Transformer.Statement"), "its field lean is not"),
    (edit(lean__weights_module="Compact.Transformer.Statement"), "its field lean is not"),
    (edit(claim__total=10), "its field claim is not"),
    (edit(claim__n_ctx=1), "its field claim is not"),
    (edit(claim__d_vocab=9), "its field claim is not"),
    (edit(claim__correct=8), "BruteForce.lean is not what its witnesses give"),
    (edit(certificate__bound=8), "BruteForce.lean is not what its witnesses give"),
    (edit(certificate__width=8), "BruteForce.lean is not what its witnesses give"),
    (edit(model__name="Other"), "Weights.lean does not hold the model's weights"),
    (edit(strategy="unheard-of"), "unknown strategy"),
    (rewrite("Weights.lean", "0x", "0x1"), "does not fit Weights.lean"),
    (
        rewrite("Weights.lean", "0x", "0x1", "lean__weights_sha256"),
        "Weights.lean does not hold the model's weights",
    ),
    (
        rewrite("BruteForce.lean", "/-- The certificate", SMUGGLED, "lean__sha256"),
        "BruteForce.lean is not what its witnesses give",
    ),
    (
        rewrite("BruteForce.lean", "AtLeast (nat_lit 9)", "AtLeast (nat_lit 10)", "lean__sha256"),
        "BruteForce.lean is not what its witnesses give",
    ),
    (rewrite("BruteForce.lean", "\n", "\r\n"), "has Windows line endings"),
]


@pytest.mark.parametrize(("tamper", "message"), WRONG, ids=[message for _, message in WRONG])
def test_tampered_certificates_are_refused(
    program: Runner, model_file: Path, certificate: Path, tamper: Tamper, message: str
) -> None:
    tamper(certificate)
    ran = program(verify.app, model_file, certificate, "--json")
    assert ran.exit_code == 2
    result = one(ran)
    assert result["proved"] is False
    assert message in result["error"]
    assert "\n" not in result["error"]


def test_another_model(program: Runner, certificate: Path, tmp_path: Path) -> None:
    arrays = perfect_arrays(2, 3)
    arrays["W_U"][0, 0] = 2.0**-40
    other = write_model(tmp_path / "other.safetensors", arrays)
    ran = program(verify.app, other, certificate, "--json")
    assert ran.exit_code == 2
    assert "about another model" in one(ran)["error"]


def test_a_false_claim_is_rejected_by_lean(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything fits together, only the theorem is not true."""
    with monkeypatch.context() as patch:
        claim(patch, 1)
        out = tmp_path / "out"
        assert program(export.app, model_file, "--out", out, "--no-check").exit_code == 0
    ran = program(verify.app, model_file, out, "--json")
    assert ran.exit_code == 1
    assert "Lean rejects" in one(ran)["error"]


def test_several_certificates(
    program: Runner, model_file: Path, certificate: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(certificate, tmp_path / "broken")
    remove("Weights.lean")(broken)
    ran = program(verify.app, model_file, broken, certificate, "--json")
    assert ran.exit_code == 2
    assert [each["proved"] for each in ran.json["certificates"]] == [False, True]
    assert ran.json["proved"] is False
    text = program(verify.app, model_file, certificate, broken)
    assert "1 of 2 certificates proved" in text.out


def test_corpus(program: Runner, model_file: Path, certificate: Path) -> None:
    entry = {"model": model_file.name, "certificate": certificate.name}
    corpus = model_file.parent / "corpus.json"
    data: dict[str, Any] = {"format": "compact-proofs/corpus/1", "certificates": [entry]}
    corpus.write_text(json.dumps(data))
    empty = corpus.parent / "empty"
    empty.mkdir()
    assert program(verify.app, "--corpus", empty).exit_code == 2
    folder = program(verify.app, "--corpus", corpus.parent, "--json")
    ran = program(verify.app, "--corpus", corpus, "--json")
    assert [each["proved"] for each in folder.json["certificates"]] == [True]
    assert ran.exit_code == 0, ran.err
    assert one(ran)["model"] == str(model_file)
    wrongs: list[object] = [
        data | {"certificates": []},
        data | {"format": "x"},
        data | {"a": 1},
        [],
    ]
    for wrong in wrongs:
        corpus.write_text(json.dumps(wrong))
        assert program(verify.app, "--corpus", corpus).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["{model}"],
        ["--corpus", "nowhere.json"],
        ["{model}", "{certificate}", "--corpus", "x"],
        ["{model}", "nowhere.json"],
        ["{model}", "{model}"],
        ["nowhere.npz", "{certificate}"],
        ["{model}", "{certificate}", "--timeout", "-1"],
        ["{model}", "{certificate}", "--lean", "mine"],
        ["{model}", "{certificate}", "--nonsense"],
    ],
)
def test_wrong_usage(
    program: Runner, model_file: Path, certificate: Path, arguments: list[str]
) -> None:
    filled = [part.format(model=model_file, certificate=certificate) for part in arguments]
    ran = program(verify.app, *filled, "--json")
    assert ran.exit_code == ran.json["exit_code"] == 2
    assert ran.err.startswith("error: ") or "\nerror: " in ran.err
