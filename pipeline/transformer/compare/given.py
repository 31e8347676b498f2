"""The file of `--compare`: tokens and logits of a user's own forward pass."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.model.files import read_bytes
from pipeline.transformer.compare.forward import Floats, Tokens
from pipeline.transformer.model.names import DOCS

_CURE = (
    "np.savez(FILE, tokens=tokens, logits=logits), with tokens [inputs, n_ctx] and logits"
    f" [inputs, d_vocab]: {DOCS}"
)


_LARGEST = 1e100
"""Sums and squares of logits have to be numbers."""


class Sized(Protocol):
    """A model that takes `n_ctx` tokens below `d_vocab`."""

    @property
    def n_ctx(self) -> int: ...

    @property
    def d_vocab(self) -> int: ...


@dataclass(frozen=True)
class Given:
    """Inputs and what the user's model says about them, at the last position."""

    path: Path
    tokens: Tokens
    logits: Floats
    unit: float
    """Of rounding, in the type in which the logits are stored."""


def file_for(compare: Path, model: Path) -> Path:
    """The file itself, or the one named after the model in a folder."""
    return compare / f"{model.stem}.npz" if compare.is_dir() else compare


def read_given(path: Path, model: Sized) -> Given:
    """Read the file; refuses what does not fit the model."""
    tokens, logits = _arrays(path)
    tokens = _tokens(path, tokens, model)
    if logits.dtype.kind not in "fiu":
        raise MalformedInput(f"{path}: the logits have entries of type {logits.dtype}", cure=_CURE)
    unit = float(np.finfo(logits.dtype).eps) / 2 if logits.dtype.kind == "f" else 2.0**-24
    if logits.ndim == 3 and logits.shape[1] == model.n_ctx:
        logits = logits[:, -1]
    if logits.shape != (len(tokens), model.d_vocab):
        raise MalformedInput(
            f"{path}: the logits have shape {list(logits.shape)}, expected"
            f" [{len(tokens)}, {model.d_vocab}] from the tokens and the model",
            cure=_CURE,
        )
    found = logits.astype(np.float64)
    if not bool((np.abs(found) <= _LARGEST).all()):  # NaN is not
        raise MalformedInput(
            f"{path}: a logit is NaN, infinite or above {_LARGEST:g}",
            cure="look at the model: it has diverged",
        )
    return Given(path, tokens, found, max(unit, 2.0**-24))


def _arrays(path: Path) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    content = read_bytes(path)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            names = list(archive.files)
            if {"tokens", "logits"} <= set(names):
                return archive["tokens"], archive["logits"]
    except Exception as error:  # the reader raises nearly every kind on what is no npz file
        raise MalformedInput(
            f"{path}: not an .npz file of plain arrays ({type(error).__name__})", cure=_CURE
        ) from error
    raise MalformedInput(
        f"{path}: holds {', '.join(ascii(each)[1:-1][:20] for each in names[:4]) or 'nothing'},"
        " not tokens and logits",
        cure=_CURE,
    )


def _tokens(path: Path, tokens: npt.NDArray[Any], model: Sized) -> Tokens:
    whole = tokens.dtype.kind in "iu" or (
        tokens.dtype.kind == "f" and bool((tokens == np.floor(tokens)).all())
    )
    if not whole or tokens.ndim != 2 or len(tokens) == 0:
        raise MalformedInput(
            f"{path}: the tokens are {list(tokens.shape)} of type {tokens.dtype}", cure=_CURE
        )
    if tokens.shape[1] != model.n_ctx:
        bos = " (without a BOS token in front)" if tokens.shape[1] == model.n_ctx + 1 else ""
        raise MalformedInput(
            f"{path}: inputs of {tokens.shape[1]} tokens, and the model has {model.n_ctx} positions",
            cure=f"give inputs of {model.n_ctx} tokens{bos}: the theorem is about those",
        )
    if not bool(((tokens >= 0) & (tokens < model.d_vocab)).all()):
        raise MalformedInput(
            f"{path}: a token is not in 0 .. {model.d_vocab - 1}",
            cure="number tokens as rows of W_E",
        )
    return tokens.astype(np.int64)
