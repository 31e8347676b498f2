"""The rules for what a file says of a model: what each setting has to be for the theorem to be about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.settings import Setting, plain, truth
from pipeline.transformer.model.declared import Declared, Facts
from pipeline.transformer.model.harmless import HARMLESS, suspicious

Say = str | None
"""What is wrong with a setting, or nothing."""

_CURE = (
    "the theorem is about one layer, attention only, without normalization (or with LNPre); where the file says"
    " otherwise wrongly, save it without that"
)
_NONE = (None, False, "", "none", "identity")

Rule = Callable[[Setting, Facts, Declared], Say]


def _absent(what: str) -> Rule:
    """Nothing of the kind may be there."""

    def rule(setting: Setting, facts: Facts, declared: Declared) -> Say:
        value = setting.value.strip().lower() if isinstance(setting.value, str) else setting.value
        return None if value in _NONE else f"the theorem's model has no {what}"

    return rule


def _absent_number(what: str) -> Rule:
    """A number that counts from above zero on."""

    def rule(setting: Setting, facts: Facts, declared: Declared) -> Say:
        value = setting.value
        if value in _NONE or (isinstance(value, int | float) and value <= 0):
            return None
        return f"the theorem's model has no {what}"

    return rule


def _only_with_mlp(what: str) -> Rule:
    """Without effect where the file says that there is no MLP."""

    def rule(setting: Setting, facts: Facts, declared: Declared) -> Say:
        if declared.said("attn_only") in (True, 1):
            return None
        return _absent_number(what)(setting, facts, declared)

    return rule


def _activation(setting: Setting, facts: Facts, declared: Declared) -> Say:
    """ReLU, where there are neurons."""
    if not facts.d_mlp:
        return _only_with_mlp("activation function")(setting, facts, declared)
    if setting.value is None or str(setting.value).strip().lower() == "relu":
        return None
    return "the theorem's neurons are ReLU: train the model with act_fn = relu"


def _mlp_size(setting: Setting, facts: Facts, declared: Declared) -> Say:
    if not facts.d_mlp:
        return _only_with_mlp("MLP")(setting, facts, declared)
    fits = setting.value in (None, True, "", "relu", facts.d_mlp)
    return None if fits else f"d_mlp is {facts.d_mlp} in the weights"


def _plain_mlp(setting: Setting, facts: Facts, declared: Declared) -> Say:
    """What would make it another MLP than the theorem's."""
    if not facts.d_mlp:
        return _only_with_mlp("MLP")(setting, facts, declared)
    return _absent_number("gated MLP, experts, or MLP beside attention")(setting, facts, declared)


def _normalization(setting: Setting, facts: Facts, declared: Declared) -> Say:
    """Norms without weights, where the theorem has them; else none."""
    value = str(setting.value).strip().lower()
    if value == "ln":
        return (
            "that norm has weights: fold them into the matrices that read it (TransformerLens: fold_ln=True), which"
            " leaves LNPre, and say so with eps"
        )
    if value in ("rms", "rmspre"):
        return "the theorem's norm subtracts the mean: train the model with LNPre"
    if facts.norm:
        return None if value == "lnpre" else "--norm says LNPre: keep one of the two"
    return _absent("normalization")(setting, facts, declared)


def _epsilon(setting: Setting, facts: Facts, declared: Declared) -> Say:
    """Read where there are norms (`normed/said.py`)."""
    return None if facts.norm else suspicious(setting)


def _one_of(*values: object, otherwise: str) -> Rule:
    def rule(setting: Setting, facts: Facts, declared: Declared) -> Say:
        value = setting.value.strip().lower() if isinstance(setting.value, str) else setting.value
        return None if value in values else otherwise

    return rule


def _size(name: str) -> Rule:
    def rule(setting: Setting, facts: Facts, declared: Declared) -> Say:
        unset = setting.value is None or setting.value == -1
        if unset or setting.value == facts.sizes[name]:
            return None
        return f"{name} is {facts.sizes[name]} in the weights"

    return rule


def _truth_value(setting: Setting, facts: Facts, declared: Declared) -> Say:
    return None if truth(setting) is not None else "that is neither true nor false"


def _attn_only(setting: Setting, facts: Facts, declared: Declared) -> Say:
    if facts.d_mlp:
        return "there is an MLP in the weights" if truth(setting) else None
    return None if truth(setting) else "the theorem's model has no MLP"


def _window(setting: Setting, facts: Facts, declared: Declared) -> Say:
    if setting.value in _NONE or declared.said("use_local_attn") is False:
        return None
    if declared.said("attn_types") == ["global"]:
        return None
    enough = isinstance(setting.value, int | float) and setting.value >= facts.sizes["n_ctx"]
    return None if enough else "the theorem's last position sees all positions"


def _local(setting: Setting, facts: Facts, declared: Declared) -> Say:
    if setting.value in _NONE or declared.said("attn_types") == ["global"]:
        return None
    window = declared.said("window_size")
    enough = isinstance(window, int | float) and window >= facts.sizes["n_ctx"]
    return None if enough else "the theorem's last position sees all positions"


def _attn_types(setting: Setting, facts: Facts, declared: Declared) -> Say:
    if setting.value is None or setting.value == ["global"] or setting.value == "global":
        return None
    return None if declared.said("use_local_attn") is False else _local(setting, facts, declared)


def _bias(setting: Setting, facts: Facts, declared: Declared) -> Say:
    return None if setting.value in _NONE or facts.has_biases else "it holds no biases"


def _tied(setting: Setting, facts: Facts, declared: Declared) -> Say:
    return None if setting.value in _NONE or facts.tied else "W_U is not the transpose of W_E"


def _scale(setting: Setting, facts: Facts, declared: Declared) -> Say:
    return None  # read by `Declared.scale`


def _architecture(setting: Setting, facts: Facts, declared: Declared) -> Say:
    text = str(setting.value)
    if re.search(
        r"gpt|llama|mistral|gemma|bert|pythia|opt|bloom|qwen|phi|t5|falcon|mamba", text, re.I
    ):
        return "such a model has normalization and an MLP, which the theorem's model has not"
    return None


def _layers(setting: Setting, facts: Facts, declared: Declared) -> Say:
    return None if setting.value in (None, 1) else "the theorem's model has one layer"


def _heads(setting: Setting, facts: Facts, declared: Declared) -> Say:
    if setting.value in (None, facts.heads, -1):
        return None
    heads = "one attention head" if facts.heads == 1 else f"{facts.heads} attention heads"
    return f"the weights have {heads}"


def _table(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {name: rule for names, rule in rules.items() for name in names.split()}


RULES = _table(
    {
        "normalization_type norm_type normalization": _normalization,
        "layer_norm_eps layer_norm_epsilon norm_eps ln_eps": _epsilon,
        "norm layer_norm layernorm rms_norm rmsnorm use_norm"
        " use_ln use_layernorm use_layer_norm use_rmsnorm pre_norm post_norm normalize": _absent(
            "normalization"
        ),
        "final_rms post_embedding_ln use_normalization_before_and_after use_qk_norm qk_norm"
        " qk_layernorm final_norm ln_final": _absent("normalization"),
        "positional_embedding_type position_embedding_type positional_encoding pos_embed_type"
        " pos_encoding": _one_of(
            "standard", "learned", "absolute",
            otherwise="the theorem is about positions that are added to the token embedding (standard)",
        ),
        "rotary_dim rotary_pct partial_rotary_factor use_rope rope use_rotary rotary"
        " use_ntk_by_parts_rope rope_theta rope_scaling": _absent_number("rotary positions"),
        "alibi use_alibi": _absent("ALiBi positions"),
        "act_fn hidden_act activation activation_function act": _activation,
        "d_mlp n_inner intermediate_size mlp_dim d_ff ffn_dim use_mlp mlp": _mlp_size,
        "gated_mlp parallel_attn_mlp num_experts experts_per_token num_local_experts": _plain_mlp,
        "attn_only": _attn_only,
        "attention_dir": _one_of(
            None, "causal", "bidirectional", otherwise="only causal and bidirectional are known"
        ),
        "causal is_causal is_decoder causal_mask use_causal_mask": _truth_value,
        "attn_scores_soft_cap output_logits_soft_cap attn_logit_softcapping final_logit_softcapping"
        " logits_soft_cap logit_softcap softcap soft_cap": _absent_number("soft cap"),
        "use_attn_scale scale_attn_weights": _truth_value,
        "attn_scale": _scale,
        "scale_attn_by_inverse_layer_idx": _truth_value,  # the first layer's scale is multiplied by 1
        "use_local_attn": _local,
        "window_size sliding_window attention_window": _window,
        "attn_types attention_types": _attn_types,
        "n_layers n_layer num_layers num_hidden_layers depth": _layers,
        "heads n_heads n_head num_heads num_attention_heads n_key_value_heads num_key_value_heads n_kv_heads"
        " num_kv_heads": _heads,
        "d_model hidden_size n_embd embed_dim embedding_dim embedding_size": _size("d_model"),
        "d_head head_dim": _size("d_head"),
        "n_ctx n_positions max_position_embeddings block_size": _size("n_ctx"),
        "d_vocab vocab_size d_vocab_out": _size("d_vocab"),
        "bias biases use_bias attention_bias qkv_bias": _bias,
        "tie_word_embeddings tie_embeddings tied_embeddings tie_weights weight_tying share_embeddings"
        " shared_embeddings tie_embed tied": _tied,
        "load_in_4bit load_in_8bit quantization_config": _absent("quantization"),
        "add_cross_attention is_encoder_decoder": _absent("encoder"),
        "scale_embedding scale_embeddings embed_scale": _absent("scaled embedding"),
        "model_type architectures original_architecture": _architecture,
    }
)  # fmt: skip


def look(path: Path, settings: Sequence[Setting], facts: Facts) -> Declared:
    """Refuse what the theorem's model is not; name what is not understood."""
    declared = Declared(settings)
    unknown = []
    for setting in settings:
        name = setting.name.lower()
        rule = RULES.get(name)
        wrong = _unread(setting, facts, declared)
        if wrong is None and rule is not None:
            wrong = rule(setting, facts, declared)
        elif wrong is None:
            wrong = suspicious(setting)
        if wrong is not None:
            raise MalformedInput(f"{path}: the file says {setting.shown}, and {wrong}", cure=_CURE)
        if rule is None and name not in HARMLESS and not isinstance(setting.value, Mapping):
            unknown.append(ascii(setting.where)[1:-1][:40])
    if not unknown:
        return declared
    shown = ", ".join(unknown[:6]) + (f" and {len(unknown) - 6} more" if len(unknown) > 6 else "")
    return Declared(settings, (f"the file also says {shown}, which is not looked at",))


def _unread(setting: Setting, facts: Facts, declared: Declared) -> Say:
    """A rule's name in a place where its value is not read: with a table of its own, or within text that is no JSON."""
    if isinstance(setting.value, Mapping):
        return "that is more than one value" if setting.name.lower() in RULES else None
    if not isinstance(setting.value, str | list):
        return None
    for name, value in _PAIR.findall(str(setting.value)):
        rule = RULES.get(name.lower())
        if rule is _scale or "attn_scale" in name.lower():
            return f"that names {name} in a form that is not read: write JSON"
        inner = Setting(f"{setting.where}.{name}", name, plain(value.strip("\"'")))
        wrong = rule(inner, facts, declared) if rule is not None else None
        if wrong is not None:
            return f"{inner.shown}: {wrong}"
    return None


_PAIR = re.compile(
    r"""\b([A-Za-z_]\w*)["']?\s{0,8}[=:]\s{0,8}("[^"]{0,99}"|'[^']{0,99}'|[^\s,;)\]}]{1,99})"""
)
"""`name = value` as it stands in what Python prints of an object, in YAML, on a command line."""


def is_setting(name: str) -> bool:
    """Does a rule know it, or is it without effect?"""
    last = name.rpartition(".")[2].lower()
    return last in RULES or last in HARMLESS
