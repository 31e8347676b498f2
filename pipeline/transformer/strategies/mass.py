"""Strategies that prove a mass: those for accuracy, with inputs that do not all weigh the same
(`lean/Compact/Transformer/Mixture/Mass.lean`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import ClassVar, Self

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.sheets import Sheets
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.checker.weighed import TokenWeights
from pipeline.transformer.strategies.brute_force import BruteForce
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.lacks import Lacks
from pipeline.transformer.strategies.low_rank import LOW_RANK, PREFIX_TOP2, LowRank
from pipeline.transformer.strategies.low_rank.fields import SHARE_FIELDS
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.strategies.mixture import LEAD_FIELDS, LeadStrategy
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.strategies.quartic import SHEET_FIELDS, Quartic, blocks, sheet_fields

MASS_FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(("weightBits", "tokenWeights"), "nat"),
    "blocks": "matrix",
}


class Weighs:
    """A strategy that knows what tokens weigh."""

    def __init__(self, weights: TokenWeights | None = None) -> None:
        self.weights = weights

    def by(self, weights: TokenWeights) -> Self:
        """The same for these weights."""
        return type(self)(weights)

    def mass_fields(self) -> dict[str, Value]:
        """What a certificate says of the weights."""
        assert self.weights is not None
        return {"weightBits": self.weights.bits, "tokenWeights": self.weights.packed}


class BruteForceMass(Weighs, BruteForce):
    """`lean/Compact/Transformer/Strategy/BruteForceMass.lean`"""

    name = "brute-force-mass"
    checker = "BruteForceMass"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """If no weights are given, all tokens weigh 1."""
        if self.weights is None:
            return self.by(TokenWeights((1,) * model.d_vocab)).search(model, progress)
        found = super().search(model, progress).fields
        rounding = {name: found[name] for name in ("prec", "steps", "shift", "width")}
        bound = self._weighed(model, [each for each in rounding.values() if isinstance(each, int)])
        return Certificate(self.name, bound, {**rounding, **self.mass_fields(), "bound": bound})

    def _weighed(self, model: Model, rounding: Sequence[int]) -> int:
        """What the inputs weigh that pass."""
        assert self.weights is not None
        enclosure = enclose(circuits(model), model.frac, Params(*rounding))
        if not enclosure.narrow or model.d_vocab == 1:  # which has no other output to compare
            return 0
        check, tokens = BruteForceCheck.of(enclosure), range(model.d_vocab)
        return sum(
            self.weights.of_input((*before, query))
            for query in tokens
            for before, passes in zip(
                product(tokens, repeat=model.n_ctx - 1), check.passing(query), strict=True
            )
            if passes
        )

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `BruteForceMass.Certificate`."""
        names = ("prec", "steps", "shift", "width", "weightBits", "tokenWeights", "bound")
        return dict.fromkeys(names, "nat")


class MassStrategy(Weighs, ClassStrategy):
    """A strategy that counts classes, by weights of tokens."""

    def search(self, model: Model, progress: Progress) -> Certificate:
        """If no weights are given, all tokens weigh 1."""
        if self.weights is None:
            return self.by(TokenWeights((1,) * model.d_vocab)).search(model, progress)
        return super().search(model, progress)

    def number(self, n: int, runs: Iterable[Run]) -> int:
        assert self.weights is not None
        return sum(self.weights.of_run(n, run) for run in runs)


class QuarticMass(MassStrategy, Quartic):
    """`lean/Compact/Transformer/Strategy/QuarticMass.lean`"""

    name = "quartic-mass"
    checker = "QuarticMass"
    own_fields: ClassVar[Mapping[str, Kind]] = {**SHEET_FIELDS, **MASS_FIELDS}

    def sheets(self, t: Tables) -> Sheets:
        """A number of inputs may be as large as what they weigh."""
        found = super().sheets(t)
        if self.weights is None:  # only its fields are asked for
            return found
        most = max(self.weights.total**t.n, self.weights.total + 2)
        bits = max(found.layout.count_bits, most.bit_length())
        layout = replace(found.layout, count_bits=bits)
        return replace(found, layout=layout, weights=self.weights.around_one)

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        each, first, sheets = list[list[int]](), 0, self.sheets(t)
        for size, _ in blocks(sheets, found, self.alone):
            here = [run for run in found if first <= run.maximum < first + size]
            each.append([size, self.number(t.n, here)])
            first += size
        return {**sheet_fields(sheets), **self.mass_fields(), "blocks": [*each]}


class MixedMass(QuarticMass, Mixed):
    """`lean/Compact/Transformer/Strategy/QuarticMass.lean`, with what is dear given up."""

    name = "mixed-mass"
    checker = "QuarticMass"


class LeadMass(MassStrategy, LeadStrategy):
    """A strategy that counts with leads, by weights of tokens."""

    def everything(self, t: Tables) -> int:
        assert self.weights is not None
        whole: int = self.weights.total ** (t.n + 1)
        return whole

    def count_bits(self, t: Tables) -> int:
        assert self.weights is not None
        exact: int = self.weights.total**t.n
        return max(1, exact.bit_length())

    def own_claims(self, t: Tables, levels: Levels, found: Sequence[Run]) -> dict[str, Value]:
        return {**super().own_claims(t, levels, found), **self.mass_fields()}


class PrefixMass(LeadMass, Prefix):
    """`lean/Compact/Transformer/Strategy/PrefixMass.lean`"""

    name = "prefix-mass"
    checker = "PrefixMass"
    own_fields: ClassVar[Mapping[str, Kind]] = {
        **LEAD_FIELDS,
        **{"sizeBits": "nat", "classBits": "nat", "sizes": "list"},
        **MASS_FIELDS,
    }


class CubicMass(LeadMass, Lacks):
    """`lean/Compact/Transformer/Strategy/CubicMass.lean`"""

    name = "cubic-mass"
    checker = "CubicMass"
    given_up: ClassVar[int] = 400
    """More levels cost more here than where tokens are counted."""
    own_fields: ClassVar[Mapping[str, Kind]] = {**LEAD_FIELDS, **MASS_FIELDS}


@dataclass(frozen=True)
class LowRankMass(LowRank, Weighs):
    """`lean/Compact/Transformer/Strategy/LowRankMass.lean`"""

    weights: TokenWeights | None = None
    checker = "LowRankMass"

    @classmethod
    def like(cls, plain: LowRank) -> LowRankMass:
        """With the parts of a strategy for accuracy."""
        parts = {each.name: getattr(plain, each.name) for each in fields(LowRank)}
        return cls(**{**parts, "name": f"{plain.name}-mass"})

    def by(self, weights: TokenWeights) -> LowRankMass:
        return replace(self, weights=weights)

    def search(self, model: Model, progress: Progress) -> Certificate:
        """If no weights are given, all tokens weigh 1."""
        if self.weights is None:
            return self.by(TokenWeights((1,) * model.d_vocab)).search(model, progress)
        found = super().search(model, progress)
        exact: int = self.weights.total ** (model.n_ctx - 1)
        own = {**self.mass_fields(), "countBits": max(1, exact.bit_length())}
        said = {**found.fields, **own}
        return replace(found, fields={name: said[name] for name in self.fields()})

    def number(self, n: int, runs: Iterable[Run]) -> int:
        assert self.weights is not None
        return sum(self.weights.of_run(n, run) for run in runs)

    def everything(self, model: Model) -> int:
        assert self.weights is not None
        whole: int = self.weights.total**model.n_ctx
        return whole

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `LowRankMass.Certificate`."""
        return {**SHARE_FIELDS, **MASS_FIELDS, "bound": "nat"}


OF_CLASSES: tuple[LowRankMass | MassStrategy, ...] = (
    QuarticMass(),
    MixedMass(),
    CubicMass(),
    PrefixMass(),
    *map(LowRankMass.like, (PREFIX_TOP2, *LOW_RANK)),
)
"""All strategies that count classes, from the dearest."""
