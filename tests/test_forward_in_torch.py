"""Logits are those of a forward pass in torch: heads, biases, an MLP, norms.  (Skipped where there is no torch.)"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

pytest.importorskip("torch", reason="the extra [train] is not installed")

import torch

from examples.heads_network import HeadsModel as Network
from examples.heads_network import HeadsShape
from pipeline.errors import MalformedInput
from pipeline.families import read_subject
from pipeline.lean import PROJECT
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.heads.words import Words
from pipeline.recheck.mlp.lean_weights import read_weights as read_mlp
from pipeline.recheck.mlp.words import MlpWords
from pipeline.recheck.normed.words import NormedWords
from pipeline.transformer.heads.compare import compare, logits
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights
from tests.heads_models import BIASES
from tests.mlp_models import mlp_arrays
from tests.mlp_models import model_of as mlp_model
from tests.normed_models import model_of as normed_model
from tests.test_heads_combinations import SUBSETS
from tests.test_normed import second


@pytest.mark.parametrize(
    ("heads", "biases"), [(1, True), (2, True), (3, True), (2, False), (3, False)]
)
def test_logits_of_heads(tmp_path: Path, heads: int, biases: bool) -> None:
    network = Network(HeadsShape(3, 5, heads, 6, 2, biases=True), torch.Generator().manual_seed(1))
    state = network.transformer_lens_state()
    if biases:
        with torch.no_grad():
            for name in BIASES:
                parameter = getattr(network, name)
                parameter.copy_(
                    torch.randn(parameter.shape, generator=torch.Generator().manual_seed(2))
                )
        state = network.transformer_lens_state()
    path = tmp_path / "model.safetensors"
    safetensors.numpy.save_file({name: each.detach().numpy() for name, each in state.items()}, path)
    model = read_subject(path)
    assert isinstance(model, HeadsModel)
    inputs = torch.tensor(list(product(range(5), repeat=3)))
    theirs = network.double()(inputs).detach().numpy()
    assert np.abs(logits(model, inputs.numpy()) - theirs).max() < 1e-9
    _, weights = read_weights(render_weights("Tiny", model).encode())
    words = Words(weights, 30)
    for row in (0, 17, 93):
        exact = words.logits(tuple(inputs[row].tolist()))
        assert max(abs(float(a.mid) - b) for a, b in zip(exact, theirs[row], strict=True)) < 1e-9
    given = tmp_path / "given.npz"
    np.savez(given, tokens=inputs.numpy(), logits=theirs)
    assert compare(model, given, path).difference < 1e-9
    np.savez(given, tokens=inputs.numpy(), logits=2 * theirs)
    with pytest.raises(MalformedInput, match="not the theorem's model"):
        compare(model, given, path)


class Fused(torch.nn.Module):
    """A model of plain torch, with fused heads."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.pos_embed = torch.nn.Embedding(5, 6), torch.nn.Embedding(3, 6)
        self.attn = torch.nn.MultiheadAttention(6, 2, batch_first=True)
        self.unembed = torch.nn.Linear(6, 5)
        torch.nn.init.normal_(self.attn.in_proj_bias)
        torch.nn.init.normal_(self.attn.out_proj.bias)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embed(tokens) + self.pos_embed.weight
        logits: torch.Tensor = self.unembed((x + self.attn(x, x, x)[0])[:, -1])
        return logits


def test_recipe_for_torch_in_the_docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (PROJECT / "docs" / "can-i-prove-my-model.md").read_text()
    codes = [part.split("```")[0] for part in page.split("```python\n")[1:]]
    (recipe,) = [code for code in codes if "in_proj_weight" in code]
    torch.manual_seed(0)
    model = Fused().eval()
    monkeypatch.chdir(tmp_path)
    exec(recipe, {"model": model})
    tokens = torch.randint(5, (50, 3))
    np.savez("mine.npz", tokens=tokens.numpy(), logits=model(tokens).detach().numpy())
    found = read_subject(Path("model.safetensors"))
    assert isinstance(found, HeadsModel)
    assert compare(found, Path("mine.npz"), Path("model.safetensors")).difference < 1e-5


@pytest.mark.parametrize("heads", [1, 2, 3])
@pytest.mark.parametrize("n_ctx", [1, 2, 4])
def test_logits_of_every_combination(tmp_path: Path, n_ctx: int, heads: int) -> None:
    """In float64, for every set of biases, on random inputs."""
    random = torch.Generator().manual_seed(n_ctx * heads)
    path = tmp_path / "model.safetensors"
    differences = []
    for number, biases in enumerate(SUBSETS):
        network = Network(HeadsShape(n_ctx, 5, heads, 6, 2, biases=True), random)
        with torch.no_grad():
            for name in BIASES:
                parameter = getattr(network, name)
                drawn = torch.randn(parameter.shape, generator=random)
                parameter.copy_(drawn if name in biases else torch.zeros_like(drawn))
        state = network.transformer_lens_state()
        arrays = {name: each.detach().numpy() for name, each in state.items()}
        if number % 2:  # biases that are zero may also be missing
            arrays = {
                name: each
                for name, each in arrays.items()
                if np.any(each) or not name.rpartition(".")[2].startswith("b_")
            }
        safetensors.numpy.save_file(arrays, path)
        model = read_subject(path)
        if not isinstance(model, HeadsModel):  # one head without biases
            assert heads == 1
            assert not biases
            continue
        present = {*model.biases, *(name for head in model.heads for name in head.biases)}
        assert present == set(biases)
        inputs = torch.randint(5, (40, n_ctx), generator=random)
        theirs = network.double()(inputs).detach().numpy()
        differences.append(np.abs(logits(model, inputs.numpy()) - theirs).max())
    assert len(differences) >= len(SUBSETS) - 1
    assert max(differences) < 1e-9


def mlp_forward(arrays: Mapping[str, np.ndarray], tokens: torch.Tensor) -> torch.Tensor:
    """The forward pass as torch has it, in float64."""
    w = {name: torch.tensor(each, dtype=torch.float64) for name, each in arrays.items()}
    resid = w["W_E"][tokens] + w["W_pos"]
    last = resid[:, -1]
    query = torch.einsum("bi,hik->bhk", last, w["W_Q"]) + w["b_Q"]
    key = torch.einsum("bpi,hik->bhpk", resid, w["W_K"]) + w["b_K"][:, None]
    value = torch.einsum("bpi,hik->bhpk", resid, w["W_V"]) + w["b_V"][:, None]
    pattern = torch.softmax(
        torch.einsum("bhk,bhpk->bhp", query, key) / w["W_Q"].shape[-1] ** 0.5, -1
    )
    mid = last + torch.einsum("bhp,bhpk,hki->bi", pattern, value, w["W_O"]) + w["b_O"]
    post = mid + torch.relu(mid @ w["W_in"] + w["b_in"]) @ w["W_out"] + w["b_out"]
    return post @ w["W_U"] + w["b_U"]


def test_logits_with_an_mlp() -> None:
    arrays = mlp_arrays(5, 3, 4, 2, 3)
    model = mlp_model(arrays)
    tokens = np.array(list(product(range(4), repeat=3)))
    expected = mlp_forward(arrays, torch.tensor(tokens)).numpy()
    assert np.abs(logits(model, tokens) - expected).max() < 1e-9
    _, weights = read_mlp(render_weights("Tiny", model).encode())
    words = MlpWords(weights, 40)
    for x, row in zip(tokens[:12].tolist(), expected[:12], strict=True):
        said = words.logits(tuple(x))
        assert max(abs(float(a.mid) - b) for a, b in zip(said, row, strict=True)) < 1e-9


def test_logits_with_norms() -> None:
    """As our own network has them, in float64, and as torch's layer norm has them."""
    shape = HeadsShape(3, 4, 2, 6, 3, True, 5, 1e-5)
    network = Network(shape, torch.Generator().manual_seed(1)).double()
    with torch.no_grad():
        for name in ("b_Q", "b_K", "b_V", "b_O", "b_U", "b_in", "b_out"):
            getattr(network, name).normal_(0, 0.3)
        for each in network.parameters():
            each.copy_(each.float())
    arrays = {
        k.rpartition(".")[2]: v.float().numpy() for k, v in network.transformer_lens_state().items()
    }
    model = normed_model(arrays)
    tokens = np.array(list(product(range(4), repeat=3)))
    with torch.no_grad():
        expected = network(torch.tensor(tokens)).numpy()
        stream = torch.randn(7, 6, dtype=torch.float64)
        seen = network.seen(stream).numpy()
        by_torch = torch.nn.functional.layer_norm(stream, (6,), eps=1e-5).numpy()
    assert np.abs(seen - by_torch).max() < 1e-12
    assert np.abs(logits(model, tokens) - expected).max() < 1e-9
    words = NormedWords(second(model), 40)
    for x, row in zip(tokens[:12].tolist(), expected[:12], strict=True):
        said = words.logits(tuple(x))
        assert max(abs(float(a.mid) - b) for a, b in zip(said, row, strict=True)) < 1e-9
