"""Settings that do not change which logits the weights give."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.model.settings import Setting

_BY_TOPIC = """
TransformerLens: how it computes, not what
eps use_attn_result use_split_qkv_input use_hook_mlp_in use_attn_in use_hook_tokens
ungroup_grouped_query_attention from_checkpoint checkpoint_index checkpoint_label_type
checkpoint_value tokenizer_name model_name init_mode device n_devices seed initializer_range
init_weights n_params default_prepend_bos dtype tokenizer_prepends_bos trust_remote_code
decoder_start_token_id

TransformerLens: details of positions that are refused by their own name
rotary_base rotary_adjacent_pairs relative_attention_max_distance relative_attention_num_buckets
ntk_by_parts_low_freq_factor ntk_by_parts_high_freq_factor ntk_by_parts_factor
ntk_original_ctx_len rotary_local_base rotary_scaling_factor

Hugging Face and others: how files came about
format transformers_version torch_dtype use_cache reorder_and_upcast_attn hparams_name
pytorch-lightning_version name version author date task training

Training
epoch epochs step steps batch batch_size lr learning_rate weight_decay betas beta1 beta2 optimizer
loss train_loss test_loss val_loss accuracy dropout attn_dropout attn_pdrop resid_pdrop embd_pdrop
attention_dropout hidden_dropout max_grad_norm grad_norm grad_clip clip_grad_norm
gradient_clip_norm warmup warmup_steps init_scale weight_scale lr_scale global_step num_epochs
n_epochs n_steps num_steps train_frac frac_train p data_seed
"""

HARMLESS = frozenset(
    word
    for topic in _BY_TOPIC.strip().split("\n\n")
    for line in topic.splitlines()[1:]
    for word in line.split()
)

_SUSPICIOUS = re.compile(
    r"norm|scal|cap|mask|window|rotary|rope|alibi|bias|softmax|activation|act_|_act|temperature|"
    r"pos(ition|_|$)|attn|attention|mlp|^ln|_ln|resid|skip|tie|tying|quant|causal|direct|head|layer|"
    r"logit|embed|multipl|gain|share|kernel|feature_map|lora|adapter|^mup|sink|expert",
    re.I,
)
_ABOUT_TRAINING = re.compile(
    r"init|grad|loss|optim|sched|warm|train|test|val|epoch|step|log(?!it)|save|path|dir(?!ect)|file|"
    r"(?<!un)name|drop",
    re.I,
)
_FACTOR = re.compile(r"scal|temperature|multipl|gain", re.I)
_PRESENT = re.compile(
    r"(use_|with_|has_)?(resid(ual)?s?(_(connections?|stream|path))?|skip(_connections?)?|soft_?max|"
    r"(learned_)?pos(ition(s|al)?)?(_?(embed(ding)?s?|enc(oding)?s?|emb))?|att(n|ention)|direct(_path)?|"
    r"(token_)?embed(ding)?s?|unembed(ding)?)",
    re.I,
)
"""What the theorem's model has."""

_IT_IS_THERE = (True, "standard", "learned", "absolute", "softmax", "causal")


def suspicious(setting: Setting) -> str | None:
    """What speaks against a setting that no rule knows, by what its name sounds like: better refused than ignored."""
    name, value = setting.name.lower(), setting.value
    if name in HARMLESS or isinstance(value, Mapping):
        return None
    if _PRESENT.fullmatch(name):
        there = value in _IT_IS_THERE
        return None if there else "it is there in the theorem's model, without more to it"
    if _FACTOR.search(name):
        without_effect = value is None or value is False or value == "" or value == 1
    else:
        without_effect = value is None or value is False or value in ("", "none", 0, -1)
    if not without_effect and any(map(_heard, setting.where.split("."))):
        return "it is not known what that does to the logits"
    return None


def _heard(part: str) -> bool:
    return bool(_SUSPICIOUS.search(part)) and not _ABOUT_TRAINING.search(part)
