"""What there is to do: models and strategies, less what the table has already."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from safetensors import SafetensorError, safe_open

from pipeline import reference
from pipeline.benchmark.measure import Subject
from pipeline.errors import MalformedInput
from pipeline.family import AnyModel
from pipeline.lean import PROJECT
from pipeline.model import Model
from pipeline.sweep.jobs import Recipe
from pipeline.sweep.proof import Proof

LEAST_MEMORY_MB = 400
MAX_SEEDS = 1 << 16


@dataclass(frozen=True)
class Source:
    """A model: a file, and how to make it if it is not there."""

    path: Path
    recipe: Recipe | None = None

    @property
    def seed(self) -> int | None:
        """Of the training, if it is known."""
        return self.recipe.seed if self.recipe is not None else _recorded_seed(self.path)


def sources(models: Iterable[Path], recipes: Iterable[Recipe], trained: Path) -> list[Source]:
    """The models given, then the seeds: as shipped in `examples/models`, or in the folder of models
    that are trained here."""
    found = [Source(path) for path in models]
    for recipe in recipes:
        shipped = PROJECT / "examples" / "models" / recipe.file
        found.append(Source(shipped if shipped.is_file() else trained / recipe.file, recipe))
    return list({source.path.resolve(): source for source in found}.values())


def parse_seeds(text: str) -> list[int]:
    """`0..3,7` is 0, 1, 2, 3, 7."""
    seeds: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:\.\.(\d{1,9}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last < first + MAX_SEEDS:
            raise MalformedInput(f"no seeds: {part!a}", cure="write them as 0..15 or 0,1,4")
        seeds |= dict.fromkeys(range(first, last + 1))
    return list(seeds)


def beginning(source: Source, model: AnyModel, strategy: str, theory: str, table: Path) -> Proof:
    """What can be said of a proof before anything is computed."""
    known = Subject(source.path, model, None).row(strategy, theory, "")
    sizes = (model.d_vocab, model.n_ctx, model.d_model) if isinstance(model, Model) else None
    return Proof(
        **msgspec.structs.asdict(known),
        seed=source.seed,
        reference_flops=reference.flops(strategy, *sizes) if sizes else None,
        unexplained_dimension=reference.unexplained_dimension(strategy, *sizes) if sizes else None,
        model_file=from_table(source.path, table),
        weights_sha256=model.file_digest,
    )


def unread(source: Source, strategy: str, table: Path) -> Proof:
    """The row of a model that could not be read, or trained."""
    recipe = source.recipe
    return Proof(
        model=source.path.stem,
        n_ctx=recipe.n_ctx if recipe else 0,
        d_vocab=recipe.d_vocab if recipe else 0,
        strategy=strategy,
        outcome="unreadable",
        inputs=recipe.d_vocab**recipe.n_ctx if recipe else 0,
        seed=recipe.seed if recipe else None,
        model_file=from_table(source.path, table),
    )


def memory_mb(row: Proof, earlier: Iterable[Proof], limit_mb: int) -> int:
    """What the proof may take: a quarter more than the same strategy took for a model of the same size,
    else what the dearest strategy takes at 64 tokens, scaled."""
    peaks = [
        each.peak_memory_mb
        for each in earlier
        if (each.strategy, each.d_vocab, each.n_ctx) == (row.strategy, row.d_vocab, row.n_ctx)
        and each.peak_memory_mb is not None
    ]
    expected = int(1.25 * max(peaks)) if peaks else row.d_vocab**2 // 2
    return min(LEAST_MEMORY_MB + expected, limit_mb)


def intact(row: Proof, table: Path) -> bool:
    """Is the certificate of a proved row still what it was?"""
    if row.outcome != "proved":
        return True
    try:
        content = (table.parent / row.certificate).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == row.certificate_sha256


def from_table(path: Path, table: Path) -> str:
    """The path as it stands in the table."""
    return Path(os.path.relpath(path.resolve(), table.parent.resolve())).as_posix()


def _recorded_seed(path: Path) -> int | None:
    """From what `examples/train.py` writes into a file."""
    if path.suffix != ".safetensors":
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            training = json.loads((file.metadata() or {}).get("training", "{}"))
    except (OSError, ValueError, RecursionError, SafetensorError):
        return None
    seed = training.get("seed") if isinstance(training, dict) else None
    return seed if isinstance(seed, int) else None


def in_order(
    rows: Iterable[Proof], sources: Sequence[Source], strategies: Sequence[str]
) -> list[Proof]:
    """By model and strategy, as they were asked for; a row may be older than its model's name."""
    models = {source.path.stem: place for place, source in enumerate(sources)}
    last = len(models)
    return sorted(
        rows,
        key=lambda row: (
            models.get(row.model, last),
            row.model_digest,
            strategies.index(row.strategy),
        ),
    )
