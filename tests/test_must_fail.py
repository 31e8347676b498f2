"""False and forged certificates are refused, each for the reason that it should be.

Each file in `tests/lean/must_fail/` stands in for the theorem file of a tiny certificate.  Its header says what the
certificate's manifest claims, who has to refuse it and in what words.  `CONTROL` lines are edits after
which the same file is accepted: so it is the attack that is refused and not something else.

Who refuses: `lean` (the file itself), `audit` (what `pipeline.bundle.check` asks Lean about the theorem), or
`template` (files that are not byte for byte what the witnesses give).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.errors import MalformedInput, PipelineError, RejectedByLean
from pipeline.model import Model
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.weights import render_weights
from tests.lean_support import (
    BOUND,
    LEAN_FILES,
    NAME,
    PREFIX,
    WEIGHTS,
    audit,
    build,
    compare,
    count,
    model_of,
    tiny_bundle,
    tiny_model,
)
from tests.tiny_models import random_arrays

Edit = tuple[str, str]
FILES = sorted((LEAN_FILES / "must_fail").glob("*.lean"))
FALSE = (
    "decide (BruteForce.check weights bruteForce = true) = true",
    "`decide` proved that the proposition BruteForce.check weights bruteForce = true is false",
)
"""The kernel's words, and the elaborator's when it is quick to see it."""


@dataclass(frozen=True)
class Attack:
    """A file and what its header says."""

    text: str
    claim: int
    rejected_by: str
    expect: str
    control: Sequence[Edit]

    @property
    def words(self) -> Sequence[str]:
        """What is expected; of a false proposition also the kernel's words, if the elaborator does not see it."""
        false = re.fullmatch(r"proved that the proposition (.*) is false", self.expect)
        return [self.expect, *([f"decide ({false[1]}) = true"] if false else [])]

    @classmethod
    def read(cls, path: Path) -> Attack:
        text = path.read_text()
        lines = text.splitlines()
        edits = [
            (old, new)
            for line in lines
            if line.startswith("-- CONTROL: ")
            for old, new in [line.removeprefix("-- CONTROL: ").split(" => ")]
        ]
        body = "\n".join(line for line in lines if not line.startswith("-- CONTROL: ")) + "\n"
        return cls._parse(body, edits)

    @classmethod
    def _parse(cls, body: str, edits: Sequence[Edit]) -> Attack:
        header = dict(re.findall(r"^-- ([A-Z ]+): (.*)$", body, re.MULTILINE))
        claim, rejected_by = int(header["CLAIM"]), header["REJECTED BY"]
        return cls(body, claim, rejected_by, header["EXPECT"], edits)

    def controlled(self) -> Attack:
        """The file after its edits."""
        text = self.text
        for old, new in self.control:
            pattern = rf"\b{old}\b" if old.isdigit() else re.escape(old)
            text, times = re.subn(pattern, new.replace("\\", r"\\"), text)
            assert times > 0, f"nothing to replace: {old}"
        return self._parse(text, ())


def refusal(action: Callable[[], object]) -> tuple[PipelineError, str]:
    """The error that the action raises, and all that it says, white space aside."""
    with pytest.raises(PipelineError) as caught:
        action()
    return caught.value, " ".join(" ".join([str(caught.value), *caught.value.details]).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_attack_is_refused(path: Path) -> None:
    attack = Attack.read(path)
    if attack.rejected_by == "template":
        error, said = refusal(lambda: compare(attack.text, attack.claim))
        assert isinstance(error, MalformedInput)
    else:
        error, said = refusal(lambda: audit(attack.text, claim=attack.claim))
        assert isinstance(error, RejectedByLean)
        by_lean = str(error) == f"Lean rejects {PREFIX}.BruteForce"
        assert by_lean == (attack.rejected_by == "lean"), said
    assert any(words in said for words in attack.words), said


@pytest.mark.parametrize(
    "path", [path for path in FILES if Attack.read(path).control], ids=lambda path: path.stem
)
def test_control_is_accepted(path: Path) -> None:
    control = Attack.read(path).controlled()
    assert audit(control.text, claim=control.claim).axioms == ()


def test_every_attack_has_a_control_or_is_left_to_the_template() -> None:
    assert len(FILES) > 20
    for path in FILES:
        attack = Attack.read(path)
        assert attack.rejected_by in ("lean", "audit", "template"), path
        assert bool(attack.control) == (attack.rejected_by != "template"), path


def test_the_genuine_certificate_is_accepted() -> None:
    """The control of all forged weights below."""
    genuine = tiny_bundle()
    compare(genuine.theorem.decode(), BOUND)
    assert audit().axioms == ()
    assert count(tiny_model()) == BOUND
    assert STRATEGIES["brute-force"].search(tiny_model(), lambda _: None).bound == BOUND


def one_weight_altered() -> str:
    """One entry of one matrix, changed by a sixteenth and as little more as spoils some input."""
    model = tiny_model()
    rows = [list(row) for row in model.tensors["W_U"]]
    for step in range(1, 40):
        rows[0][0] = model.tensors["W_U"][0][0] - (step << (model.frac - 4))
        altered = replace(model, tensors={**model.tensors, "W_U": rows})
        if count(altered) < BOUND:
            return render_weights(NAME, altered)
    raise AssertionError("the weight does not matter")


def rendered(model: Model) -> str:
    return render_weights(NAME, model)


def another_model() -> str:
    model = model_of(random_arrays(12, 2, 3))
    assert count(model) < BOUND
    return rendered(model)


def edited(pattern: str, new: str) -> Callable[[], str]:
    """The genuine weights with one place of the text changed."""

    def edit() -> str:
        text, times = re.subn(pattern, new, rendered(tiny_model()), count=1)
        assert times == 1
        return text

    return edit


FORGED_WEIGHTS: dict[str, Callable[[], str]] = {
    "one weight altered": one_weight_altered,
    "another model": another_model,
    "a row of W_E missing": edited(r"(def W_E (?:.*\n){4}.*),\n.*\]", r"\1]"),
    "a row of W_U twice": edited(r"(def W_U .*\n.*\n.*\n)(.*\n)", r"\1\2\2"),
    "smaller vocabulary": edited("d_vocab := nat_lit 3", "d_vocab := nat_lit 2"),
    "larger vocabulary": edited("d_vocab := nat_lit 3", "d_vocab := nat_lit 4"),
    "no position": edited("n_ctx := nat_lit 2", "n_ctx := nat_lit 0"),
    "one more position": edited("n_ctx := nat_lit 2", "n_ctx := nat_lit 3"),
    "division by zero": edited("attn_scale := nat_lit 0x[0-9a-f]+", "attn_scale := nat_lit 0"),
    "entries without bits": edited("bits := nat_lit [0-9]+", "bits := nat_lit 0"),
}


@pytest.mark.parametrize("weights", FORGED_WEIGHTS.values(), ids=FORGED_WEIGHTS)
def test_certificate_does_not_fit_other_weights(weights: Callable[[], str]) -> None:
    error, said = refusal(lambda: audit(weights=weights()))
    assert str(error) == f"Lean rejects {PREFIX}.BruteForce"
    assert any(each in said for each in FALSE)


def test_an_axiom_in_the_weights_is_noticed() -> None:
    """Axioms are asked for wherever they come from."""
    genuine = tiny_bundle(9)
    weights = genuine.weights.decode().replace("\nend ", "\naxiom oracle : False\n\nend ")
    theorem = genuine.theorem.decode().replace("(by decide +kernel)", "oracle.elim")
    error, said = refusal(lambda: audit(theorem, weights, claim=9))
    assert "the proof uses axioms: Compact.Certificates.Tiny.oracle" in said
    assert str(error).startswith("the proof uses axioms")


def test_kernel_rejects_bounds_and_counts_that_are_too_large() -> None:
    """`tests/lean/must_pass/Tiny.lean`: what is claimed about the tiny certificate is so in Lean too."""
    genuine = tiny_bundle()
    facts = (LEAN_FILES / "must_pass" / "Tiny.lean").read_text()
    sources = {
        WEIGHTS: genuine.weights.decode(),
        f"{PREFIX}.BruteForce": genuine.theorem.decode(),
        f"{PREFIX}.Facts": facts,
    }
    for result in build(sources, PREFIX).values():
        assert result.ok, result.printable()
