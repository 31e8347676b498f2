"""The same for transformers with several heads, with biases or with an MLP: what is counted is what the second checker
counts, and margins are those of a forward pass in float64; where that is too close to tell, its intervals decide.

Which relaxation loses an input is not known of these.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import CheckersDiffer, MalformedInput
from pipeline.inputs.found import Found, count, keep
from pipeline.inputs.members import Bools, Inputs
from pipeline.recheck import Certified, Refused, certified
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.heads.model import HeadsModel

MOST_INPUTS = 1 << 21
"""Each is listed by itself."""
CLOSE = 1e-9
"""Margins below this share of the largest logit are decided by intervals."""
MOST_CLOSE = 1 << 12
NOT_COUNTED = "not counted"


def look_at_heads(
    model: HeadsModel, path: Path, manifest: Path, limit: int, progress: Callable[[str], None]
) -> tuple[Found, int]:
    """Look at every input, and say what the certificate counts by its checker."""
    v, n = model.d_vocab, model.n_ctx - 1
    if v ** (n + 1) > MOST_INPUTS:
        raise MalformedInput(
            f"{path}: {v}^{n + 1} inputs are too many to look at",
            cure="give a model with fewer inputs",
        )
    progress("what the certificate counts")
    try:
        known = certified(path, manifest)
    except Refused as refused:
        raise MalformedInput(
            f"{manifest}: the second checker refuses it: {refused}",
            cure="export the certificate again",
        ) from None
    counted = _counted(known, v, n)
    found = Found(limit)
    for query in range(v):
        if query % max(1, v // 8) == 0:
            progress(f"looking at all {v ** (n + 1):,} inputs: {query}/{v}")
        inputs = Inputs.of(query, v, n)
        tokens = np.stack([*inputs.others, np.full(inputs.many, query)], axis=1)
        answer = np.fromiter(map(model.answer, tokens.tolist()), np.int64, inputs.many)
        margin, right = _judged(model, known, tokens, answer)
        proved = counted[query]
        if bool((proved & ~right).any()):
            wrong = inputs.tokens(int(np.flatnonzero(proved & ~right)[0]))
            raise CheckersDiffer(
                f"the certificate counts {wrong}, which the model answers wrongly",
                cure="python -m pipeline.verify: Lean has to refuse it; if it does not, please report both",
            )
        left = right & ~proved
        found.proved += int(proved.sum())
        found.many_wrong += int((~right).sum())
        found.lost_by.update({NOT_COUNTED: int(left.sum())} if left.any() else {})
        count(found.wrong_at, "answer", answer, query, ~right)
        count(found.unproved_at, "answer", answer, query, left)
        keep(found.wrong, limit, margin, ~right, inputs, lambda _: "")
        keep(found.unproved, limit, margin, left, inputs, lambda _: NOT_COUNTED)
    return found, known.counted.number


def _counted(known: Certified, v: int, n: int) -> npt.NDArray[np.bool_]:
    """`[query, input]`, inputs in the order of `Inputs`."""
    counted = np.zeros((v, v**n), dtype=bool)
    for group in known.counted.groups:
        for x in group.all():
            counted[x[-1], reduce(lambda index, token: index * v + token, x[:-1], 0)] = True
    return counted


def _judged(
    model: HeadsModel, known: Certified, tokens: Any, answer: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], Bools]:
    """The margins of some inputs, and which are answered rightly."""
    out = logits(model, tokens)
    places = np.arange(len(out))
    own, scale = out[places, answer], float(np.abs(out).max())
    out[places, answer] = -np.inf
    margin = own - out.max(axis=1)
    close = np.flatnonzero(~(np.abs(margin) > CLOSE * max(1.0, scale)))
    if len(close) > MOST_CLOSE:
        raise MalformedInput(
            f"{len(close):,} inputs with one last token have margins too small for float64",
            cure="use python -m pipeline.verify --cross, which looks at some of them",
        )
    right = np.asarray(margin > 0)
    for place in close:
        right[place] = known.is_right(tuple(tokens[place].tolist()))
    return margin, right
