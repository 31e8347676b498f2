"""What is claimed: accuracy, or something else that the same classes of inputs show.

Accuracy ("at least N inputs are answered correctly") needs no more than a family's `Form` and `in_words`.  Another
claim is one file in `pipeline/<family>/claims/` and one in `lean/Compact/<Family>/Claim/`: how it reads in Lean and in
words, and the strategies that prove it.  These have names of their own, `<strategy>-<claim>`, which certificates and
files carry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.emit.form import Form
from pipeline.emit.theorem import Value
from pipeline.strategy import Strategy

ACCURACY = "accuracy"
"""The claim of every strategy of a family's own table."""


@dataclass(frozen=True)
class Asked:
    """What a person asks of a claim on the command line."""

    margin: Fraction | None = None
    """By how much the right logit is to be above all others."""
    float32: bool = False
    """The margin that an evaluation in float32 needs."""
    region: str | None = None
    """A region in words, such as `max>=32 gap>=3`."""
    weights: Path | None = None
    """A file with what each token weighs."""


@dataclass(frozen=True)
class Claim:
    """A claim other than accuracy."""

    name: str
    """On the command line, and in manifests."""
    strategies: Mapping[str, Strategy]
    """Those that prove it, by the names of the strategies for accuracy that they rest on; the dearest first."""
    form: Callable[[Form, Mapping[str, Value]], Form]
    """How the theorem of a certificate with these fields is worded."""
    in_words: Callable[[Mapping[str, Value], str, int, int, int], str]
    """What it says, for people: of a certificate's fields, which file, how many inputs, `d_vocab`, `n_ctx`."""
    asked: Callable[[Strategy, Any, Asked], Strategy]
    """One of these strategies, as a person asks for it, for this model."""
    lacks: Callable[[Mapping[str, Value], Any, Asked], str] = lambda _, __, ___: (
        "it says nothing of that"
    )
    """What a certificate with these fields about this model does not cover of what is asked for; empty if it does."""
    nothing: Callable[[Mapping[str, Value], int, int], bool] = lambda _, bound, __: bound == 0
    """Given a certificate's fields, its bound and `d_vocab`: is what it says so of every model, or as good as that?"""
    besides: str = ""
    """What it speaks of, if besides that it counts right inputs, which may be some where it claims nothing."""
    figure: Callable[[Mapping[str, Value]], str] = lambda _: ""
    """What it says in short besides its number, given a certificate's fields."""
    total: Callable[[Mapping[str, Value], int, int], int] = lambda _, d_vocab, n_ctx: d_vocab**n_ctx
    """What the number of a theorem is out of, given a certificate's fields, `d_vocab` and `n_ctx`: all inputs."""
