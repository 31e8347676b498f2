"""What is said of a model's norms: they have no weights, so only settings show them.

A file's metadata say `normalization_type: LNPre` and `eps` (anywhere among its settings, `cfg` or `config` too), or the
command line says `--norm LNPre` and `--eps`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.family import Setting
from pipeline.model.settings import as_number, settings

NORM = Setting(
    "norm",
    "LNPre",
    "The model has layer norms without weights (TransformerLens' LNPre).  [default: as the file says]",
)
EPS = Setting("eps", "NUMBER", "Of these norms.  [default: the file's own]")
LNPRE = "lnpre"
NORM_NAMES = ("normalization_type", "norm_type", "normalization")
EPS_NAMES = ("eps", "layer_norm_eps", "layer_norm_epsilon", "norm_eps", "ln_eps")
LEAST_EPS = Fraction(1, 1 << 200)


def says_lnpre(metadata: Mapping[str, object]) -> bool:
    """Does the command line, or the file, say that there are norms without weights?"""
    asked = os.environ.get(NORM.variable)
    if asked is not None and asked.strip().lower() != LNPRE:
        raise MalformedInput(
            f"--norm {asked[:40]!a}: only LNPre is known",
            cure="norms with weights have to be folded into the matrices that read them (TransformerLens:"
            " fold_ln=True), which leaves LNPre; RMS norms have to be trained again as LNPre",
        )
    found = asked is not None or any(
        each.name.lower() in NORM_NAMES and str(each.value).strip().lower() == LNPRE
        for each in settings(metadata)
    )
    if not found and EPS.variable in os.environ:
        raise MalformedInput(
            "--eps, and nobody says that the model has norms",
            cure="give --norm LNPre too, or leave it out",
        )
    return found


def epsilon(path: Path, metadata: Mapping[str, object]) -> tuple[Fraction, str]:
    """The model's epsilon, exactly as it is written in decimal, and who says so."""
    asked = os.environ.get(EPS.variable)
    if asked is not None:
        return _number(path, as_number(asked.strip())), "the command line"
    said = [
        each
        for each in settings(metadata)
        if each.name.lower() in EPS_NAMES and each.value is not None
    ]
    found = {_number(path, each.value) for each in said}
    if len(found) != 1:
        how = "does not say its epsilon" if not found else "says more than one epsilon"
        raise MalformedInput(
            f"{path}: a model with norms, and the file {how}",
            cure="give --eps, or metadata with the key eps (TransformerLens: cfg.eps, 1e-5 unless set)",
        )
    return found.pop(), "the file's metadata"


def _number(path: Path, value: object) -> Fraction:
    cure = "give eps as one number that is zero or positive, such as 1e-5"
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e300:
        raise MalformedInput(f"{path}: eps {ascii(value)[:60]} is no such number", cure=cure)
    found = Fraction(Decimal(repr(value)))
    if found and found < LEAST_EPS:
        raise MalformedInput(f"{path}: eps {value!r} is too small to be meant", cure=cure)
    return found
