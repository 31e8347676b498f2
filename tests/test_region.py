"""Claims of a region: every input of it is right, Lean checks the same, and what is forged is refused."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import export
from pipeline.claim import Asked
from pipeline.emit.names import definition_name
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.linear.family import LINEAR
from pipeline.model import Model
from pipeline.recheck.certificate import Certificate as Second
from pipeline.recheck.recheck import recheck, verdict
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.family import TRANSFORMER as SECOND
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.transformer.checker.classes import inputs
from pipeline.transformer.claims.region import asked
from pipeline.transformer.family import TRANSFORMER
from pipeline.transformer.strategies.region import Gaps, QuarticGaps, QuarticRegion, Region
from pipeline.transformer.weights import render_weights
from tests.conftest import Runner
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, right_inputs
from tests.tiny_models import noisy_arrays, perfect_arrays, write_model

Input = tuple[int, ...]


def silent(_text: str) -> None:
    pass


def within(model: Model, least: int, gap: int) -> set[Input]:
    """The region, in the words of the claim (`InRegion`)."""
    everything = product(range(model.d_vocab), repeat=model.n_ctx)
    return {
        x
        for x in everything
        if least <= max(x) and all(t == max(x) or t + gap <= max(x) for t in x)
    }


@settings(deadline=None, max_examples=40)
@given(MODELS)
def test_every_input_of_the_best_region_is_right(model: Model) -> None:
    found = QuarticRegion().search(model, silent)
    least, gap = found.fields["least"], found.fields["gap"]
    assert isinstance(least, int)
    assert isinstance(gap, int)
    region = within(model, least, gap)
    runs = QuarticRegion().counted(model, found.fields)
    counted = [each for run in runs for each in inputs(model.n_ctx - 1, run)]
    assert len(counted) == len(region) == found.bound
    assert set(counted) == region
    assert region <= right_inputs(model)


@settings(deadline=None, max_examples=40)
@given(MODELS, st.integers(0, 3), st.integers(0, 4))
def test_a_region_that_is_asked_for_is_right_or_refused(model: Model, least: int, gap: int) -> None:
    region = within(model, least, gap)
    strategy = QuarticRegion(Region(min(least, model.d_vocab), gap))
    if region <= right_inputs(model):
        with suppress(MalformedInput):  # right, but too near for the rounding to show
            assert strategy.search(model, silent).bound == len(region)
        return
    with pytest.raises(MalformedInput, match=r"answered wrongly|not shown to be") as refused:
        strategy.search(model, silent)
    shown = QuarticRegion().search(model, silent).bound
    assert ("ask for less" if shown else "no region can be shown") in str(refused.value.cure)


def within_gaps(model: Model, gaps: Gaps) -> set[Input]:
    """The region with a gap for each maximum, in the words of the claim (`InGaps`)."""
    everything = product(range(model.d_vocab), repeat=model.n_ctx)
    return {
        x
        for x in everything
        if (gap := gaps.each[max(x)]) and all(t == max(x) or t + gap <= max(x) for t in x)
    }


@settings(deadline=None, max_examples=40)
@given(MODELS)
def test_every_input_within_the_gaps_is_right(model: Model) -> None:
    found = QuarticGaps().search(model, silent)
    bits, packed = found.fields["gapBits"], found.fields["gaps"]
    assert isinstance(bits, int)
    assert isinstance(packed, int)
    region = within_gaps(model, Gaps.read(bits, packed, model.d_vocab))
    runs = QuarticGaps().counted(model, found.fields)
    counted = [each for run in runs for each in inputs(model.n_ctx - 1, run)]
    assert len(counted) == len(region) == found.bound
    assert set(counted) == region
    assert region <= right_inputs(model)
    assert found.bound >= QuarticRegion().search(model, silent).bound


def test_tokens_that_no_input_of_two_positions_holds_stand_in_no_way() -> None:
    """With another query, the only other position holds the maximum: no token beside these two is in the input."""
    counts = []
    for seed in range(8):
        model = model_of(noisy_arrays(seed, 2, 4, 0.5))
        right = right_inputs(model)
        full = [
            m
            for m in range(4)
            if {x for x in product(range(m + 1), repeat=2) if max(x) == m} <= right
        ]
        gaps = QuarticGaps().search(model, silent).fields
        each = Gaps.read(gaps["gapBits"], gaps["gaps"], 4).each  # type: ignore[arg-type]
        counts.append((len(full), sum(gap == 1 for gap in each)))
    assert counts == [(full, full) for full, _ in counts], "two positions leave nothing to average"
    assert len(set(counts)) > 1


@cache
def certificates() -> list[tuple[str, Model, dict[str, Value]]]:
    """Of a model that is right about all, and of one that is not."""
    found = []
    for number, arrays in enumerate((perfect_arrays(3, 4), noisy_arrays(1, 3, 5, 0.4))):
        model = model_of(arrays)
        fields = dict(QuarticRegion().search(model, silent).fields)
        assert fields["bound"]
        found.append((f"Region{number}", model, fields))
    _, model, fields = found[1]
    assert fields["bound"] != model.d_vocab**model.n_ctx
    return found


def larger_gaps(fields: dict[str, Value]) -> list[dict[str, Value]]:
    """Changes that claim more than is shown of a table of gaps."""
    bits, packed, bound, blocks = (fields[name] for name in ("gapBits", "gaps", "bound", "blocks"))
    assert isinstance(bits, int)
    assert isinstance(packed, int)
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    size, count = blocks[0]  # type: ignore[misc]
    changes: list[dict[str, Value]] = [
        {"bound": bound + 1},
        {"blocks": [[size, count + 1], *blocks[1:]], "bound": bound + 1},
        {"blocks": [[size - 1, 0], *blocks[1:]], "bound": 0},
        {"blocks": [*blocks, [1, 0]]},
        {"gapBits": 0},
    ]
    for m, gap in enumerate(Gaps.read(bits, packed, 5).each):
        if gap > 1:
            changes.append({"gaps": packed - (1 << bits * m)})
        elif gap == 0:
            changes.append({"gaps": packed + (m + 1 << bits * m), "gapBits": bits})
    return changes


def test_lean_and_the_second_checker_agree_on_gaps_and_refuse_what_is_forged() -> None:
    sources: dict[str, str] = {}
    strategy, grown = QuarticGaps(), 0
    for number, arrays in enumerate((noisy_arrays(1, 3, 5, 0.4), noisy_arrays(4, 3, 5, 0.7))):
        name, model = f"Gaps{number}", model_of(arrays)
        fields = dict(strategy.search(model, silent).fields)
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
        for changes in larger_gaps(fields):
            grown += "gaps" in changes
            second = verdict(SECOND, w, strategy.checker, Second({**fields, **changes}))
            assert not second.accepted, changes
            changed = ", ".join(f"{key} := {render_value(each)}" for key, each in changes.items())
            forged += (
                f"example : {strategy.checker}.check weights {{ {data} with {changed} }} = false :="
                " by decide +kernel\n"
            )
        end = f"end Compact.Certificates.{name}\n"
        sources[f"Compact.Certificates.{name}.{strategy.checker}"] = text.replace(end, forged + end)
    assert grown > 1, "no forgery claims a larger region"
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def larger(fields: dict[str, Value]) -> list[dict[str, Value]]:
    """Changes that claim more than is shown: of inputs, of the region, of its maxima."""
    least, gap, bound, blocks = (fields[name] for name in ("least", "gap", "bound", "blocks"))
    assert isinstance(least, int)
    assert isinstance(gap, int)
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    direct = [each for each in fields["direct"] if isinstance(each, int)]  # type: ignore[union-attr]
    size, count = blocks[0]  # type: ignore[misc]
    changes: list[dict[str, Value]] = [
        {"bound": bound + 1},
        {"blocks": [[size, count + 1], *blocks[1:]], "bound": bound + 1},
        {"blocks": blocks[:-1], "bound": 0},
        {"blocks": [*blocks, [1, 0]]},
        {"blocks": [[size - 1, 0], *blocks[1:]], "bound": 0},
        {"least": least + 1, "bound": 0},
        {"direct": [direct[0] + 1, *direct[1:]]},
    ]
    if least:
        changes.append({"least": least - 1, "blocks": [[size + 1, count], *blocks[1:]]})
    if gap > 1:
        changes.append({"gap": gap - 1})
    return changes


def test_lean_and_the_second_checker_agree_and_refuse_what_is_forged() -> None:
    sources: dict[str, str] = {}
    strategy, grown = QuarticRegion(), 0
    for name, model, fields in certificates():
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
        for changes in larger(fields):
            grown += "gap" in changes or changes.get("least", bound + 9) < fields["least"]  # type: ignore[operator]
            second = verdict(SECOND, w, strategy.checker, Second({**fields, **changes}))
            assert not second.accepted, changes
            changed = ", ".join(f"{key} := {render_value(each)}" for key, each in changes.items())
            forged += (
                f"example : {strategy.checker}.check weights {{ {data} with {changed} }} = false :="
                " by decide +kernel\n"
            )
        end = f"end Compact.Certificates.{name}\n"
        sources[f"Compact.Certificates.{name}.{strategy.checker}"] = text.replace(end, forged + end)
    assert grown, "no forgery claims a larger region"
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def laid_out(fields: Mapping[str, Value]) -> list[dict[str, Value]]:
    """Other ways to compare rows: wider or narrower, coarser or finer, of fewer or more tokens together."""
    wide, spare, shifts = fields["laneBits"], fields["spareBits"], fields["shifts"]
    assert isinstance(wide, int)
    assert isinstance(spare, int)
    assert isinstance(shifts, list)
    each = [shift for shift in shifts if isinstance(shift, int)]
    lane_of = [sum(1 << 16 * q for q in range(m + 1)) for m in range(len(each))]
    more = [shift + 5 * one for shift, one in zip(each, lane_of, strict=True)]
    fewer = [shift - 5 * one for shift, one in zip(each, lane_of, strict=True)]
    return [
        {"firsts": []},
        {"firsts": [0xFFFF * one for one in lane_of]},
        {"firsts": list(lane_of)},
        {"laneBits": wide + 7},
        {"laneBits": spare + 1},
        {"laneBits": spare},
        {"laneBits": 3},
        {"spareBits": spare + 3},
        {"spareBits": spare - 3},
        {"spareBits": 0},
        {"shifts": more},
        {"shifts": fewer},
        {"shifts": fewer, "spareBits": spare + 5, "laneBits": wide + 9},
        {"shifts": []},
        {"shifts": [0xFFFF * one for one in lane_of]},
    ]


@cache
def asked_for() -> list[tuple[Model, dict[str, Value]]]:
    """Certificates of tiny models for all regions, true or not, that name no number of inputs."""
    found = []
    for seed, positions, tokens, noise in (
        (1, 3, 5, 0.4),
        (4, 3, 4, 0.7),
        (5, 2, 5, 0.5),
        (2, 4, 3, 0.5),
    ):
        model = model_of(noisy_arrays(seed, positions, tokens, noise))
        fields = dict(QuarticRegion().search(model, silent).fields)
        for least in range(tokens):
            claimed: dict[str, Value] = {
                "least": least,
                "blocks": [[tokens - least, 0]],
                "bound": 0,
            }
            found += [(model, {**fields, **claimed, "gap": gap}) for gap in range(4)]
    return found


def test_however_rows_are_compared_only_true_regions_are_accepted() -> None:
    """Against all inputs, one by one."""
    accepted, refused, wrong = 0, 0, 0
    for model, fields in asked_for():
        least, gap = fields["least"], fields["gap"]
        assert isinstance(least, int)
        assert isinstance(gap, int)
        holds = within(model, least, gap) <= right_inputs(model)
        weights = render_weights("Laid", model)
        _, w = read_weights(weights.encode())
        for changes in ({}, *laid_out(fields)):
            found = verdict(SECOND, w, "QuarticRegion", Second({**fields, **changes}))
            assert holds or not found.accepted, (least, gap, changes)
            accepted, refused, wrong = (
                accepted + found.accepted,
                refused + (not found.accepted),
                wrong + (not holds),
            )
    assert min(accepted, refused, wrong) > 100, (accepted, refused, wrong)


def test_lean_and_the_second_checker_agree_however_rows_are_compared() -> None:
    name, model, fields = certificates()[1]
    strategy, weights = QuarticRegion(), render_weights(name, model)
    _, w = read_weights(weights.encode())
    bound = fields["bound"]
    assert isinstance(bound, int)
    form = TRANSFORMER.form_for(None, strategy.name, fields)
    text = render_theorem(
        form, name, strategy.name, bound, fields, strategy.checker, strategy.joints(fields)
    )
    data, said, seen = definition_name(strategy.name), "", list[bool]()
    for changes in laid_out(fields):
        seen.append(verdict(SECOND, w, strategy.checker, Second({**fields, **changes})).accepted)
        changed = ", ".join(f"{key} := {render_value(each)}" for key, each in changes.items())
        said += (
            f"example : {strategy.checker}.check weights {{ {data} with {changed} }} ="
            f" {str(seen[-1]).lower()} := by decide +kernel\n"
        )
    assert 3 < sum(seen) < len(seen) - 3
    end = f"end Compact.Certificates.{name}\n"
    results = build(
        {
            f"Compact.Certificates.{name}.Weights": weights,
            f"Compact.Certificates.{name}.{strategy.checker}": text.replace(end, said + end),
        },
        "Compact.Certificates",
    )
    assert not [line for each in results.values() if not each.ok for line in each.printable()]


def test_a_theorem_says_the_region_of_its_certificate() -> None:
    name, model, fields = certificates()[1]
    strategy, bound, least = QuarticRegion(), fields["bound"], fields["least"]
    assert isinstance(bound, int)
    assert isinstance(least, int)
    other = TRANSFORMER.form_for(None, strategy.name, {**fields, "least": least + 1})
    text = render_theorem(
        other, name, strategy.name, bound, fields, strategy.checker, strategy.joints(fields)
    )
    weights, module = (f"Compact.Certificates.{name}.{each}" for each in ("Weights", "Other"))
    results = build({weights: render_weights(name, model), module: text}, "Compact.Certificates")
    assert results[weights].ok
    assert not results[module].ok


def test_export_and_second_checker(program: Runner, tmp_path: Path) -> None:
    """From a file to a theorem of a region, which the second checker reads from disk."""
    model = write_model(tmp_path / "tiny.safetensors", perfect_arrays(3, 4))
    out = tmp_path / "out"
    result = program(
        export.app, model, "--claim", "region", "--region", "max>=2 gap>=2", "--out", out, "--json"
    )
    assert result.exit_code == 0, result.err
    assert result.json["claim"] == "region"
    assert "every one whose maximum is at least 2 and whose other tokens" in result.json["in_words"]
    assert "Compact.RightOn R 2 2" in result.json["statement"]
    second = recheck(model, out / "quartic-region.json", look_at=20)
    assert second.accepted, second.reason
    assert second.numbers is not None
    assert second.numbers.hold
    lean = out / "QuarticRegion.lean"
    lean.write_text(lean.read_text().replace("RightOn R (nat_lit 2)", "RightOn R (nat_lit 1)"))
    assert not recheck(model, out / "quartic-region.json").accepted


def test_export_of_gaps_and_second_checker(program: Runner, tmp_path: Path) -> None:
    """From a file to a theorem of gaps, which the second checker reads from disk."""
    model = write_model(tmp_path / "tiny.safetensors", noisy_arrays(1, 3, 5, 0.4))
    out = tmp_path / "out"
    result = program(export.app, model, "--claim", "gaps", "--out", out, "--json")
    assert result.exit_code == 0, result.err
    assert result.json["claim"] == "gaps"
    assert "a gap that depends on the maximum (" in result.json["in_words"]
    assert "Compact.RightInGaps R " in result.json["statement"]
    second = recheck(model, out / "quartic-gaps.json", look_at=50)
    assert second.accepted, second.reason
    assert second.numbers is not None
    assert second.numbers.hold
    lean = out / "QuarticGaps.lean"
    lean.write_text(lean.read_text().replace("RightInGaps R (nat_lit", "RightOn R (nat_lit"))
    assert not recheck(model, out / "quartic-gaps.json").accepted


def test_an_empty_region_is_said_to_be_empty(program: Runner, tmp_path: Path) -> None:
    """Of a model that says the least token, nothing can be shown."""
    arrays = {name: -each if name == "W_U" else each for name, each in perfect_arrays(2, 3).items()}
    model = write_model(tmp_path / "wrong.safetensors", arrays)
    for claim in ("region", "gaps"):
        out = tmp_path / claim
        result = program(export.app, model, "--claim", claim, "--out", out, "--json")
        assert result.exit_code == 0, result.err
        assert result.json["claims_nothing"] is True
        assert result.json["in_words"].startswith("NOTHING IS CLAIMED: this is so of every model")


def test_gaps_of_many_digits_are_not_read() -> None:
    for name in ("gapBits", "gaps"):
        fields: dict[str, Value] = {"gapBits": 1, "gaps": 1, name: 1 << 20_000}
        with pytest.raises(MalformedInput, match="binary digits"):
            TRANSFORMER.form_for(None, "quartic-gaps", fields)
        with pytest.raises(Refused, match="digits"):
            SECOND.before("gaps", Second(fields))


def test_a_region_of_many_digits_is_not_read() -> None:
    for name in ("least", "gap"):
        fields: dict[str, Value] = {"least": 1, "gap": 1, name: 1 << 20_000}
        with pytest.raises(MalformedInput, match="larger tokens"):
            TRANSFORMER.form_for(None, "quartic-region", fields)
        with pytest.raises(Refused, match="larger tokens"):
            SECOND.before("region", Second(fields))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (text, "is no region")
            for text in ("", "max>=", "min>=3", "max>=2 gap>=-1", "max>=2; gap>=1")
        ),
        ("max>=99", "no input has a maximum of at least 99"),
        ("max>=1 gap>=9999999999", "a number of more than 9 digits"),
    ],
)
def test_other_words_are_no_region(text: str, said: str) -> None:
    with pytest.raises(MalformedInput, match=said):
        asked(QuarticRegion(), model_of(perfect_arrays(2, 3)), Asked(region=text))


def test_where_no_region_can_be_shown() -> None:
    """None is offered: the region with the most inputs has none."""
    model = model_of(noisy_arrays(7, 3, 4, 0.5))
    assert not QuarticRegion().search(model, silent).bound
    with pytest.raises(MalformedInput, match="no region can be shown") as refused:
        QuarticRegion(Region(0, 0)).search(model, silent)
    assert "--claim gaps" in str(refused.value)
    assert QuarticGaps().search(model, silent).bound


def test_a_strategy_may_be_called_by_its_full_name() -> None:
    for name in ("quartic", "quartic-region"):
        assert TRANSFORMER.to_claim("region", name, None).name == "quartic-region"
    with pytest.raises(MalformedInput, match="'cubic' proves no claim of region"):
        TRANSFORMER.to_claim("region", "cubic", None)


def test_a_family_without_the_claim() -> None:
    with pytest.raises(MalformedInput, match=r"of the family linear .*leave out --claim"):
        LINEAR.to_claim("loss", None, None)


def test_words_say_no_more_than_the_theorem() -> None:
    """A certificate may claim fewer inputs than the region has: its number is not how many these are."""
    said = TRANSFORMER.say("quartic-region", {"least": 0, "gap": 6}, "file", 1, 6, 2)
    assert "every one whose maximum is at least 0" in said
    assert "At least 1 inputs are answered correctly" in said
    assert "These are" not in said
