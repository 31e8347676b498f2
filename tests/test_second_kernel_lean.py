"""Both kernels side by side: what Lean compiles, and what the second kernel says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from pipeline import verify
from pipeline.errors import EXIT_DIFFER, EXIT_PROVED
from pipeline.lean import PROJECT
from pipeline.second_kernel import batch
from pipeline.second_kernel import program as program_of_kernel2
from pipeline.second_kernel.reviewed import left_open, objection, reviewed_texts, weights_in
from tests.conftest import Runner
from tests.lean_support import LEAN_FILES
from tests.second_kernel_cases import ODD, MustFail, compiled, odd_cases
from tests.second_kernel_support import deep_recursion  # noqa: F401 (a fixture)
from tests.statement_bytes import SNAPSHOT, smallest, text_of
from tests.test_must_fail import Attack

MODEL = PROJECT / "examples" / "models" / "max_of_3.safetensors"
CERTIFICATE = PROJECT / "lean" / "Compact" / "Certificates" / "MaxOf3"


@cache
def must_fail() -> MustFail:
    return MustFail()


def test_false_is_refused() -> None:
    """Four import-free theories in which Lean 4.35 accepts `theorem oops : False` without an axiom."""
    cases = odd_cases()
    assert [case.label for case in cases] == list(ODD)
    assert [case.lean for case in cases] == ["accepts"] * len(ODD)
    assert all(case.second != "accepts" for case in cases), cases


@pytest.mark.parametrize(
    ("name", "kernel", "because"),
    [
        ("axiom", True, "an axiom that is not allowed"),
        ("skipped_kernel", True, "has the type"),
        ("false_bound", False, "has the type"),
        ("sorry", False, "unsafe or partial"),
        ("unsafe_theorem", True, "no such theorem"),
        ("weaker_bound", True, "the statement"),
        ("extra_hypothesis", True, "the statement"),
        ("notation", True, "which its own"),
        ("shadowed_correct", True, "which its own"),
    ],
)
def test_forged_certificates(name: str, kernel: bool, because: str) -> None:
    """What Lean takes is still refused by the second kernel, or by what it reads of the statement."""
    case = must_fail().case(
        Attack.read(LEAN_FILES / "must_fail" / f"{name}.lean"), name, kernel=kernel
    )
    assert case.lean == "accepts"
    assert because in case.second, case


def test_the_control_is_accepted() -> None:
    """The same way with a file in which nothing is wrong."""
    attack = Attack.read(LEAN_FILES / "must_fail" / "weaker_bound.lean").controlled()
    case = must_fail().case(attack, "control", kernel=True)
    assert (case.lean, case.second) == ("accepts", "accepts")


def test_mutual_and_nested_types() -> None:
    """The theory has hardly any: their recursors are rebuilt and compared all the same, and reduce."""
    text = (LEAN_FILES / "second_kernel" / "Inductives.lean").read_text()
    with compiled({"Scratch.Main": text}, "Scratch") as (results, tree, _):
        assert results["Scratch.Main"].ok, list(results["Scratch.Main"].printable())
        found = program_of_kernel2.run_kernel2([f"--path={tree}", "Scratch.Main"])
    assert found["exit_code"] == 0, found["refused"]
    assert found["accepted"]["inductive"] > 60


def test_statement_from_the_bytes_is_reviewed() -> None:
    """What the second kernel reads of a committed theorem is the text that a person has agreed to."""
    bundle = smallest()
    assert text_of(bundle) == SNAPSHOT.read_text(), "python -m tests.statement_bytes writes it anew"
    assert SNAPSHOT in reviewed_texts()


def test_both_reviewed_texts_have_the_same_definitions() -> None:
    """What Lean prints of the statement, and what the second kernel reads of it, go down to the same names."""
    by_lean = (LEAN_FILES / "statement.txt").read_text()
    blocks = SNAPSHOT.read_text().split("\n\n")[1:]
    names = {block.split()[1].partition(".{")[0] for block in blocks}
    assert len(names) > 100
    missing = [
        name
        for name in sorted(names)
        if not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", by_lean)
    ]
    assert missing == []


@cache
def result() -> dict[str, Any]:
    """What the second kernel says of the smallest certificate."""
    text = SNAPSHOT.read_text()
    bundle = smallest()
    says, _, meaning = text.partition("\n\n")
    weights = bundle.manifest.lean.weights_module.rpartition(".")[0] + ".weights"
    own = {
        "THEOREM": bundle.manifest.lean.theorem,
        "WEIGHTS": weights,
        " N ": f" {bundle.manifest.claim.correct} ",
    }
    for word, name in own.items():
        says = says.replace(word, name)
    data = {weights: weights_in(bundle.weights.decode())}
    return {"axioms": [], "says": says, "meaning": meaning, "data": data}


def test_nothing_is_wrong_with_the_genuine_one() -> None:
    assert left_open(smallest(), result()) == SNAPSHOT.read_text()
    assert objection(smallest(), result()) == ""


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda r: {"axioms": ["propext"]}, "axioms: propext"),
        (lambda r: {"says": r["says"].replace("1000", "999")}, "the statement"),
        (lambda r: {"says": r["says"].replace("AtLeast", "AtMost")}, "the statement"),
        (
            lambda r: {"meaning": r["meaning"].replace("List.Nodup", "List.Any")},
            "what the statement rests on",
        ),
        (lambda r: {"data": {k: [*v[:-1], v[-2]] for k, v in r["data"].items()}}, "the weights"),
    ],
)
def test_what_is_read_is_compared(
    change: Callable[[dict[str, Any]], dict[str, Any]], because: str
) -> None:
    assert because in objection(smallest(), result() | change(result()))


def test_verify_with_both_kernels(program: Runner) -> None:
    ran = program(verify.app, MODEL, CERTIFICATE, "--kernel2", "--json")
    assert ran.exit_code == EXIT_PROVED
    [certificate] = ran.json["certificates"]
    assert certificate["second_kernel_seconds"] > 0
    assert batch.FUNCTIONS == 15


def test_verify_says_so_when_the_kernels_differ(
    program: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second kernel that refuses, and one that reads another statement."""

    def other(arguments: Any) -> dict[str, Any]:
        found = run(arguments)
        for each in found["certificates"]:
            each["says"] = each["says"].replace("1000", "1001")
        return found

    run = program_of_kernel2.run_kernel2
    monkeypatch.setattr(batch, "run_kernel2", other)
    ran = program(verify.app, MODEL, CERTIFICATE, "--kernel2", "--json")
    assert ran.exit_code == EXIT_DIFFER
    [certificate] = ran.json["certificates"]
    assert not certificate["proved"]
    assert "1001" in certificate["error"]


def test_command_line_errors() -> None:
    """A module that is not there, and nothing to do: exit code 2."""
    for arguments in (["No.Such.Module"], [], ["--list", "/nowhere", "A"]):
        found = program_of_kernel2.run_kernel2(arguments)
        assert found["exit_code"] == 2
        assert found["problem"]
