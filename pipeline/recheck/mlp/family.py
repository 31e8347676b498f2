"""Transformers with an MLP, as a family of the second checker."""

from __future__ import annotations

from dataclasses import replace

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads.family import HEADS, look_with, require_heads, same
from pipeline.recheck.mlp import brute_force, cubic, heads_quartic, quartic
from pipeline.recheck.mlp.lean_weights import read_weights
from pipeline.recheck.mlp.weights import BIASES, MATRICES, MlpWeights
from pipeline.recheck.mlp.words import MlpWords
from pipeline.recheck.model_file import read_stored, read_tensors
from pipeline.recheck.numbers import Numbers
from pipeline.recheck.refused import Refused
from pipeline.recheck.said import everything, require_no_norms

NAMES = {f"{place}{name}": name for name in (*MATRICES, *BIASES) for place in ("", "blocks.0.mlp.")}
ACTIVATIONS = ("act_fn", "hidden_act", "activation", "activation_function", "act")


def require_model(content: bytes, w: MlpWeights) -> None:
    """The weights are those of the file: all heads, the MLP, all biases that are not zero; ReLU neurons, no norms."""
    file = read_tensors(content, NAMES)
    require_heads(file, content, w)
    for name in (*MATRICES, *BIASES):
        same(file, w, name, w.entries(name), w.columns(name))
    said = read_stored(content)[1]
    require_no_norms(said)
    named = (value for name, value in everything(said) if name in ACTIVATIONS)
    told = {str(value).strip().lower() for value in named if value is not None}
    if told != {"relu"}:
        raise Refused("the model's file does not say that its neurons are ReLU")


def look_at(w: MlpWeights, certificate: Certificate, counted: Counted, many: int) -> Numbers:
    """Inputs in the claim's own words, with mpmath's intervals."""
    return look_with(w, counted, many, lambda digits: MlpWords(w, digits))


MLP = replace(
    HEADS,
    read_weights=read_weights,
    require_model=require_model,
    counts={
        "MlpBruteForce": brute_force.count,
        "MlpQuartic": quartic.count,
        "MlpCubic": cubic.count,
        "MlpHeads": heads_quartic.count,
    },
    look=look_at,
)
