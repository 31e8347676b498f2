"""From the tensors of a file to a model with several heads or biases, refusing what the theorem is not about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import Container, StoredTensor
from pipeline.model.containers import parse
from pipeline.model.digest import model_digest
from pipeline.model.dyadic import FORMATS, Dyadics, NotFinite, decode
from pipeline.model.exact import exact
from pipeline.model.files import read_bytes
from pipeline.model.settings import settings
from pipeline.transformer.heads.model import HEAD_BIASES, HEAD_TENSORS, Head, HeadsModel, Matrix
from pipeline.transformer.heads.shapes import Sizes, check_shapes
from pipeline.transformer.model.buffers import check_buffers
from pipeline.transformer.model.declared import Facts
from pipeline.transformer.model.names import BIAS_NAMES, SCALE_NAME, by_short_name
from pipeline.transformer.model.reading import assumptions, tied
from pipeline.transformer.model.rules import look
from pipeline.transformer.model.scalars import without_scalars
from pipeline.transformer.model.scale import attention_scale
from pipeline.transformer.tasks import TABLE, labels_of, other_task, task_of

MAX_TOTAL_BITS = 4096
MAX_HEADS = 64
PARTS = ("W_E", "W_pos", "W_U", *HEAD_TENSORS)


def has_heads_or_biases(tensors: Mapping[str, StoredTensor]) -> bool:
    """Are there several heads, or biases that are not all zero?"""
    shorts = [(name.rpartition(".")[2], tensor) for name, tensor in tensors.items()]
    if any(s in HEAD_TENSORS and len(t.shape) == 3 and t.shape[0] > 1 for s, t in shorts):
        return True
    return any(short in BIAS_NAMES and _not_zero(tensor) for short, tensor in shorts)


def _not_zero(tensor: StoredTensor) -> bool:
    if tensor.trouble is not None or tensor.dtype not in FORMATS:
        return False
    try:
        return bool(decode(tensor.data, tensor.dtype).mantissas.any())
    except NotFinite:
        return True


def read_heads(path: str | os.PathLike[str]) -> HeadsModel:
    """Read a model file exactly; raises `MalformedInput` with one line that says what to change."""
    path = Path(path)
    content = read_bytes(path)
    return heads_model(path, content, parse(path, content))


def heads_model(
    path: Path, content: bytes, container: Container, d_mlp: int = 0, norm: bool = False
) -> HeadsModel:
    """The model in a file, but for its MLP, which has `d_mlp` neurons, and for its norms.  A bias that is zero
    everywhere is left out: nothing depends on it."""
    task = task_of(container.metadata)
    said = {name: text for name, text in container.metadata.items() if name != TABLE}
    container = without_scalars(container)
    stored = by_short_name(path, container.tensors)
    sizes = check_shapes(path, stored)
    numbers = {name: exact(path, name, stored[name]) for name in PARTS}
    biases = {name: exact(path, name, stored[name]) for name in BIAS_NAMES if name in stored}
    given = {**numbers, **{name: each for name, each in biases.items() if each.mantissas.any()}}
    notes = check_buffers(path, stored, sizes.n_ctx)
    named = {name: getattr(sizes, name) for name in ("n_ctx", "d_vocab", "d_model", "d_head")}
    facts = Facts(named, bool(biases), tied(stored), sizes.heads, d_mlp, norm)
    declared = look(path, settings(said), facts)
    scale = attention_scale(path, stored.get(SCALE_NAME), declared, sizes.d_head)
    frac = max(each.frac for each in given.values())
    rows = {name: _rows(each, frac, sizes.columns(name)) for name, each in given.items()}
    shapes = {name: (len(rows[name]), sizes.columns(name)) for name in rows}
    parts = [(name, shapes[name], given[name]) for name in rows]
    digest = model_digest([*parts, (SCALE_NAME, (1, 1), scale.number)])
    labels = tuple[int, ...]()
    if task == TABLE:
        labels = labels_of(path, container.metadata, sizes.d_vocab, sizes.n_ctx)
        digest = hashlib.sha256(f"{digest} {list(labels)}".encode()).hexdigest()
    return HeadsModel(
        **named,
        frac=frac,
        attn_scale=scale.number.numerators(scale.number.frac)[0],
        scale_frac=scale.number.frac,
        tensors={name: rows[name] for name in ("W_E", "W_pos", "W_U")},
        heads=[_head(rows, i, sizes) for i in range(sizes.heads)],
        biases={name: rows[name] for name in ("b_O", "b_U") if name in rows},
        digest=digest,
        file_digest=hashlib.sha256(content).hexdigest(),
        assumed=assumptions(scale, declared),
        notes=(
            *container.notes,
            *declared.notes,
            *notes,
            *other_task(declared.said("task"), task, sizes.n_ctx),
        ),
        task=task,
        labels=labels,
    )


def _head(rows: Mapping[str, Matrix], i: int, sizes: Sizes) -> Head:
    def part(name: str) -> Matrix:
        count = len(rows[name]) // sizes.heads
        return rows[name][i * count : (i + 1) * count]

    biases = {name: part(name) for name in HEAD_BIASES if name in rows}
    return Head({name: part(name) for name in HEAD_TENSORS}, biases)


def _rows(numbers: Dyadics, frac: int, columns: int) -> Matrix:
    entries = numbers.numerators(frac)
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]


def require_countable(path: Path, model: HeadsModel) -> None:
    """Refuse a model with too many inputs to count."""
    if model.n_ctx * model.d_vocab.bit_length() > MAX_TOTAL_BITS:
        raise MalformedInput(
            f"{path}: {model.d_vocab}^{model.n_ctx} inputs are too many to count",
            cure="give a model with a shorter context",
        )
    if len(model.heads) > MAX_HEADS:
        raise MalformedInput(
            f"{path}: {len(model.heads)} heads are more than {MAX_HEADS}",
            cure="give a model with fewer heads",
        )
