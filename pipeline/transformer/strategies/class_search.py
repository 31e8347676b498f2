"""The search that all strategies share that count classes of inputs (`pipeline/transformer/checker/classes.py`).

A strategy says which classes it admits, given tables, and what it has to claim besides the tables.
The search chooses how to round them: the loosest rounding on a small grid that loses nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.classes import Run, count
from pipeline.transformer.checker.enclosure import Enclosure, Params, enclose
from pipeline.transformer.checker.tables import Tables, tables
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.strategies.search import loosest
from pipeline.transformer.strategies.table_fields import TABLE_FIELDS, table_fields

MAX_VOCAB = 1 << 9
WIDTHS = range(8, 25)
PRECISIONS = range(96, 161, 4)
STEPS = 4


@dataclass(frozen=True)
class Found:
    """What the search settles on."""

    exact: Circuits
    enclosure: Enclosure
    tables: Tables
    runs: Sequence[Run]
    bound: int


class ClassStrategy(ABC):
    """A strategy that counts classes."""

    name: ClassVar[str]
    checker: ClassVar[str]
    summary: ClassVar[str]
    when: ClassVar[str]
    own_fields: ClassVar[Mapping[str, Kind]] = {}
    """The fields of a certificate between the tables' witnesses and the bound."""

    @abstractmethod
    def admitted(self, t: Tables) -> Iterator[Run]:
        """The classes that its checker counts, with the tokens that it admits."""

    @abstractmethod
    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        """The values of `own_fields`, given the classes that are counted."""

    def number(self, n: int, runs: Iterable[Run]) -> int:
        """What a certificate counts of these classes: their inputs."""
        return count(n, runs)

    def least_bits(self, t: Tables) -> int:
        """The least bits of a lane of the tables that its checker accepts."""
        return t.width + 5

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The best bound, and the loosest rounding on the grid that reaches it."""
        found = self.find(model, progress)
        fields = {
            **table_fields(
                model, found.exact, found.enclosure, found.tables, self.least_bits(found.tables)
            ),
            **self.claims(found.tables, found.runs),
            "bound": found.bound,
        }
        return Certificate(self.name, found.bound, fields)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        """The classes that a certificate with these fields counts, and their tokens."""
        return list(self.admitted(read_tables(model, fields)))

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `<Strategy>.Certificate`."""
        return {**TABLE_FIELDS, **self.own_fields, "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and what is counted from them."""
        return ["Bool.and_intro"]

    def find(self, model: Model, progress: Progress) -> Found:
        """The tables that the certificate is about."""
        if model.n_ctx < 2 or not 2 <= model.d_vocab <= MAX_VOCAB:
            raise MalformedInput(
                f"{self.name} needs two positions and 2 to {MAX_VOCAB} tokens",
                cure="use --strategy brute-force, which has the claims accuracy, mass and loss",
            )
        progress("multiplying the weights out")
        exact = circuits(model)

        def rounded(prec: int, width: int) -> Found:
            return self._rounded(exact, model.frac, prec, width)

        found = rounded(PRECISIONS[-1], WIDTHS[-1])
        progress(f"a count of {found.bound:,} can be reached; choosing the rounding")
        found = loosest(PRECISIONS, lambda prec: rounded(prec, WIDTHS[-1]), found)
        prec = found.tables.prec
        return loosest(WIDTHS, lambda width: rounded(prec, width), found)

    def _rounded(self, exact: Circuits, frac: int, prec: int, width: int) -> Found:
        shift = self.shift(exact, frac, width)
        enclosure = enclose(exact, frac, Params(prec, STEPS, shift, width))
        t = replace(tables(enclosure), units=self.units(frac, shift))
        runs = list(self.admitted(t))
        return Found(exact, enclosure, t, runs, self.number(t.n, runs))

    def shift(self, exact: Circuits, frac: int, width: int) -> int:
        """The bits that are dropped from logits so that those left are `width`."""
        return max(0, lane_bits(exact, frac) - width)

    def units(self, frac: int, shift: int) -> int:
        """The margin that is claimed, in units of the rounded logits."""
        return 0


def finest_tables(exact: Circuits, frac: int) -> Tables:
    """At the finest rounding of the grid."""
    shift = max(0, lane_bits(exact, frac) - WIDTHS[-1])
    return tables(enclose(exact, frac, Params(PRECISIONS[-1], STEPS, shift, WIDTHS[-1])))


def read_tables(model: Model, fields: Mapping[str, Value]) -> Tables:
    """The tables that a certificate with these fields is about."""
    prec, steps, shift, width = (fields[name] for name in ("prec", "steps", "shift", "width"))
    rounding = [each for each in (prec, steps, shift, width) if isinstance(each, int)]
    units = fields.get("units", 0)
    assert isinstance(units, int)
    t = tables(enclose(circuits(model), model.frac, Params(*rounding)))
    return replace(t, units=units)
