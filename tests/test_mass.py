"""Claims of a mass: certified inputs are right and weigh what is said, Lean agrees, and what is forged is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import export
from pipeline.claim import Asked
from pipeline.emit.names import definition_name
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.recheck.certificate import Certificate as Second
from pipeline.recheck.recheck import recheck, verdict
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.family import TRANSFORMER as SECOND
from pipeline.recheck.transformer.lean_weights import read_weights as second_weights
from pipeline.transformer.checker.classes import inputs
from pipeline.transformer.checker.weighed import TokenWeights
from pipeline.transformer.claims.mass import MASS, asked, read_weights
from pipeline.transformer.family import FORM, TRANSFORMER
from pipeline.transformer.strategies.mass import (
    OF_CLASSES,
    BruteForceMass,
    LowRankMass,
    MassStrategy,
)
from pipeline.transformer.weights import render_weights
from tests.conftest import Runner
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, right_inputs
from tests.tiny_models import noisy_arrays, perfect_arrays, write_model

STRATEGIES = OF_CLASSES
AnyMass = BruteForceMass | LowRankMass | MassStrategy
BRUTE = BruteForceMass()
FOUR = st.tuples(*[st.sampled_from([0, 1, 2, 7, 1000])] * 4).filter(lambda each: any(each[:2]))


def silent(_text: str) -> None:
    pass


@settings(deadline=None, max_examples=40)
@given(MODELS, FOUR)
def test_what_is_certified_is_right_and_weighs_as_much(model: Model, four: tuple[int, ...]) -> None:
    weights, right = TokenWeights(four[: model.d_vocab]), right_inputs(model)
    for strategy in STRATEGIES:
        found = strategy.by(weights).search(model, silent)
        runs = strategy.counted(model, found.fields)
        certified = [each for run in runs for each in inputs(model.n_ctx - 1, run)]
        assert len(certified) == len(set(certified))
        assert sum(weights.of_input(x) for x in certified) == found.bound, strategy.name
        assert not set(certified) - right, strategy.name
        assert found.bound <= sum(weights.of_input(x) for x in right)


@settings(deadline=None, max_examples=25)
@given(MODELS, FOUR)
def test_brute_force_weighs_all_that_is_right(model: Model, four: tuple[int, ...]) -> None:
    weights = TokenWeights(four[: model.d_vocab])
    found = BRUTE.by(weights).search(model, silent).bound
    assert found == sum(weights.of_input(x) for x in right_inputs(model))


@pytest.mark.parametrize("strategy", [BRUTE, *STRATEGIES], ids=lambda each: each.name)
def test_weights_of_one_are_accuracy(strategy: AnyMass) -> None:
    """And weights of `k` are `k^n_ctx` times as much."""
    plain = TRANSFORMER.strategies[strategy.name.removesuffix("-mass")]
    for seed in range(3):
        model = model_of(noisy_arrays(seed, 3, 5, 0.4))
        bound = plain.search(model, silent).bound
        assert 0 < bound < 125
        found = strategy.search(model, silent).bound
        if strategy.name == "cubic-mass":  # for accuracy, cubic looks at tokens' own outputs apart
            assert 0 < found <= bound
        else:
            assert found == bound
        assert strategy.by(TokenWeights((3,) * 5)).search(model, silent).bound == 27 * found


@cache
def certificates() -> list[tuple[str, Model, AnyMass, dict[str, Value]]]:
    """Certificates of models that are right about some inputs, and about all."""
    found = []
    for number, (arrays, weights) in enumerate(
        (
            (noisy_arrays(1, 3, 5, 0.4), (5, 0, 3, 2, 1)),
            (noisy_arrays(2, 4, 3, 0.4), (1, 2, 4)),
            (perfect_arrays(2, 3), (1, 1, 900)),
        )
    ):
        model = model_of(arrays)
        everything: list[AnyMass] = [BRUTE, *STRATEGIES]
        for strategy in everything:
            fields = dict(strategy.by(TokenWeights(weights)).search(model, silent).fields)
            assert fields["bound"]
            found.append((f"Mass{number}", model, strategy, fields))
    return found


def forgeries(fields: dict[str, Value]) -> list[dict[str, Value]]:
    """Changes of a certificate, each of which claims more than is so, or leaves no room to count."""
    bits, packed, bound = (fields[name] for name in ("weightBits", "tokenWeights", "bound"))
    assert isinstance(bits, int)
    assert isinstance(packed, int)
    assert isinstance(bound, int)
    changes: list[dict[str, Value]] = [
        {"bound": bound + 1},
        {"tokenWeights": 0},
        {"tokenWeights": packed >> bits},
        {"weightBits": 0},
    ]
    if "blocks" in fields:
        blocks = fields["blocks"]
        assert isinstance(blocks, list)
        size, counted = blocks[0]  # type: ignore[misc]
        changes += [
            {"blocks": [[size, counted + 1], *blocks[1:]], "bound": bound + 1},
            {"blocks": [*blocks, [1, 0]]},
        ]
    if "countBits" in fields:
        changes.append({"countBits": fields["countBits"] - 2})  # type: ignore[operator]
    return changes


def test_lean_and_the_second_checker_agree_and_refuse_what_is_forged() -> None:
    sources: dict[str, str] = {}
    for name, model, strategy, fields in certificates():
        weights = render_weights(name, model)
        sources[f"Compact.Certificates.{name}.Weights"] = weights
        _, w = second_weights(weights.encode())
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
            assert not second.accepted, (strategy.name, changes)
            changed = ", ".join(f"{key} := {render_value(each)}" for key, each in changes.items())
            forged += (
                f"example : {strategy.checker}.check weights {{ {data} with {changed} }} = false :="
                " by decide +kernel\n"
            )
        end = f"end Compact.Certificates.{name}\n"
        sources[f"Compact.Certificates.{name}.{strategy.checker}"] = text.replace(end, forged + end)
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_a_theorem_says_the_weights_of_its_certificate() -> None:
    """They stand in the statement and in the certificate; Lean refuses a statement of others."""
    name, model, strategy, fields = certificates()[0]
    bound, packed = fields["bound"], fields["tokenWeights"]
    assert isinstance(bound, int)
    assert isinstance(packed, int)
    other = TRANSFORMER.form_for(None, strategy.name, {**fields, "tokenWeights": packed - 1})
    text = render_theorem(
        other, name, strategy.name, bound, fields, strategy.checker, strategy.joints(fields)
    )
    weights, module = (f"Compact.Certificates.{name}.{each}" for each in ("Weights", "Other"))
    results = build({weights: render_weights(name, model), module: text}, "Compact.Certificates")
    assert results[weights].ok
    assert not results[module].ok


def test_export_and_second_checker(program: Runner, tmp_path: Path) -> None:
    """From two files to a theorem of a mass, which the second checker reads from disk."""
    model = write_model(tmp_path / "tiny.safetensors", perfect_arrays(2, 3))
    weights, out = tmp_path / "weights.csv", tmp_path / "out"
    weights.write_text("4, 0, 2\n")
    wish = ["--claim", "mass", "--weights", weights, "--strategy", "prefix", "--json"]
    result = program(export.app, model, "--out", out, *wish)
    assert result.exit_code == 0, result.err
    assert result.json["claim"] == "mass"
    assert (result.json["correct"], result.json["total"]) == (36, 36)
    assert "where w = (4, 0, 2)" in result.json["in_words"]
    said = "Compact.MassAtLeast (Compact.tokenWeight 3 132) 36 (Compact.Correct R "
    assert said in result.json["statement"]
    second = recheck(model, out / "prefix-mass.json", look_at=9)
    assert second.accepted, second.reason
    assert second.numbers is not None
    assert second.numbers.hold
    lean, manifest = out / "PrefixMass.lean", out / "prefix-mass.json"
    text, stored = lean.read_text(), manifest.read_text()
    for before, after in (
        ("tokenWeight (nat_lit 3) (nat_lit 132)", "tokenWeight (nat_lit 3) (nat_lit 140)"),
        ("MassAtLeast (tokenWeight (nat_lit 3) (nat_lit 132))", "AtLeast"),
    ):
        assert before in text
        lean.write_text(text.replace(before, after))
        assert not recheck(model, manifest).accepted
    lean.write_text(text)
    manifest.write_text(stored.replace('"total": 36', '"total": 35'))
    assert not recheck(model, manifest).accepted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[1, 2]", "2 weights, but the model has 3 tokens"),
        ("1,2,3,4", "4 weights"),
        ("[1, -2, 3]", "no natural number"),
        ("[1, 2.5, 3]", "no natural number"),
        ("[1, true, 3]", "no natural number"),
        ("[1, [2], 3]", "no natural number"),
        ("1\ntwo\n3", "no natural number"),
        ("[1, 2, NaN]", "no natural number"),
        ("[1, 2, 3", "neither JSON nor CSV"),
        ("[0, 0, 0]", "all weights are 0"),
        ("1, 2, " + "9" * 31, "at most 30 digits"),
        ("", "0 weights"),
        ("1,,2,3", "a weight is left out"),
        (",1,2", "a weight is left out"),
        ("1\n;\n2,3", "a weight is left out"),
    ],
)
def test_other_files_are_malformed(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(text)
    with pytest.raises(MalformedInput, match=why) as refused:
        read_weights(path, 3)
    assert str(refused.value).count("\n") == 0
    assert refused.value.cure


def test_what_weights_files_may_look_like(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    for text in (
        "[1, 20, 0]",
        "1,20,0",
        "1\n20\n0\n",
        "\ufeff1;20;0",
        ' [1,\n "20", 0] ',
        "1,\n\n20,\r\n0,",
    ):
        path.write_bytes(text.encode())
        assert read_weights(path, 3).each == (1, 20, 0)


def test_wishes_that_make_no_sense(tmp_path: Path) -> None:
    model = model_of(perfect_arrays(2, 3))
    for wish in (Asked(), Asked(float32=True), Asked(region="max>=1"), Asked(weights=tmp_path)):
        with pytest.raises(MalformedInput):
            asked(STRATEGIES[0], model, wish)


def test_weights_of_many_digits_are_not_read() -> None:
    for changes in ({"weightBits": 1 << 60}, {"tokenWeights": 1 << 9000}):
        fields: dict[str, Value] = {"weightBits": 1, "tokenWeights": 1, **changes}
        with pytest.raises(MalformedInput, match="binary digits"):
            MASS.form(FORM, fields)
        with pytest.raises(Refused, match="digits"):
            SECOND.worded("mass", Second(fields))
