"""Explanation files: somebody's own choice of parts of a low-rank proof (docs/explanations.md).

Nothing in a file can make a bound wrong: Lean's theorem holds for any directions, splits and shares.  A wrong
explanation proves less.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from pipeline.emit.names import EXPLAINED, OF_TABLES, is_explained
from pipeline.errors import MalformedInput
from pipeline.model.files import read_bytes
from pipeline.transformer.checker.chains import Shifted
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.strategies.low_rank import splits
from pipeline.transformer.strategies.low_rank.attention import PLAIN, Attention, MeanDifference
from pipeline.transformer.strategies.low_rank.explained import ByTables, by_tables
from pipeline.transformer.strategies.low_rank.parts import Directions, Given, Vector, mean_row
from pipeline.transformer.strategies.low_rank.strategy import Base, LowRank
from pipeline.transformer.strategies.low_rank.vectors import Vectors
from pipeline.transformer.strategies.mixture import PARTS

MAX_BYTES = 1 << 20
LONGEST_SUMMARY = 200
DOCS = "see docs/explanations.md"

Count = Annotated[int, msgspec.Meta(ge=0, le=512)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Level = Annotated[int, msgspec.Meta(ge=0, le=1024)]
Few = msgspec.Meta(max_length=32)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table with these keys and no others."""


class Qk(_Table, frozen=True):
    """`[qk]`: the scores of tokens, the product of four factors `X Q K E`."""

    exact: bool = False
    """Multiply it out."""
    queries: Annotated[tuple[str, ...], Few] = ()
    """Directions over query tokens, taken off `X`."""
    query_residual: Annotated[tuple[str, ...], Few] = ()
    """Directions of the residual stream that queries are read from, taken off `Q`."""
    key_residual: Annotated[tuple[str, ...], Few] = ()
    """The same of keys, taken off `K`."""
    keys: Annotated[tuple[str, ...], Few] = ()
    """Directions over key tokens, taken off `E`."""
    rank: Count = 0
    """After that, so many singular vectors on either side."""
    middle: Count = 0
    """And so many of `Q K` alone."""
    bound: Annotated[tuple[str, ...], Few] = ()
    """Where the rest is split; of several the best, row by row."""

    taken = (
        ("queries", 0, False),
        ("query_residual", 1, False),
        ("key_residual", 2, True),
        ("keys", 3, True),
    )


class Direct(_Table, frozen=True):
    """`[direct]`: the direct path, the product of two factors `X U`, without a base that all queries share."""

    exact: bool = False
    base: str = "mean"
    """`mean`, `zero`, or an array with an entry for each dimension of the residual stream."""
    queries: Annotated[tuple[str, ...], Few] = ()
    residual: Annotated[tuple[str, ...], Few] = ()
    outputs: Annotated[tuple[str, ...], Few] = ()
    rank: Count = 0
    bound: Annotated[tuple[str, ...], Few] = ()

    taken = (("queries", 0, False), ("residual", 1, False), ("outputs", 1, True))


class Shares(_Table, frozen=True):
    """`[attention]`: the shares of attention that a maximum may be expected to have; none: no expectation."""

    shares: Annotated[tuple[Share, ...], Few] = ()


class Classes(_Table, frozen=True):
    """`[classes]`: which tokens a class of inputs may hold besides its maximum, and how it is counted."""

    kind: Literal["prefix", "threshold", "each", "prefix-then-each"] = "prefix"
    """All up to a size, tested at once; those that lack no more than a threshold, a number each; each whose margins
    over all outputs pass, one by one; a prefix, and then each of the others."""
    margins: Literal["two-largest", "least"] = "two-largest"
    """Of a prefix: from the two largest entries of each row, or the least over outputs of each path by itself."""
    parts: Level = 0
    """Into so many parts is divided what the maximum and the query can spare; 0 is `PARTS`, if levels are given."""
    levels: Annotated[tuple[Level, ...], Few] = ()
    """How many parts a token may take; none: chosen."""

    @property
    def mixture(self) -> Levels | None:
        """The levels, if any are given."""
        return Levels(self.parts or PARTS, sorted({*self.levels})) if self.levels else None

    @property
    def strategy(self) -> str | None:
        """The strategy of ours that has the same checker, if it multiplies everything out."""
        if self.kind == "prefix":
            return "prefix" if self.margins == "least" else None
        return {"threshold": "cubic", "each": "quartic", "prefix-then-each": "mixed"}[self.kind]


class Rounding(_Table, frozen=True):
    """`[rounding]`"""

    may_lose: Share = 0
    """What share of all inputs may be lost by rounding exponentials coarser, which makes a proof shorter."""


class File(_Table, frozen=True):
    """The whole file."""

    name: str
    summary: str = ""
    directions: str | None = None
    """An `.npz` file, from where this file is."""
    qk: Qk = Qk(exact=True)
    direct: Direct = Direct(exact=True)
    attention: Shares = Shares()
    classes: Classes = Classes()
    rounding: Rounding = Rounding()


@dataclass(frozen=True)
class Explanation:
    """An explanation, and the file that it came from."""

    path: Path
    file: File
    qk: Directions
    direct: Directions
    attention: Attention
    base: Base = mean_row

    def strategy(self) -> LowRank | ByTables:
        """As a strategy, called `explained-...` or, by the checker, `cubic-explained-...`."""
        file, of_tables = self.file, self.file.classes.strategy
        if of_tables is None:
            return self.low_rank(f"{EXPLAINED}{file.name}")
        return by_tables(of_tables, file.name, file.summary, file.classes.mixture)

    def low_rank(self, name: str) -> LowRank:
        """As a strategy of this name that proves in parts."""
        file, parts = self.file, (self.qk, self.direct, self.attention, self.base)
        return LowRank(name, file.summary, *parts, file.classes.mixture, file.rounding.may_lose)


def read_explanation(path: Path) -> Explanation:
    """Read a file strictly; `MalformedInput` with one line that says what is wrong with it."""
    content = read_bytes(path)
    if len(content) > MAX_BYTES:
        raise MalformedInput(f"{path}: larger than {MAX_BYTES >> 20} MiB", cure=DOCS)
    try:
        file = msgspec.toml.decode(content, type=File)
    except msgspec.ValidationError as error:
        raise MalformedInput(f"{path}: {error}", cure=DOCS) from None
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        said = " ".join(str(error).split())[:160] or type(error).__name__
        raise MalformedInput(f"{path}: no TOML ({said})", cure=DOCS) from None
    return understand(path, file)


def understand(path: Path, file: File) -> Explanation:
    """What a file asks for; `path` is where its directions are looked for, and what errors name."""
    longest = max(OF_TABLES, key=len)
    if not is_explained(f"{longest}-{EXPLAINED}{file.name}"):
        raise MalformedInput(
            f"{path}: the name {ascii(file.name)[:60]} cannot be one of an explanation",
            cure="use words of a to z and 0 to 9, each beginning with a letter, with - between them: size-direction",
        )
    if not file.summary.isprintable() or len(file.summary) > LONGEST_SUMMARY:
        raise MalformedInput(
            f"{path}: the summary is not one line of up to {LONGEST_SUMMARY} printable characters",
            cure="say more in comments",
        )
    _require_classes(path, file)
    vectors = Vectors.read(None if file.directions is None else path.parent / file.directions)
    qk = _directions(path, "qk", file.qk, vectors, splits.QK)
    direct = _directions(path, "direct", file.direct, vectors, splits.DIRECT)
    attention = MeanDifference(file.attention.shares) if file.attention.shares else PLAIN
    return Explanation(path, file, qk, direct, attention, _base(path, file.direct.base, vectors))


def _require_classes(path: Path, file: File) -> None:
    """Refuse classes that no checker counts."""
    classes, where = file.classes, f"{path}: [classes]"
    asked = f"kind = {json.dumps(classes.kind)}"
    if classes.strategy == "prefix":
        asked = 'margins = "least"'
    if classes.kind != "prefix" and classes.margins != "two-largest":
        raise MalformedInput(f"{where} {asked} has no margins", cure="leave margins out")
    if classes.parts and not classes.levels:
        raise MalformedInput(f"{where} parts without levels", cure="add levels = [...]")
    if max(classes.levels, default=0) > (classes.parts or PARTS):
        raise MalformedInput(
            f"{where} level {max(classes.levels)} of {classes.parts or PARTS} parts",
            cure="give levels up to the number of parts",
        )
    if classes.levels and classes.kind in ("each", "prefix-then-each", "threshold"):
        raise MalformedInput(f"{where} {asked} chooses its own levels", cure="leave levels out")
    default = File(file.name)
    for name in ("qk", "direct", "attention", "rounding"):
        if classes.strategy is not None and getattr(file, name) != getattr(default, name):
            raise MalformedInput(
                f"{where} {asked} has everything multiplied out, and [{name}] asks for something else",
                cure=f'leave [{name}] out, or use kind = "prefix" with margins = "two-largest"',
            )


def _directions(
    path: Path, name: str, table: Qk | Direct, vectors: Vectors, letters: str
) -> Directions:
    """What a table asks to be taken off a product, and how the rest is bounded."""
    middle = table.middle if isinstance(table, Qk) else 0
    where = f"{path}: [{name}]"
    said = [
        key
        for key in table.__struct_fields__
        if key not in ("exact", "base") and getattr(table, key)
    ]
    if table.exact and said:
        raise MalformedInput(
            f"{where} is exact, and has {' and '.join(said)} too",
            cure="leave out exact = true, or all else in the table",
        )
    if not table.exact and not table.bound:
        raise MalformedInput(
            f"{where} does not say how the rest is bounded",
            cure=f'add bound = ["{splits.splits(letters)[0]}"], or exact = true',
        )
    given = tuple(
        Given(factor, vector, is_row)
        for key, factor, is_row in table.taken
        for called in getattr(table, key)
        for vector in vectors.named(called, f"{where} {key}")
    )
    last = table.rank if isinstance(table, Qk) else 0
    plans = tuple(_plan(where, letters, split) for split in table.bound)
    return Directions(table.rank, last, middle, plans, table.exact, given, where)


def _plan(where: str, letters: str, split: str) -> int:
    try:
        return splits.plan(letters, split)
    except ValueError:
        raise MalformedInput(
            f"{where} bound: there is no split {ascii(split)[:40]}",
            cure=f"use one of: {', '.join(splits.splits(letters))}",
        ) from None


def _base(path: Path, name: str, vectors: Vectors) -> Base:
    """The row that is taken off the direct path first."""
    if name == "mean":
        return mean_row
    if name == "zero":
        return Row(None)
    (vector, *more) = vectors.named(name, f"{path}: [direct] base")
    if more:
        raise MalformedInput(
            f"{path}: [direct] base: {ascii(name)[:60]} is more than one row", cure=DOCS
        )
    return Row(vector)


@dataclass(frozen=True)
class Row:
    """A row of somebody's own, as a base; none is zero."""

    vector: Vector | None

    def __call__(self, matrix: Shifted, frac: int) -> list[int]:
        columns = matrix.mat.ncols()
        if self.vector is None:
            return [0] * columns
        return [round(x * 2.0**frac) for x in self.vector.of(columns)]


def render(file: File) -> str:
    """As TOML, which is read back as the same."""
    default, lines = File(file.name), [f"name = {json.dumps(file.name)}"]
    if file.summary:
        lines.append(f"summary = {json.dumps(file.summary)}")
    if file.directions is not None:
        lines.append(f"directions = {json.dumps(file.directions)}")
    for name in ("qk", "direct", "attention", "classes", "rounding"):
        table = getattr(file, name)
        if table != getattr(default, name):
            lines += ["", f"[{name}]"]
            said = {key: getattr(table, key) for key in table.__struct_fields__}
            blank = type(table)()
            lines += [
                f"{key} = {json.dumps(value)}"
                for key, value in said.items()
                if value != getattr(blank, key)
            ]
    return "\n".join(lines) + "\n"
