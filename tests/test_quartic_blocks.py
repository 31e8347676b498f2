"""Quartic counts in blocks of maxima, which the kernel evaluates one after the other.

However the maxima are divided, Lean and the second checker accept what holds, and refuse what does not.
"""

from __future__ import annotations

import pytest

from pipeline.emit.theorem import render_theorem, render_value
from pipeline.model import Model
from pipeline.recheck.certificate import Certificate as Reread
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.recheck import verdict
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.family import TRANSFORMER as RECHECKED
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.transformer.family import FORM
from pipeline.transformer.strategies import Certificate, find_strategy, quartic
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.tiny_models import noisy_arrays

NAME = "Blocks"
SPACE = f"Compact.Certificates.{NAME}"


@pytest.fixture
def model() -> Model:
    return model_of(noisy_arrays(7, 3, 5, 0.3))


def search(model: Model, monkeypatch: pytest.MonkeyPatch, lanes: int) -> Certificate:
    monkeypatch.setattr(quartic, "LANES", lanes)
    return find_strategy("quartic").search(model, lambda _: None)


def blocks_of(found: Certificate) -> list[list[int]]:
    each = found.fields["blocks"]
    assert isinstance(each, list)
    return [block for block in each if isinstance(block, list)]


def theorem(found: Certificate) -> str:
    joints = find_strategy("quartic").joints(found.fields)
    return render_theorem(FORM, NAME, "quartic", found.bound, found.fields, joints=joints)


def test_many_blocks(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than Lean would elaborate without being told to go on."""
    found = search(model, monkeypatch, 1)
    text = theorem(found)
    assert len(blocks_of(found)) > 3
    assert "set_option maxHeartbeats 0\n" in text
    assert "set_option" not in theorem(search(model, monkeypatch, 1 << 22))
    assert read_theorem(text.encode(), RECHECKED).claimed == found.bound
    sources = {f"{SPACE}.Weights": render_weights(NAME, model), f"{SPACE}.Quartic": text}
    assert all(each.ok for each in build(sources, SPACE).values())


@pytest.mark.parametrize("lanes", [1, 40, 100, 1 << 22])
def test_blocks_divide_the_maxima(
    model: Model, monkeypatch: pytest.MonkeyPatch, lanes: int
) -> None:
    found = search(model, monkeypatch, lanes)
    blocks = blocks_of(found)
    assert sum(size for size, _ in blocks) == model.d_vocab
    assert all(size > 0 for size, _ in blocks)
    assert sum(counted for _, counted in blocks) == found.bound > 0
    assert (len(blocks) == 1) == (lanes == 1 << 22)


def test_lean_and_the_second_checker_agree(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    found = search(model, monkeypatch, 100)
    (first, a), (second, b), *rest = blocks_of(found)
    assert a > 0
    assert b > 0
    v, bound = model.d_vocab, found.bound
    claims = {
        "as found": (blocks_of(found), bound, True),
        "in many": (blocks_of(search(model, monkeypatch, 1)), bound, True),
        "in one": ([[v, bound]], bound, True),
        "less than is counted": ([[v, bound - 1]], bound - 1, True),
        "nothing": ([], 0, True),
        "an empty block": ([[0, 0], [v, bound]], bound, True),
        "the first only": ([[first, a]], a, True),
        "no number of inputs": ([[v]], 0, True),
        "more than the blocks hold": ([[first, a]], a + 1, False),
        "nothing holds something": ([], 1, False),
        "inputs moved": ([[first, a + 1], [second, b - 1], *rest], bound, False),
        "one too many": ([[v, bound + 1]], bound + 1, False),
        "the same twice": ([[v, bound], [v, bound]], 2 * bound, False),
        "beyond the last": ([[v + 1, bound]], bound, False),
        "an empty block that holds something": ([[v, bound], [0, 1]], bound + 1, False),
        "huge": ([[1 << 70, bound]], bound, False),
    }
    weights = render_weights(NAME, model)
    _, reread = read_weights(weights.encode())
    lines = ""
    for name, (blocks, claimed, holds) in claims.items():
        fields = {**found.fields, "blocks": blocks, "bound": claimed}
        assert verdict(RECHECKED, reread, "Quartic", Reread(fields)).accepted is holds, name
        changed = f"blocks := {render_value(blocks)}, bound := {render_value(claimed)}"
        lines += (
            f"example : Quartic.check weights {{ quartic with {changed} }} = {str(holds).lower()}"
            " := by decide +kernel\n"
        )
    end = f"end {SPACE}\n"
    text = theorem(found)
    assert text.count("Blocks.next") == len(blocks_of(found))
    results = build(
        {f"{SPACE}.Weights": weights, f"{SPACE}.Quartic": text.replace(end, lines + end)}, SPACE
    )
    rejected = [line for every in results.values() if not every.ok for line in every.printable()]
    assert not rejected


def test_a_proof_in_too_few_or_too_many_parts_is_no_proof(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = search(model, monkeypatch, 100)
    right = theorem(found)
    part = "(Blocks.next (by decide +kernel) "
    wrong = [
        right.replace(part, "(Blocks.next (by decide +kernel) " * 9, 1).replace(
            "(by decide +kernel)))", "(by decide +kernel)))" + ")" * 8, 1
        ),
        right.replace("Bool.and_intro", "Blocks.next"),
    ]
    for text in wrong:
        assert text != right
        results = build(
            {f"{SPACE}.Weights": render_weights(NAME, model), f"{SPACE}.Quartic": text}, SPACE
        )
        assert results[f"{SPACE}.Weights"].ok
        assert not results[f"{SPACE}.Quartic"].ok


def test_the_second_checker_reads_the_parts(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    text = theorem(search(model, monkeypatch, 100))
    assert read_theorem(text.encode(), RECHECKED).checker == "Quartic"
    for hostile in (
        text.replace("by decide +kernel", "by native_decide", 1),
        text.replace("(by decide +kernel)))", "(by decide +kernel))", 1),
        text.replace("Blocks.next", "Quartic.other", 1),
        text.replace("Blocks.next (by", "Quartic.next h (by", 1),
    ):
        assert hostile != text
        with pytest.raises(Refused):
            read_theorem(hostile.encode(), RECHECKED)
