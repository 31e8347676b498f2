"""A task given by a table: the right answer is what the table says, in Lean and in the second checker."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
import safetensors.numpy

from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.families import read_subject
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.brute_force import HeadsBruteForce
from pipeline.transformer.heads.compare import answers
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.tasks import TABLE_VARIABLE, TASK_VARIABLE
from tests.heads_models import heads_arrays, model_of
from tests.lean_support import build

SPACE = "Compact.Certificates"


def own_labels(seed: int, heads: int, wrong: int = 0) -> list[int]:
    """What a random model answers, but for some inputs."""
    model = model_of(heads_arrays(seed, 2, 4, heads, 1.0))
    labels = [int(each) for each in answers(model, np.array(list(product(range(4), repeat=2))))]
    for i in Random(seed).sample(range(16), wrong):
        labels[i] = (labels[i] + 1) % 4
    return labels


def saved(path: Path, seed: int, heads: int, **metadata: str) -> Path:
    safetensors.numpy.save_file(heads_arrays(seed, 2, 4, heads, 1.0), path, metadata=metadata)
    return path


def theorem(name: str, model: HeadsModel) -> tuple[str, int]:
    strategy = HeadsBruteForce()
    found = strategy.search(model, lambda _: None)
    form = HEADS.form_for(model, strategy.name, found.fields)
    text = render_theorem(
        form, name, strategy.name, found.bound, found.fields, strategy.checker, []
    )
    return text, found.bound


def test_lean_and_the_second_checker_count_by_the_table(tmp_path: Path) -> None:
    sources, bounds = dict[str, str](), []
    for number, (heads, wrong) in enumerate([(1, 0), (2, 3)]):
        labels = own_labels(number, heads, wrong)
        path = saved(
            tmp_path / f"{number}.safetensors",
            number,
            heads,
            task="table",
            table=json.dumps(labels),
        )
        model = read_subject(path)
        assert isinstance(model, HeadsModel)
        assert (model.task, list(model.labels)) == ("table", labels)
        name = f"Table{number}"
        text, bound = theorem(name, model)
        read = read_theorem(text.encode(), SECOND)
        assert read.label is not None
        assert "lookup (nat_lit 4)" in read.label
        _, weights = read_weights(render_weights(name, model).encode())
        weights = replace(weights, label=read.label)
        SECOND.require_model(path.read_bytes(), weights)
        counted = SECOND.counts[read.checker](weights, read.certificate)
        assert counted.number == bound
        looked = SECOND.look(weights, read.certificate, counted, 16)
        assert looked.inputs == bound
        assert not looked.wrong
        with pytest.raises(Refused, match="not the one that is meant"):
            SECOND.require_model(path.read_bytes(), replace(weights, table=(*labels[1:], 0)))
        with pytest.raises(Refused, match="not about a table"):
            SECOND.require_model(path.read_bytes(), replace(weights, label="maximum"))
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.BruteForce"] = text
        sources[f"{SPACE}.{name}.Forged"] = text.replace("_correct", "_forged").replace(
            f"(nat_lit {bound}) (Trans", f"(nat_lit {bound + 1}) (Trans"
        )
        bounds.append(bound)
    results = build(sources, SPACE)
    assert {name for name, each in results.items() if not each.ok} == {
        f"{SPACE}.Table{number}.Forged" for number in range(2)
    }
    assert bounds[0] == 16
    assert bounds[1] == 13


def test_a_table_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, file = saved(tmp_path / "model.safetensors", 0, 1), tmp_path / "table.json"
    labels = own_labels(0, 1)
    file.write_text(json.dumps(labels))
    monkeypatch.setenv(TABLE_VARIABLE, str(file))
    found = read_subject(path)
    assert isinstance(found, HeadsModel)
    assert (found.task, list(found.labels)) == ("table", labels)
    monkeypatch.setenv(TASK_VARIABLE, "min")
    with pytest.raises(MalformedInput, match="--task min is not what --table says"):
        read_subject(path)
    monkeypatch.delenv(TASK_VARIABLE)
    monkeypatch.delenv(TABLE_VARIABLE)
    plain = read_subject(path)
    assert plain.digest != found.digest
    monkeypatch.setenv(TASK_VARIABLE, "table")
    with pytest.raises(MalformedInput, match="which table"):
        read_subject(path)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[0, 1", "no JSON"),
        ("[[0, 1], [1, 0]]", "no list of whole numbers"),
        ("[true]", "no list of whole numbers"),
        ("[0, 1, 2]", "the table has 3 labels"),
        (json.dumps([4] * 16), "the table has the label 4"),
        (json.dumps([-1] * 16), "the table has the label -1"),
    ],
)
def test_bad_tables_get_one_line(tmp_path: Path, table: str, said: str) -> None:
    path = saved(tmp_path / "model.safetensors", 0, 2, task="table", table=table)
    with pytest.raises(MalformedInput) as refusal:
        read_subject(path)
    assert said in refusal.value.message
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("strategy", ["quartic", "cubic", "boxes", "prefix"])
def test_only_brute_force_is_about_tables(tmp_path: Path, strategy: str) -> None:
    labels = json.dumps(own_labels(0, 1))
    model = read_subject(saved(tmp_path / "model.safetensors", 0, 1, task="table", table=labels))
    with pytest.raises(MalformedInput, match="not with the label in its table"):
        HEADS.strategy(strategy).search(model, lambda _: None)
