"""Claims of a mean loss: it is never above the bound, Lean and the second checker agree, and forgeries are refused."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from mpmath import iv

from pipeline import export, verify
from pipeline.emit.names import definition_name
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.recheck.certificate import Certificate as Second
from pipeline.recheck.recheck import recheck, verdict
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.family import TRANSFORMER as SECOND
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.recheck.transformer.words import Words
from pipeline.strategy import Strategy
from pipeline.transformer.claims.loss import LOSS
from pipeline.transformer.family import FORM, TRANSFORMER
from pipeline.transformer.weights import render_weights
from tests.conftest import Runner
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS
from tests.tiny_models import Arrays, noisy_arrays, perfect_arrays, write_model

STRATEGIES = list(LOSS.strategies.values())
BILLION = 10**9


def silent(_text: str) -> None:
    pass


def sharp(arrays: Arrays, times: float = 16) -> Model:
    """With logits farther apart: a loss sees how far they are."""
    return model_of({**arrays, "W_U": arrays["W_U"] * np.float32(times)})


def truth(model: Model) -> tuple[Any, int]:
    """The mean loss in billionths, as an interval, and how many inputs are right for certain."""
    _, weights = read_weights(render_weights("Words", model).encode())
    words, total, right = Words(weights, 40), iv.mpf(0), 0
    for x in product(range(model.d_vocab), repeat=model.n_ctx):
        logits = words.logits(x)
        answer = logits.pop(max(x))
        total += iv.log(1 + sum(iv.exp(other - answer) for other in logits))
        right += all((answer - other).a > 0 for other in logits)
    return total * BILLION / model.d_vocab**model.n_ctx, right


@settings(deadline=None, max_examples=25)
@given(MODELS)
def test_the_mean_loss_is_not_above_the_bound(model: Model) -> None:
    mean, right = truth(model)
    for strategy in STRATEGIES:
        try:
            found = strategy.search(model, silent)
        except MalformedInput as error:  # weights so large that no precision sees some positions
            if strategy.name != "brute-force-loss" or "one-sided" not in error.message:
                raise
            continue
        loss = found.fields["loss"]
        assert isinstance(loss, int)
        assert mean.b <= loss, (strategy.name, mean, loss)
        assert found.bound <= right, strategy.name


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda each: each.name)
def test_the_bound_says_something(strategy: Strategy) -> None:
    """A model that is right everywhere is shown to be, with a loss near its own; blind guessing has `ln v`."""
    good = sharp(perfect_arrays(3, 5))
    mean, _ = truth(good)
    found = strategy.search(good, silent)
    loss = found.fields["loss"]
    assert isinstance(loss, int)
    assert found.bound == 5**3
    assert loss <= 4 * float(mean.b) + BILLION / 100
    blind = {name: np.zeros_like(each) for name, each in perfect_arrays(2, 4).items()}
    blind["W_E"][0, 0] = 2.0**-20  # so that there is a unit of logits
    nothing = strategy.search(model_of(blind), silent)
    loss = nothing.fields["loss"]
    assert isinstance(loss, int)
    # The sum over wrong outputs is 3; split cubic takes a token's own output for as large as all the others.
    assert np.log(4) <= loss / BILLION < np.log(1 + 2 * 3) + 0.1
    assert LOSS.nothing(nothing.fields, nothing.bound, 4)
    assert not LOSS.nothing(found.fields, found.bound, 5)


@cache
def certificates() -> list[tuple[str, Model, Strategy, dict[str, Value]]]:
    """Certificates of models of which something is right, and something wrong."""
    found = []
    for number, arrays in enumerate((noisy_arrays(1, 3, 5, 0.4), noisy_arrays(2, 2, 4, 0.3))):
        model = sharp(arrays)
        for strategy in STRATEGIES:
            fields = dict(strategy.search(model, silent).fields)
            found.append((f"Loss{number}{strategy.checker}", model, strategy, fields))
    return found


def forgeries(fields: dict[str, Value]) -> list[dict[str, Value]]:
    """Changes of a certificate, each of which claims more than is shown, or says it with numbers that do not fit."""

    def nat(name: str) -> int:
        value = fields[name]
        assert isinstance(value, int)
        return value

    if "blocks" not in fields:
        return [
            {"loss": nat("loss") - 1},
            {"bound": nat("bound") + 1},
            {"shift": nat("shift") + 30},
            {"width": nat("width") - 8},
            {"lossPrec": 4},
            {"lossSteps": 0},
            {"prec": 8},
        ]

    def row(name: str) -> list[int]:
        value = fields[name]
        assert isinstance(value, list)
        return [each for each in value if isinstance(each, int)]

    blocks: Any = fields["blocks"]
    size, saves, right = blocks[0]
    full, but, bits = row("full"), row("but"), nat("bits")
    return [
        {"loss": nat("loss") - 1},
        {"bound": nat("bound") + 1},
        {"blocks": [[size, saves + 1, right], *blocks[1:]]},
        {"blocks": [[size, saves, right + 1], *blocks[1:]]},
        {"blocks": [*blocks, [1, 0, 0]]},
        {"blocks": blocks[:-1]},
        {"full": [full[0] + 4096, *full[1:]]},
        {"but": [*but[:-1], but[-1] + (4096 << bits)]},
        {"full": []},
        {"full": [*full, 1]},
        {"but": [*but, 1]},
        {"tokenArg": [*row("tokenArg"), 1]},
        {"full": [full[0] + (1 << bits * nat("v")), *full[1:]]},
        {"entries": [row("entries")[0] + 1, *row("entries")[1:]]},
        {
            "positions": nat("positions") - 1
            if nat("positions") % 2
            else nat("positions") + (1 << bits * nat("v"))
        },
        {"levels": nat("levels") - 4096},
        {"levels": nat("levels") + (1 << bits * nat("count"))},
        {"drops": nat("drops") + 2000},
        {"drops": nat("drops") + (1 << bits * nat("count"))},
        {"top": nat("top") // 2},
        {"right": nat("right") - 1},
        {"expHalf": nat("expHalf") + 1},
        {"expPrec": nat("bits")},
        {"logHigh": nat("width")},
        {"topDirect": nat("topDirect") - 1},
        {"topToken": nat("topToken") - (1 << 2 * nat("expHalf"))},
        {"lossSteps": 1},
        {"picks": []},
    ]


def test_lean_and_the_second_checker_agree_and_refuse_what_is_forged() -> None:
    sources: dict[str, str] = {}
    for name, model, strategy, fields in certificates():
        weights = render_weights(name, model)
        sources[f"Compact.Certificates.{name}.Weights"] = weights
        _, w = read_weights(weights.encode())
        bound = fields["bound"]
        assert isinstance(bound, int)
        accepted = verdict(SECOND, w, strategy.checker, Second(fields))
        assert accepted.accepted, accepted.reason
        form = TRANSFORMER.form_for(None, strategy.name, fields)
        text = render_theorem(
            form, name, strategy.name, bound, fields, strategy.checker, strategy.joints(fields)
        )
        data, forged = definition_name(strategy.name), ""
        for changes in forgeries(fields):
            second = verdict(SECOND, w, strategy.checker, Second({**fields, **changes}))
            assert not second.accepted, changes
            changed = ", ".join(f"{key} := {render_value(each)}" for key, each in changes.items())
            forged += (
                f"example : {strategy.checker}.check weights {{ {data} with {changed} }} = false :="
                " by decide +kernel\n"
            )
        end = f"end Compact.Certificates.{name}\n"
        module = f"Compact.Certificates.{name}.{strategy.checker}"
        sources[module] = text.replace(end, forged + end)
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected, "; ".join(rejected)


@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(1, 3), (2, 1), (3, 3), (2, 4)])
def test_brute_force_is_exact_up_to_rounding(n_ctx: int, d_vocab: int) -> None:
    """For one position and for one token, too; and the second checker counts the same inputs."""
    model = model_of(noisy_arrays(7, n_ctx, d_vocab, 1.5))
    strategy = LOSS.strategies["brute-force"]
    found = strategy.search(model, silent)
    mean, right = truth(model)
    loss = found.fields["loss"]
    assert isinstance(loss, int)
    assert mean.b <= loss <= float(mean.a) + 500
    assert found.bound == right
    _, w = read_weights(render_weights("Exact", model).encode())
    assert verdict(SECOND, w, strategy.checker, Second(found.fields)).accepted
    assert not verdict(
        SECOND, w, strategy.checker, Second({**found.fields, "loss": loss - 1})
    ).accepted


def test_a_theorem_says_the_loss_of_its_certificate() -> None:
    """Lean refuses a statement of a smaller loss than the certificate's."""
    name, model, strategy, fields = certificates()[0]
    bound, loss = fields["bound"], fields["loss"]
    assert isinstance(bound, int)
    assert isinstance(loss, int)
    smaller = TRANSFORMER.form_for(None, strategy.name, {**fields, "loss": loss - 1})
    text = render_theorem(
        smaller, name, strategy.name, bound, fields, strategy.checker, strategy.joints(fields)
    )
    weights, module = (f"Compact.Certificates.{name}.{each}" for each in ("Weights", "Smaller"))
    results = build({weights: render_weights(name, model), module: text}, "Compact.Certificates")
    assert results[weights].ok
    assert not results[module].ok


def test_a_loss_of_many_digits_is_not_read() -> None:
    fields: dict[str, Value] = {"loss": 1 << 5000}
    with pytest.raises(MalformedInput, match="binary digits"):
        LOSS.form(FORM, fields)
    with pytest.raises(MalformedInput, match="binary digits"):
        LOSS.in_words(fields, "a file", 1, 2, 2)
    with pytest.raises(Refused, match="digits"):
        SECOND.before("loss", Second(fields))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--margin", "1"],
        ["--float32"],
        ["--region", "max>=1"],
        ["--weights", "weights.json"],
        ["--strategy", "quartic"],
    ],
)
def test_other_wishes_are_malformed(
    arguments: list[str], program: Runner, model_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    wish = ["--claim", "loss", "--out", out, "--no-check", *arguments]
    result = program(export.app, model_file, *wish)
    assert result.exit_code == 2, result
    assert not out.exists()


def test_export_and_second_checker(program: Runner, tmp_path: Path) -> None:
    """From a file to a theorem of a mean loss, which the second checker reads from disk."""
    arrays = perfect_arrays(2, 3)
    arrays["W_U"] *= 16
    model = write_model(tmp_path / "tiny.safetensors", arrays)
    out = tmp_path / "certificate"
    wish = ["--claim", "loss", "--strategy", "soft-cubic", "--json"]
    result = program(export.app, model, "--out", out, *wish)
    assert result.exit_code == 0, result.err
    assert result.json["claim"] == "loss"
    assert result.json["correct"] > 0
    assert "Compact.MeanLossAtMost R " in result.json["statement"]
    second = recheck(model, out / "soft-cubic-loss.json", look_at=9)
    assert second.accepted, second.reason
    assert second.numbers is not None
    assert second.numbers.hold
    lean = out / "SoftCubicLoss.lean"
    text = lean.read_text()
    for said in ("", "MeanLossAtMost R (nat_lit 0) Compact.Certificates.Tiny.weights ∧ "):
        start, end = text.index("    MeanLossAtMost"), text.index("AtLeast (nat_lit")
        lean.write_text(text[: start + 4] + said + text[end:])
        assert not recheck(model, out / "soft-cubic-loss.json").accepted


def test_a_loss_that_claims_nothing_is_said_to(program: Runner, tmp_path: Path) -> None:
    """By `export` and by `verify`, in words and as JSON: of a model that is never right, and of one that is, now and
    then."""
    never = {name: -each if name == "W_U" else each for name, each in perfect_arrays(2, 3).items()}
    rarely = noisy_arrays(1, 3, 3, 0.6)
    for name, arrays, headline, words in (
        ("never", never, "PROVED, BUT IT CLAIMS NOTHING,", "AS GOOD AS NOTHING IS CLAIMED"),
        (
            "rarely",
            rarely,
            "PROVED, BUT OF THE LOSS IT CLAIMS NOTHING,",
            "OF THE LOSS NOTHING IS CLAIMED",
        ),
    ):
        model, out = write_model(tmp_path / f"{name}.safetensors", arrays), tmp_path / name
        wish = [model, "--claim", "loss", "--strategy", "soft-cubic", "--out", out]
        exported = program(export.app, *wish)
        assert exported.exit_code == 0, exported.err
        assert headline in exported.out
        assert "mean loss at most " in exported.out
        verified = program(verify.app, model, out / "soft-cubic-loss.json")
        assert verified.exit_code == 0, verified.err
        assert headline in verified.out
        found = program(verify.app, model, out / "soft-cubic-loss.json", "--json")
        (certificate,) = found.json["certificates"]
        assert certificate["claims_nothing"] is True
        assert certificate["in_words"].startswith(words)
        assert (certificate["correct"] > 0) == (name == "rarely")
