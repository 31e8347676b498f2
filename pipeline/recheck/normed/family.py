"""Transformers with norms without weights, as a family of the second checker."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads.family import HEADS, look_with, require_heads, same
from pipeline.recheck.mlp.family import ACTIVATIONS, NAMES
from pipeline.recheck.mlp.weights import BIASES, MATRICES
from pipeline.recheck.model_file import read_stored, read_tensors
from pipeline.recheck.normed import brute_force, quartic
from pipeline.recheck.normed.lean_weights import read_weights
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.normed.words import NormedWords
from pipeline.recheck.numbers import Numbers
from pipeline.recheck.refused import Refused
from pipeline.recheck.said import everything, norms

EPS = ("eps", "layer_norm_eps", "layer_norm_epsilon", "norm_eps", "ln_eps")


def require_model(content: bytes, w: NormedWeights) -> None:
    """The weights are those of the file, all heads, the MLP and all biases that are not zero; and the norms and epsilon
    are those that the file, or the command line, says."""
    file = read_tensors(content, NAMES)
    require_heads(file, content, w)
    declared = read_stored(content)[1]
    said = list(everything(declared))
    if w.mlp:
        for name in (*MATRICES, *BIASES):
            same(file, w, name, w.entries(name), w.columns(name))
        told = {str(v).strip().lower() for name, v in said if name in ACTIVATIONS and v is not None}
        if told != {"relu"}:
            raise Refused("the model's file does not say that its neurons are ReLU")
    elif any(name in file.tensors for name in (*MATRICES, *BIASES)):
        raise Refused("the model's file has an MLP, and the theorem's model has none")
    _require_norms(norms(declared), said, w)


def _require_norms(found: set[str], said: list[tuple[str, object]], w: NormedWeights) -> None:
    asked = os.environ.get("COMPACT_NORM")
    if found != {"lnpre"} and (found or str(asked).strip().lower() != "lnpre"):
        raise Refused("nobody says that the model's norms are LNPre")
    given = os.environ.get("COMPACT_EPS")
    epsilons = {_fraction(v) for name, v in said if name in EPS and v is not None}
    if given is not None:
        epsilons = {_fraction(given)}
    if epsilons != {w.eps}:
        raise Refused("epsilon is not the one that is meant")


def _fraction(value: object) -> Fraction:
    try:
        return Fraction(repr(float(str(value).strip())))
    except ValueError:
        raise Refused("epsilon is no number") from None


def look_at(w: NormedWeights, certificate: Certificate, counted: Counted, many: int) -> Numbers:
    """Inputs in the claim's own words, with mpmath's intervals."""
    return look_with(w, counted, many, lambda digits: NormedWords(w, digits))


NORMED = replace(
    HEADS,
    binders="(R : Type) [RootField R]",
    property="Transformer.Normed.Correct R {label} {weights}",
    read_weights=read_weights,
    require_model=require_model,
    counts={"NormedBruteForce": brute_force.count, "NormedQuartic": quartic.count},
    lifts={},
    lookup=None,
    look=look_at,
)
