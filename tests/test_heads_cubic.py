"""Cubic for several heads or biases: what is counted is right, input by input, whatever a certificate says."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from pipeline.errors import MalformedInput
from pipeline.recheck.heads import cubic
from pipeline.transformer.heads.cubic import HeadsCubic
from pipeline.transformer.heads.quartic import HeadsQuartic
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.heads_second import accepted_by, counted_by
from tests.test_heads import EACH, listed, right_inputs

counted = counted_by(cubic.count)
accepted = accepted_by(counted)


@pytest.mark.parametrize(("n_ctx", "d_vocab", "heads"), EACH)
def test_what_is_counted_is_right(n_ctx: int, d_vocab: int, heads: int) -> None:
    bounds = []
    kinds = [((), 0.1), (("b_Q", "b_U"), 0.05), (("b_K", "b_V", "b_O"), 0.2), (BIASES, 0.5)]
    for seed, (biases, noise) in enumerate(kinds):
        model = model_of(heads_arrays(seed, n_ctx, d_vocab, heads, noise, biases))
        found = HeadsCubic().search(model, lambda _: None)
        second = counted(model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right_inputs(model)
        bounds.append(found.bound)
    assert max(bounds) > d_vocab


def rows(random: Random, bits: int, lengths: list[int]) -> list[int]:
    return [random.getrandbits(bits * length) if length else 0 for length in lengths]


@pytest.mark.parametrize("seed", range(10))
def test_whatever_shares_leads_and_levels_say(seed: int) -> None:
    random, heads, v = Random(seed), 1 + seed % 3, 4
    model = model_of(heads_arrays(seed, 3, v, heads, 0.15))
    honest = HeadsCubic().search(model, lambda _: None).fields
    right, verdicts = right_inputs(model), set[int]()
    share_bits, short_bits = honest["shareBits"], honest["width"]
    assert isinstance(share_bits, int)
    assert isinstance(short_bits, int)
    short_bits += 2
    changes: list[dict[str, object]] = [
        {"levels": [48, 12, 0, 24], "parts": 48},
        {"levels": list(range(8)), "parts": 7},
        {"levels": [1, 1, 1], "parts": 1},
        {"levels": [random.randrange(60) for _ in range(9)]},
        {"shares": [rows(random, share_bits * heads, [1] * (m + 1)) for m in range(v)]},
        {"leads": [rows(random, short_bits - 6, [heads] * (m + 1)) for m in range(v)]},
        {"leads": [[0] * (m + 1) for m in range(v)]},
        {"tokenShort": [rows(random, short_bits, list(range(v))) for _ in range(heads)]},
        {"ownShort": [[(1 << short_bits * 4) - 1] * v for _ in range(heads)]},
    ]
    for change in changes:
        found = counted(model, {**honest, **change, "bound": 0, "blocks": [[v, 0]]})
        assert listed(found) <= right
        verdicts.add(sum(group.size for group in found.groups))
    assert len(verdicts) > 1


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Certificates that must be refused."""
    blocks, bound, heads, width = (fields[each] for each in ("blocks", "bound", "heads", "width"))
    assert isinstance(blocks, list)
    assert isinstance(bound, int)
    assert isinstance(heads, int)
    assert isinstance(width, int)
    token, leads, short = fields["token"], fields["leads"], fields["tokenShort"]
    assert isinstance(token, list)
    assert isinstance(leads, list)
    assert isinstance(short, list)
    more = [*blocks[:-1], [blocks[-1][0], blocks[-1][1] + 1]]
    return {
        "bound": {"bound": bound + 1},
        "blocks": {"blocks": more, "bound": bound + 1},
        "block beyond": {"blocks": [*blocks, [1, 1]], "bound": bound + 1},
        "heads": {"heads": heads + 1},
        "no heads": {"heads": 0},
        "cells": {"cellBits": 8},
        "tables swapped": {"token": [row[::-1] for row in token]},
        "leads too large": {"leads": [[each + 1 for each in row] for row in leads]},
        "shortfalls too small": {"tokenShort": [[each // 2 for each in row] for row in short]},
        "no shortfalls": {"tokenShort": [], "ownShort": []},
        "no shares": {"shares": []},
        "one position": {"n": 0},
        "count bits": {"countBits": 1},
        "parts": {"parts": 0},
        "lanes": {"bits": width + 4},
    }


def test_forged_certificates_are_refused() -> None:
    model = model_of(heads_arrays(3, 3, 4, 2, 0.15))
    fields = HeadsCubic().search(model, lambda _: None).fields
    assert accepted(model, fields)
    for name, change in forgeries(fields).items():
        assert not accepted(model, {**fields, **change}), name


def test_it_proves_no_more_than_quartic_and_often_as_much() -> None:
    for seed in range(4):
        model = model_of(heads_arrays(seed, 3, 4, 2, 0.05))
        cubic_bound = HeadsCubic().search(model, lambda _: None).bound
        quartic_bound = HeadsQuartic().search(model, lambda _: None).bound
        assert quartic_bound * 0.8 <= cubic_bound <= 4**3


def test_what_it_is_not_about_gets_one_line() -> None:
    for arrays in (heads_arrays(0, 1, 3, 2), heads_arrays(0, 2, 1, 2)):
        with pytest.raises(MalformedInput, match="needs two positions and two tokens"):
            HeadsCubic().search(model_of(arrays), lambda _: None)
