"""`python -m pipeline.tune.handmade OUT`: a Max-of-K model that is written down, not trained (and without torch).

Four dimensions, all weights small integers.  A token `k` is embedded as `(k, 1, 0, 0)`.  Every query gives it the score
`slope * k / 2`, whatever the query is, so attention goes to the largest token: the one below it has `exp(-slope / 2)`
of its weight.  Attention to `k` adds `2 k t - t^2` to the logit of `t`, that is `k^2 - (t - k)^2`, largest for `t = k`.
Averaged over attention this is largest for the `t` nearest to the mean of the attended tokens, and that is the maximum
if the mean is less than half a token below it.  The direct path is zero.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import safetensors.numpy
import typer

from pipeline.cli.program import Outcome, main, run
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED, MalformedInput

TOKEN, ONE, MEAN, MASS = range(4)
"""The dimensions: a token's value and a one; what attention has read: the mean value, and one again."""


def slope(n_ctx: int) -> int:
    """The least, from 3, that keeps the mean of attended tokens well within half a token of the maximum: it is
    furthest from it, by `x / (1 + x)` with `x = (n_ctx - 1) exp(-slope / 2)`, if all others are one below the maximum.
    (Scores are divided by `sqrt(d_head) = 2`.)"""
    found = 3
    while (n_ctx - 1) * math.exp(-found / 2) > 0.7:
        found += 1
    return found


Matrix = npt.NDArray[np.float32]


def handmade(n_ctx: int, d_vocab: int) -> dict[str, Matrix]:
    """The weights, under short names."""
    t = np.arange(d_vocab, dtype=np.float32)
    w: dict[str, Matrix] = {
        name: np.zeros((4, 4), np.float32) for name in ("W_Q", "W_K", "W_V", "W_O")
    }
    w["W_E"], w["W_pos"] = np.zeros((d_vocab, 4), np.float32), np.zeros((n_ctx, 4), np.float32)
    w["W_U"] = np.zeros((4, d_vocab), np.float32)
    w["W_E"][:, TOKEN], w["W_E"][:, ONE] = t, 1
    w["W_Q"][ONE, 0], w["W_K"][TOKEN, 0] = 1, slope(n_ctx)
    w["W_V"][TOKEN, 0] = w["W_V"][ONE, 1] = 1
    w["W_O"][0, MEAN] = w["W_O"][1, MASS] = 1
    w["W_U"][MEAN], w["W_U"][MASS] = 2 * t, -t * t
    return w


def file_bytes(weights: dict[str, Matrix]) -> bytes:
    """A safetensors file."""
    said: dict[str, Any] = {"task": "max", "written": "by hand: pipeline.tune.handmade"}
    return safetensors.numpy.save(weights, metadata={"training": json.dumps(said)})


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    out: Annotated[Path, typer.Argument(help="The safetensors file to write.")],
    n_ctx: Annotated[int, typer.Option(min=2, max=64)] = 4,
    d_vocab: Annotated[int, typer.Option(min=2, max=512)] = 64,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        try:
            out.write_bytes(file_bytes(handmade(n_ctx, d_vocab)))
        except OSError as error:
            raise MalformedInput(f"{out}: cannot be written ({error.strerror})") from error
        terminal.result(f"written to {out}")
        return {"out": str(out)}, EXIT_PROVED

    return run(program, as_json=False)


if __name__ == "__main__":
    sys.exit(main(app))
