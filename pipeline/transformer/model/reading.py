"""From the tensors of a file to the exact model, refusing everything the theorem is not about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.model.container import Container, StoredTensor
from pipeline.model.cost import finest
from pipeline.model.digest import model_digest
from pipeline.model.dyadic import Dyadics
from pipeline.model.exact import exact
from pipeline.model.model import TENSOR_NAMES, Assumption, Model
from pipeline.model.settings import settings
from pipeline.transformer.model.biases import check_biases
from pipeline.transformer.model.buffers import check_buffers
from pipeline.transformer.model.declared import Declared, Facts
from pipeline.transformer.model.names import BIAS_NAMES, SCALE_NAME, by_short_name
from pipeline.transformer.model.rules import look
from pipeline.transformer.model.scalars import without_scalars
from pipeline.transformer.model.scale import Scale, attention_scale
from pipeline.transformer.model.shapes import Shapes, check_shapes
from pipeline.transformer.tasks import MAX, other_task


def transformer(path: Path, content: bytes, container: Container) -> Model:
    """The model in a file; raises `MalformedInput` with one line that says what to change."""
    container = without_scalars(container)
    stored = by_short_name(path, container.tensors)
    shapes = check_shapes(path, stored)
    numbers = {name: exact(path, name, stored[name]) for name in TENSOR_NAMES}
    check_biases(path, stored, numbers)
    n_ctx, (d_vocab, d_model), d_head = shapes["W_pos"][0], shapes["W_E"], shapes["W_Q"][1]
    sizes = {"n_ctx": n_ctx, "d_vocab": d_vocab, "d_model": d_model, "d_head": d_head}
    notes = check_buffers(path, stored, n_ctx)
    facts = Facts(sizes, any(name in stored for name in BIAS_NAMES), tied(stored))
    declared = look(path, settings(container.metadata), facts)
    scale = attention_scale(path, stored.get(SCALE_NAME), declared, d_head)
    fine = finest(numbers, {name: shape[1] for name, shape in shapes.items()})
    frac = max(each.frac for each in numbers.values())
    parts = [(name, shapes[name], numbers[name]) for name in TENSOR_NAMES]
    return Model(
        **sizes,
        frac=frac,
        attn_scale=scale.number.numerators(scale.number.frac)[0],
        scale_frac=scale.number.frac,
        tensors=_tensors(numbers, shapes, frac),
        digest=model_digest([*parts, (SCALE_NAME, (1, 1), scale.number)]),
        file_digest=hashlib.sha256(content).hexdigest(),
        assumed=assumptions(scale, declared),
        notes=(
            *container.notes,
            *declared.notes,
            *notes,
            *other_task(declared.said("task"), MAX, n_ctx),
            *([fine.in_words()] if fine else []),
        ),
    )


def assumptions(scale: Scale, declared: Declared) -> tuple[Assumption, ...]:
    """What weights alone do not show, and who says so."""
    computed = ", the square root of d_head" if scale.source == "assumed" else ""
    bidirectional = str(declared.said("attention_dir")).lower() == "bidirectional"
    positions = declared.source("positional_embedding_type", "position_embedding_type")
    return (
        Assumption(
            "attn_scale",
            scale.value,
            scale.source,
            f"scores are divided by {scale.value!r}{computed}",
        ),
        Assumption(
            "positional_embedding_type",
            "standard",
            positions,
            "positions are added to the token embedding",
        ),
        Assumption(
            "normalization_type",
            None,
            declared.source("normalization_type"),
            "nothing is normalized",
        ),
        Assumption(
            "attention_dir",
            "bidirectional" if bidirectional else "causal",
            declared.source("attention_dir"),
            "the answer is read at the last position, which sees all positions",
        ),
    )


def _tensors(
    numbers: Mapping[str, Dyadics], shapes: Shapes, frac: int
) -> dict[str, list[list[int]]]:
    return {name: _rows(each.numerators(frac), shapes[name][1]) for name, each in numbers.items()}


def tied(stored: Mapping[str, StoredTensor]) -> bool:
    """Are both embeddings the same numbers?  (Not asked of files that store them in two types.)"""
    embed, unembed = stored["W_E"], stored["W_U"]
    if embed.dtype != unembed.dtype or embed.shape != unembed.shape[::-1]:
        return False
    (rows, columns), width = embed.shape, len(embed.data) // max(1, embed.shape[0] * embed.shape[1])

    def entry(data: bytes, place: int) -> bytes:
        return data[place * width : (place + 1) * width]

    return all(
        entry(embed.data, i * columns + j) == entry(unembed.data, j * rows + i)
        for i in range(rows)
        for j in range(columns)
    )


def _rows(entries: list[int], columns: int) -> list[list[int]]:
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]
