"""Models with several heads or biases: what is counted is right, input by input, whatever a certificate says.

The second checker lists the inputs that a certificate counts, so that each of them can be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
import safetensors.numpy

from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads import quartic
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.quartic import FIRST_BITS, SLACK, HeadsQuartic
from pipeline.transformer.heads.weights import render_weights
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.heads_second import accepted_by, counted_by
from tests.tiny_models import perfect_arrays, random_arrays, write_model

SIZES = [(n_ctx, d_vocab) for n_ctx in (2, 3) for d_vocab in (2, 3, 4)]
EACH = [(*size, heads) for size in SIZES for heads in (1, 2, 3)]


def right_inputs(model: HeadsModel) -> set[tuple[int, ...]]:
    """All inputs that floats do not say are answered wrongly."""
    inputs = np.array(list(product(range(model.d_vocab), repeat=model.n_ctx)))
    found = logits(model, inputs)
    label, rows = inputs.max(axis=1), np.arange(len(inputs))
    answer = found[rows, label].copy()
    found[rows, label] = -np.inf
    return {tuple(map(int, x)) for x in inputs[answer - found.max(axis=1) > -1e-9]}


counted = counted_by(quartic.count)
accepted = accepted_by(counted)


def listed(found: Counted) -> set[tuple[int, ...]]:
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) == sum(group.size for group in found.groups)
    return set(every)


@pytest.mark.parametrize(("n_ctx", "d_vocab", "heads"), EACH)
def test_what_is_counted_is_right(n_ctx: int, d_vocab: int, heads: int) -> None:
    bounds = []
    kinds = [((), 0.1), (("b_Q", "b_U"), 0.05), (("b_K", "b_V", "b_O"), 0.2), (BIASES, 0.5)]
    for seed, (biases, noise) in enumerate(kinds):
        model = model_of(heads_arrays(seed, n_ctx, d_vocab, heads, noise, biases))
        found = HeadsQuartic().search(model, lambda _: None)
        second = counted(model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right_inputs(model)
        bounds.append(found.bound)
    assert max(bounds) > d_vocab


@pytest.mark.parametrize("seed", range(12))
def test_whatever_shares_and_levels_say(seed: int) -> None:
    random = Random(seed)
    heads = 1 + seed % 3
    model = model_of(heads_arrays(seed, 3, 4, heads, 0.15))
    honest = HeadsQuartic().search(model, lambda _: None).fields
    right, verdicts = right_inputs(model), set[int]()
    bits, level_bits = honest["shareBits"], honest["levelBits"]
    assert isinstance(bits, int)
    assert isinstance(level_bits, int)
    wide, parts_of = level_bits * 4, (1, 7, 48)
    for parts in parts_of:
        for kind in range(5):
            levels = [
                [
                    first_tokens(random, m, level_bits) if kind == 4
                    else random.getrandbits(wide * m) if kind == 0 and m
                    else (kind - 1) * sum(1 << level_bits * i for i in range(4 * m))
                    for _ in range(m + 1)
                ]
                for m in range(4)
            ]  # fmt: skip
            shares = [
                [random.getrandbits(bits * heads) | 1 for _ in range(m + 1)] for m in range(4)
            ]
            given = shares if kind % 2 else honest["shares"]
            forged = {**honest, "parts": parts, "levels": levels, "shares": given, "bound": 0}
            forged["blocks"] = [[4, 0]]
            found = counted(model, forged)
            assert listed(found) <= right
            verdicts.add(sum(group.size for group in found.groups))
    assert len(verdicts) > 1


def first_tokens(random: Random, m: int, level_bits: int) -> int:
    """One class decides for all, and some first tokens pass together or none does: a small level."""
    packed = sum(random.randrange(9) << (level_bits * i) for i in range(m + 1))
    return (packed << FIRST_BITS | random.randrange(m + 2)) << 1 | 1


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Certificates that must be refused."""
    blocks, bound, heads = fields["blocks"], fields["bound"], fields["heads"]
    assert isinstance(blocks, list)
    assert isinstance(bound, int)
    assert isinstance(heads, int)
    more = [*blocks[:-1], [blocks[-1][0], blocks[-1][1] + 1]]
    token, mass = fields["token"], fields["mass"]
    assert isinstance(token, list)
    assert isinstance(mass, list)
    return {
        "bound": {"bound": bound + 1},
        "blocks": {"blocks": more, "bound": bound + 1},
        "block beyond": {"blocks": [*blocks, [1, 1]], "bound": bound + 1},
        "heads": {"heads": heads + 1},
        "no heads": {"heads": 0},
        "cells": {"cellBits": 8},
        "tables swapped": {"token": [row[::-1] for row in token]},
        "table missing": {"token": token[:-1]},
        "mass": {"mass": [[2 * each for each in row] for row in mass]},
        "slack nothing": {name: [[0] * len(row) for row in mass] for name in SLACK},
        "slack own": {"slackOwn": [[0] * len(row) for row in mass]},
        "gap": {"gapError": 0},
        "gap shift": {"gapShift": fields["gapShift"] + 1},  # type: ignore[operator]
        "wider rows": {"rowBits": fields["rowBits"] + 1},  # type: ignore[operator]
        "narrow factors": {"factorBits": fields["factorBits"] - 1},  # type: ignore[operator]
        "no lanes": {"rowBits": 0},
        "far apart": {"rowBits": 1 << 20},
        "all fails": {"levels": [[(1 << 300) - 1] * 9] * 9},
        "no shares": {"shares": []},
        "one position": {"n": 0},
        "count bits": {"countBits": 1},
        "parts": {"parts": 0},
        "width": {"width": 1},
    }


def test_forged_certificates_are_refused() -> None:
    model = model_of(heads_arrays(3, 3, 4, 2, 0.15))
    fields = HeadsQuartic().search(model, lambda _: None).fields
    for name, change in forgeries(fields).items():
        assert not accepted(model, {**fields, **change}), name


def changed(**arrays: object) -> dict[str, object]:
    return {**heads_arrays(0, 2, 3, 2, 0.3), **arrays}


REFUSED = {
    "bias of one head only": (
        changed(b_Q=np.ones((1, 3), "<f4")),
        "b_Q has shape [1, 3], expected [2, 3]",
    ),
    "flat bias": (changed(b_K=np.ones(6, "<f4")), "b_K has shape [6], expected [2, 3]"),
    "heads disagree": (changed(W_K=np.ones((3, 7, 3), "<f4")), "disagree in the number of heads"),
    "shape": (
        changed(W_O=np.ones((2, 7, 3), "<f4")),
        "W_O has shape [2, 7, 3], expected [2, 3, 7]",
    ),
    "NaN": (changed(b_U=np.full(3, np.nan, "<f4")), "b_U has a NaN"),
    "two layers": (changed(**{"blocks.1.attn.W_Q": np.ones((2, 7, 3), "<f4")}), "several layers"),
    "an MLP": (changed(**{"blocks.0.mlp.W_in": np.ones((7, 4), "<f4")}), "an MLP"),
    "missing": ({k: v for k, v in changed().items() if k != "W_V"}, "no tensor W_V"),
    "integers": (changed(W_Q=np.ones((2, 7, 3), "<i4")), "entries of type I32"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_gets_one_line(tmp_path: Path, name: str) -> None:
    arrays, said = REFUSED[name]
    with pytest.raises(MalformedInput) as refusal:
        read_subject(write_model(tmp_path / "model.safetensors", arrays))  # type: ignore[arg-type]
    assert said in refusal.value.message
    assert "\n" not in str(refusal.value)
    assert refusal.value.cure


def test_number_of_heads_that_metadata_say(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    safetensors.numpy.save_file(heads_arrays(0, 2, 3, 2), path, metadata={"n_heads": "3"})
    with pytest.raises(MalformedInput, match="the weights have 2 attention heads"):
        read_subject(path)


def test_another_task_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    for task, count in (("sort", 1), ("max", 0)):
        safetensors.numpy.save_file(heads_arrays(0, 2, 3, 2), path, metadata={"task": task})
        found = read_subject(path)
        assert isinstance(found, HeadsModel)
        assert sum("the file says task" in note for note in found.notes) == count


@pytest.mark.parametrize(
    ("task", "count"),
    [("median", 1), ("group Z3", 1), ("max of 3", 1), ("max of 2", 0), ("max", 0)],
)
def test_another_task_of_one_head_is_noted(task: str, count: int, tmp_path: Path) -> None:
    """A task that no theorem here is about is not dropped unread."""
    path = tmp_path / "model.safetensors"
    safetensors.numpy.save_file(random_arrays(0, 2, 3), path, metadata={"task": task})
    found = read_subject(path)
    assert found.family == "transformer"
    assert sum("the file says task" in note for note in found.notes) == count


def test_one_head_without_biases_stays_plain(tmp_path: Path) -> None:
    plain = random_arrays(0, 2, 3)
    zeros = {"b_Q": np.zeros((1, 2), "<f4"), "b_O": np.zeros(3, "<f4"), "b_U": np.zeros(3, "<f4")}
    for number, arrays in enumerate([plain, {**plain, **zeros}]):
        model = read_subject(write_model(tmp_path / f"{number}.safetensors", arrays))
        assert family_of(model).name == "transformer"
    with_bias = {**plain, "b_K": np.ones(2, "<f4")}
    assert read_subject(write_model(tmp_path / "b.safetensors", with_bias)).family == "heads"
    two = {
        k: (np.stack([v, v]) if k in ("W_Q", "W_K", "W_V", "W_O") else v) for k, v in plain.items()
    }
    assert read_subject(write_model(tmp_path / "h.safetensors", two)).family == "heads"


def test_zero_biases_are_absent(tmp_path: Path) -> None:
    arrays = heads_arrays(0, 2, 3, 2, biases=("b_U",))
    path = write_model(tmp_path / "a.safetensors", arrays)
    zero = write_model(tmp_path / "b.safetensors", {**arrays, "b_O": np.zeros(7, "<f4")})
    assert read_subject(path).digest == read_subject(zero).digest
    assert "b_O := none" in render_weights("Tiny", model_of({**arrays, "b_O": np.zeros(7, "<f4")}))


def test_perfect_model_with_two_heads() -> None:
    plain = perfect_arrays(3, 4)
    heads = {
        k: np.stack([v, v]) if k in ("W_Q", "W_K", "W_V", "W_O") else v for k, v in plain.items()
    }
    assert HeadsQuartic().search(model_of(heads), lambda _: None).bound == 4**3
