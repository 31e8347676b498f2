"""What is often different in a user's model and leaves no trace in its weights."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.model.model import Model
from pipeline.transformer.compare.forward import Floats, Options

_NOT_COVERED = "the theorem does not cover that: it is about the model without"
_ASKED = "there is a statement with such norms: give --norm LNPre, and --eps with the epsilon"


@dataclass(frozen=True)
class Option:
    """A likely option, in words, and what to do."""

    name: str
    options: Options
    cure: str


def scale_option(value: float, base: Options) -> Option:
    """Another attention scale."""
    name = (
        "use_attn_scale=False (scores are not divided)"
        if value == 1
        else f"the attention scale {value:.9g} instead of {base.attn_scale:.9g}"
    )
    cure = f"store attn_scale = {value!r} as a tensor of that name, or as safetensors metadata, and run again"
    return Option(name, replace(base, attn_scale=value), cure)


def common(model: Model, base: Options) -> list[Option]:
    """The options that every comparison should tell apart: no weight shows them."""
    found = [] if base.attn_scale == 1 else [scale_option(1.0, base)]
    for positions, words in (
        ("shortformer", "shortformer positions (in queries and keys only)"),
        ("none", "positions that are not used"),
    ):
        changed = replace(base, positions=positions)  # type: ignore[arg-type]
        found.append(
            Option(words, changed, "the theorem is about positions added to the token embedding")
        )
    cures = {"LN": _ASKED, "RMS": f"{_NOT_COVERED} normalization"}
    for norm, words in (("LN", "LNPre"), ("RMS", "RMSPre")):
        name = f"normalization_type='{words}' (a norm without weights)"
        changed = replace(base, norm=norm)  # type: ignore[arg-type]
        found.append(Option(name, changed, cures[norm]))
    return found


def likely(model: Model, base: Options, weights: Mapping[str, Floats]) -> Iterator[Option]:
    """All options that are tried, the most likely first."""
    yield from common(model, base)
    head, width = model.d_head, model.d_model
    for scale in (math.sqrt(head), math.sqrt(width), head, width, 1 / head, 1 / math.sqrt(head)):
        if float(scale) != base.attn_scale:
            yield scale_option(float(scale), base)
    yield from _weights_otherwise(base, weights)
    yield from _norms(base)
    for window in range(1, min(model.n_ctx, 64)):
        name = f"local attention (the last position sees {window} of {model.n_ctx})"
        cure = "the theorem is about a last position that sees all positions"
        yield Option(name, replace(base, window=window), cure)
    for position in range(min(model.n_ctx - 1, 64)):
        name = f"logits of position {position}, not of the last"
        yield Option(name, replace(base, read_at=position), "save the logits of the last position")
    for factor in (math.sqrt(width), 1 / math.sqrt(width)):
        name = f"a token embedding that is multiplied by {factor:.6g}"
        cure = "multiply W_E by it before saving"
        yield Option(name, replace(base, embed_scale=factor), cure)
    yield Option(
        "a model without residual stream (the head's output alone)",
        replace(base, direct=False),
        f"{_NOT_COVERED} such changes",
    )
    for cap in (50.0, 30.0, 20.0, 15.0, 10.0):
        score, logit = replace(base, score_cap=cap), replace(base, logit_cap=cap)
        yield Option(f"attn_scores_soft_cap={cap:g}", score, f"{_NOT_COVERED} soft caps")
        yield Option(f"output_logits_soft_cap={cap:g}", logit, f"{_NOT_COVERED} soft caps")
    yield from _combinations(base)


def _weights_otherwise(base: Options, weights: Mapping[str, Floats]) -> Iterator[Option]:
    """nn.Linear keeps its matrices transposed, which square ones do not show."""
    square = [n for n in ("W_Q", "W_K", "W_V", "W_O") if len(set(weights[n].shape)) == 1]
    for size in range(len(square), 0, -1):
        for chosen in itertools.combinations(square, size):
            yield Option(
                f"{', '.join(chosen)} transposed, as nn.Linear stores them",
                replace(base, transposed=frozenset(chosen)),
                f"store them transposed ({', '.join(f'{name} = ....weight.T' for name in chosen)})",
            )
    yield Option("W_Q and W_K exchanged", replace(base, swapped=True), "exchange them")


def _norms(base: Options) -> Iterator[Option]:
    """A norm in one of the two places only."""
    for norm, words in (("LN", "layer norm"), ("RMS", "RMS norm")):
        for before, where in ((True, "before attention"), (False, "before the unembedding")):
            options = replace(
                base,
                norm=norm,  # type: ignore[arg-type]
                norm_before=before,
                norm_final=not before,
            )
            name = f"a {words} without weights, {where} only"
            yield Option(name, options, f"{_NOT_COVERED} normalization")


def _combinations(base: Options) -> Iterator[Option]:
    """The common options together."""
    changes: tuple[tuple[str, Callable[[Options], Options]], ...] = (
        ("use_attn_scale=False", lambda o: replace(o, attn_scale=1.0)),
        ("shortformer positions", lambda o: replace(o, positions="shortformer")),
        ("LNPre", lambda o: replace(o, norm="LN")),
        ("RMSPre", lambda o: replace(o, norm="RMS")),
        ("use_attn_scale=True", lambda o: replace(o, attn_scale=base.attn_scale)),
    )
    for (one, first), (two, second) in itertools.combinations(changes[:4], 2):
        if "Pre" not in one or "Pre" not in two:
            yield Option(f"{one} and {two}", second(first(base)), f"{_NOT_COVERED} both")
