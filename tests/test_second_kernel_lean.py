"""Both kernels side by side: what Lean compiles, and what the second kernel says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache, partial
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from kernel2.attack.terms_of import by_refl, nat
from kernel2.check import Session
from kernel2.limits import Limits, Result, isolated
from kernel2.modules import Library
from kernel2.terms import NAT, lit
from pipeline import verify
from pipeline.bundle.bundle import Bundle
from pipeline.bundle.theory import theory_root
from pipeline.claim import ACCURACY
from pipeline.errors import EXIT_DIFFER, EXIT_LIMIT, EXIT_PROVED, MalformedInput
from pipeline.families import FAMILIES
from pipeline.lean import PROJECT
from pipeline.second_kernel import batch, reviewed, theory
from pipeline.second_kernel import program as program_of_kernel2
from pipeline.second_kernel.__main__ import app as second_kernel_app
from pipeline.second_kernel.listed import SHIPPED, genuine_bundles
from pipeline.second_kernel.reviewed import (
    STATEMENTS,
    objection,
    printed,
    require_reviewed,
    reviewed_texts,
)
from pipeline.second_kernel.weights_text import data_in
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.tasks import TABLE, TASKS
from tests import trust
from tests.conftest import Runner
from tests.lean_support import LEAN_FILES
from tests.second_kernel_cases import ODD, MustFail, compiled, odd_cases
from tests.second_kernel_support import deep_recursion  # noqa: F401 (a fixture)
from tests.second_kernel_tiny import (
    TASKS_ALONE,
    forged,
    genuine,
    of_normed_tasks,
    of_tasks,
    tiny,
)
from tests.statement_bytes import committed, read_from_bytes, text_of
from tests.test_must_fail import Attack

MODEL = PROJECT / "examples" / "models" / "max_of_3.safetensors"
CERTIFICATE = PROJECT / "lean" / "Compact" / "Certificates" / "MaxOf3" / "brute-force.json"


@cache
def must_fail() -> MustFail:
    return MustFail()


def test_false_is_refused() -> None:
    """Import-free theories in which Lean 4.35 accepts `theorem oops : False` (one of them with an allowed axiom)."""
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


def test_theories_of_other_people() -> None:
    """One that imports nothing, not even of this project: what is covered, and one line for what is not."""
    names = ("Foreign", "ForeignText")
    sources = {
        f"Scratch.{name}": (LEAN_FILES / "second_kernel" / f"{name}.lean").read_text()
        for name in names
    }
    with compiled(sources, "Scratch") as (results, tree, below):
        assert below == []
        assert all(results[name].ok for name in sources), results
        path, propext = f"--path={tree}", "--axiom=propext"
        whole = program_of_kernel2.run_kernel2([path, propext, "Scratch.Foreign"])
        none_allowed = program_of_kernel2.run_kernel2([path, "Scratch.Foreign"])
        text = program_of_kernel2.run_kernel2([path, propext, "Scratch.ForeignText"])
        small, large = (isolated(partial(_square, tree, n), Limits(seconds=5)) for n in (40, 40000))
    assert whole["exit_code"] == 0
    assert whole["unsafe"] == 3
    assert whole["accepted"]["quotient"] == 4
    assert whole["accepted"]["theorem"] > 5
    assert whole["computed"] == []
    assert none_allowed["exit_code"] == 1
    assert none_allowed["refused"][0] == "axiom propext: propext is an axiom that is not allowed"
    assert text["exit_code"] == 1
    assert text["refused"] == ["theorem text: a text, but String is not known to be inhabited"]
    assert (small["exit_code"], large["exit_code"]) == (0, EXIT_LIMIT)


def _square(tree: Path, n: int) -> Result:
    """On top of that theory: n * n, by definition alone.  (In a process of its own: its `Nat.mul` is not ours.)"""
    session, theorem = Session(["propext"]), by_refl(NAT, nat("mul", lit(n), lit(n)), lit(n * n))
    session.check(Library([tree], {}).load(["Scratch.Foreign"])[0].declarations, lambda _: None)
    session.check([theorem], lambda _: None)
    return {"exit_code": int(theorem.name not in session.env.constants)}


FORGED = {
    "control transformer": (partial(forged, "transformer"), ""),
    "control heads": (partial(forged, "heads"), ""),
    "control network": (partial(forged, "network"), ""),
    "a maximum of its own": (
        partial(forged, "heads", before="def maximum (_ : List Nat) : Nat := 0"),
        "which its own module declares",
    ),
    "another task": (
        partial(
            forged,
            "heads",
            before="import Compact.Task.Min",
            said="Transformer.Correct R minimum weights",
        ),
        "the statement",
    ),
    "control table": (
        partial(forged, "heads", before="import Compact.Task.Lookup", task=TABLE),
        "",
    ),
    "another table": (
        partial(
            forged,
            "heads",
            before="import Compact.Task.Lookup\ndef other : List Nat := [nat_lit 1]",
            said="Transformer.Correct R (lookup (nat_lit 4) other) weights",
            task=TABLE,
        ),
        "it is a theorem about",
    ),
    "another place in the table": (
        partial(
            forged,
            "heads",
            before="import Compact.Task.Lookup",
            said="Transformer.Correct R (lookup (nat_lit 3) weights.table) weights",
            task=TABLE,
        ),
        "the statement",
    ),
    "another attention head": (
        partial(
            forged,
            "heads",
            before="def other : Transformer.Weights := { weights with heads := [] }",
            said="Transformer.Correct R maximum other",
        ),
        "it is a theorem about",
    ),
    "weights changed on the spot": (
        partial(forged, "heads", said="Transformer.Correct R maximum { weights with b_U := none }"),
        "the statement",
    ),
    "control normed": (partial(forged, "normed"), ""),
    "another epsilon": (
        partial(
            forged,
            "normed",
            said="Transformer.Normed.Correct R maximum { weights with eps_num := nat_lit 0 }",
        ),
        "the statement",
    ),
    "without its norms": (
        partial(forged, "normed", said="Transformer.Correct R maximum model"),
        "it is a theorem about",
    ),
    "a hypothesis": (partial(forged, "network", binders="(_ : False)"), "the statement"),
    "a property of its own": (
        partial(
            forged,
            "network",
            before="def Network.Correct (R : Type) [ExpField R] (_ : Weights) (_ : List Nat) := True",
        ),
        "which its own module declares",
    ),
    "another family's statement": (
        partial(
            forged,
            "network",
            before="import Compact.Transformer.Statement\n"
            "def t : Tensor := ⟨nat_lit 1, []⟩\n"
            "def w : Compact.Weights := ⟨nat_lit 1, nat_lit 1, nat_lit 1, nat_lit 1, nat_lit 1, nat_lit 1, nat_lit 1, "
            "t, t, t, t, t, t, t⟩",
            said="Compact.Correct R w",
        ),
        "it is a theorem about",
    ),
}
"""How to forge a theorem that claims nothing, which Lean accepts; and what the second kernel's reader says of it."""


SEVERAL_NUMBERS = ("margin", "region")


@cache
def claims() -> dict[str, Bundle]:
    """The committed certificates that claim something else than accuracy, by what they claim: several numbers each."""
    found = genuine_bundles(SHIPPED, theory_root())
    kinds = {bundle.manifest.claim.kind: bundle for bundle in found}
    return {kind: bundle for kind, bundle in kinds.items() if kind != ACCURACY}


@cache
def read() -> dict[str, tuple[Bundle, dict[str, Any]]]:
    """Tiny certificates, a genuine one of each family and task and forged ones, committed ones with several numbers;
    and what the second kernel says of each."""
    bundles = {family: genuine(family, f"Tiny{family.title()}") for family in FAMILIES}
    bundles |= dict(zip(TASKS_ALONE, of_tasks(), strict=True))
    bundles |= {claim: claims()[claim] for claim in SEVERAL_NUMBERS}
    for number, (label, (make, _)) in enumerate(FORGED.items()):
        bundles[label] = make(name=f"Forged{number}")
    found = read_from_bytes(bundles.values())
    return dict(zip(bundles, zip(bundles.values(), found, strict=True), strict=True))


def test_every_committed_certificate_has_a_reviewed_statement() -> None:
    bundles = committed()
    assert {bundle.manifest.family for bundle in bundles} == set(FAMILIES)
    assert all(require_reviewed(bundle) for bundle in bundles)
    others = [*of_tasks(), *of_normed_tasks()]
    assert {printed(bundle) for bundle in [*bundles, *others]} == set(reviewed_texts())


def test_every_claim_and_task_has_a_reviewed_statement() -> None:
    """What the pipeline can write at all: each family's claims are among the committed, and each task has its text."""
    claimed = {(bundle.manifest.family, bundle.manifest.claim.kind) for bundle in committed()}
    assert claimed == {(f.name, kind) for f in FAMILIES.values() for kind in (ACCURACY, *f.claims)}
    for family in ("heads", "mlp", "normed"):
        bundle, (model, certificate) = genuine(family, "Tiny"), tiny(family)
        assert isinstance(model, HeadsModel)
        for task in (*TASKS, TABLE):
            labels = (0,) * model.d_vocab**model.n_ctx if task == TABLE else ()
            of_task = replace(model, task=task, labels=labels)
            form = FAMILIES[family].form_for(of_task, certificate.strategy, certificate.fields)
            weights = FAMILIES[family].render_weights("Tiny", of_task).encode()
            assert require_reviewed(replace(bundle, form=form, weights=weights))


TEXTS = {"mlp": "heads", "last": "heads-the-last-token", TABLE: "heads-the-label-in-its-table"}
"""The name of a text, where it is not the family's; a model with an MLP has the statement of heads."""


@pytest.mark.parametrize("kind", [*FAMILIES, *TASKS_ALONE])
def test_what_is_read_from_the_bytes_is_the_reviewed_text(kind: str) -> None:
    """The statement, all that it rests on, the weights."""
    bundle, found = read()[kind]
    statement = TEXTS.get(kind, kind)
    text = (STATEMENTS / f"{statement}.txt").read_text()
    assert text_of(bundle, found) == text, "python -m tests.statement_bytes writes it anew"
    assert objection(bundle, found) == ""


@pytest.mark.parametrize("claim", SEVERAL_NUMBERS)
def test_several_numbers_are_compared_in_order(claim: str) -> None:
    """As read from the bytes they are right; any two that differ in each other's place are noticed."""
    bundle, found = read()[claim]
    assert text_of(bundle, found) == (STATEMENTS / f"transformer-{claim}.txt").read_text()
    assert objection(bundle, found) == ""
    pattern = r"(?<![\w.])\d+(?![\w.])"
    numbers = re.findall(pattern, found["says"])
    assert len(numbers) == 3
    for order in permutations(numbers):
        says = re.sub(pattern, "{}", found["says"]).format(*order)
        refused = "the statement" in objection(bundle, found | {"says": says})
        assert refused == (list(order) != numbers)


@pytest.mark.parametrize("label", FORGED)
def test_forged_statements(label: str) -> None:
    bundle, found = read()[label]
    because = FORGED[label][1]
    problem = found["problem"] if found["exit_code"] else objection(bundle, found)
    assert because in problem if because else problem == ""


def test_both_reviewed_texts_have_the_same_definitions() -> None:
    """What Lean prints of the statement, and what the second kernel reads of it, go down to the same names."""
    by_lean = (LEAN_FILES / "statement.txt").read_text()
    blocks = (STATEMENTS / "transformer.txt").read_text().split("\n\n")[2:]
    names = {block.split()[1].partition(".{")[0] for block in blocks}
    assert len(names) > 100
    missing = [
        name
        for name in sorted(names)
        if not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", by_lean)
    ]
    assert missing == []


Change = Callable[[dict[str, Any]], dict[str, Any]]


def changed_weights(at: str, change: Callable[[Any], Any]) -> Change:
    """The same result, with one field of the weights changed."""

    def apply(result: dict[str, Any]) -> dict[str, Any]:
        [(name, weights)] = result["data"].items()
        assert change(weights[at]) != weights[at]
        return {"data": {name: weights | {at: change(weights[at])}}}

    return apply


@pytest.mark.parametrize(
    ("family", "change", "because"),
    [
        ("transformer", lambda r: {"axioms": ["propext"]}, "axioms: propext"),
        (
            "transformer",
            lambda r: {"says": r["says"].replace("AtLeast ", "AtLeast 1")},
            "the statement",
        ),
        ("heads", lambda r: {"says": r["says"].replace("maximum", "minimum")}, "the statement"),
        ("network", lambda r: {"says": r["says"].replace("AtLeast", "AtMost")}, "the statement"),
        (
            "heads",
            lambda r: {"meaning": r["meaning"].replace("Head.W_Q A", "Head.W_K A")},
            "what the statement rests on",
        ),
        ("transformer", lambda r: {"data": {}}, "a theorem about no weights"),
        ("transformer", changed_weights("W_E", lambda w: w | {"bits": "0x1"}), "the weights"),
        (
            TABLE,
            lambda r: {
                "data": {n: ["0x1"] if n.endswith("table") else w for n, w in r["data"].items()}
            },
            "the weights",
        ),
        (TABLE, lambda r: {"says": r["says"].replace("lookup 4", "lookup 3")}, "the statement"),
        (
            TABLE,
            lambda r: {"says": r["says"].replace("weights.table", "weights.other")},
            "the statement",
        ),
        (TABLE, lambda r: {"data": dict([*r["data"].items()][:1])}, "it is a theorem about"),
        ("heads", changed_weights("b_O", lambda b: {"Option.none": []}), "the weights"),
        ("heads", changed_weights("mlp", lambda m: {"Option.some": []}), "the weights"),
        ("heads", changed_weights("heads", lambda h: [*h, h[0]]), "the weights"),
        (
            "network",
            changed_weights("W_R", lambda m: {"Compact.Network.Matrix.product": [*m.values()]}),
            "the weights",
        ),
        (
            "network",
            changed_weights("table", lambda t: t | {"rows": t["rows"][::-1]}),
            "the weights",
        ),
    ],
)
def test_what_is_read_is_compared(family: str, change: Change, because: str) -> None:
    bundle, found = read()[family]
    assert because in objection(bundle, found | change(found))


def test_a_kind_of_statement_without_a_reviewed_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not judged, and nobody is told that it was."""
    monkeypatch.setattr(reviewed, "reviewed_texts", dict)
    with pytest.raises(MalformedInput, match="no reviewed text of this kind of statement"):
        require_reviewed(read()["network"][0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  a := nat_lit 0x1f\n  b := [nat_lit 1, nat_lit 2]\n", {"a": "0x1f", "b": ["0x1", "0x2"]}),
        ("  a := [\n    nat_lit 3]\n  b := none\n", {"a": ["0x3"], "b": {"none": []}}),
        ("  a := some T\n  b := T\n", {"a": {"some": [{"n": "0x7"}]}, "b": {"n": "0x7"}}),
        ("  a := .product (nat_lit 2) T T\n", {"a": {"product": ["0x2", *[{"n": "0x7"}] * 2]}}),
        ("  a := [\n    { n := T, m := none },\n    { n := T, m := some T }]\n",
         {"a": [{"n": {"n": "0x7"}, "m": {"none": []}}, {"n": {"n": "0x7"}, "m": {"some": [{"n": "0x7"}]}}]}),
        ("  a := []\n", {"a": []}),
    ],
)  # fmt: skip
def test_weights_are_read_from_their_text(text: str, value: Any) -> None:
    source = f"def T : Tensor where\n  n := nat_lit 7\n\n/-- Doc. -/\ndef weights : W where\n{text}\nend\n"
    assert data_in(source) == {"weights": value}


def test_what_is_named_after_the_weights_is_read_too() -> None:
    source = (
        "def T : W where\n  n := nat_lit 7\n\ndef weights : W where\n  a := T\n\n"
        "def weights.table : List Nat := [nat_lit 3, nat_lit 0]\n"
    )
    assert data_in(source) == {"weights": {"a": {"n": "0x7"}}, "weights.table": ["0x3", "0x0"]}
    for wrong in ("[nat_lit 3] ++ []", "[nat_lit 3", "f +"):
        with pytest.raises(MalformedInput, match=r"Weights\.lean"):
            data_in(source.replace("[nat_lit 3, nat_lit 0]", wrong))
    with pytest.raises(MalformedInput, match="another definition"):
        data_in(source + source)


@pytest.mark.parametrize(
    "text",
    ["  a := nat_lit x\n", "  a := [nat_lit 1\n", "  a := nat_lit 1\n  a := nat_lit 2\n", "  := nat_lit 1\n",
     "  a := (none\n", "  a :=\n", "  a := 3 + 4\n"],
)  # fmt: skip
def test_another_text_of_weights_is_not_guessed_at(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"Weights\.lean"):
        data_in(f"def weights : W where\n{text}")


_RUNS: list[dict[str, Any]] = []
"""What the second kernel said of the certificate of the next tests, once it was asked."""


def asked_once(arguments: Sequence[str]) -> dict[str, Any]:
    """Run the second kernel the first time; a copy of what it said."""
    if not _RUNS:
        _RUNS.append(program_of_kernel2.run_kernel2(arguments))
    return deepcopy(_RUNS[0])


def test_verify_with_both_kernels(program: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "run_kernel2", asked_once)
    ran = program(verify.app, MODEL, CERTIFICATE, "--kernel2", "--json")
    assert ran.exit_code == EXIT_PROVED
    [certificate] = ran.json["certificates"]
    assert certificate["second_kernel_seconds"] > 0
    assert batch.FUNCTIONS == 15


def test_verify_says_so_when_the_kernels_differ(
    program: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second kernel that reads another statement."""

    def other(arguments: Sequence[str]) -> dict[str, Any]:
        found = asked_once(arguments)
        for each in found["certificates"]:
            each["says"] = each["says"].replace("1000", "1001")
        return found

    monkeypatch.setattr(batch, "run_kernel2", other)
    ran = program(verify.app, MODEL, CERTIFICATE, "--kernel2", "--json")
    assert ran.exit_code == EXIT_DIFFER
    [certificate] = ran.json["certificates"]
    assert not certificate["proved"]
    assert "1001" in certificate["error"]


@pytest.fixture
def little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """For the program, a theory of a few modules; and a list of two certificates with the same kind of statement."""
    monkeypatch.setattr(theory, "theory_modules", lambda _: [batch.ARITHMETIC])
    names = {"max_of_3": "MaxOf3", "max_of_2": "MaxOf2"}
    shipped, certificates = (
        PROJECT / "examples" / "models",
        PROJECT / "lean" / "Compact" / "Certificates",
    )
    entries = [
        {
            "model": f"{shipped}/{model}.safetensors",
            "certificate": f"{certificates}/{name}/brute-force.json",
        }
        for model, name in names.items()
    ]
    path = tmp_path / "corpus.json"
    path.write_text(json.dumps({"format": "compact-proofs/corpus/1", "certificates": entries}))
    return path


def test_the_program(program: Runner, little: Path) -> None:
    """The theory, then the quick choice of the certificates; its figures are those of the trust page."""
    ran = program(second_kernel_app, "--corpus", little, "--quick", "--json")
    assert ran.exit_code == EXIT_PROVED, ran.err
    [(theorem, certificate)] = ran.json["certificates"].items()
    assert theorem == "Compact.Certificates.MaxOf3.bruteForce_correct"
    assert certificate["exit_code"] == EXIT_PROVED
    assert certificate["memory_mb"] > 100
    accepted = sum(ran.json["theory"]["without axioms"]["accepted"].values())
    assert accepted > 1500
    assert trust.second_kernel(ran.json) == (
        f"{accepted:,} declarations of the theory without axioms accepted, 0 refused; "
        "1 of 1 certificates accepted"
    )


def test_the_theorems_about_the_real_numbers(
    program: Runner, little: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one process, with Lean's axioms; here a module that needs one stands for the certificates."""
    monkeypatch.setattr(theory, "REAL_CERTIFICATES", "Compact.Real.Classical")
    ran = program(second_kernel_app, "--corpus", little, "--theory", "--real", "--json")
    assert ran.exit_code == EXIT_PROVED, ran.err
    found = ran.json["theory"][theory.OF_THE_REALS]["accepted"]
    assert found["axiom"] == len(theory.AXIOMS)
    assert found["theorem"] > ran.json["theory"]["without axioms"]["accepted"]["theorem"] > 0


def test_the_program_gives_up(program: Runner, little: Path) -> None:
    """At a limit there is no verdict: exit code 4."""
    ran = program(second_kernel_app, "--corpus", little, "--theory", "--timeout", "1", "--json")
    assert ran.exit_code == EXIT_LIMIT
    assert not ran.json["accepted_by_second_kernel"]
    assert "no verdict" in ran.json["theory"]["without axioms"]["problem"]


def test_command_line_errors() -> None:
    """A module that is not there, and nothing to do: exit code 2."""
    for arguments in (["No.Such.Module"], [], ["--list", "/nowhere", "A"]):
        found = program_of_kernel2.run_kernel2(arguments)
        assert found["exit_code"] == 2
        assert found["problem"]
