"""Networks: `--compare` with a forward pass in torch, what gates lose by frequency, and a transformer that adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

pytest.importorskip("torch", reason="the extra [train] is not installed")

import torch

from examples.train_sum import main as train_sum
from pipeline import export
from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.network.compare import compare
from pipeline.network.model import Network
from pipeline.network.slack import Part, cycle, in_words, parts
from pipeline.network.strategies import STRATEGIES
from pipeline.report.gates import Gates, brute_force_of
from tests.conftest import Runner
from tests.test_network import TINY, network

PAIRS = np.array([[x, y] for x in range(4) for y in range(4)])


def arrays(seed: int = 1) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    shapes = {"W_L": (4, 5), "W_R": (4, 5), "W_U": (5, 4), "b": (5,), "b_U": (4,)}
    return {name: draw.normal(0, 1, shape).astype(np.float32) for name, shape in shapes.items()}


def mine(W: dict[str, Any], dtype: torch.dtype = torch.float64, *, relu: bool = True) -> Any:
    """A user's own forward pass."""
    T = {name: torch.tensor(each, dtype=dtype) for name, each in W.items()}
    neurons = T["W_L"][PAIRS[:, 0]] + T["W_R"][PAIRS[:, 1]] + T["b"]
    out = torch.relu(neurons) if relu else neurons
    return (out @ T["W_U"] + T["b_U"]).numpy()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_file(arrays(), tmp_path / "n.safetensors", metadata={"task": "group Z2 x Z2"})
    return tmp_path / "n.safetensors"


def read(path: Path) -> Network:
    found = read_subject(path)
    assert isinstance(found, Network)
    return found


def given(path: Path, logits: Any) -> Path:
    np.savez(path, tokens=PAIRS, logits=logits)
    return path


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_same_network_agrees(model: Path, tmp_path: Path, dtype: torch.dtype) -> None:
    """In both precisions, up to what is added to all logits of a pair."""
    file = given(tmp_path / "mine.npz", mine(arrays(), dtype) + 3)
    found = compare(read(model), file, model)
    assert (found.inputs, found.all_inputs) == (16, True)
    assert found.difference <= found.tolerance < 1e-3
    assert "16 pairs" in found.in_words()


def test_the_example_agrees_with_torch(tmp_path: Path) -> None:
    """A trained network of the examples, all of its pairs."""
    path = Path("examples/models/networks/s4.safetensors")
    W = {name: torch.tensor(each).double() for name, each in load_file(path).items()}
    pairs = np.array([[x, y] for x in range(24) for y in range(24)])
    neurons = torch.relu(W["W_L"][pairs[:, 0]] + W["W_R"][pairs[:, 1]])
    np.savez(tmp_path / "s4.npz", tokens=pairs, logits=(neurons @ W["W_U"]).numpy())
    assert compare(read(path), tmp_path, path).difference < 1e-9


def test_another_network_is_refused_with_the_likely_reason(model: Path, tmp_path: Path) -> None:
    W = arrays()
    zeros = {name: np.zeros_like(each) for name, each in W.items()}
    other = W["W_U"].copy()
    other[2, 1] += np.float32(1e-2)
    cases = {
        "the two sides exchanged": mine({**W, "W_L": W["W_R"], "W_R": W["W_L"]}),
        "a network without b": mine({**W, "b": zeros["b"]}),
        "a network without b_U": mine({**W, "b_U": zeros["b_U"]}),
        "a network without a ReLU": mine(W, relu=False),
        "no change that is known": mine({**W, "W_U": other}),
    }
    for words, logits in cases.items():
        with pytest.raises(MalformedInput) as caught:
            compare(read(model), given(tmp_path / "mine.npz", logits), model)
        assert words in caught.value.message
        assert caught.value.cure


def test_degenerate_networks_are_compared(tmp_path: Path) -> None:
    """No neurons, products, one element."""
    for each in (TINY[7], TINY[5], TINY[6]):
        n = each.order
        pairs = np.array([[x, y] for x in range(n) for y in range(n)])
        from pipeline.network.compare import arrays as doubles
        from pipeline.network.compare import logits

        np.savez(tmp_path / "mine.npz", tokens=pairs, logits=logits(doubles(each), pairs))
        assert compare(each, tmp_path / "mine.npz", tmp_path / "x").difference == 0


def test_export_compares(model: Path, tmp_path: Path, program: Runner) -> None:
    """The program refuses a network whose logits differ, and says what it compared of one that agrees."""
    file = given(tmp_path / "mine.npz", mine(arrays()))
    options = ("--strategy", "brute-force", "--no-check", "--out", tmp_path / "out", "--json")
    ran = program(export.app, model, "--compare", file, *options)
    assert ran.exit_code == 0, ran.err
    assert ran.json["compared"]["inputs"] == 16
    bad = given(tmp_path / "bad.npz", mine(arrays(2)))
    ran = program(export.app, model, "--compare", bad, *options)
    assert ran.exit_code == 2
    assert "not the theorem's network" in ran.json["error"]


def test_a_file_without_neurons(tmp_path: Path, program: Runner) -> None:
    """Width 0 is a network: the biases alone answer."""
    path = tmp_path / "none.safetensors"
    save_file(
        {
            "W_L": np.zeros((2, 0), np.float32),
            "W_U": np.zeros((0, 2), np.float32),
            "b_U": np.array([1, 0], np.float32),
        },
        path,
        metadata={"task": "group Z2"},
    )
    for strategy in STRATEGIES:
        ran = program(
            export.app,
            path,
            "--strategy",
            strategy,
            "--no-check",
            "--out",
            tmp_path / "out",
            "--json",
        )
        assert ran.exit_code == 0, ran.err
        assert ran.json["correct"] == 2


# What gates lose.


def test_shares_are_those_of_the_certificate() -> None:
    """Runs and wrong neurons add up to what the certificate says; every pair that counts keeps a part of its margin."""
    model = read_subject(Path("examples/models/networks/z59_seed0.safetensors"))
    assert isinstance(model, Network)
    for strategy in ("gates", "gates-with-errors"):
        fields = STRATEGIES[strategy].search(model, lambda _: None).fields
        found, pairs = parts(model, fields), 59 * 60 // 2
        assert all(each.name.startswith("frequency ") for each in found)
        assert sum(each.neurons for each in found) == 128
        assert round(sum(each.runs for each in found) * pairs) == fields["runs"]
        assert round(sum(each.wrong for each in found) * pairs) == fields["errors"]
        assert max(each.most for each in found) < 1
        assert (sum(each.mean for each in found) > 0) == (strategy != "gates")
        assert in_words(found).startswith("no gate" if strategy == "gates" else "wrong gates take")


def test_a_wrong_neuron_is_found_where_it_is() -> None:
    """A pair whose runs leave out one active neuron loses what goes into it times its range, over its margin."""
    model = network(3, "Z3", 2, biases=False)
    tensors = {
        **model.tensors,
        "W_L": [[8, 0]] * 3,
        "W_R": [[0, 1]] * 3,
        "W_U": [[40, 0, 0], [1, 0, 0]],
    }
    model = Network(**{**vars(model), "tensors": tensors})
    honest = STRATEGIES["gates"].search(model, lambda _: None).fields
    order = honest["neurons"]
    assert isinstance(order, list)
    bits = honest["endBits"]
    assert isinstance(bits, int)
    kept = next(q for q, neuron in enumerate(order) if neuron == 0)
    code = (kept + 1) | kept << bits
    # Of the three pairs with the product 0: 1 times a range, its own or that of all weights of 7 bits, over 8 * 40.
    for own, far in ((1, 1), (0, 128)):
        found = parts(model, {**honest, "gates": [[code] * 3] * 3, "errorRows": own})
        assert [each.mean for each in found if each.wrong] == [pytest.approx(far / 320)]
        assert sum(each.wrong for each in found) == 1


def test_cycles() -> None:
    """Cyclic groups have one, whatever their elements are called."""
    assert cycle([[0, 1, 2], [1, 2, 0], [2, 0, 1]]) == [0, 1, 2]
    assert cycle([[1, 0], [0, 1]]) == [1, 0]
    assert cycle(TINY[3].table) is None
    assert cycle([[0]]) == [0]


def test_no_group_that_is_not_cyclic_has_frequencies() -> None:
    model = read_subject(Path("examples/models/networks/s4.safetensors"))
    assert isinstance(model, Network)
    fields = STRATEGIES["gates-with-errors"].search(model, lambda _: None).fields
    found = parts(model, fields)
    assert [each.neurons for each in found if each.name == "other neurons"] == [120]
    assert sum(each.name.startswith("neuron ") for each in found) == 8
    assert "of neuron " in in_words(found)
    assert parts(TINY[7], STRATEGIES["gates"].search(TINY[7], lambda _: None).fields) == []


def test_what_the_page_says() -> None:
    """A row for each part; brute force is what the other side of the page counts."""

    class Row:
        model, strategy = "z3", "gates"

    class Entry:
        row = Row()

    each = Part("frequency 1", 4, 1.5, 0.25, 0.125, 0.5)
    assert Gates(Entry(), [each]).rows() == [  # type: ignore[arg-type]
        ["z3", "gates", "frequency 1", "4", "1.50", "0.25", "12.5%", "50.0%"]
    ]
    assert brute_force_of(TINY[0]) > 0


# A transformer that adds.


def test_a_transformer_that_adds(tmp_path: Path) -> None:
    """Trained, read as a model of the family `mlp` with its own table, and brute force says what it answers rightly."""
    path = tmp_path / "sum.safetensors"
    train_sum(
        ["--modulus", "5", "--mlp", "12", "--d-model", "8", "--steps", "300", "--out", str(path)]
    )
    model = read_subject(path)
    family = family_of(model)
    assert family.name == "mlp"
    found = family.strategies["brute-force"].search(model, lambda _: None)
    assert found.bound == 25
    content = path.read_bytes()
    said = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
    assert json.loads(said["table"])[:6] == [0, 1, 2, 3, 4, 1]
