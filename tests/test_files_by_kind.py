"""Files that are no weights, or wrap them: each told by its content and refused, or read, with a line that helps."""

from __future__ import annotations

import gzip
import json
import pickle
import tarfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import MalformedInput
from pipeline.model import Model, read_model
from pipeline.model.wrappers import common_prefix
from tests.test_model_reading import (
    N_CTX,
    long_names,
    small,
    write_npz,
    write_safetensors,
    write_torch,
)


def refused(path: Path, *words: str) -> None:
    """The file is refused with one line and a cure; together they hold the words."""
    with pytest.raises(MalformedInput) as caught:
        read_model(path)
    message, cure = caught.value.message, caught.value.cure
    assert str(path) in message
    assert cure
    assert "\n" not in message + cure
    for word in words:
        assert word in message + cure


def expected(tmp_path: Path) -> Model:
    return read_model(write_npz(tmp_path / "expected.npz", small()))


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"ab" * 32 + b"\nsize 1234\n"
INDEX = json.dumps({"metadata": {}, "weight_map": {"W_E": "a-00001-of-2", "W_U": "a-00002-of-2"}})
LOOK_ALIKES: dict[str, tuple[bytes, str, str]] = {
    "lfs": (LFS, "Git LFS pointer", "git lfs pull"),
    "old lfs": (LFS.replace(b"git-lfs.github", b"hawser.github"), "Git LFS", "git lfs pull"),
    "annex": (b"/annex/objects/SHA256E-s1--ab.safetensors\n", "git-annex", "git annex get"),
    "dvc": (b"outs:\n- md5: ab\n  path: m.pt\n", "DVC", "dvc pull"),
    "lfs with a byte order mark": (b"\xef\xbb\xbf" + LFS, "Git LFS pointer", "git lfs pull"),
    "xet": (b"# xet version 0\nfilesize = 12\n", "git-xet", "fetch"),
    "saved web page": (b"<!-- saved from url=(0011) -->\n<html></html>", "a web page", "resolve"),
    "web page in utf-16": ("<!doctype html><html></html>".encode("utf-16"), "text", "weights"),
    "model card": (b"# My model\n\nTrained for \xc3\xbc 3000 steps.\n", "text", "weights"),
    "program": (b"import torch\nmodel = torch.load('m.pt')\n", "text", "weights"),
    "paper": (b"%PDF-1.7\n%\xe2\xe3", "a PDF", "weights"),
    "figure": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG", "weights"),
    "web page": (b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "a web page", "resolve"),
    "web page without doctype": (b"<HTML><head></head></HTML>", "a web page", "download"),
    "xml": (
        b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
        "a web page",
        "login",
    ),
    "answer": (b"Entry not found", "the answer of a server", "download"),
    "json answer": (b'{"error": "Invalid username or password."}', "answer of a server", "login"),
    "gzip": (gzip.compress(b"weights" * 99), "gzip", "gunzip"),
    "bzip2": (b"BZh91AY&SY" + bytes(50), "bzip2", "bunzip2"),
    "xz": (b"\xfd7zXZ\x00" + bytes(50), "xz", "unxz"),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(50), "zstd", "unzstd"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "7-zip", "7z x"),
    "index": (INDEX.encode(), "an index of the weights, which are in 2 other files", "one"),
    "config": (b'{"n_layers": 1, "d_model": 4}', "the configuration of a model", ".safetensors"),
    "numbers as text": (b'{"W_E": [[0.5]]}', "JSON text", "rounds"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5", "save the arrays"),
    "gguf": (b"GGUF\x03" + bytes(50), "GGUF", "save the arrays"),
    "zeros": (bytes(4096), "zero bytes only", "copy"),
    "pickle": (pickle.dumps({"W_E": [1.0]}), "a Python pickle", "torch.save"),
}


@pytest.mark.parametrize("file", ["m.safetensors", "m.npz", "m.pt", "pytorch_model.bin", "m"])
@pytest.mark.parametrize("case", sorted(LOOK_ALIKES))
def test_what_stands_where_weights_should_be(tmp_path: Path, case: str, file: str) -> None:
    content, what, cure = LOOK_ALIKES[case]
    path = tmp_path / file
    path.write_bytes(content)
    refused(path, what, cure)


def test_archives(tmp_path: Path) -> None:
    inner = write_safetensors(tmp_path / "inner.safetensors", small())
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.write(inner, "model.safetensors")
    refused(tmp_path / "model.zip", "zip archive", "model.safetensors")
    with tarfile.open(tmp_path / "model.tar", "w") as tar:
        tar.add(inner, "model.safetensors")
    refused(tmp_path / "model.tar", "tar archive", "tar xf")
    np.save(tmp_path / "single.npy", small()["W_E"])
    refused(tmp_path / "single.npy", "a single array", "np.savez")


def test_a_folder_names_the_file_in_it(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", small())
    refused(tmp_path, "not a regular file", "model.safetensors")


def test_object_arrays(tmp_path: Path) -> None:
    with (tmp_path / "dict.npz").open("wb") as stream:
        np.savez(stream, np.array(small(), dtype=object))
    refused(tmp_path / "dict.npz", "Python objects", "np.savez('model.npz', **weights)")
    with (tmp_path / "nameless.npz").open("wb") as stream:
        np.savez(stream, *small().values())
    refused(tmp_path / "nameless.npz", "arrays without names", "np.savez")


@pytest.mark.parametrize("given", ["null", "[]", '"x"', '{"attn_scale": 2}', '{"a": null}'])
def test_metadata_that_is_not_text_by_name(tmp_path: Path, given: str) -> None:
    content = write_safetensors(tmp_path / "m.safetensors", small()).read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    text = json.dumps({**header, "__metadata__": json.loads(given)}).encode()
    body = content[8 + int.from_bytes(content[:8], "little") :]
    (tmp_path / "m.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + body)
    refused(tmp_path / "m.safetensors", "metadata")


# Wrappers


@pytest.mark.parametrize("prefix", ["_orig_mod.", "module.", "model.", "_orig_mod.module.net."])
@pytest.mark.parametrize("write", [write_safetensors, write_npz, write_torch])
def test_a_common_prefix_is_looked_through_and_said(
    tmp_path: Path, write: Any, prefix: str
) -> None:
    path = write(tmp_path / "m", {prefix + k: v for k, v in long_names(small()).items()})
    model = read_model(path)
    assert model.digest == expected(tmp_path).digest
    assert any("read without" in note for note in model.notes)


def test_a_compiled_submodule_and_an_averaged_model(tmp_path: Path) -> None:
    names = long_names(small())
    compiled = {name.replace("attn.", "attn._orig_mod."): array for name, array in names.items()}
    path = write_npz(tmp_path / "compiled.npz", compiled)
    assert read_model(path).digest == expected(tmp_path).digest
    averaged = {f"module.{name}": array for name, array in names.items()}
    path = write_npz(tmp_path / "averaged.npz", averaged | {"n_averaged": np.array(3)})
    model = read_model(path)
    assert model.digest == expected(tmp_path).digest
    assert any("n_averaged" in note for note in model.notes)


def test_a_tensor_with_and_without_a_wrapper(tmp_path: Path) -> None:
    twice = small() | {"_orig_mod.W_E": small()["W_E"]}
    refused(write_npz(tmp_path / "m.npz", twice), "given twice")


def test_common_prefix() -> None:
    assert common_prefix(["a.b.x", "a.b.y.z"]) == "a.b."
    assert common_prefix(["a.x", "b.y"]) == ""
    assert common_prefix(["a.x"]) == ""
    assert common_prefix(["a.a", "a.a.b"]) == "a."


# Checkpoints


def state() -> dict[str, Any]:
    torch = pytest.importorskip("torch")
    return {name: torch.from_numpy(array.copy()) for name, array in long_names(small()).items()}


def save(path: Path, data: object) -> Path:
    torch = pytest.importorskip("torch")
    torch.save(data, path)
    return path


@pytest.mark.parametrize("key", ["model", "state_dict", "model_state_dict", "net", "ema"])
def test_the_one_nested_state_dict(tmp_path: Path, key: str) -> None:
    torch = pytest.importorskip("torch")
    weights = state()
    moments = {i: {"exp_avg": v, "step": torch.tensor(1.0)} for i, v in enumerate(weights.values())}
    optimizer = {"state": moments, "param_groups": [{"lr": 0.1, "params": [0]}]}
    checkpoint = {
        key: weights,
        "optimizer_state_dict": optimizer,
        "epoch": 3,
        "loss": torch.tensor(0.1),
        "rng_state": torch.get_rng_state(),
    }
    model = read_model(save(tmp_path / "m.pt", checkpoint))
    assert model.digest == expected(tmp_path).digest
    assert any(f"'{key}'" in note for note in model.notes)
    deeper = read_model(save(tmp_path / "deep.pt", {"a": {"b": checkpoint}}))
    assert deeper.digest == model.digest


def test_settings_beside_nested_weights_are_looked_at(tmp_path: Path) -> None:
    norm = {"model": state(), "config": {"normalization_type": "LNPre"}}
    refused(save(tmp_path / "norm.pt", norm), "config.normalization_type = LNPre")
    scale = {"model": state(), "hyper_parameters": {"cfg": {"attn_scale": 3.0}}}
    assert read_model(save(tmp_path / "scale.pt", scale)).assumed[0].value == 3.0
    flat = {**state(), "epoch": 3, "use_attn_scale": False}
    assert read_model(save(tmp_path / "flat.pt", flat)).assumed[0].value == 1.0


def test_checkpoints_that_do_not_say_which_weights(tmp_path: Path) -> None:
    both = {"model": state(), "ema": state()}
    refused(save(tmp_path / "two.pt", both), "weights more than once ('model', 'ema')")
    refused(save(tmp_path / "list.pt", [state(), state()]), "a list of 2 dicts")
    refused(save(tmp_path / "none.pt", {"epoch": 3}), "not a state dict")
    refused(save(tmp_path / "number.pt", 3), "not a state dict")


def test_whole_models_and_programs(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    refused(save(tmp_path / "module.pt", torch.nn.Linear(2, 2)), "Python object", "state_dict()")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch would rather not have it used any more
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), tmp_path / "script.pt")
    refused(tmp_path / "script.pt", "TorchScript", "torch.jit.load")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.ckpt", "model.safetensors", "model"])
def test_old_torch_files_are_read_by_content(tmp_path: Path, name: str) -> None:
    torch = pytest.importorskip("torch")
    torch.save(state(), tmp_path / name, _use_new_zipfile_serialization=False)
    assert read_model(tmp_path / name).digest == expected(tmp_path).digest


# Every kind of torch tensor


def with_embedding(tmp_path: Path, change: Any) -> Path:
    """A state dict whose `W_E` is what `change` makes of the plain one."""
    weights = state()
    weights["embed.W_E"] = change(weights["embed.W_E"])
    return save(tmp_path / "m.pt", weights)


READ: dict[str, Any] = {
    "parameter": lambda torch, x: torch.nn.Parameter(x),
    "transposed": lambda torch, x: x.T.contiguous().T,
    "negative": lambda torch, x: torch.complex(torch.zeros_like(x), -x).conj().imag,
    "real part": lambda torch, x: torch.complex(x, x).real,
    "sparse coo": lambda torch, x: x.to_sparse(),
    "uncoalesced": lambda torch, x: torch.sparse_coo_tensor(
        torch.cartesian_prod(torch.arange(5), torch.arange(4)).T.repeat(1, 2),
        (x / 2).flatten().repeat(2),
        x.shape,
    ),
    "sparse csr": lambda torch, x: x.to_sparse_csr(),
    "sparse csc": lambda torch, x: x.to_sparse_csc(),
    "sparse bsr": lambda torch, x: x.to_sparse_bsr((1, 1)),
    "sparse bsc": lambda torch, x: x.to_sparse_bsc((5, 4)),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", sorted(READ))
def test_layouts_are_read_by_value(tmp_path: Path, kind: str) -> None:
    torch = pytest.importorskip("torch")
    path = with_embedding(tmp_path, lambda x: READ[kind](torch, x))
    assert read_model(path).tensors == expected(tmp_path).tensors


def test_a_broadcast_tensor_is_read_in_full(tmp_path: Path) -> None:
    path = with_embedding(tmp_path, lambda x: x[:1].expand(5, 4))
    plain = small() | {"W_E": np.repeat(small()["W_E"][:1], 5, axis=0)}
    assert read_model(path).tensors == read_model(write_npz(tmp_path / "p.npz", plain)).tensors


NOT_READ: dict[str, tuple[Any, str]] = {
    "meta": (lambda torch, x: x.to("meta"), "has no data"),
    "complex": (lambda torch, x: torch.complex(x, x), "complex entries"),
    "conjugate": (lambda torch, x: torch.complex(x, x).conj(), "complex entries"),
    "quantized": (
        lambda torch, x: torch.quantize_per_tensor(x, 0.1, 0, torch.qint8),
        "quantized",
    ),
    "lazy": (lambda torch, x: torch.nn.parameter.UninitializedParameter(), "never initialised"),
    "float8": (lambda torch, x: x.to(torch.float8_e4m3fn), ".float()"),
    "integers": (lambda torch, x: x.to(torch.int64), "entries of type I64"),
    "nested": (lambda torch, x: torch.nested.nested_tensor([x, x]), "a nested tensor"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", sorted(NOT_READ))
def test_tensors_without_exact_real_numbers(tmp_path: Path, kind: str) -> None:
    torch = pytest.importorskip("torch")
    change, word = NOT_READ[kind]
    refused(with_embedding(tmp_path, lambda x: change(torch, x)), word)


# Names of other models


FOREIGN = {
    "embed.weight": "weight.T",
    "transformer.wte.weight": "weight.T",
    "transformer.h.0.ln_1.weight": "layer norm",
    "model.layers.0.input_layernorm.weight": "layer norm",
    "blocks.0.attn.c_attn.weight": "split it",
    "self_attn.in_proj_weight": "split it",
    "blocks.0.mlp.fc1.weight": "an MLP",
    "linear1.weight": "an MLP",
    "blocks.0.attn.rotary_sin": "added to the token embedding",
    "blocks.0.attn.q._original_component.weight": "HookedTransformer",
    "parametrizations.W_Q.original0": "remove_parametrizations",
    "W_Q_orig": "prune.remove",
    "W_Q.lora_A.weight": "merge",
    "W_Q_packed_params": "dequantize",
    "transformer.h.3.attn.q.weight": "several layers",
}


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_names_of_other_models(tmp_path: Path, name: str) -> None:
    arrays = small() | {name: np.ones((4, 4), "<f4")}
    refused(write_npz(tmp_path / "m.npz", arrays), FOREIGN[name])


def test_tied_embeddings(tmp_path: Path) -> None:
    for missing in ("W_U", "W_E"):
        arrays = {name: array for name, array in small().items() if name != missing}
        refused(write_npz(tmp_path / f"{missing}.npz", arrays), "tied embeddings", "W_E.T")
    arrays = {name: array for name, array in small().items() if name != "W_pos"}
    refused(write_npz(tmp_path / "pos.npz", arrays), "no tensor W_pos", "rotary")


def test_a_transposed_matrix_is_named(tmp_path: Path) -> None:
    refused(write_npz(tmp_path / "v.npz", small() | {"W_V": small()["W_O"]}), "transposed")
    refused(write_npz(tmp_path / "u.npz", small() | {"W_U": small()["W_U"].T}), "transposed")


def test_settings_between_nested_dicts_are_looked_at(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    weights = {name: torch.from_numpy(array.copy()) for name, array in small().items()}
    path = tmp_path / "m.pt"
    torch.save({"run": {"net": weights, "config": {"normalization_type": "LN"}}, "epoch": 3}, path)
    refused(path, "normalization_type = LN")


@pytest.mark.parametrize("value", [[[0.0] * 4] * 5, None, 3.0, "W_E.npy"])
def test_a_weight_that_is_no_tensor_is_called_that(tmp_path: Path, value: object) -> None:
    torch = pytest.importorskip("torch")
    weights = {name: torch.from_numpy(array.copy()) for name, array in small().items()}
    torch.save(weights | {"W_E": value}, tmp_path / "m.pt")
    refused(tmp_path / "m.pt", "W_E is of type", "not a tensor")


def test_a_header_that_says_something_twice(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "m.safetensors", small(), {"attn_scale": "3"})
    content = path.read_bytes().replace(b'"attn_scale":"3"', b'"attn_scale":"3","attn_scale":"4"')
    length = int.from_bytes(content[:8], "little") + len('"attn_scale":"4",')
    path.write_bytes(length.to_bytes(8, "little") + content[8:])
    refused(path, "attn_scale", "twice")


@pytest.mark.parametrize("name", ["attn_mask", "causal_mask", "blocks.0.attn.sliding_mask"])
def test_a_mask_under_another_name_is_called_one(tmp_path: Path, name: str) -> None:
    path = write_npz(tmp_path / "m.npz", small() | {name: np.tril(np.ones((N_CTX, N_CTX)))})
    refused(path, "an attention mask", name, "attn.mask")


def test_a_stream_of_noise_is_no_model(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for length in (1, 9, 300):
        path = tmp_path / f"{length}.bin"
        path.write_bytes(random.bytes(length))
        refused(path, "not a")
