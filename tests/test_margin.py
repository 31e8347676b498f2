"""Claims of a margin: what is certified has it, Lean counts the same, and what is forged is refused."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import iv

from pipeline import export
from pipeline.claim import ACCURACY, Asked
from pipeline.emit.names import definition_name
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.model import Model, read_model
from pipeline.recheck.certificate import Certificate as Second
from pipeline.recheck.recheck import recheck, verdict
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.family import TRANSFORMER as SECOND
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.recheck.transformer.words import Words
from pipeline.transformer.checker.classes import inputs
from pipeline.transformer.claims.margin import MARGIN, asked
from pipeline.transformer.family import FORM, TRANSFORMER
from pipeline.transformer.float32 import logit_error
from pipeline.transformer.strategies.margin import Dyadic, MarginStrategy
from pipeline.transformer.weights import render_weights
from tests.conftest import Runner
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS
from tests.tiny_models import Arrays, noisy_arrays, perfect_arrays, random_arrays, write_model

STRATEGIES = [each for each in MARGIN.strategies.values() if isinstance(each, MarginStrategy)]
MARGINS = st.builds(Dyadic, st.integers(0, 300), st.integers(0, 9))


def silent(_text: str) -> None:
    pass


def words_of(model: Model) -> Words:
    _, weights = read_weights(render_weights("Words", model).encode())
    return Words(weights, 40)


def with_margin(model: Model, margin: Fraction) -> set[tuple[int, ...]]:
    """All inputs with a margin of more than this, for certain."""
    words, found = words_of(model), set()
    for x in product(range(model.d_vocab), repeat=model.n_ctx):
        surplus = words.margin(x) - iv.mpf(margin.numerator) / margin.denominator
        if surplus.a > 0:
            found.add(x)
    return found


@settings(deadline=None, max_examples=40)
@given(MODELS, MARGINS)
def test_what_is_certified_has_the_margin(model: Model, margin: Dyadic) -> None:
    have = with_margin(model, Fraction(margin.num, 1 << margin.bits))
    for strategy in STRATEGIES:
        found = strategy.by(margin).search(model, silent)
        runs = strategy.counted(model, found.fields)
        certified = [each for run in runs for each in inputs(model.n_ctx - 1, run)]
        assert len(certified) == len(set(certified)) == found.bound
        assert not set(certified) - have, strategy.name


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda each: each.name)
def test_no_margin_is_accuracy_and_more_is_fewer(strategy: MarginStrategy) -> None:
    model = model_of(noisy_arrays(1, 3, 5, 0.4))
    plain = TRANSFORMER.strategies[strategy.name.removesuffix("-margin")].search(model, silent)
    bounds = [strategy.by(Dyadic(num, 4)).search(model, silent).bound for num in (0, 2, 6, 12, 999)]
    if strategy.name == "cubic-margin":  # for accuracy, cubic looks at tokens' own outputs apart
        assert bounds[0] <= plain.bound
    else:
        assert bounds[0] == plain.bound
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] > bounds[3] > bounds[4] == 0, "the margins make no difference"


@cache
def certificates() -> list[tuple[str, Model, MarginStrategy, dict[str, Value]]]:
    """Certificates of a margin that some inputs have and some have not."""
    found = []
    for number, arrays in enumerate((noisy_arrays(1, 3, 5, 0.4), perfect_arrays(2, 3))):
        model = model_of(arrays)
        for strategy in STRATEGIES:
            fields = dict(strategy.by(Dyadic(3, 3)).search(model, silent).fields)
            assert isinstance(fields["bound"], int)
            assert fields["bound"] > 0
            found.append((f"Margin{number}", model, strategy, fields))
    return found


def forgeries(fields: dict[str, Value]) -> list[dict[str, Value]]:
    """Changes of a certificate, each of which claims more than is so, or says it with numbers that do not fit."""
    num, bits, units, width = (
        fields[name] for name in ("marginNum", "marginBits", "units", "width")
    )
    bound, blocks, direct = fields["bound"], fields["blocks"], fields["direct"]
    assert isinstance(num, int)
    assert isinstance(bits, int)
    assert isinstance(units, int)
    assert isinstance(width, int)
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    assert isinstance(direct, list)
    size, counted = blocks[0]  # type: ignore[misc]
    tokens, positions = fields["tokenArg"], fields["posArg"]
    assert isinstance(tokens, list)
    assert isinstance(positions, list)
    return [
        {"bound": bound + 1},
        {"marginNum": 2 * num},
        {"marginNum": num << 80},
        {"marginBits": bits - 1},
        {"units": units - 1},
        {"units": 0},
        {"units": (1 << width) + 1},
        {"units": 1 << width},
        {"direct": direct[:-1]},
        {"tokenArg": [*tokens, 1]},
        {"posArg": [*positions, 1]},
        {"blocks": [[size, counted + 1], *blocks[1:]], "bound": bound + 1},
        {"blocks": [*blocks, [1, 0]]},
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
    assert not rejected


def test_a_theorem_says_the_margin_of_its_certificate() -> None:
    """The margin stands in the statement and in the certificate; Lean refuses a statement of a larger one."""
    name, model, strategy, fields = certificates()[0]
    bound = fields["bound"]
    assert isinstance(bound, int)
    larger = TRANSFORMER.form_for(None, strategy.name, {**fields, "marginNum": 4})
    text = render_theorem(
        larger, name, strategy.name, bound, fields, strategy.checker, strategy.joints(fields)
    )
    weights = f"Compact.Certificates.{name}.Weights"
    module = f"Compact.Certificates.{name}.Larger"
    results = build({weights: render_weights(name, model), module: text}, "Compact.Certificates")
    assert results[weights].ok
    assert not results[module].ok


def test_a_margin_of_many_digits_is_not_read() -> None:
    for changes in ({"marginBits": 1 << 60}, {"marginNum": 1 << 5000}):
        fields: dict[str, Value] = {"marginNum": 1, "marginBits": 1, **changes}
        with pytest.raises(MalformedInput, match="binary digits"):
            MARGIN.form(FORM, fields)
        with pytest.raises(MalformedInput, match="binary digits"):
            MARGIN.in_words(fields, "a file", 1, 2, 2)
        with pytest.raises(Refused, match="digits"):
            SECOND.said("margin", Second(fields))


def float32_logits(arrays: Arrays, model: Model, x: tuple[int, ...]) -> list[float]:
    """A forward pass in float32, as people write it."""
    one = np.float32(1)
    resid = arrays["W_E"][list(x)] + arrays["W_pos"]
    scores = (resid @ arrays["W_K"]) @ (resid[-1] @ arrays["W_Q"])
    scale = np.float32(model.attn_scale / 2.0**model.scale_frac)
    scores = scores / (scale * one)
    factors = np.exp(scores - scores.max())
    mixed = (factors / factors.sum()) @ (resid @ arrays["W_V"])
    logits = (resid[-1] + mixed @ arrays["W_O"]) @ arrays["W_U"]
    assert logits.dtype == np.float32
    return [float(each) for each in logits]


@pytest.mark.parametrize("seed", range(6))
def test_float32_is_off_by_no_more(seed: int) -> None:
    """Not a proof, but a forward pass that is off by more would refute the bound."""
    random = np.random.default_rng(seed)
    make = random_arrays if seed % 2 else noisy_arrays
    arrays = {
        name: (array * random.uniform(0.3, 3, array.shape)).astype(np.float32)
        for name, array in make(seed, 3, 4, 1.0).items()
    }
    model = model_of(arrays)
    bound, words, worst = logit_error(model), words_of(model), 0.0
    for x in product(range(4), repeat=3):
        for there, exact in zip(float32_logits(arrays, model, x), words.logits(x), strict=True):
            worst = max(worst, float(abs(iv.mpf(there) - exact).b))
    assert 0 < worst <= bound, "nothing was rounded, or more than the bound"


def test_what_is_asked_is_clear() -> None:
    model, strategy = model_of(perfect_arrays(2, 3)), STRATEGIES[0]
    chosen = asked(strategy, model, Asked(float32=True))
    assert isinstance(chosen, MarginStrategy)
    half = Fraction(chosen.margin.num, 2 << chosen.margin.bits)
    assert logit_error(model) <= half < logit_error(model) + Fraction(1, 1 << 19)
    for wish in (Asked(), Asked(margin=Fraction(1), float32=True), Asked(margin=Fraction(1 << 70))):
        with pytest.raises(MalformedInput):
            asked(strategy, model, wish)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--claim", "margin"],
        ["--claim", "margin", "--margin", "-1"],
        ["--claim", "margin", "--margin", "nan"],
        ["--claim", "margin", "--margin", "1e400"],
        ["--claim", "margin", "--margin", "1e5000000"],
        ["--claim", "margin", "--margin", "1e999999999"],
        ["--claim", "margin", "--margin", "1", "--strategy", "brute-force"],
        ["--claim", "everything"],
        ["--margin", "1"],
        ["--float32"],
    ],
)
def test_other_wishes_are_malformed(
    arguments: list[str], program: Runner, model_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = program(export.app, model_file, "--out", out, "--no-check", *arguments)
    assert result.exit_code == 2, result
    assert not out.exists()


def test_accuracy_is_not_written() -> None:
    """Certificates of accuracy are what they were before there were other claims."""
    assert TRANSFORMER.claim_of("prefix") is None
    assert TRANSFORMER.form_for(None, "prefix", {}) == FORM
    assert ACCURACY not in TRANSFORMER.claims


def test_export_and_second_checker(program: Runner, tmp_path: Path) -> None:
    """From a file to a theorem of a margin, which the second checker reads from disk."""
    model = write_model(tmp_path / "tiny.safetensors", perfect_arrays(2, 3))
    out = tmp_path / "out"
    wish = ["--claim", "margin", "--margin", "1/8", "--strategy", "prefix", "--json"]
    result = program(export.app, model, "--out", out, *wish)
    assert result.exit_code == 0, result.err
    assert result.json["claim"] == "margin"
    assert result.json["correct"] > 0
    assert "(Compact.CorrectBy R (Compact.dyadic R 1 3) " in result.json["statement"]
    second = recheck(model, out / "prefix-margin.json", look_at=9)
    assert second.accepted, second.reason
    assert second.numbers is not None
    assert second.numbers.hold
    lean = out / "PrefixMargin.lean"
    text = lean.read_text()
    for said in ("CorrectBy R (dyadic R (nat_lit 1) (nat_lit 2))", "Correct R"):
        changed = text.replace("CorrectBy R (dyadic R (nat_lit 1) (nat_lit 3))", said)
        assert changed != text
        lean.write_text(changed)
        assert not recheck(model, out / "prefix-margin.json").accepted


@pytest.mark.parametrize(
    ("num", "bits", "shown"),
    [
        (0, 0, "more than 0 (0)"),
        (1, 1, "more than 1/2 (0.5)"),
        ((1 << 24) - 1, 20, "(15.9999...)"),
        ((1 << 1024) - 1, 0, "(1.79769e+308...)"),
    ],
)
def test_a_margin_is_not_rounded_up(num: int, bits: int, shown: str) -> None:
    """In decimal digits it is no more than in the theorem, and of any size that a certificate may have."""
    fields: dict[str, Value] = {"marginNum": num, "marginBits": bits}
    assert shown in TRANSFORMER.say("prefix-margin", fields, "file", 1, 3, 2)


def test_float32_says_nothing_of_huge_weights(tmp_path: Path) -> None:
    """In one line, and at once: no exponential of a number with hundreds of digits is written out."""
    large = {name: each * np.float32(1e30) for name, each in perfect_arrays(3, 4).items()}
    model = read_model(write_model(tmp_path / "huge.safetensors", large))
    with pytest.raises(MalformedInput, match="so large that in float32"):
        logit_error(model)
