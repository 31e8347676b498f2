"""Claim: the inputs that are answered correctly weigh so much (`lean/Compact/Claim/Mass.lean`).

Tokens are drawn independently, each with a probability proportional to a natural number that a file gives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from pipeline.claim import Asked, Claim
from pipeline.emit.form import Form
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.model.files import read_bytes
from pipeline.strategy import Strategy
from pipeline.transformer.checker.weighed import TokenWeights
from pipeline.transformer.strategies.mass import OF_CLASSES, BruteForceMass, Weighs

MOST_BITS = 1 << 13
"""Bits of all weights of a certificate together beyond which it is not read."""
MOST_DIGITS = 30
"""Digits of one weight in a file."""
MOST_BYTES = 1 << 20
CURE = "give one natural number for each token, like [5, 3, 2, 1], in a JSON or CSV file"
_NATURAL = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}", re.ASCII)


def form(base: Form, fields: Mapping[str, Value]) -> Form:
    """`MassAtLeast (tokenWeight b W) N (Correct R weights)`."""
    bits, packed = _fields(fields)
    return replace(
        base,
        claim=f"MassAtLeast (tokenWeight (nat_lit {bits}) (nat_lit {packed})) (nat_lit {{bound}}) ({{said}})",
        printed_claim=f"Compact.MassAtLeast (Compact.tokenWeight {bits} {packed}) {{bound}} ({{said}})",
        comment="The inputs that are answered correctly weigh at least {bound}.",
    )


def weights_of(fields: Mapping[str, Value], d_vocab: int) -> TokenWeights:
    """The weights of a certificate, which may be anybody's; of nothing there is no share."""
    bits, packed = _fields(fields)
    weights = TokenWeights.read(bits, packed, d_vocab)
    if not weights.total:
        raise MalformedInput(
            "in the certificate all tokens weigh 0, so that it claims nothing",
            cure="export the certificate again",
        )
    return weights


def total(fields: Mapping[str, Value], d_vocab: int, n_ctx: int) -> int:
    """What all inputs weigh together."""
    whole: int = weights_of(fields, d_vocab).total ** n_ctx
    return whole


def in_words(fields: Mapping[str, Value], file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    weights = weights_of(fields, d_vocab)
    return (
        f"Let each of the {n_ctx} tokens of an input be drawn by itself, token t with the probability w(t) / "
        f"{weights.total:,}, where w = {_short(weights)}.  Then the transformer with exactly the weights of {file} "
        f"answers correctly with a probability of at least {bound:,} / {weights.total:,}^{n_ctx}: the logit of the "
        "largest token is strictly above every other logit.  Computed in any ordered field with an exponential, "
        "such as the real numbers; nothing is rounded."
    )


def asked(strategy: Strategy, model: Model, wish: Asked) -> Strategy:
    """The strategy with the weights that were asked for."""
    assert isinstance(strategy, Weighs)
    if wish.margin is not None or wish.float32 or wish.region is not None:
        raise MalformedInput(
            "--margin and --float32 ask for a margin, --region for a region",
            cure="leave them out, or claim that",
        )
    if wish.weights is None:
        raise MalformedInput(
            "what tokens weigh is not said",
            cure="add --weights FILE with one natural for each token",
        )
    chosen = strategy.by(read_weights(wish.weights, model.d_vocab))
    return cast(Strategy, chosen)


def lacks(fields: Mapping[str, Value], model: Model, wish: Asked) -> str:
    """Other weights than these?"""
    if wish != Asked(weights=wish.weights) or wish.weights is None:
        return "it is about a mass"
    same = read_weights(wish.weights, model.d_vocab) == weights_of(fields, model.d_vocab)
    return "" if same else f"tokens have other weights than those in {wish.weights}"


def read_weights(path: Path, d_vocab: int) -> TokenWeights:
    """The weights in a file: a list of naturals, as JSON or separated by commas or line ends."""
    content = read_bytes(path, CURE)
    if len(content) > MOST_BYTES:
        raise MalformedInput(f"{path}: no list of weights is so large", cure=CURE)
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise MalformedInput(f"{path}: not a text file", cure=CURE) from None
    weights = TokenWeights(tuple(_natural(path, each) for each in _items(path, text)))
    if len(weights.each) != d_vocab:
        raise MalformedInput(
            f"{path}: {len(weights.each)} weights, but the model has {d_vocab} tokens", cure=CURE
        )
    if not weights.total:
        raise MalformedInput(
            f"{path}: all weights are 0, so that nothing can be claimed",
            cure="give a token that occurs a weight of 1 or more",
        )
    if weights.bits * d_vocab > MOST_BITS:
        raise MalformedInput(
            f"{path}: the weights have {weights.bits} bits each, {MOST_BITS // d_vocab} are taken",
            cure="divide all weights by a power of two, and round them",
        )
    return weights


def _items(path: Path, text: str) -> list[str]:
    """What stands in the list, as text."""
    if not text.startswith("["):
        return [each for line in text.splitlines() if line.strip() for each in _cells(path, line)]
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise MalformedInput(f"{path}: neither JSON nor CSV", cure=CURE) from None
    if not isinstance(found, list):
        raise MalformedInput(f"{path}: not a list", cure=CURE)
    return [each if isinstance(each, str) else json.dumps(each) for each in found]


def _cells(path: Path, line: str) -> list[str]:
    """What stands in a line, which may end with a separator; a weight that is left out would move all others."""
    cells = [each.strip() for each in re.split(r"[,;]", line)]
    if len(cells) > 1 and not cells[-1]:
        cells.pop()
    if not all(cells):
        raise MalformedInput(f"{path}: a weight is left out in {line[:40]!a}", cure=CURE)
    return cells


def _natural(path: Path, text: str) -> int:
    if not _NATURAL.fullmatch(text):
        raise MalformedInput(
            f"{path}: {text[:40]!a} is no natural number of at most {MOST_DIGITS} digits", cure=CURE
        )
    return int(text)


def _short(weights: TokenWeights) -> str:
    """The weights, as far as there is room."""
    shown = [f"{weight:,}" if weight < 1000 else str(weight) for weight in weights.each]
    return (
        f"({', '.join(shown)})"
        if len(shown) <= 16
        else f"({', '.join(shown[:8])}, ..., {', '.join(shown[-4:])})"
    )


def _fields(fields: Mapping[str, Value]) -> tuple[int, int]:
    """The weights of a certificate, packed; it may be anybody's."""
    bits, packed = fields["weightBits"], fields["tokenWeights"]
    assert isinstance(bits, int)
    assert isinstance(packed, int)
    if max(bits, packed.bit_length()) > MOST_BITS:
        raise MalformedInput(
            f"the certificate's weights of tokens have more than {MOST_BITS} binary digits",
            cure="export the certificate again",
        )
    return bits, packed


MASS = Claim(
    name="mass",
    strategies={
        **{each.name.removesuffix("-mass"): each for each in OF_CLASSES},
        "brute-force": BruteForceMass(),
    },
    form=form,
    in_words=in_words,
    asked=asked,
    lacks=lacks,
    total=total,
)
