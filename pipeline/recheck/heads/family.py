"""Transformers with several heads or biases, as a family of the second checker."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Context, Decimal
from functools import cache
from random import Random

from mpmath.libmp import to_str

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input
from pipeline.recheck.family import Family
from pipeline.recheck.floats import numerator
from pipeline.recheck.heads import (
    anchored,
    anchored_cubic,
    anchored_mixed,
    brute_force,
    cubic,
    first,
    mixed,
    quartic,
)
from pipeline.recheck.heads.labels import LABELS, require_label, require_table
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.heads.lifts import LIFTS, LOOKUP, alone, of_heads, of_plain
from pipeline.recheck.heads.weights import BIASES, EMBEDDINGS, HEAD, HEAD_BIASES, Weights
from pipeline.recheck.heads.words import Words
from pipeline.recheck.model_file import MAX_FRAC, ModelFile, read_stored, read_tensors
from pipeline.recheck.numbers import DIGITS, MORE_DIGITS, Numbers
from pipeline.recheck.refused import Refused
from pipeline.recheck.said import require_no_norms
from pipeline.recheck.transformer.family import TRANSFORMER
from pipeline.recheck.transformer.words import Real

PLAIN = ("Mixed", "Prefix", "LowRank")
"""Checkers of plain models that prove something of models with one head and biases."""

MAX_LOGITS = 1 << 16
SEED = 0


def require_model(content: bytes, w: Weights) -> None:
    """The weights are those of the file: all heads, and all biases that are not zero; it has no norms."""
    require_no_norms(read_stored(content)[1])
    require_heads(read_tensors(content), content, w)


def require_heads(file: ModelFile, content: bytes, w: Weights) -> None:
    """What both families ask of a file: all heads, and what there is once."""
    said = read_stored(content)[1]
    require_label(w.label, said)
    require_table(w.label, w.d_vocab, w.n_ctx, w.table, said)
    if max(w.frac, w.scale_frac) > MAX_FRAC:
        raise Refused(f"frac or scale_frac is above {MAX_FRAC}, which no float needs")
    w.require_shapes()
    if w.attn_scale != numerator(file.scale, w.scale_frac):
        raise Refused("attn_scale is not that of the model's file")
    for name in (*EMBEDDINGS, *BIASES):
        same(file, w, name, w.matrix(name), w.columns(name))
    for name in (*HEAD, *HEAD_BIASES):
        rows = [row for i in range(len(w.heads)) for row in w.matrix(name, i)]
        same(file, w, name, rows, w.columns(name))


def same(file: ModelFile, w: Weights, name: str, rows: list[list[int]], columns: int) -> None:
    """Refuse rows that are not those of the file."""
    stored = file.tensors.get(name)
    if stored is None:
        if any(map(any, rows)):
            raise Refused(f"the model's file has no {name}")
        return
    count = len(w.heads)
    with_heads = name in HEAD or name in HEAD_BIASES
    per_head = len(rows) // count if with_heads else len(rows)
    shapes: list[tuple[int, ...]] = [(per_head, columns)]
    if with_heads:
        shapes = [(count, per_head, columns)] + shapes * (count == 1)
    if name.startswith("b_"):
        shapes = [(count, columns)] * with_heads + [(columns,), (1, columns)] * (not with_heads)
        shapes += [(columns,)] * (with_heads and count == 1)
    if stored.shape not in shapes:
        raise Refused(f"{name} does not have the shape that it has in the model's file")
    entries = [entry for row in rows for entry in row]
    if entries != [numerator(number, w.frac) for number in stored.numbers()]:
        raise Refused(f"{name} does not hold the numbers of the model's file")


def sizes(w: Weights) -> tuple[int, int]:
    """The number of positions and of tokens."""
    return w.n_ctx, w.d_vocab


def look_at(w: Weights, certificate: Certificate, counted: Counted, many: int) -> Numbers:
    """Inputs in the claim's own words, with mpmath's intervals."""
    return look_with(w, counted, many, lambda digits: Words(w, digits))


def look_with(w: Weights, counted: Counted, many: int, said: Callable[[int], Words]) -> Numbers:
    """The same, given the words to so many digits."""
    many = min(many, max(1, MAX_LOGITS // (w.n_ctx * w.d_vocab * len(w.heads))))
    inputs = counted.sample(many, Random(SEED))
    words = cache(said)

    def margin_of(x: Input) -> Real | None:
        margin: Real | None = None
        for digits in (DIGITS, *MORE_DIGITS):
            margin = words(digits).margin(x)
            if margin is None or margin.a > 0 or margin.b <= 0:
                break
        return margin

    margins = [(x, margin) for x in inputs if (margin := margin_of(x)) is not None]
    return Numbers(
        inputs=len(inputs),
        wrong=[x for x, margin in margins if not margin.a > 0],
        least_margin=min((_lower_end(margin) for _, margin in margins), default=None),
        factors=0,
        outside=[],
    )


def _lower_end(x: Real) -> Decimal:
    lower, _ = x._mpi_
    return Context(prec=4, rounding=ROUND_FLOOR).plus(Decimal(to_str(lower, DIGITS)))


HEADS = Family(
    folder="Transformer",
    opened="Compact.Transformer",
    binders="(R : Type) [ExpField R]",
    property="Transformer.Correct R {label} {weights}",
    labels=LABELS,
    arguments="R ",
    read_weights=read_weights,
    require_model=require_model,
    sizes=sizes,
    counts={
        "HeadsQuartic": of_heads(quartic.count),
        "HeadsCubic": of_heads(cubic.count),
        "HeadsMixed": of_heads(mixed.count),
        "HeadsBruteForce": alone(brute_force.count),
        "HeadsFirst": alone(first.count),
        "HeadsQuarticLast": alone(anchored.count_last),
        "HeadsQuarticFirst": alone(anchored.count_first),
        "HeadsCubicLast": alone(anchored_cubic.count_last),
        "HeadsCubicFirst": alone(anchored_cubic.count_first),
        "HeadsMixedLast": alone(anchored_mixed.count_last),
        "HeadsMixedFirst": alone(anchored_mixed.count_first),
        **{name: of_plain(TRANSFORMER.counts[name]) for name in PLAIN},
    },
    lifts=LIFTS,
    lookup=LOOKUP,
    look=look_at,
)
