"""What a forger and a newcomer met when they attacked claims of a margin, a mass and a mean loss."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline import export, verify
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.recheck.refused import BeyondLimits
from pipeline.recheck.transformer.strategies.soft import exp_above
from pipeline.transformer.checker.weighed import TokenWeights
from pipeline.transformer.claims.loss import LOSS
from pipeline.transformer.claims.mass import MASS
from pipeline.transformer.family import TRANSFORMER
from pipeline.transformer.strategies import Certificate
from tests.conftest import Runner
from tests.heads_models import heads_arrays
from tests.lean_support import model_of
from tests.tiny_models import noisy_arrays, perfect_arrays, write_model


def silent(_text: str) -> None:
    pass


def test_a_mass_of_nothing_is_refused(program: Runner, tmp_path: Path) -> None:
    """If all tokens weigh 0, 0 of 0 is no share: it must not pass for 95 %, nor end in a division by 0."""
    model = write_model(tmp_path / "tiny.safetensors", noisy_arrays(1, 3, 5, 0.4))
    weights, out = tmp_path / "weights.csv", tmp_path / "out"
    weights.write_text("5,3,2,1,1")
    wish = ["--claim", "mass", "--weights", weights, "--strategy", "brute-force", "--no-check"]
    assert program(export.app, model, "--out", out, *wish).exit_code == 0
    manifest = out / "brute-force-mass.json"
    stored = json.loads(manifest.read_text())
    assert stored["claim"]["total"] == 12**3
    stored["certificate"] |= {"tokenWeights": 0, "bound": 0}
    stored["claim"] |= {"total": 0, "correct": 0}
    manifest.write_text(json.dumps(stored, indent=2) + "\n")
    ran = program(verify.app, model, manifest, "--at-least", "95%")
    assert ran.exit_code == 2, ran.err
    assert "all tokens weigh 0" in ran.err
    fields: dict[str, Value] = {"weightBits": 3, "tokenWeights": 0}
    for say in (
        lambda: MASS.total(fields, 5, 3),
        lambda: MASS.in_words(fields, "a file", 0, 5, 3),
    ):
        with pytest.raises(MalformedInput, match="all tokens weigh 0"):
            say()


def test_weights_of_tokens_are_no_model(program: Runner, tmp_path: Path) -> None:
    model = write_model(tmp_path / "tiny.safetensors", perfect_arrays(2, 3))
    ran = program(export.app, model, "--claim", "mass", "--weights", tmp_path, "--no-check")
    assert ran.exit_code == 2
    assert "one natural number for each token" in ran.err
    assert "model file" not in ran.err


def test_one_token_leaves_nothing_to_guess() -> None:
    one, two = (LOSS.in_words({"loss": 1}, "a file", 1, v, 2) for v in (1, 2))
    assert "blindly has a loss of" not in one
    assert "nothing to guess" in one
    assert "(Guessing blindly has a loss of 0.6931.)" in two


def test_nothing_follows_from_a_margin_of_0() -> None:
    for num, follows in ((0, False), (1, True)):
        fields: dict[str, Value] = {"marginNum": num, "marginBits": 3}
        said = TRANSFORMER.say("prefix-margin", fields, "a file", 1, 3, 2)
        assert ("off by at most half of that" in said) == follows
        assert ("nothing follows" in said) != follows


@pytest.mark.parametrize(
    "wish", [["--float32"], ["--weights", "any"], ["--claim", "margin", "--float32"]]
)
def test_no_cure_leads_in_a_circle(wish: list[str], program: Runner, tmp_path: Path) -> None:
    """A family without claims is not sent from `--claim` to its options and back."""
    model = write_model(tmp_path / "heads.safetensors", heads_arrays(0, 2, 3, 2))
    ran = program(export.app, model, "--no-check", "--out", tmp_path / "out", *wish)
    assert ran.exit_code == 2
    assert "family heads" in ran.err
    assert "add --claim" not in ran.err
    assert ("and --margin, --float32" in ran.err) == ("--claim" in wish)


def test_a_loss_of_astronomical_logits(tmp_path: Path) -> None:
    """As many levels as of any other model; they used to be a number for each quarter of a unit."""
    huge = {name: each * np.float32(1e30) for name, each in perfect_arrays(2, 2).items()}
    found: Certificate = LOSS.strategies["soft-cubic"].search(model_of(huge), silent)
    loss, count = found.fields["loss"], found.fields["count"]
    assert isinstance(loss, int)
    assert isinstance(count, int)
    assert loss > 10**50
    assert 100 < count < 2000


@pytest.mark.parametrize(("prec", "steps"), [(0, 4), (1, 1000), (1 << 20, 4)])
def test_the_second_checker_gives_up_on_exponentials_that_grow(prec: int, steps: int) -> None:
    """At once: a forged `lossPrec` of 0 kept it for minutes with numbers of millions of digits."""
    with pytest.raises(BeyondLimits):
        exp_above(prec, steps, 1, 1)
    assert exp_above(20, 4, 1, 1) >= 385_749  # 2^20 exp (-1), rounded up


def test_a_count_of_weight_is_not_called_inputs() -> None:
    said: list[str] = []
    strategy = MASS.strategies["prefix"]
    strategy.by(TokenWeights((900, 1, 1))).search(model_of(perfect_arrays(2, 3)), said.append)  # type: ignore[attr-defined]
    assert any("813,604" in line for line in said)
    assert not any("inputs" in line for line in said)
