"""What a file says of its model: honoured, refused in one line, or named.  Masks, biases, and what few weights cost."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import MalformedInput
from pipeline.model import Model, read_model
from pipeline.recheck.model_file import read_model as read_again
from pipeline.transformer.model.rules import RULES
from tests.test_files_by_kind import refused
from tests.test_model_reading import (
    D_HEAD,
    D_MODEL,
    D_VOCAB,
    N_CTX,
    long_names,
    small,
    write_npz,
    write_safetensors,
)

# The configuration of TransformerLens, in full, for a model that the theorem is about.
CONFIG: dict[str, Any] = {
    "n_layers": 1, "d_model": D_MODEL, "n_ctx": N_CTX, "d_head": D_HEAD, "model_name": "custom",
    "n_heads": 1, "d_mlp": None, "act_fn": None, "d_vocab": D_VOCAB, "eps": 1e-5,
    "use_attn_result": False, "use_attn_scale": True, "attn_scale": math.sqrt(D_HEAD),
    "use_split_qkv_input": False, "use_hook_mlp_in": False, "use_attn_in": False,
    "use_qk_norm": False, "use_local_attn": False, "ungroup_grouped_query_attention": False,
    "original_architecture": None, "from_checkpoint": False, "checkpoint_index": None,
    "checkpoint_label_type": None, "checkpoint_value": None, "tokenizer_name": None,
    "window_size": None, "attn_types": None, "init_mode": "gpt2", "normalization_type": None,
    "device": "cpu", "n_devices": 1, "attention_dir": "causal", "attn_only": True, "seed": 0,
    "initializer_range": 0.14, "init_weights": True, "scale_attn_by_inverse_layer_idx": False,
    "positional_embedding_type": "standard", "final_rms": False, "d_vocab_out": D_VOCAB,
    "parallel_attn_mlp": False, "rotary_dim": None, "n_params": 4096, "use_hook_tokens": False,
    "gated_mlp": False, "default_prepend_bos": True, "dtype": "torch.float32",
    "tokenizer_prepends_bos": None, "n_key_value_heads": None, "post_embedding_ln": False,
    "rotary_base": 10000, "trust_remote_code": False, "rotary_adjacent_pairs": False,
    "load_in_4bit": False, "num_experts": None, "experts_per_token": None,
    "relative_attention_max_distance": None, "relative_attention_num_buckets": None,
    "decoder_start_token_id": None, "tie_word_embeddings": False,
    "use_normalization_before_and_after": False, "attn_scores_soft_cap": -1.0,
    "output_logits_soft_cap": -1.0, "use_NTK_by_parts_rope": False,
    "NTK_by_parts_low_freq_factor": 1.0, "NTK_by_parts_high_freq_factor": 4.0,
    "NTK_by_parts_factor": 8.0, "NTK_original_ctx_len": 8192,
}  # fmt: skip

REFUSED: dict[str, list[object]] = {
    "normalization_type": ["LN", "LNPre", "RMS", "RMSPre", "layer"],
    "use_attn_scale": ["perhaps"],
    "attn_scale": ["ff", "nan", "inf", 0, -3.0, "wide", "", None, True],
    "positional_embedding_type": ["shortformer", "rotary", "alibi", "relative_positional_bias", "none"],
    "attn_scores_soft_cap": [50.0, "50"],
    "output_logits_soft_cap": [30.0],
    "attention_dir": ["both", "backwards"],
    "attn_only": [False],
    "n_layers": [2],
    "n_heads": [2],
    "n_key_value_heads": [4],
    "d_model": [D_MODEL + 1],
    "d_head": [D_HEAD + 1],
    "n_ctx": [N_CTX + 1],
    "d_vocab": [D_VOCAB + 1],
    "d_vocab_out": [D_VOCAB - 1],
    "use_local_attn": [True],
    "use_qk_norm": [True],
    "final_rms": [True],
    "post_embedding_ln": [True],
    "use_normalization_before_and_after": [True],
    "rotary_dim": [2],
    "use_NTK_by_parts_rope": [True],
    "tie_word_embeddings": [True],
    "load_in_4bit": [True],
    "original_architecture": ["GPT2LMHeadModel"],
}  # fmt: skip


def as_text(config: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else str(value) for name, value in config.items()}


def write(path: Path, said: dict[str, Any], how: str) -> Path:
    """The model with what is said of it: as text by name, as JSON, or inside more JSON."""
    if how == "text":
        return write_safetensors(path, small(), as_text(said))
    text = json.dumps(said)
    return write_safetensors(
        path, small(), {"config": text if how == "json" else f'{{"cfg": {text}}}'}
    )


def scale(model: Model) -> Fraction:
    return Fraction(model.attn_scale, 2**model.scale_frac)


@pytest.mark.parametrize("how", ["text", "json", "deeper", "python"])
def test_a_whole_configuration_is_understood(tmp_path: Path, how: str) -> None:
    model = read_model(write(tmp_path / "m.safetensors", CONFIG, how))
    assert model.notes == ()
    assert scale(model) == Fraction(math.sqrt(D_HEAD))
    assert {one.source for one in model.assumed} == {"the file's metadata"}


@pytest.mark.parametrize("how", ["text", "json", "deeper", "python"])
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_the_theorem_is_not_about_is_refused(tmp_path: Path, name: str, how: str) -> None:
    for value in REFUSED[name]:
        path = write(tmp_path / "m.safetensors", {name: value}, how)
        refused(path, name)
        if name != "attn_scale":
            refused(write(path, CONFIG | {name: value}, how), name)


@pytest.mark.parametrize(
    "said",
    [
        {"act_fn": "relu"},
        {"d_mlp": 16},
        {"gated_mlp": True},
        {"layer_norm_epsilon": 1e-5},
        {"attention_softcap": 5.0},
        {"sliding_window": 1},
        {"rope_theta": 10000.0},
        {"hidden_act": "gelu"},
        {"use_bias": True},
        {"temperature": 0.5},
        {"embedding_scale": 5.6},
        {"is_causal": "sometimes"},
        {"use_layer_norm": True},
        # what the theorem's model has, and this one has not
        {"use_residual": False},
        {"residual_connections": 0},
        {"skip_connection": "no"},
        {"use_pos_embed": False},
        {"positional_encoding": "none"},
        {"softmax": False},
        {"attention": "linear"},
        # factors: 0 is not "without"
        {"logit_scale": 0.5},
        {"residual_scale": 0},
        {"embedding_multiplier": 12.0},
        {"logits_gain": 3},
        # others that change logits
        {"weight_tying": True},
        {"feature_map": "elu"},
        {"lora_alpha": 16},
        {"attention_sink": True},
        # a value with a table of its own
        {"normalization": {"type": "LN"}},
        {"rope_scaling": {"factor": 2.0}},
        {"attn_scale": {}},
        {"attention": {"kind": "linear"}},
    ],
)
def test_other_settings_that_change_logits(tmp_path: Path, said: dict[str, Any]) -> None:
    for how in ("text", "json", "python"):
        refused(write(tmp_path / "m.safetensors", said, how), *said)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("HookedTransformerConfig(n_layers=1, normalization_type='LN')", "normalization"),
        ("n_layers: 1\nact_fn: relu\n", "activation"),
        ("python train.py --d_model=4 --window_size=1 --lr=0.1", "last position"),
        ("Config(attn_scale=3.0)", "attn_scale"),
        ("Config(use_attn_scale=False)", "use_attn_scale"),
        ('[{"positional_embedding_type": "rotary"}]', "positions"),
    ],
)
def test_settings_within_text_that_is_no_json(tmp_path: Path, text: str, word: str) -> None:
    refused(write_safetensors(tmp_path / "m.safetensors", small(), {"notes": text}), "notes", word)


def test_text_that_says_nothing_else_is_no_trouble(tmp_path: Path) -> None:
    said = {"notes": f"python train.py --d_model={D_MODEL} --lr=0.1; n_layers: 1, seed = 3", "causal_mask": "True",
            "attention": "softmax", "use_residual": "true", "n_kv_heads": "1", "logit_scale": "1.0"}  # fmt: skip
    model = read_model(write_safetensors(tmp_path / "m.safetensors", small(), said))
    assert scale(model) == Fraction(math.sqrt(D_HEAD))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"use_attn_scale": False}, 1.0),
        ({"use_attn_scale": False, "attn_scale": 5.0}, 1.0),
        ({"use_attn_scale": True, "attn_scale": 5.0}, 5.0),
        ({"attn_scale": -1.0}, math.sqrt(D_HEAD)),
        ({"attn_scale": "0x1.8p+1"}, 3.0),
        ({"scale_attn_weights": False}, 1.0),
        ({"scale_attn_by_inverse_layer_idx": True}, math.sqrt(D_HEAD)),
        (
            {"use_local_attn": True, "window_size": N_CTX, "attn_types": ["local"]},
            math.sqrt(D_HEAD),
        ),
        ({"use_local_attn": True, "window_size": 1, "attn_types": ["global"]}, math.sqrt(D_HEAD)),
        ({"attn_only": True, "act_fn": "relu", "d_mlp": 16}, math.sqrt(D_HEAD)),
        ({"attention_dir": "bidirectional"}, math.sqrt(D_HEAD)),
        ({"temperature": 1.0}, math.sqrt(D_HEAD)),
    ],
)
def test_what_is_honoured(tmp_path: Path, said: dict[str, Any], value: float) -> None:
    for how in ("text", "json", "python"):
        path = write(tmp_path / "m.safetensors", said, how)
        assert scale(read_model(path)) == Fraction(value)
        mantissa, exponent = read_again(path.read_bytes()).scale  # the second checker agrees
        assert mantissa * Fraction(2) ** exponent == Fraction(value)


def test_settings_among_arrays(tmp_path: Path) -> None:
    off = small() | {"use_attn_scale": np.array(False), "n_heads": np.array(1)}
    path = write_npz(tmp_path / "off.npz", off)
    assert scale(read_model(path)) == 1
    assert (
        read_again(path.read_bytes()).scale == (1, 0) or read_again(path.read_bytes()).scale[0] > 0
    )
    refused(write_npz(tmp_path / "two.npz", small() | {"n_heads": np.array(2)}), "n_heads = 2")
    said = small() | {"normalization_type": np.array("LNPre")}
    refused(write_npz(tmp_path / "norm.npz", said), "normalization_type = LNPre")


def test_a_scale_that_is_said_twice(tmp_path: Path) -> None:
    said = {"attn_scale": "2.0", "config": '{"attn_scale": 3.0}'}
    refused(write_safetensors(tmp_path / "m.safetensors", small(), said), "given twice")
    same = {"attn_scale": "2.0", "config": '{"attn_scale": 2.0}'}
    assert scale(read_model(write_safetensors(tmp_path / "s.safetensors", small(), same))) == 2


def test_tied_embeddings_that_are_tied(tmp_path: Path) -> None:
    arrays = small() | {"W_U": np.ascontiguousarray(small()["W_E"].T)}
    path = write_safetensors(tmp_path / "m.safetensors", arrays, {"tie_word_embeddings": "True"})
    assert read_model(path).d_vocab == D_VOCAB


def test_what_is_not_understood_is_named(tmp_path: Path) -> None:
    said = {"favourite_colour": "blue", "training": '{"steps": 9, "task": "max"}'}
    (note,) = read_model(write_safetensors(tmp_path / "m.safetensors", small(), said)).notes
    assert "favourite_colour" in note
    assert "steps" not in note


def test_what_is_assumed_is_named(tmp_path: Path) -> None:
    model = read_model(write_npz(tmp_path / "m.npz", small()))
    assert {(one.name, one.source) for one in model.assumed} == {
        ("attn_scale", "assumed"),
        ("positional_embedding_type", "assumed"),
        ("normalization_type", "assumed"),
        ("attention_dir", "assumed"),
    }
    tensor = read_model(write_npz(tmp_path / "t.npz", small() | {"attn_scale": np.array(2.0)}))
    assert (tensor.assumed[0].value, tensor.assumed[0].source) == (
        2.0,
        "the file's tensor attn_scale",
    )


STRANGE: list[object] = [
    None, True, 0, 1, -1, 2, 10**400, math.nan, -math.inf, "", "x", "0x1p4", "[" * 5000, "{'a': 1}",
    [], [[1]], {"a": None}, "\x00", "1_0", "9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("name", [*sorted(RULES), "unheard_of", "unheard_of_norm"])
def test_nothing_that_is_said_breaks_the_reader(tmp_path: Path, name: str) -> None:
    """Whatever it is, there is a model, and the second checker reads the same scale, or one line."""
    for value in STRANGE:
        said = {"config": json.dumps({name: value})}
        path = write_safetensors(tmp_path / "m.safetensors", small(), said)
        try:
            model = read_model(path)
        except MalformedInput:
            refused(path)
            continue
        mantissa, exponent = read_again(path.read_bytes()).scale
        assert mantissa * Fraction(2) ** exponent == scale(model)


# Masks


def with_mask(tmp_path: Path, mask: Any, ignore: float = -math.inf) -> Path:
    arrays = long_names(small()) | {"mask": np.asarray(mask), "IGNORE": np.array(ignore, "<f4")}
    del arrays["blocks.0.attn.mask"], arrays["blocks.0.attn.IGNORE"]
    renamed = {
        "blocks.0.attn.mask": arrays.pop("mask"),
        "blocks.0.attn.IGNORE": arrays.pop("IGNORE"),
    }
    return write_npz(tmp_path / "m.npz", arrays | renamed)


CAUSAL = np.tril(np.ones((N_CTX, N_CTX), bool))
INFINITE = np.where(CAUSAL, 0, -np.inf)


@pytest.mark.parametrize(
    "mask",
    [
        CAUSAL,
        CAUSAL.astype("<i8"),
        CAUSAL.astype("u1"),
        CAUSAL.astype("<f4"),
        CAUSAL[None, None],
        np.zeros(0, bool),
        np.zeros((0, 0), bool),
        INFINITE.astype("<f4"),
        np.where(CAUSAL, 0, -1e9),
    ],
)
def test_causal_masks(tmp_path: Path, mask: Any) -> None:
    assert read_model(with_mask(tmp_path, mask)).notes == ()


def test_a_mask_that_shows_more_than_the_past(tmp_path: Path) -> None:
    (note,) = read_model(with_mask(tmp_path, np.ones((N_CTX, N_CTX), bool))).notes
    assert "not the causal one" in note


@pytest.mark.parametrize(
    ("mask", "word"),
    [
        (np.eye(N_CTX, dtype=bool), "hides position 0"),
        (np.eye(N_CTX, dtype="<f4"), "hides position 0"),
        (np.zeros((N_CTX, N_CTX), bool), "hides position 0, 1"),
        (~CAUSAL, "hides position"),
        (CAUSAL.T, "hides position"),
        (-INFINITE, "neither"),
        (np.zeros((N_CTX, N_CTX)), "neither"),
        (np.full((N_CTX, N_CTX), np.nan), "neither"),
        (np.full((N_CTX, N_CTX), 2), "neither"),
        (np.ones((N_CTX + 1, N_CTX + 1), bool), "shape"),
        (np.ones(N_CTX, bool), "shape"),
        (np.full((N_CTX, N_CTX), 1j), "entries of type"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_masks_that_are_not_full(tmp_path: Path, mask: Any, word: str) -> None:
    refused(with_mask(tmp_path, mask), "mask", word)


@pytest.mark.parametrize("value", [-math.inf, -1e5, -1e9])
def test_what_hides_scores(tmp_path: Path, value: float) -> None:
    assert read_model(with_mask(tmp_path, CAUSAL, value)).notes == ()


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf, -1.0, 5.0])
def test_what_does_not_hide_scores(tmp_path: Path, value: float) -> None:
    refused(with_mask(tmp_path, CAUSAL, value), "IGNORE")


# Biases


@pytest.mark.parametrize(
    ("biases", "words"),
    [
        ({"b_K": np.ones(D_HEAD)}, ["b_K", "softmax does not notice", "answers stay exactly"]),
        ({"b_U": np.full(D_VOCAB, 0.25)}, ["same to all logits", "answers stay exactly the same"]),
        (
            {"b_K": np.ones(D_HEAD), "b_U": np.ones(D_VOCAB)},
            ["b_K, b_U", "answers stay exactly the same"],
        ),
        (
            {"b_U": 1e-9 * np.arange(D_VOCAB)},
            ["b_U", "size of rounding", "differ by about as little"],
        ),
        ({"b_O": np.ones(D_MODEL)}, ["b_O is not zero", "train without biases"]),
        ({"b_K": np.ones(D_HEAD), "b_Q": np.ones(D_HEAD)}, ["b_Q is not zero", "train without"]),
    ],
)
def test_biases(tmp_path: Path, biases: dict[str, Any], words: list[str]) -> None:
    refused(write_npz(tmp_path / "m.npz", small() | biases), *words)


# What few weights cost


def test_a_subnormal_is_named_with_what_it_costs(tmp_path: Path) -> None:
    arrays = small()
    arrays["W_pos"][1, 2] = 1e-42
    (note,) = read_model(write_npz(tmp_path / "m.npz", arrays)).notes
    value = Fraction(float(np.float32(1e-42)))
    assert note.startswith(f"W_pos[1, 2] = {float(value):.9g} needs ")
    assert f"needs {value.denominator.bit_length() - 1} bits" in note
    assert "without it, all weights need 4" in note
    assert "no verdict" in note
    arrays["W_pos"][1, 2] = 2.0**-30
    (note,) = read_model(write_npz(tmp_path / "m.npz", arrays)).notes
    assert "needs 30 bits" in note
    assert "takes longer" in note
    assert "no verdict" not in note


def test_weights_that_are_alike_cost_nothing_special(tmp_path: Path) -> None:
    assert read_model(write_npz(tmp_path / "small.npz", small())).notes == ()
    tiny = {name: (array * 1e-30).astype("<f4") for name, array in small().items()}
    assert read_model(write_npz(tmp_path / "tiny.npz", tiny)).notes == ()
    for file in ("max_of_2", "max_of_4_seed0", "max_of_20"):
        example = Path(__file__).parent.parent / "examples" / "models" / f"{file}.safetensors"
        assert read_model(example).notes == ()
