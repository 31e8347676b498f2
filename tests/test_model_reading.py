"""Reading models: exact, the same in every format, and refusing what the theorem is not about."""

from __future__ import annotations

import hashlib
import io
import json
import math
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import MalformedInput
from pipeline.model import TENSOR_NAMES, Model, read_model
from pipeline.model.dyadic import NotFinite, decode

Array = npt.NDArray[Any]
Arrays = dict[str, Array]

EXAMPLES = Path(__file__).parent.parent / "examples" / "models"
STRUCT_CODE = {"F16": "<e", "F32": "<f", "F64": "<d"}
WIDTH = {"F16": 16, "BF16": 16, "F32": 32, "F64": 64}
LONG_NAMES = {
    "W_E": "embed.W_E",
    "W_pos": "pos_embed.W_pos",
    "W_U": "unembed.W_U",
    "b_U": "unembed.b_U",
}
NO_DEADLINE = settings(deadline=None)
HEADED = {"W_Q", "W_K", "W_V", "W_O"}
N_CTX, D_VOCAB, D_MODEL, D_HEAD = 2, 5, 4, 3
SHAPES = {
    "W_E": (D_VOCAB, D_MODEL),
    "W_pos": (N_CTX, D_MODEL),
    "W_Q": (D_MODEL, D_HEAD),
    "W_K": (D_MODEL, D_HEAD),
    "W_V": (D_MODEL, D_HEAD),
    "W_O": (D_HEAD, D_MODEL),
    "W_U": (D_MODEL, D_VOCAB),
}


def small(dtype: str = "<f4") -> Arrays:
    """A model under short names whose entries are exact in every accepted float type."""
    random = np.random.default_rng(0)
    return {
        name: (random.integers(-64, 64, shape) / 16).astype(dtype) for name, shape in SHAPES.items()
    }


def long_names(arrays: Arrays) -> Arrays:
    """The same model as TransformerLens stores it: long names, head dimension, zero biases."""
    sizes = {"b_Q": (1, D_HEAD), "b_K": (1, D_HEAD), "b_V": (1, D_HEAD), "b_O": (D_MODEL,)}
    biases = {name: np.zeros(size, "<f4") for name, size in (sizes | {"b_U": (D_VOCAB,)}).items()}
    buffers: Arrays = {"mask": np.ones((2, 2), bool), "IGNORE": np.array(-np.inf, "<f4")}
    return {
        LONG_NAMES.get(name, f"blocks.0.attn.{name}"): array[None] if name in HEADED else array
        for name, array in (arrays | biases | buffers).items()
    }


def write_safetensors(path: Path, arrays: Arrays, metadata: dict[str, str] | None = None) -> Path:
    copies = {name: np.array(array, order="C") for name, array in arrays.items()}
    path.write_bytes(safetensors.numpy.save(copies, metadata=metadata))
    return path


def write_npz(path: Path, arrays: Arrays) -> Path:
    with path.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    return path


def write_torch(path: Path, arrays: Arrays) -> Path:
    torch = pytest.importorskip("torch")
    torch.save({name: torch.from_numpy(array.copy()) for name, array in arrays.items()}, path)
    return path


WRITERS: dict[str, Callable[[Path, Arrays], Path]] = {
    "model.safetensors": write_safetensors,
    "model.npz": write_npz,
    "model.pt": write_torch,
}


def exact(model: Model, name: str) -> list[list[Fraction]]:
    return [[Fraction(e, 2**model.frac) for e in row] for row in model.tensors[name]]


def fractions(array: Array) -> list[list[Fraction]]:
    return [[Fraction(float(x)) for x in row] for row in array]


# Exactness


@pytest.mark.parametrize("dtype", sorted(WIDTH))
@NO_DEADLINE
@given(data=st.data())
def test_every_bit_pattern_decodes_to_its_exact_value(dtype: str, data: st.DataObject) -> None:
    width = WIDTH[dtype]
    pattern = data.draw(st.integers(0, 2**width - 1))
    raw = pattern.to_bytes(width // 8, "little")
    # bfloat16 is the upper half of float32
    wide = b"\0\0" + raw if dtype == "BF16" else raw
    (value,) = struct.unpack(STRUCT_CODE.get(dtype, "<f"), wide)
    if not math.isfinite(value):
        with pytest.raises(NotFinite):
            decode(raw, dtype)
        return
    numbers = decode(raw, dtype)
    numerator = numbers.numerators(numbers.frac)[0]
    assert Fraction(numerator, 2**numbers.frac) == Fraction(value)
    assert numbers.frac == Fraction(value).denominator.bit_length() - 1
    assert numbers.float64_bytes() == struct.pack("<d", value + 0.0)


@pytest.mark.parametrize("dtype", sorted(WIDTH))
def test_corner_values(dtype: str) -> None:
    width = WIDTH[dtype]
    smallest = (1).to_bytes(width // 8, "little")
    minus_zero = (1 << (width - 1)).to_bytes(width // 8, "little")
    fracs = {"F16": 24, "BF16": 133, "F32": 149, "F64": 1074}
    numbers = decode(smallest + minus_zero, dtype)
    assert numbers.frac == fracs[dtype]
    assert numbers.numerators(numbers.frac) == [1, 0]
    assert numbers.float64_bytes()[8:] == bytes(8)


@NO_DEADLINE
@given(
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=20, max_size=20)
)
def test_a_model_holds_its_weights_exactly(
    tmp_path_factory: pytest.TempPathFactory, entries: list[float]
) -> None:
    arrays = small()
    arrays["W_E"] = np.array(entries, "<f4").reshape(D_VOCAB, D_MODEL)
    path = write_safetensors(tmp_path_factory.mktemp("exact") / "model.safetensors", arrays)
    model = read_model(path)
    for name in TENSOR_NAMES:
        assert exact(model, name) == fractions(arrays[name])
        bits, flat = model.bits(name), [e for row in model.tensors[name] for e in row]
        assert all(-(2 ** (bits - 1)) <= e < 2 ** (bits - 1) for e in flat)
        assert bits == 1 or not all(-(2 ** (bits - 2)) <= e < 2 ** (bits - 2) for e in flat)
    assert Fraction(model.attn_scale, 2**model.scale_frac) == Fraction(math.sqrt(D_HEAD))
    everything = [e for rows in model.tensors.values() for row in rows for e in row]
    assert model.frac == 0 or any(e % 2 for e in everything)


def test_sizes_and_digests(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "model.safetensors", small())
    model = read_model(str(path))
    assert (model.n_ctx, model.d_vocab, model.d_model, model.d_head) == (2, 5, 4, 3)
    assert model.file_digest == hashlib.sha256(path.read_bytes()).hexdigest()
    content = b"compact-proofs/model/1\n"
    for name, array in (small("<f8") | {"attn_scale": np.full((1, 1), 3**0.5)}).items():
        rows, columns = array.shape
        content += f"{name} {rows}x{columns}\n".encode() + (array + 0.0).tobytes()
    assert model.digest == hashlib.sha256(content).hexdigest()


def test_an_all_zero_tensor_needs_one_bit(tmp_path: Path) -> None:
    arrays = small() | {"W_V": np.zeros((D_MODEL, D_HEAD), "<f4")}
    model = read_model(write_npz(tmp_path / "model.npz", arrays))
    assert model.bits("W_V") == 1


# Formats


@pytest.mark.parametrize("naming", [dict, long_names], ids=["short", "transformer_lens"])
@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8"])
@pytest.mark.parametrize("file", sorted(WRITERS))
def test_formats_names_and_widths_agree(
    tmp_path: Path, file: str, dtype: str, naming: Callable[[Arrays], Arrays]
) -> None:
    reference = read_model(write_npz(tmp_path / "reference.npz", small()))
    model = read_model(WRITERS[file](tmp_path / file, naming(small(dtype))))
    assert model.digest == reference.digest
    assert model.tensors == reference.tensors


def test_bfloat16(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    state = {name: torch.from_numpy(array).bfloat16() for name, array in small().items()}
    torch.save(state, tmp_path / "model.pt")
    save_file(state, tmp_path / "model.safetensors")
    digest = read_model(write_npz(tmp_path / "model.npz", small())).digest
    assert read_model(tmp_path / "model.pt").digest == digest
    assert read_model(tmp_path / "model.safetensors").digest == digest


def test_a_torch_file_without_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_torch(tmp_path / "model.pt", small())
    monkeypatch.setitem(sys.modules, "torch", None)
    refused(path, "torch is not installed")


def test_torch_files_of_the_old_kind(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    state = {name: torch.from_numpy(array) for name, array in small().items()}
    torch.save(state, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    expected = read_model(write_npz(tmp_path / "model.npz", small()))
    assert read_model(tmp_path / "old.pth").digest == expected.digest


def test_fortran_order_and_big_endian_arrays(tmp_path: Path) -> None:
    arrays = {name: np.asfortranarray(array.astype(">f4")) for name, array in small().items()}
    model = read_model(write_npz(tmp_path / "odd.npz", arrays))
    assert model.digest == read_model(write_npz(tmp_path / "model.npz", small())).digest


def test_minus_zero_is_zero_in_the_digest(tmp_path: Path) -> None:
    zeros = np.zeros((D_MODEL, D_HEAD), "<f4")
    plus = read_model(write_npz(tmp_path / "plus.npz", small() | {"W_V": zeros}))
    minus = read_model(write_npz(tmp_path / "minus.npz", small() | {"W_V": -zeros}))
    assert plus.digest == minus.digest
    assert plus.file_digest != minus.file_digest


@NO_DEADLINE
@given(st.sampled_from(TENSOR_NAMES), st.integers(0, 5))
def test_the_digest_changes_with_every_entry(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: int
) -> None:
    folder = tmp_path_factory.mktemp("digest")
    changed = small()
    changed[name].flat[place] += 1
    one = read_model(write_npz(folder / "one.npz", small()))
    other = read_model(write_npz(folder / "other.npz", changed))
    assert one.digest != other.digest


# The attention scale


@pytest.mark.parametrize("name", ["attn_scale", "blocks.0.attn.attn_scale"])
@pytest.mark.parametrize("shape", [(), (1,)])
def test_attn_scale_tensor(tmp_path: Path, name: str, shape: tuple[int, ...]) -> None:
    arrays = small() | {name: np.full(shape, 1.1, "<f4")}
    model = read_model(write_npz(tmp_path / "model.npz", arrays))
    assert Fraction(model.attn_scale, 2**model.scale_frac) == Fraction(float(np.float32(1.1)))


@pytest.mark.parametrize(
    ("text", "value"), [("5.656854249492381", 32**0.5), ("0x1.8p+1", 3.0), ("2", 2.0)]
)
def test_attn_scale_metadata(tmp_path: Path, text: str, value: float) -> None:
    path = write_safetensors(tmp_path / "m.safetensors", small(), {"attn_scale": text})
    model = read_model(path)
    assert Fraction(model.attn_scale, 2**model.scale_frac) == Fraction(value)


# Refusals


def refused(path: Path, *words: str) -> None:
    """The file is refused with one line that names it, what is wrong, and a cure."""
    with pytest.raises(MalformedInput) as caught:
        read_model(path)
    message, cure = str(caught.value), caught.value.cure
    assert str(path) in message
    assert "\n" not in message
    assert cure
    for word in words:
        assert word in message


def with_entry(name: str, value: float) -> Arrays:
    arrays = small()
    arrays[name][0, 0] = value
    return arrays


def without(name: str) -> Arrays:
    arrays = small()
    del arrays[name]
    return arrays


def heads(count: int) -> Arrays:
    return {n: np.stack([a] * count) if n in HEADED else a for n, a in small().items()}


REFUSED: dict[str, tuple[Arrays, str]] = {
    "missing tensor": (without("W_O"), "W_O"),
    "no weights": ({"mask": np.ones((2, 2), bool)}, "no tensor W_E"),
    "nan": (with_entry("W_K", math.nan), "W_K has a NaN"),
    "infinity": (with_entry("W_U", -math.inf), "W_U has a NaN or infinite"),
    "transposed": (small() | {"W_U": small()["W_U"].T}, "W_U has shape [5, 4], expected [4, 5]"),
    "vector": (small() | {"W_pos": np.ones(4, "<f4")}, "W_pos has shape [4]"),
    "scalar": (small() | {"W_Q": np.ones((), "<f4")}, "W_Q has shape []"),
    "empty": (small() | {"W_pos": np.ones((0, 4), "<f4")}, "W_pos has shape [0, 4]"),
    "no heads": (heads(0 + 1) | {"W_Q": np.ones((0, 4, 3), "<f4")}, "W_Q has shape [0, 4, 3]"),
    "two heads": (heads(2), "2 attention heads"),
    "output vocabulary": (small() | {"W_U": np.ones((4, 6), "<f4")}, "expected [4, 5]"),
    "bias": (small() | {"b_V": np.array([0, 1, 0], "<f4")}, "bias b_V is not zero"),
    "long bias": (small() | {"unembed.b_U": np.ones(5, "<f4")}, "bias b_U is not zero"),
    "nan bias": (small() | {"b_O": np.full(4, math.nan, "<f4")}, "b_O"),
    "bias shape": (small() | {"b_O": np.zeros(5, "<f4")}, "b_O has shape [5]"),
    "layer norm": (small() | {"blocks.0.ln1.w": np.ones(4, "<f4")}, "layer norm"),
    "final layer norm": (small() | {"ln_final.b": np.ones(4, "<f4")}, "layer norm"),
    "mlp": (small() | {"blocks.0.mlp.W_in": np.ones((4, 4), "<f4")}, "an MLP"),
    "second layer": (small() | {"blocks.1.attn.W_Q": np.ones((1, 4, 3), "<f4")}, "several layers"),
    "foreign": ({"model.layers.0.q_proj.weight": np.ones((2, 2), "<f4")}, "names of torch modules"),
    "hostile name": (small() | {"x\ny\x1b[2J" * 50: np.ones(1, "<f4")}, "unknown tensor"),
    "integers": (small() | {"W_E": np.ones((5, 4), "<i4")}, "W_E has entries of type"),
    "integer bias": (small() | {"b_O": np.zeros(4, "<i8")}, "b_O has entries of type"),
    "duplicate": (small() | {"embed.W_E": small()["W_E"]}, "W_E is given twice"),
    "too many": (small() | {"W_pos": np.zeros((1 << 21, 4), "<f2")}, "weights"),
    "zero scale": (small() | {"attn_scale": np.zeros((), "<f4")}, "attn_scale is not positive"),
    "negative scale": (small() | {"attn_scale": np.array(-1.0)}, "attn_scale is not positive"),
    "infinite scale": (small() | {"attn_scale": np.array(math.inf)}, "attn_scale"),
    "two scales": (small() | {"attn_scale": np.ones(2)}, "attn_scale has shape [2]"),
}


@pytest.mark.parametrize("file", sorted(WRITERS))
@pytest.mark.parametrize("case", sorted(REFUSED))
def test_refused_content(tmp_path: Path, case: str, file: str) -> None:
    arrays, word = REFUSED[case]
    refused(WRITERS[file](tmp_path / file, arrays), word)


@pytest.mark.parametrize("text", ["0", "-3", "nan", "inf", "1e999", "wide", "", "0x1p99999"])
def test_refused_scale_metadata(tmp_path: Path, text: str) -> None:
    path = write_safetensors(tmp_path / "m.safetensors", small(), {"attn_scale": text})
    refused(path, "attn_scale")


def test_scale_given_twice(tmp_path: Path) -> None:
    arrays = small() | {"attn_scale": np.array(2.0)}
    path = write_safetensors(tmp_path / "m.safetensors", arrays, {"attn_scale": "2"})
    refused(path, "both")


@pytest.mark.parametrize("file", sorted(WRITERS))
def test_truncated_files(tmp_path: Path, file: str) -> None:
    path = WRITERS[file](tmp_path / file, small())
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        refused(path)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("file", ["model.safetensors", "model.npz"])
@NO_DEADLINE
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, file: str, place: float, byte: int
) -> None:
    path = WRITERS[file](tmp_path_factory.mktemp("damaged") / file, small())
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] = byte
    path.write_bytes(content)
    with suppress(MalformedInput):
        read_model(path)


def test_not_a_file(tmp_path: Path) -> None:
    refused(tmp_path / "absent.npz", "no such file")
    refused(tmp_path, "not a regular file")
    refused(tmp_path / ("long" * 100), "cannot be read")


@pytest.mark.parametrize("name", ["a.safetensors", "a.npz", "a.pt", "a.txt"])
def test_foreign_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    refused(path, "empty")
    path.write_bytes(b"once upon a time there was no model")
    refused(path, "not a")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "hello")
    refused(path, "zip archive")


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as stream:
        stream.truncate(1 << 29)  # sparse
    refused(path, "larger than")


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("W_E.npy", "w") as member,
    ):
        for _ in range(65):
            member.write(bytes(1 << 22))
    refused(path, "unpacks to more than")


def test_a_tensor_of_many_entries_and_few_bytes(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save({"W_E": torch.ones(1, 1).expand(1 << 20, 1 << 20)}, tmp_path / "wide.pt")
    refused(tmp_path / "wide.pt", "more than")


def test_an_array_name_that_occurs_twice(tmp_path: Path) -> None:
    path = write_npz(tmp_path / "twice.npz", small())
    array = io.BytesIO()
    np.save(array, small()["W_E"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("W_E.npy", array.getvalue())
    refused(path, "twice")


def test_pickled_arrays_are_not_unpickled(tmp_path: Path) -> None:
    arrays = small() | {"W_E": np.full((D_VOCAB, D_MODEL), Path("x"), dtype=object)}
    refused(write_npz(tmp_path / "model.npz", arrays), "W_E holds Python objects")


def test_a_pickled_object_is_not_unpickled(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save({"W_E": Path("x")}, tmp_path / "object.pt")
    refused(tmp_path / "object.pt", "plain weights")
    torch.save([torch.ones(1)], tmp_path / "list.pt")
    refused(tmp_path / "list.pt", "not a state dict")


# The examples


@pytest.mark.parametrize(
    ("file", "n_ctx", "d_vocab"),
    [
        ("max_of_2.safetensors", 2, 64),
        ("max_of_2_half_trained.safetensors", 2, 64),
        ("max_of_3.safetensors", 3, 10),
        ("max_of_4_seed0.safetensors", 4, 64),
    ],
)
def test_example_models(file: str, n_ctx: int, d_vocab: int) -> None:
    model = read_model(EXAMPLES / file)
    stored = safetensors.numpy.load_file(EXAMPLES / file)
    assert (model.n_ctx, model.d_vocab, model.d_model, model.d_head) == (n_ctx, d_vocab, 32, 32)
    assert exact(model, "W_E") == fractions(stored["embed.W_E"])
    assert exact(model, "W_O") == fractions(stored["blocks.0.attn.W_O"][0])


def test_training_is_deterministic_and_its_file_readable(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from examples.train import Config, model_bytes, train

    config = Config(n_ctx=3, d_vocab=6, d_model=4, d_head=3, steps=5, seed=7)
    first, again = (model_bytes(train(config), config) for _ in range(2))
    assert first == again
    path = tmp_path / "model.safetensors"
    path.write_bytes(first)
    assert read_model(path).d_vocab == 6
    with safetensors.safe_open(path, "numpy") as stored:
        assert json.loads(stored.metadata()["training"])["seed"] == 7


@pytest.mark.parametrize("n_ctx", [1, 2, 3, 4])
def test_exhaustive_accuracy_is_the_accuracy_on_every_input(n_ctx: int) -> None:
    torch = pytest.importorskip("torch")
    from examples.accuracy import exhaustive_accuracy
    from examples.train import Config, train

    model = train(Config(n_ctx=n_ctx, d_vocab=5, d_model=8, d_head=8, steps=60)).double()
    tokens = torch.cartesian_prod(*[torch.arange(5)] * n_ctx).reshape(-1, n_ctx)
    logits, largest = model(tokens).detach(), tokens.amax(dim=-1)
    answers = logits.gather(-1, largest[:, None])
    others = logits.masked_fill(torch.nn.functional.one_hot(largest, 5).bool(), -math.inf)
    margins = answers[:, 0] - others.amax(dim=-1)
    measured = exhaustive_accuracy(model)
    assert (measured.right, measured.total) == (int((margins > 0).sum()), 5**n_ctx)
    assert measured.worst_margin == pytest.approx(float(margins.min()))
