"""What `verify` can demand of a certificate: more than it claims is refused, what it claims is not."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.claim import ACCURACY, Asked
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.checker.weighed import TokenWeights
from pipeline.transformer.family import TRANSFORMER
from pipeline.transformer.strategies.margin import Dyadic, PrefixMargin
from pipeline.transformer.strategies.mass import PrefixMass
from pipeline.transformer.strategies.region import QuarticGaps, QuarticRegion, Region
from pipeline.transformer.strategies.soft import SplitCubic
from pipeline.wanted import Wanted, at_least
from tests.lean_support import model_of
from tests.tiny_models import perfect_arrays

PERFECT = 64
"""The inputs of the model, all of which it answers correctly."""


@cache
def model() -> Model:
    return model_of(perfect_arrays(3, 4))


@cache
def bundles() -> dict[str, Bundle]:
    """A certificate of each claim."""
    chosen: dict[str, Strategy] = {
        ACCURACY: TRANSFORMER.strategies["prefix"],
        "margin": PrefixMargin(Dyadic(3, 2)),
        "region": QuarticRegion(Region(1, 2)),
        "gaps": QuarticGaps(),
        "mass": PrefixMass(TokenWeights((1, 2, 3, 4))),
        "loss": SplitCubic(),
    }
    return {
        claim: make_bundle(
            model(), "Model", "m", strategy.search(model(), lambda _: None), "0" * 64
        )
        for claim, strategy in chosen.items()
    }


def refused(claim: str, wanted: Wanted) -> str:
    """Why a certificate is refused; empty if it is not."""
    try:
        wanted.require(bundles()[claim], model(), Path("certificate.json"))
    except MalformedInput as error:
        return f"{error.message} ({error.cure})"
    return ""


@pytest.mark.parametrize("claim", [ACCURACY, "margin", "gaps"])
def test_numbers_of_inputs_and_shares(claim: str) -> None:
    bound = bundles()[claim].manifest.claim.bound
    assert bound > PERFECT // 2
    for enough in (0, bound, Fraction(bound, PERFECT), Fraction(1, 2)):
        assert not refused(claim, Wanted(enough))
    assert f"fewer than {bound + 1}" in refused(claim, Wanted(bound + 1))
    if bound < PERFECT:
        assert "less than 100 %" in refused(claim, Wanted(Fraction(1)))
    assert "not a loss" in refused(claim, Wanted(at_most=Fraction(1)))


def test_a_loss_has_two_numbers() -> None:
    """A certificate of a loss says how large it is at most, and how many inputs are right at least."""
    manifest = bundles()["loss"].manifest
    loss, bound = manifest.fields()["loss"], manifest.claim.bound
    assert isinstance(loss, int)
    exactly = Fraction(loss, 10**9)
    assert not refused("loss", Wanted(bound, exactly))
    assert not refused("loss", Wanted(Fraction(bound, PERFECT), claim="loss"))
    assert "a mean loss of at most" in refused("loss", Wanted(at_most=exactly - Fraction(1, 10**9)))
    assert "fewer than" in refused("loss", Wanted(bound + 1, exactly))


def test_a_region_is_smaller_than_everything() -> None:
    bound = bundles()["region"].manifest.claim.bound
    assert 0 < bound < PERFECT
    assert not refused("region", Wanted(bound))
    assert not refused("region", Wanted(Fraction(bound, PERFECT)))
    assert "less than" in refused("region", Wanted(Fraction(bound, PERFECT) + Fraction(1, 1000)))


def test_a_weight_is_no_number_of_inputs() -> None:
    """Its number may be huge, whatever share it is."""
    assert bundles()["mass"].manifest.claim.bound == 1000
    assert "not a number of inputs" in refused("mass", Wanted(PERFECT))
    assert not refused("mass", Wanted(Fraction(1)))


def test_the_kind_of_claim() -> None:
    for claim in bundles():
        for other in bundles():
            assert bool(refused(claim, Wanted(claim=other))) == (claim != other)


def test_margins() -> None:
    assert not refused("margin", Wanted(asked=Asked(margin=Fraction(3, 4))))
    assert "not 0.76" in refused("margin", Wanted(asked=Asked(margin=Fraction(76, 100))))
    assert not refused("margin", Wanted(asked=Asked(float32=True)))
    for claim in (ACCURACY, "region", "gaps", "mass"):
        assert refused(claim, Wanted(asked=Asked(margin=Fraction(1, 9))))
        assert refused(claim, Wanted(asked=Asked(float32=True)))


def test_regions() -> None:
    for text in ("max>=1 gap>=2", "max>=2 gap>=2", "max>=1 gap>=3"):
        assert not refused("region", Wanted(asked=Asked(region=text)))
    for text in ("max>=0 gap>=2", "max>=1", "max>=3 gap>=1"):
        assert "not every such input" in refused("region", Wanted(asked=Asked(region=text)))
    assert not refused("gaps", Wanted(asked=Asked(region="max>=0")))
    for claim in (ACCURACY, "margin", "mass"):
        assert refused(claim, Wanted(asked=Asked(region="max>=3")))


def test_weights(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_text("1,2,3,4")
    assert not refused("mass", Wanted(asked=Asked(weights=path)))
    for claim in (ACCURACY, "margin", "region", "gaps"):
        assert refused(claim, Wanted(asked=Asked(weights=path)))
    path.write_text("2,2,3,4")
    assert "other weights" in refused("mass", Wanted(asked=Asked(weights=path)))


def test_how_shares_are_written() -> None:
    assert at_least("16000000") == 16_000_000
    assert isinstance(at_least("1"), int)
    assert (
        at_least("0.95")
        == at_least(".95")
        == at_least("95%")
        == at_least("95 %")
        == Fraction(95, 100)
    )
    for text in ("-1", "1.5", "101%", "nan", "0.9.5", "1e9", "", "half"):
        with pytest.raises(MalformedInput):
            at_least(text)
