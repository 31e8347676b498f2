"""Names of tensors that are not the transformer's: what they show, and what helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor

_DOCS = "docs/your-model.md"
_CURE_MODEL = (
    "give a transformer of one layer: attention, with a ReLU MLP after it and norms without weights"
    f" (LNPre) if it has them; {_DOCS}"
)
_CURE_MLP = (
    "an MLP of ReLU neurons is read under the names blocks.0.mlp.W_in, b_in, W_out and b_out, or W_in, ...;"
    f" {_DOCS}"
)
_CURE_NAMES = (
    "use TransformerLens names (embed.W_E, blocks.0.attn.W_Q, ...) or W_E, W_pos, W_Q, ...;"
    f" {_DOCS} has a few lines for models of your own"
)


@dataclass(frozen=True)
class _Foreign:
    """A pattern of names, what such a name shows, and the cure."""

    pattern: re.Pattern[str]
    shows: str
    cure: str = _CURE_MODEL


def _names(pattern: str, shows: str, cure: str = _CURE_MODEL) -> _Foreign:
    return _Foreign(re.compile(pattern, re.I), shows, cure)


_FOREIGN = (
    _names(
        r"(^|\.)parametrizations\.|weight_[gvuv]$",
        "parametrized weights (such as weight norm)",
        "make plain weights of them first: torch.nn.utils.parametrize.remove_parametrizations, or"
        " torch.nn.utils.remove_weight_norm",
    ),
    _names(
        r"(^|[._])(attn|attention|causal|local|sliding|padding|key_padding|tri[lu]?)_?mask$|masked_bias$",
        "an attention mask under a name that is not read",
        "leave it out if it is the causal one; TransformerLens calls it blocks.0.attn.mask, which is read",
    ),
    _names(
        r"_orig$|_mask$",
        "pruned weights that are stored in two parts",
        "make plain weights of them first: torch.nn.utils.prune.remove(module, name)",
    ),
    _names(
        r"(^|[._])lora_?(A|B|embedding)", "LoRA adapters", "merge them into the weights first: merge_and_unload()"
    ),
    _names(
        r"_packed_params|quant_(map|state)|absmax|zero_points?$|qweight|weight_scale",
        "quantized weights",
        "dequantize them first, and save the numbers that the model computes with",
    ),
    _names(r"(^|\.)(blocks|layers?|h)\.0*[1-9]\d*\.", "several layers"),
    _names(
        r"(^|[._])(ln|norm|layer_?norm|rms_?norm)(\d|_f|_final|_pre|_post)?([._]|$)|layernorm", "layer norm",
        "fold its weights into the matrices that read it (TransformerLens: fold_ln=True), which leaves LNPre;"
        " or give a model without layer norm",
    ),
    _names(
        r"(^|[._])mlp([._]|$)|(^|\.)(W|b)_(in|out|gate)$|(^|[._])(fc\d?|ffn?|feed_?forward|c_fc)([._]|$)|linear[12]\.",
        "an MLP",
        _CURE_MLP,
    ),
    _names(
        r"rotary|(^|[._])rope|inv_freq|alibi|rel_pos|relative_attention",
        "positions that are not a table W_pos",
        "the theorem is about positions that are added to the token embedding",
    ),
    _names(
        r"_original_component",
        "the names of TransformerLens' TransformerBridge",
        f"save the weights under HookedTransformer's names: {_DOCS}",
    ),
    _names(
        r"c_attn|in_proj|qkv|query_key_value|W_QKV",
        "queries, keys and values in one tensor",
        f"split it into W_Q, W_K and W_V, each [d_model, d_head]: {_DOCS}",
    ),
    _names(
        r"\.weight$|\.bias$|(^|\.)(wte|wpe|lm_head)",
        "the names of torch modules",
        "store them as W_E, W_pos, W_Q, W_K, W_V, W_O, W_U; nn.Linear stores its matrix transposed,"
        f" so W_Q = q.weight.T and so on: {_DOCS}",
    ),
    _names(
        r"^arr_\d+$",
        "arrays without names",
        "give each its name: np.savez('model.npz', W_E=W_E, W_pos=W_pos, ...)",
    ),
)  # fmt: skip


def unknown(path: Path, foreign: Mapping[str, StoredTensor]) -> MalformedInput:
    """The refusal of tensors that the transformer does not have."""
    for kind in _FOREIGN:
        for name, tensor in foreign.items():
            if kind.pattern.search(name):
                if tensor.trouble is not None:
                    return MalformedInput(
                        f"{path}: {shown(name)} {tensor.trouble.what}", cure=tensor.trouble.cure
                    )
                return MalformedInput(
                    f"{path}: the model has {kind.shows} (tensor {shown(name)})", cure=kind.cure
                )
    more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
    return MalformedInput(f"{path}: unknown tensor {shown(min(foreign))}{more}", cure=_CURE_NAMES)


def shown(name: str) -> str:
    """A name from a file, made safe for one line of output."""
    return ascii(name if len(name) <= 60 else name[:57] + "...")
