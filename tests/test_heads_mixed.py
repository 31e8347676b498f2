"""Prefix and mixed for several heads: what is counted is right, input by input, whatever a certificate says."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from pipeline.errors import MalformedInput
from pipeline.recheck.heads import mixed
from pipeline.transformer.heads.cubic import HeadsCubic
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.mixed import ByHead, MixedByHead, PrefixByHead
from pipeline.transformer.heads.quartic import HeadsQuartic
from tests import test_heads_cubic
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.heads_second import accepted_by, counted_by
from tests.test_heads import EACH, listed, right_inputs

BOTH = (PrefixByHead(), MixedByHead())
SEVERAL = [each for each in EACH if each[2] > 1]


counted = counted_by(mixed.count)
accepted = accepted_by(counted)


def ways_of(fields: Mapping[str, object]) -> set[int]:
    """The ways that a certificate names, all prefixes being one."""
    ways = fields["ways"]
    assert isinstance(ways, list)
    return {min(way, 2) for row in ways for way in row}


@pytest.mark.parametrize("strategy", BOTH, ids=lambda each: each.name)
@pytest.mark.parametrize(("n_ctx", "d_vocab", "heads"), SEVERAL)
def test_what_is_counted_is_right(strategy: ByHead, n_ctx: int, d_vocab: int, heads: int) -> None:
    bounds = []
    kinds = [((), 0.1), (("b_Q", "b_U"), 0.05), (("b_K", "b_V", "b_O"), 0.2), (BIASES, 0.5)]
    for seed, (biases, noise) in enumerate(kinds):
        model = model_of(heads_arrays(seed, n_ctx, d_vocab, heads, noise, biases))
        found = strategy.search(model, lambda _: None)
        second = counted(model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right_inputs(model)
        bounds.append(found.bound)
    assert max(bounds) > d_vocab


def rows(random: Random, bits: int, lengths: list[int]) -> list[int]:
    return [random.getrandbits(bits * length) if length else 0 for length in lengths]


@pytest.mark.parametrize("seed", range(10))
def test_whatever_ways_and_sizes_say(seed: int) -> None:
    random, heads, v = Random(seed), 2 + seed % 2, 4
    model = model_of(heads_arrays(seed, 3, v, heads, 0.15))
    honest = BOTH[seed % 2].search(model, lambda _: None).fields
    right, verdicts = right_inputs(model), set[int]()
    share_bits, width, class_bits = (honest[x] for x in ("shareBits", "width", "classBits"))
    assert isinstance(share_bits, int)
    assert isinstance(width, int)
    assert isinstance(class_bits, int)
    every = [list(range(1, m + 2)) for m in range(v)]
    full = [[2 + int("1" * 40, 2 ** random.randrange(1, 4)) for _ in row] for row in every]
    changes: list[dict[str, object]] = [
        {"ways": [rows(random, 2 * class_bits, [1] * (m + 1)) for m in range(v)]},
        {"ways": full},
        {"ways": full, "sizeBits": 1, "classBits": 1},
        {"ways": full, "sizeBits": 2, "classBits": 5, "levels": [0, 48, 3]},
        {"ways": full, "levels": [random.randrange(60) for _ in range(9)]},
        {"ways": [[0] * (m + 1) for m in range(v)], "tokenLevels": [[12] * v] * v},
        {"ways": [[1] * (m + 1) for m in range(v)]},
        {"shares": [rows(random, share_bits * heads, [1] * (m + 1)) for m in range(v)]},
        {"leads": [[0] * (m + 1) for m in range(v)]},
        {"leads": [rows(random, width - 4, [heads] * (m + 1)) for m in range(v)]},
        {"tokenShort": [rows(random, width + 2, list(range(v))) for _ in range(heads)]},
        {"ownShort": [[(1 << (width + 2) * 4) - 1] * v for _ in range(heads)]},
    ]
    for change in changes:
        found = counted(model, {**honest, **change, "bound": 0, "blocks": [[v, 0]]})
        assert listed(found) <= right
        verdicts.add(sum(group.size for group in found.groups))
    assert len(verdicts) > 1


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Certificates that must be refused."""
    ways, v = fields["ways"], fields["v"]
    assert isinstance(ways, list)
    assert isinstance(v, int)
    return {
        **test_heads_cubic.forgeries(fields),
        "all tokens of all classes": {
            "ways": [[2 + ((1 << 60 * v) - 1 if m else 0)] * (m + 1) for m in range(v)],
        },
        "rows without levels": {
            "ways": [[0] * len(row) for row in ways],
            "levelBits": 6,
            "tokenLevels": [[(1 << 400) - 1] * len(row) for row in ways],
        },
        "no sizes": {"ways": [[2] * len(row) for row in ways]},
    }


@pytest.mark.parametrize("strategy", BOTH, ids=lambda each: each.name)
def test_forged_certificates_are_refused(strategy: ByHead) -> None:
    model = model_of(heads_arrays(3, 3, 4, 2, 0.15))
    fields = strategy.search(model, lambda _: None).fields
    assert accepted(model, fields)
    for name, change in forgeries(fields).items():
        assert not accepted(model, {**fields, **change}), name


def test_mixed_is_between_prefix_and_quartic_and_uses_every_way() -> None:
    ways = set[int]()
    for seed in range(6):
        model = model_of(heads_arrays(seed, 3, 5, 2, 0.15))
        prefix, both = (each.search(model, lambda _: None) for each in BOTH)
        best = max(
            each.search(model, lambda _: None).bound for each in (HeadsCubic(), HeadsQuartic())
        )
        assert prefix.bound <= both.bound + 5**3 // 100
        assert both.bound <= best + 5**3 // 10
        assert ways_of(prefix.fields) <= {1, 2}
        ways |= ways_of(both.fields)
    assert ways == {0, 1, 2}


def test_one_head_is_sent_to_the_strategies_for_one_head() -> None:
    one, two = (model_of(heads_arrays(0, 3, 3, heads, 0.1)) for heads in (1, 2))
    for name in ("prefix", "mixed"):
        assert HEADS.to_claim("accuracy", name, one).name == name
        assert HEADS.to_claim("accuracy", name, two).name == f"{name}-by-head"
        with pytest.raises(MalformedInput, match="takes models with several heads") as refusal:
            HEADS.to_claim("accuracy", f"{name}-by-head", one).search(one, lambda _: None)
        assert refusal.value.cure == f"use --strategy {name}"
