"""Which inputs: the same as looking at them one by one, in other code; with every kind of certificate."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from pipeline.api import load, prove
from pipeline.bundle.bundle import make_bundle
from pipeline.cli.program import main
from pipeline.errors import CheckersDiffer
from pipeline.inputs import heads
from pipeline.inputs.__main__ import app
from pipeline.inputs.found import Found, look
from pipeline.model import Model
from pipeline.recheck import certified
from pipeline.recheck.certified import Counted, One
from pipeline.strategy import Certificate
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import inputs as inputs_of
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.near_ties import is_right
from pipeline.transformer.strategies import STRATEGIES, ByClasses
from tests.heads_models import heads_arrays
from tests.mlp_models import mlp_arrays, write_mlp
from tests.tiny_models import noisy_arrays, write_model

N_CTX, D_VOCAB = 4, 5


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(
        tmp_path_factory.mktemp("model") / "tiny.safetensors", noisy_arrays(3, N_CTX, D_VOCAB, 0.3)
    )


@pytest.fixture(scope="module")
def right(file: Path) -> set[tuple[int, ...]]:
    """Decided exactly, one by one."""
    model = load(file).model
    assert isinstance(model, Model)
    exact = circuits(model)
    every = product(range(D_VOCAB), repeat=N_CTX)
    return {tokens for tokens in every if is_right(exact, model.frac, tokens)}


def found(file: Path, strategy: str, limit: int = 0) -> Found:
    proof = prove(file, strategy, check=False)
    assert isinstance(proof.subject.model, Model)
    return look(proof.subject.model, proof.strategy, proof.fields, limit, lambda _: None)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_input(file: Path, right: set[tuple[int, ...]], strategy: str) -> None:
    """Wrong are those that are wrong, and not proved those that are in no class that is counted."""
    proof, said = prove(file, strategy, check=False), found(file, strategy)
    wrong = {each.tokens for each in said.wrong}
    assert wrong == set(product(range(D_VOCAB), repeat=N_CTX)) - right
    assert said.wrong, "a test of nothing"
    runs = proof.counted
    if runs is None:
        counted = set(right)
        assert proof.bound == len(right)
    else:
        counted = {tokens for run in runs for tokens in inputs_of(N_CTX - 1, run)}
    assert {each.tokens for each in said.unproved} == right - counted
    assert said.proved == len(counted) == proof.bound
    for kind, counts in ((said.wrong, said.wrong_at), (said.unproved, said.unproved_at)):
        assert counts["maximum"] == Counter(max(each.tokens) for each in kind)
        assert counts["query"] == Counter(each.tokens[-1] for each in kind)
        assert [each.margin for each in kind] == sorted(each.margin for each in kind)
    assert said.lost_by == Counter(each.lost_by for each in said.unproved)


def test_margins(file: Path) -> None:
    """They are those of a forward pass."""
    said = found(file, "quartic")
    W = {
        name: array.astype(np.float64)
        for name, array in noisy_arrays(3, N_CTX, D_VOCAB, 0.3).items()
    }
    for each in [*said.wrong, *said.unproved]:
        x = W["W_E"][list(each.tokens)] + W["W_pos"]
        score = (x[-1] @ W["W_Q"]) @ (x @ W["W_K"]).T / np.sqrt(W["W_Q"].shape[1])
        weight = np.exp(score - score.max())
        attended = (weight / weight.sum()) @ x @ W["W_V"] @ W["W_O"]
        logits = (x[-1] + attended) @ W["W_U"]
        answer = max(each.tokens)
        assert each.margin == pytest.approx(
            logits[answer] - np.delete(logits, answer).max(), abs=1e-6
        )


def test_limits_keep_the_least(file: Path) -> None:
    """A few of them are the first of all of them."""
    everything, few = found(file, "prefix"), found(file, "prefix", 3)
    assert few.wrong == everything.wrong[:3]
    assert few.unproved == everything.unproved[:3]
    assert few.many_wrong == len(everything.wrong)
    assert few.many_unproved == len(everything.unproved)


@pytest.mark.parametrize("strategy", ["cubic", "prefix", "prefix-top2", "low-rank-qk-eu"])
def test_losses_are_those_of_the_report(file: Path, strategy: str) -> None:
    """Rung by rung, the inputs are as many as the report's ladder says.  (The sets of low-rank proofs need not lie in
    each other, so that there a few inputs are lost by an earlier rung here than in the report, which counts sizes.)"""
    proof, said = prove(file, strategy, check=False), found(file, strategy)
    early = ("positions in OV", "averaging", "positions in QK", "rounding")
    expected = Counter[str]()
    for name, count in proof.losses.items():
        expected["averaging" if name in early else name] += count
    assert said.lost_by.total() == expected.total()
    assert said.lost_by.keys() == expected.keys()
    apart = sum(abs(said.lost_by[name] - expected[name]) for name in expected)
    assert apart <= (0 if strategy in ("cubic", "prefix") else 4)
    assert len(expected) > 1


def test_a_wrong_input_that_is_counted(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is no small matter."""
    proof = prove(file, "prefix", check=False)
    model = proof.subject.model
    assert isinstance(model, Model)
    strategy = STRATEGIES["prefix"]
    assert isinstance(strategy, ByClasses)
    every = list(strategy.counted(model, proof.fields))
    worst = found(file, "prefix", 1).wrong[0].tokens
    query, m = worst[-1], max(worst)
    others = sum(token != m for token in worst[:-1])
    kept = [
        run
        for run in every
        if not ((run.query, run.maximum) == (query, m) and run.first <= others <= run.last)
    ]
    forged = [*kept, type(every[0])(query, m, others, others, range(m))]
    monkeypatch.setattr(type(strategy), "counted", lambda *_: forged)
    with pytest.raises(CheckersDiffer, match="answers wrongly"):
        look(model, strategy, proof.fields, 1, lambda _: None)


def test_program(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table and as JSON; what is not about the model, or too much, is refused."""
    proof = prove(file, "cubic", check=False)
    directory = proof.save(tmp_path / "certificate")
    assert main(app, [str(file), str(directory)]) == 0
    table = capsys.readouterr().out
    assert "wrong, the worst first" in table
    assert "Lean was not asked" in table
    assert main(app, [str(file), str(directory / "cubic.json"), "--json", "--limit", "2"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["claim"] == said["proved"] == proof.bound
    assert said["wrong"] + said["right_but_not_proved"] + said["proved"] == D_VOCAB**N_CTX
    assert said["lean"] is None
    assert len(said["wrong_inputs"]) == 2
    other = write_model(tmp_path / "other.safetensors", noisy_arrays(4, N_CTX, D_VOCAB, 0.3))
    assert main(app, [str(other), str(directory)]) == 2
    assert "is about another model" in capsys.readouterr().err


def test_a_claim_that_is_not_counted(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A certificate that claims one input too many is malformed; no two checkers differ about it."""
    proof = prove(file, "cubic", check=False)
    manifest = proof.bundle.manifest
    fields = {**proof.fields, "bound": proof.bound + 1}
    more = Certificate("cubic", proof.bound + 1, fields)
    digest = manifest.lean.theory_digest
    bundle = make_bundle(
        proof.subject.model, manifest.model.name, manifest.model.file, more, digest
    )
    for name, content in bundle.files.items():
        (tmp_path / name).write_bytes(content)
    assert main(app, [str(file), str(tmp_path / "cubic.json")]) == 2
    assert "Lean would refuse it" in capsys.readouterr().err


@pytest.mark.parametrize("strategy", ["quartic", "cubic", "brute-force"])
@pytest.mark.parametrize("task", ["max", "min"])
def test_several_heads(
    task: str, strategy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each input is wrong, or counted, or neither, as the statement's own words and the second checker say."""
    arrays, v, n_ctx = heads_arrays(3, 3, 6, 2, 0.3), 6, 3
    if task == "min":
        arrays["W_E"], arrays["W_U"] = arrays["W_E"][::-1].copy(), arrays["W_U"][:, ::-1].copy()
        arrays["b_U"] = arrays["b_U"][::-1].copy()
    file = tmp_path / "heads.safetensors"
    file.write_bytes(safetensors.numpy.save(dict(arrays), {"task": task}))
    proof = prove(file, strategy, check=False)
    directory = proof.save(tmp_path / "certificate")
    manifest = directory / f"{strategy}.json"
    assert main(app, [str(file), str(manifest), "--json", "--limit", "0"]) == 0
    said = json.loads(capsys.readouterr().out)
    known = certified(file, manifest)
    every = set(product(range(v), repeat=n_ctx))
    right = {x for x in every if known.is_right(x)}
    counted = {x for group in known.counted.groups for x in group.all()}
    assert said["claim"] == said["proved"] == len(counted) == proof.bound > 0
    assert {tuple(each["tokens"]) for each in said["wrong_inputs"]} == every - right
    lost = {tuple(each["tokens"]) for each in said["right_but_not_proved_inputs"]}
    assert lost == right - counted
    assert every - right, "a test of nothing"
    assert set(said["wrong_by"]) == {"answer", "query"}
    assert sum(said["wrong_by"]["answer"].values()) == said["wrong"]
    assert main(app, [str(file), str(manifest)]) == 0
    assert "right but not proved" in capsys.readouterr().out


def test_a_wrong_input_of_several_heads_that_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is no small matter."""
    file = write_model(tmp_path / "heads.safetensors", heads_arrays(3, 3, 6, 2, 0.3))
    proof = prove(file, "brute-force", check=False)
    manifest = proof.save(tmp_path / "certificate") / "brute-force.json"
    model = proof.subject.model
    assert isinstance(model, HeadsModel)
    known = certified(file, manifest)
    wrong = next(x for x in product(range(6), repeat=3) if not known.is_right(x))
    forged = replace(known, counted=Counted(1, [One(wrong)]))
    monkeypatch.setattr(heads, "certified", lambda *_: forged)
    with pytest.raises(CheckersDiffer, match="answers wrongly"):
        heads.look_at_heads(model, file, manifest, 1, lambda _: None)


def test_neurons_of_a_model_with_an_mlp(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table and as JSON; a claim that is not counted is refused."""
    model = write_mlp(tmp_path / "mlp.safetensors", mlp_arrays(3, 3, 4, 1, 3, 0.1))
    proof = prove(model, "quartic", check=False)
    directory = proof.save(tmp_path / "certificate")
    assert main(app, [str(model), str(directory), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bound"] == said["claim"] == proof.bound > 0
    assert {each["neuron"] for each in said["neurons"]} == {0, 1, 2}
    logits = [each["logits"] for each in said["neurons"]]
    assert logits == sorted(logits, reverse=True)
    assert said["lean"] is None
    assert main(app, [str(model), str(directory)]) == 0
    table = capsys.readouterr().out
    assert f"neuron {said['neurons'][0]['neuron']:>4}" in table
    assert "Lean was not asked" in table
    manifest = proof.bundle.manifest
    more = Certificate("quartic", proof.bound + 1, {**proof.fields, "bound": proof.bound + 1})
    bundle = make_bundle(
        proof.subject.model,
        manifest.model.name,
        manifest.model.file,
        more,
        manifest.lean.theory_digest,
    )
    for name, content in bundle.files.items():
        (tmp_path / name).write_bytes(content)
    assert main(app, [str(model), str(tmp_path / "quartic.json")]) == 2
    assert "Lean would refuse it" in capsys.readouterr().err
