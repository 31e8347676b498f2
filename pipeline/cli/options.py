"""Command line options that the programs share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

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
        metavar="auto|official|wheel",
        help="Which Lean to use.  [default: $PIPELINE_LEAN, then auto]",
        show_default=False,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="S", help="Seconds that Lean may take for a module."),
]
Memory = Annotated[
    int | None,
    typer.Option("--memory", metavar="MB", help="Memory that Lean may take for a module."),
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


def limits(timeout: float | None, memory: int | None) -> Limits:
    """The limits for Lean; `MalformedInput` if they make no sense."""
    chosen = Limits()
    if timeout is not None:
        chosen = replace(chosen, timeout_s=timeout)
    return chosen if memory is None else replace(chosen, memory_mb=memory)
