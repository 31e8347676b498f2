"""From weights to a theorem, with the real theory and a real Lean."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import export
from pipeline.bundle.check import read_audit
from pipeline.errors import RejectedByLean
from pipeline.lean import Message
from pipeline.model import Model
from pipeline.transformer.strategies import STRATEGIES, Certificate, Progress
from pipeline.transformer.strategies.brute_force import BruteForce
from tests.conftest import Runner
from tests.test_emit import HOSTILE
from tests.test_export_cli import EXAMPLE, FILES, names, snapshot
from tests.tiny_models import perfect_arrays, random_arrays, write_model

LEAN_NAMES = ["compact", "weights", "brute_force", "type", "prop", "correct", "R", "theorem", "Nat"]


class Claiming(BruteForce):
    """Claims more or less than it has found."""

    def __init__(self, extra: int) -> None:
        self._extra = extra

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = super().search(model, progress)
        bound = found.bound + self._extra
        return Certificate(found.strategy, bound, dict(found.fields) | {"bound": bound})


def claim(monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    monkeypatch.setitem(STRATEGIES, "brute-force", Claiming(extra))


def test_proved(program: Runner, model_file: Path, tmp_path: Path) -> None:
    ran = program(export.app, model_file, "--out", tmp_path / "out", "--json")
    assert ran.exit_code == 0, ran.err
    found = ran.json
    assert found["proved"] is True
    assert (found["correct"], found["total"], found["strategy"]) == (9, 9, "brute-force")
    assert found["axioms"] == []
    theorem = "Compact.Certificates.Tiny.bruteForce_correct"
    assert found["theorem"] == theorem
    assert found["statement"] == (
        f"{theorem} : ∀ (R : Type) [inst : Compact.ExpField R], "
        "Compact.AtLeast 9 (Compact.Correct R Compact.Certificates.Tiny.weights)"
    )
    assert found["module"] == "Compact.Certificates.Tiny.BruteForce"
    assert found["lean"] in ("official", "wheel")
    assert 0 < found["kernel_seconds"] < found["export_seconds"]
    assert found["peak_memory_mb"] > 50
    assert found["out"] == str(tmp_path / "out")
    assert found["certificate_bytes"] == found["theorem_bytes"] + found["weights_bytes"]
    assert names(tmp_path / "out") == FILES


def test_summary(program: Runner, model_file: Path, tmp_path: Path) -> None:
    ran = program(export.app, model_file, "--out", tmp_path / "out")
    assert ran.exit_code == 0, ran.err
    for part in (
        "PROVED",
        "at least 9 correctly",
        "Compact.AtLeast 9",
        "9/9 = 100.0000 %",
        "axioms      none",
        "Lean (version 4.35.0",
    ):
        assert part in ran.out


def test_partly_right_model(program: Runner, tmp_path: Path) -> None:
    model = write_model(tmp_path / "m.safetensors", random_arrays(3, 2, 3))
    ran = program(export.app, model, "--out", tmp_path / "out", "--json")
    assert ran.exit_code == 0, ran.err
    assert 0 < ran.json["correct"] < 9


def test_a_smaller_claim_is_proved(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(monkeypatch, -2)
    ran = program(export.app, model_file, "--out", tmp_path / "out", "--json")
    assert (ran.exit_code, ran.json["correct"]) == (0, 7)


def test_a_larger_claim_is_rejected(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(monkeypatch, 1)
    out = tmp_path / "out"
    ran = program(export.app, model_file, "--out", out, "--json")
    assert ran.exit_code == ran.json["exit_code"] == 1
    assert ran.json["error"] == "Lean rejects Compact.Certificates.Tiny.BruteForce"
    assert any("BruteForce.check weights" in line for line in ran.json["details"])
    assert not out.exists()
    assert program(export.app, model_file, "--out", out, "--keep").exit_code == 1
    assert names(out) == FILES


def test_a_rejection_keeps_what_was_there(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert program(export.app, model_file, "--out", out).exit_code == 0
    before = snapshot(out)
    claim(monkeypatch, 1)
    assert program(export.app, model_file, "--out", out).exit_code == 1
    assert snapshot(out) == before


def test_out_of_time(program: Runner, model_file: Path, tmp_path: Path) -> None:
    ran = program(export.app, model_file, "--out", tmp_path / "out", "--timeout", 0.02, "--json")
    assert ran.exit_code == ran.json["exit_code"] == 4
    assert names(tmp_path) == {model_file.name}


@pytest.mark.parametrize(
    "name", [*(f"{name}.safetensors" for name in LEAN_NAMES), HOSTILE[1], HOSTILE[8]]
)
def test_any_file_name_gives_valid_lean(program: Runner, tmp_path: Path, name: str) -> None:
    model = write_model(tmp_path / name, perfect_arrays(1, 2))
    ran = program(export.app, model, "--out", tmp_path / "out", "--json")
    assert ran.exit_code == 0, ran.err


def says(*texts: str, severity: str = "information") -> list[Message]:
    return [Message(severity, "A.lean", 1, 0, text) for text in texts]


def test_audit_is_read() -> None:
    clean = "'T' does not depend on any axioms"
    assert read_audit(says("T : a\n  b", clean), "T") == ("T : a b", ())
    found = read_audit(says("T : a", "'T' depends on axioms: [propext,\n Quot.sound]"), "T")
    assert found == ("T : a", ("propext", "Quot.sound"))
    for messages in (
        [],
        says("T : a"),
        says("T : a", clean, "more"),
        says("T : a", clean, severity="warning"),
        says("T : a", "'S' does not depend on any axioms"),
        says("T : a", "'S' depends on axioms: [a]"),
    ):
        with pytest.raises(RejectedByLean, match="not understood"):
            read_audit(messages, "T")


def test_out_of_memory(program: Runner, tmp_path: Path) -> None:
    """Giving up is not a verdict, although Lean then also misses the proof."""
    ran = program(export.app, EXAMPLE, "--out", tmp_path / "out", "--memory", 256, "--json")
    assert ran.exit_code == ran.json["exit_code"] == 4
    assert "excessive memory consumption" in ran.json["error"]
    assert names(tmp_path) == set()
