"""The Python interface, as a notebook uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from pipeline.api import Proof, explain, from_hooked, load, prove, verify
from pipeline.errors import MalformedInput, PipelineError
from pipeline.lean import PROJECT
from tests.heads_models import heads_arrays
from tests.normed_models import write_normed
from tests.tiny_models import noisy_arrays, random_arrays, write_model

CFG = {
    "n_layers": 1, "n_heads": 1, "d_model": 11, "d_head": 5, "n_ctx": 3, "d_vocab": 5, "d_vocab_out": 5, "d_mlp": None,
    "act_fn": None, "attn_only": True, "normalization_type": None, "positional_embedding_type": "standard",
    "use_attn_scale": True, "attn_scale": 5**0.5, "attention_dir": "causal", "device": "cpu", "seed": 0,
    "dtype": object(), "initializer_range": 0.1, "init_weights": True, "scale_attn_by_inverse_layer_idx": False,
    "final_rms": False, "parallel_attn_mlp": False, "use_hook_tokens": False, "model_name": "custom",
}  # fmt: skip


class Tensor:
    """What is used of torch's."""

    def __init__(self, array: Any) -> None:
        self.array, self.steps = array, 0

    def detach(self) -> Tensor:
        self.steps += 1
        return self

    cpu = detach

    def numpy(self) -> Any:
        assert self.steps == 2, "on its device, with its gradients"
        return self.array


def hooked(**changes: object) -> Any:
    """As TransformerLens has it: a configuration, and tensors under its names, with biases of zero."""
    W = noisy_arrays(3, 3, 5, 0.3)
    names = {"W_E": "embed.W_E", "W_pos": "pos_embed.W_pos", "W_U": "unembed.W_U"}
    state = {names[key]: Tensor(W[key]) for key in names}
    state |= {f"blocks.0.attn.{key}": Tensor(W[key][None]) for key in ("W_Q", "W_K", "W_V", "W_O")}
    state |= {f"blocks.0.attn.b_{x}": Tensor(np.zeros((1, 5), np.float32)) for x in "QKV"}
    state |= {
        "blocks.0.attn.b_O": Tensor(np.zeros(11, np.float32)),
        "unembed.b_U": Tensor(np.zeros(5, np.float32)),
    }
    return SimpleNamespace(cfg=SimpleNamespace(**(CFG | changes)), state_dict=lambda: state)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(
        tmp_path_factory.mktemp("model") / "tiny.safetensors", noisy_arrays(3, 3, 5, 0.3)
    )


@pytest.fixture(scope="module")
def proof(file: Path) -> Proof:
    return prove(file)


def test_prove(proof: Proof) -> None:
    """Few inputs: all are looked at, so that the bound is the truth."""
    assert proof.proved
    assert proof.bundle.manifest.strategy == "brute-force"
    assert proof.bound == proof.truth
    assert 0 < proof.bound < proof.total == 125
    assert proof.gap == 0
    assert proof.losses == {}
    assert proof.length > 0
    assert proof.theorem.startswith("Compact.Certificates.Tiny.bruteForce_correct : ")
    assert f"AtLeast {proof.bound} " in proof.theorem


def test_verify(proof: Proof, file: Path, tmp_path: Path) -> None:
    """What was saved is proved again; about other weights it is refused."""
    (again,) = verify(file, proof.save(tmp_path / "certificate"))
    assert again.proved
    assert (again.bound, again.theorem) == (proof.bound, proof.theorem)
    other = write_model(tmp_path / "other.safetensors", random_arrays(1, 3, 5))
    with pytest.raises(MalformedInput, match="another model"):
        verify(other, tmp_path / "certificate")
    with pytest.raises(MalformedInput, match="of other weights"):
        prove(other, check=False).save(tmp_path / "certificate")


def test_shown_in_notebooks(proof: Proof, file: Path) -> None:
    """The table says what is proved and what is not, and no file name is read as markup."""
    shown = proof._repr_html_()
    assert f'<td style="text-align:left">{proof.bound}/125' in shown
    assert "<b>tiny.safetensors</b>" in load(file)._repr_html_()
    unchecked = prove(file, "prefix", check=False)
    assert not unchecked.proved
    assert "NOT CHECKED by Lean" in unchecked._repr_html_()
    assert "NOT CHECKED by Lean" in str(unchecked)
    marked = file.with_name("a<script>.safetensors")
    marked.write_bytes(file.read_bytes())
    assert (
        "<script>"
        not in prove(marked, "prefix", check=False)._repr_html_() + load(marked)._repr_html_()
    )


def test_explain(file: Path, tmp_path: Path) -> None:
    """The proof is the one that `prove` finds, and each part is compared with doing without it."""
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\n[qk]\nkeys = ["@size"]\nbound = ["XQ|KE"]\n[classes]\nparts = 2\nlevels = [1]\n'
    )
    found = explain(file, path, check=False)
    proof = prove(file, explanation=path, check=False)
    assert (found.proof.bound, found.proof.length) == (proof.bound, proof.length)
    assert [each.part for each in found.worth] == ["QK", "classes"]
    without = tmp_path / "without.toml"
    without.write_text('name = "without"\n[classes]\nparts = 2\nlevels = [1]\n')
    assert found.worth[0].loses == prove(file, explanation=without, check=False).bound - proof.bound
    shown = found._repr_html_()
    assert "NOT CHECKED by Lean" in shown
    assert "EVIDENCE, NOT PROOF" in shown
    with pytest.raises(MalformedInput, match="one head"):
        explain(PROJECT / "examples/models/max_of_4_two_heads.safetensors", path, check=False)


def test_from_hooked(file: Path) -> None:
    """The same weights in memory are the same model; what its configuration says is honoured or refused."""
    assert from_hooked(hooked()).model.digest == load(file).model.digest
    scaled = from_hooked(hooked(use_attn_scale=False)).model
    assert scaled.digest != load(file).model.digest
    for refused in (
        {"normalization_type": "LNPre"},
        {"n_layers": 2},
        {"positional_embedding_type": "rotary"},
    ):
        with pytest.raises(MalformedInput):
            from_hooked(hooked(**refused))
    with pytest.raises(MalformedInput, match="not a HookedTransformer"):
        from_hooked(SimpleNamespace())
    for name in ("", "../out", "a/b", "x\0", "x" * 300):
        with pytest.raises(MalformedInput, match="no name of a model"):
            from_hooked(hooked(), name)


def test_norms(tmp_path: Path) -> None:
    """What a file does not say of norms, the caller can say; what a configuration says of them is honoured."""
    arrays = heads_arrays(1, 2, 3, 1, 0.1, ("b_U",))
    plain = tmp_path / "plain.safetensors"
    safetensors.numpy.save_file(arrays, plain)
    assert load(plain).model.family == "heads"
    said = load(plain, norm="LNPre", eps=1e-5)
    same = load(write_normed(tmp_path / "said.safetensors", arrays))
    assert (said.model.family, said.model.digest) == ("normed", same.model.digest)
    assert prove(said, "quartic", check=False).bound == prove(same, check=False).bound == 9
    config = hooked(normalization_type="LNPre", eps=1e-5)
    assert from_hooked(config).model.family == "normed"
    with pytest.raises(MalformedInput, match="nothing can be said of a model by the name 'norms'"):
        load(plain, norms="LNPre")
    assert load(plain).model.family == "heads"


def test_other_families(tmp_path: Path) -> None:
    """Their proofs have no ladder, and say nothing of the truth where nobody counts it."""
    heads = prove(PROJECT / "examples/models/max_of_4_biases.safetensors", check=False)
    assert heads.bundle.manifest.family == "heads"
    assert heads.truth is None
    assert heads.gap is None
    assert heads.losses == {}
    assert "not counted" in heads._repr_html_()
    network = load(PROJECT / "examples/models/networks/s4.safetensors")
    assert network.truth == network.total == 576
    assert prove(network, check=False).bound == 576
    linear = prove(PROJECT / "examples/models/linear/zero_12.safetensors", "am-gm", check=False)
    for shown in (str(linear), linear._repr_html_()):
        assert f"mean loss at most {linear.bound // 10**9}.{linear.bound % 10**9:09} nats" in shown
        assert "%" not in shown


def test_unknown_strategies(file: Path) -> None:
    """In one line."""
    for name in ("none", "explained-", "explained-x"):
        with pytest.raises(PipelineError):
            prove(file, name, check=False)
    with pytest.raises(PipelineError, match="two ways to prove"):
        prove(file, "cubic", explanation="mine.toml", check=False)


def test_neither_torch_nor_optuna_is_imported() -> None:
    """Importing the interface stays cheap."""
    code = "import sys, pipeline.api; print([m for m in ('torch', 'optuna', 'matplotlib') if m in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_a_task_is_asked_for_in_python_too(tmp_path: Path) -> None:
    """And only of this model."""
    path = write_model(tmp_path / "m.safetensors", noisy_arrays(3, 3, 4, 0.3))
    smallest = prove(load(path, task="min"), check=False)
    largest = prove(load(path), check=False)
    assert smallest.bundle.manifest.family == "heads"
    assert largest.bundle.manifest.family == "transformer"
    with pytest.raises(MalformedInput, match="task"):
        load(path, task="sorting")
