"""Low rank: any directions, plans and bases are sound, and Lean says what the mirrors say.

Chains are compared with products of fractions; certificates are tampered with, and what Lean says of each is
what `tests/share_check.py` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from random import Random

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.emit.names import camel, definition_name
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.model import Model
from pipeline.recheck.certificate import Certificate as Second
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.recheck.transformer.strategies import COUNTS
from pipeline.transformer.checker.chains import (
    Part,
    Peel,
    Shifted,
    enclose_chain,
    enclose_finer,
    entries,
    take_off,
)
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import count
from pipeline.transformer.checker.shares import factors, qk_chain
from pipeline.transformer.family import FORM
from pipeline.transformer.strategies import STRATEGIES, Certificate
from pipeline.transformer.strategies.low_rank import LowRank
from pipeline.transformer.strategies.low_rank import strategy as low_rank_search
from pipeline.transformer.strategies.low_rank.attention import Bases, MeanDifference
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.presets import EXACT
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.share_check import accepts
from tests.test_certified_sets import MODELS, expand, right_inputs, silent
from tests.tiny_models import Arrays, noisy_arrays, random_arrays

SPACE = "Compact.Certificates"
LOW_RANK = [each for each in STRATEGIES.values() if isinstance(each, LowRank)]
BITS = 6

Matrix = list[list[Fraction]]


def times(A: Matrix, B: Matrix) -> Matrix:
    columns = list(zip(*B, strict=True))
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns]
        for row in A
    ]


def plus(A: Matrix, B: Matrix) -> Matrix:
    return [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(A, B, strict=True)]


def minus(A: Matrix, B: Matrix) -> Matrix:
    return plus(A, [[-x for x in row] for row in B])


def fractions(matrix: fmpz_mat, frac: int = 0) -> Matrix:
    return [[Fraction(x, 1 << frac) for x in row] for row in entries(matrix)]


def whole(chain: Sequence[Shifted]) -> Matrix:
    """Multiplied out."""
    return reduce(times, (fractions(factor.mat) for factor in chain))


def vectors(size: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(-(1 << 5), (1 << 5) - 1), min_size=size, max_size=size)


@st.composite
def chains(draw: st.DrawFn) -> list[Shifted]:
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    shapes = pairwise(sizes)
    return [
        Shifted(fmpz_mat([draw(vectors(columns)) for _ in range(rows)]), 1 << 5)
        for rows, columns in shapes
    ]


@st.composite
def peels_of(draw: st.DrawFn, chain: Sequence[Shifted]) -> Peel:
    index = draw(st.integers(0, len(chain) - 1))
    mat = chain[index].mat
    return Peel(index, draw(vectors(mat.nrows())), draw(vectors(mat.ncols())))


@given(st.data())
def test_a_peel_is_an_identity(data: st.DataObject) -> None:
    chain = data.draw(chains())
    left, column, row = take_off(chain, data.draw(peels_of(chain)), BITS)
    taken = times(fractions(column.mat), fractions(row.mat))
    assert plus(taken, whole(left)) == whole(chain)
    for shifted in (*left, column, row):
        assert all(abs(x) <= shifted.off for line in entries(shifted.mat) for x in line)


@given(st.data(), st.booleans())
def test_any_plan_bounds_the_differences_within_rows(data: st.DataObject, exact: bool) -> None:
    chain = data.draw(chains())
    peels = data.draw(st.lists(peels_of(chain), max_size=3))
    plans = data.draw(st.lists(st.integers(0, 15), max_size=3))
    found = enclose_chain(chain, Part(exact, peels, plans), BITS)
    rest = minus(whole(chain), fractions(found.rows.mat))
    for row, bound in zip(rest, found.rest, strict=True):
        assert max(row) - min(row) <= bound
        assert not exact or bound == 0
    assert all(abs(x) <= found.rows.off for line in entries(found.rows.mat) for x in line)


@given(st.data(), st.booleans(), st.integers(1, 5))
def test_a_finer_grid_bounds_the_differences_within_rows(
    data: st.DataObject, exact: bool, more: int
) -> None:
    chain = data.draw(chains())
    peels = data.draw(st.lists(peels_of(chain), max_size=3))
    plans = data.draw(st.lists(st.integers(0, 15), max_size=3))
    part = Part(exact, peels, plans)
    found = enclose_finer(chain, part, BITS, more)
    rest = minus(whole(chain), fractions(found.rows.mat))
    for row, bound in zip(rest, found.rest, strict=True):
        assert max(row) - min(row) <= bound
        assert bound <= 2 or not exact
        assert bound == 0 or not part.whole
    assert all(abs(x) <= found.rows.off for line in entries(found.rows.mat) for x in line)


@given(st.data())
def test_more_plans_are_no_worse(data: st.DataObject) -> None:
    chain = data.draw(chains())
    plans = data.draw(st.lists(st.integers(0, 15), min_size=1, max_size=4))
    each = [enclose_chain(chain, Part(False, (), [plan]), BITS).rest for plan in plans]
    assert enclose_chain(chain, Part(False, (), plans), BITS).rest == [
        min(bounds) for bounds in zip(*each, strict=True)
    ]


@settings(deadline=None, max_examples=25)
@given(MODELS)
def test_nine_terms(model: Model) -> None:
    """Two directions for each outer factor and one for each middle one: the identity of Gross et al., term by
    term, and its sum, which is `EQKE`."""
    chain = qk_chain(factors(model))
    part = Directions(first=2, last=2, middle=1).part(chain, model.frac)
    assert len(part.peels) == 6
    of = {index: [p for p in part.peels if p.index == index] for index in range(4)}

    def outer(peel: Peel) -> Matrix:
        return [[Fraction(x * y) for y in peel.row] for x in peel.column]

    X, Q, K, E = (fractions(factor.mat) for factor in chain)
    (X1, X2), (E1, E2) = (list(map(outer, of[i])) for i in (0, 3))
    (Q1,), (K1,) = (list(map(outer, of[i])) for i in (1, 2))
    X_, E_, Q_, K_ = minus(X, X1), minus(E, E1), minus(Q, Q1), minus(K, K1)
    X__, E__ = minus(X_, X2), minus(E_, E2)
    terms = [
        *([X1, Q, K, E1], [X1, Q, K, E_], [X_, Q, K, E1]),
        *([X2, Q, K, E2], [X2, Q, K, E__], [X__, Q, K, E2]),
        *([X__, Q1, K1, E__], [X__, Q1, K_, E__], [X__, Q_, K1, E__]),
    ]
    known = reduce(plus, (reduce(times, term) for term in terms))
    rest = reduce(times, [X__, Q_, K_, E__])
    assert plus(known, rest) == [list(map(Fraction, row)) for row in circuits(model).EQKE.tolist()]
    bits = 2 + max(abs(x).bit_length() for p in part.peels for x in [*p.column, *p.row])
    found = enclose_chain(chain, part, bits)
    assert fractions(found.rows.mat) == known
    assert all(max(row) - min(row) <= bound for row, bound in zip(rest, found.rest, strict=True))


@dataclass(frozen=True)
class AnyDirections(Directions):
    """Directions that mean nothing, and several plans."""

    seed: int = 0

    def part(self, chain: Sequence[Shifted], frac: int) -> Part:
        random = np.random.default_rng(self.seed)

        def some(size: int) -> list[int]:
            return [int(x) for x in random.integers(-(1 << frac // 2), 1 << frac // 2, size)]

        peels = [
            Peel(i, some(chain[i].mat.nrows()), some(chain[i].mat.ncols()))
            for i in random.integers(0, len(chain), random.integers(0, 4))
        ]
        plans = [int(x) for x in random.integers(0, 16, random.integers(0, 4))]
        return Part(
            bool(random.integers(0, 2)), [replace(p, index=int(p.index)) for p in peels], plans
        )


def odd(seed: int) -> LowRank:
    """A strategy made of arbitrary parts."""
    qk, eu = AnyDirections(seed=seed), AnyDirections(seed=seed + 1)
    plain = LowRank(f"odd-{seed}", "", qk, eu)
    return replace(plain, attention=MeanDifference([seed % 7 / 6])) if seed % 2 else plain


@settings(deadline=None, max_examples=60)
@given(MODELS, st.integers(0, 2**32))
def test_any_parts_certify_what_is_right(model: Model, seed: int) -> None:
    strategy = odd(seed)
    found = strategy.search(model, silent)
    certified = expand(model.n_ctx - 1, strategy.counted(model, found.fields))
    assert len(certified) == len(set(certified)) == found.bound
    assert set(certified) <= right_inputs(model)


@settings(deadline=None, max_examples=30)
@given(MODELS, st.sampled_from(LOW_RANK))
def test_a_certificate_says_what_the_search_has_found(model: Model, strategy: LowRank) -> None:
    found = strategy.search(model, silent)
    fields, n = found.fields, model.n_ctx - 1
    assert list(fields) == list(strategy.fields())
    assert count(n, strategy.counted(model, fields)) == found.bound
    assert found.bound >= strategy.find(model, silent).bound
    assert accepts(model, fields)
    assert not accepts(model, {**fields, "bound": found.bound + 1})


def test_precision_follows_the_range_of_the_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores that span hundreds of nats: small factors keep bits of their own."""
    arrays = dict(noisy_arrays(1, 3, 4, 1.0))
    model = model_of({**arrays, "W_Q": arrays["W_Q"] * 32})
    strategy = STRATEGIES["prefix-top2"]
    assert isinstance(strategy, LowRank)
    found = strategy.search(model, silent)
    assert number(found, "prec") > 160
    assert accepts(model, found.fields)
    certified = expand(model.n_ctx - 1, strategy.counted(model, found.fields))
    assert len(set(certified)) == found.bound > 0
    assert set(certified) <= right_inputs(model)
    monkeypatch.setattr(low_rank_search, "MOST_BITS", 0)
    assert strategy.search(model, silent).bound < found.bound


@settings(deadline=None, max_examples=20)
@given(MODELS)
def test_the_base_is_the_best_of_the_grid_for_each_maximum(model: Model) -> None:
    grid = (0, 0.5, 1)
    levels = low_rank_search.tried_levels(model.n_ctx - 1)[0]  # that bases are chosen by
    strategy = LowRank("mean", "", EXACT, EXACT, MeanDifference(grid), levels=levels)
    found = strategy.finest(model, silent)
    single = [replace(strategy, attention=MeanDifference([share])) for share in grid]
    each = [one.finest(model, silent).runs for one in single]
    n = model.n_ctx - 1
    for m in range(model.d_vocab):
        sizes = [count(n, (run for run in runs if run.maximum == m)) for runs in each]
        assert count(n, (run for run in found.runs if run.maximum == m)) == max(sizes)
    assert isinstance(found.attention, Bases)
    assert set(found.attention.bases) <= {0, Bases.unit // 2, Bases.unit}


def raised(value: Value, by: int, *place: int) -> Value:
    """A field with something added to one number."""
    if not place:
        assert isinstance(value, int)
        return value + by
    assert isinstance(value, list)
    i, *rest = place
    changed = raised(value[i], by, *rest)
    return [*value[:i], changed, *value[i + 1 :]]


def number(found: Certificate, name: str) -> int:
    value = found.fields[name]
    assert isinstance(value, int)
    return value


def length(value: Value) -> int:
    assert isinstance(value, list)
    return len(value)


def forgeries(model: Model, found: Certificate) -> Iterator[tuple[str, Value]]:
    """Fields with other values, of which the mirrors know what Lean says."""
    f, v, n = found.fields, model.d_vocab, model.n_ctx - 1
    score, of_class = (number(found, name) for name in ("scoreBits", "classBits"))

    def change(name: str, by: int, *place: int) -> tuple[str, Value]:
        return name, raised(f[name], by, *place)

    yield change("bound", 1)
    yield change("bound", -1)
    yield change("attention", 1 - number(found, "attention"))
    yield change("attention", -number(found, "attention"))
    yield change("prec", 1)
    yield change("steps", -1)
    yield change("finer", 1)
    yield change("finer", -number(found, "finer"))
    yield change("parts", 1)
    yield change("parts", -number(found, "parts"))
    for i in range(length(f["blocks"])):
        yield change("blocks", 1, i, 0)
        yield change("blocks", -1, i, 0)
        yield change("blocks", 1, i, 1)
        yield change("blocks", -1, i, 1)
    digit = 1 << number(found, "vecBits")
    for part in ("qk", "eu"):
        for i in range(length(f[f"{part}Peels"])):
            yield change(f"{part}Peels", 1, i, 1)
            yield change(f"{part}Peels", -digit, i, 2)
        for i in range(length(f[f"{part}Plans"])):
            yield change(f"{part}Plans", 1, i)
        yield f"{part}Plans", [0b111]
        yield f"{part}Peels", []
        yield f"{part}Exact", 1 - number(found, f"{part}Exact")
    yield change("euBase", 1)
    yield change("euBase", digit)
    for i in range(v):
        for name in ("tokenFirst", "tokenSecond", "directFirst", "directSecond", "tokenTop"):
            for other in range(v):
                if name.endswith("Second") and other == f[name.replace("Second", "First")][i]:  # type: ignore[index]
                    continue  # right, but the margins are worse
                yield name, raised(f[name], other - f[name][i], i)  # type: ignore[index, operator]
        yield change("posTop", 1, i)
        yield change("tokenArg", 1 << (score * (v - 1)), i)
        yield change("posArg", 1 << (score * n), i)
        yield change("low", 1 << score, i)
        yield change("high", -1 << score, i)
        for m in range(v - i):
            pair = (of_class * n + 1) * m
            yield change("sizes", 1 << pair, i)
            for place in range(n):
                start = pair + of_class * place + number(found, "stepsBits")
                yield change("sizes", 1 << start, i)
                yield change("sizes", 1 << (start + number(found, "sizeBits")), i)
        for j in range(length(f["ends"][i])):  # type: ignore[index]
            yield change("ends", 1, i, j)
            yield change("ends", -1, i, j)


REFUSED = {
    "v": 1,
    "n": 1,
    "bits": -1,
    "scoreBits": -1,
    "argBits": 1 << 8,
    "expHalf": 1 << 8,
    "expHigh": -1,
    "vecBits": -1 << 8,
    "countBits": -1,
}
"""What is added to numbers that say how wide lanes are."""


def verdicts(
    model: Model, found: Certificate, fields: slice = slice(None)
) -> Iterator[tuple[str, Value, bool]]:
    """Fields, their forged values, and whether Lean accepts them: of each of these fields one, drawn by chance."""
    by_name: dict[str, list[Value]] = {}
    for name, value in forgeries(model, found):
        if value != found.fields[name] and "-" not in str(value):
            by_name.setdefault(name, []).append(value)
    random = Random(found.strategy)
    for name, values in [*by_name.items()][fields]:
        value = random.choice(values)
        yield name, value, accepts(model, {**found.fields, name: value})
    for name, by in [*REFUSED.items()][fields]:
        yield name, max(0, number(found, name) + by), False


KERNEL = [noisy_arrays(2, 3, 4, 1.0), random_arrays(5, 2, 4, 1.5)]


def checks(
    name: str, strategy: LowRank, model: Model, turn: int
) -> tuple[dict[str, str], list[bool]]:
    """The certificate's module with what Lean has to say of forged ones, and how often it accepts them."""
    found = strategy.search(model, silent)
    data, lines, said = definition_name(strategy.name), [], []
    for field, value, accepted in verdicts(model, found, slice(turn % 3, None, 3)):
        said.append(accepted)
        lines.append(
            f"example : LowRank.check weights {{ {data} with {field} := {render_value(value)} }}"
            f" = {str(accepted).lower()} := by decide +kernel\n"
        )
    lines.append(
        f"example : LowRank.check {SPACE}.Another.weights {data} = false := by decide +kernel\n"
    )
    end = f"end {SPACE}.{name}\n"
    theorem = render_theorem(FORM, name, strategy.name, found.bound, found.fields, strategy.checker)
    theorem = theorem.replace("prelude\n", f"prelude\nimport {SPACE}.Another.Weights\n")
    module = f"{SPACE}.{name}.{camel(strategy.name)}"
    return {module: theorem.replace(end, "".join(lines) + end)}, said


def test_lean_says_what_the_mirrors_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each strategy is asked about one field in three; its neighbours are about the others."""
    monkeypatch.setattr(low_rank_search, "STEPS_OF_A_BLOCK", 9)  # several blocks, of tiny models
    another = model_of(noisy_arrays(7, 3, 4, 0.3))
    sources, said = {f"{SPACE}.Another.Weights": render_weights("Another", another)}, []
    models = list(map(model_of, KERNEL))
    for i, model in enumerate(models):
        sources[f"{SPACE}.LowRank{i}.Weights"] = render_weights(f"LowRank{i}", model)
    for turn, strategy in enumerate([*LOW_RANK, odd(0), odd(1), odd(2)]):
        i = turn % len(models)
        modules, verdict = checks(f"LowRank{i}", strategy, models[i], turn)
        sources |= modules
        said += verdict
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected
    assert min(said.count(True), said.count(False)) > 10


@pytest.mark.parametrize("strategy", [*LOW_RANK, odd(0)], ids=lambda each: each.name)
@pytest.mark.parametrize("arrays", KERNEL, ids=("noisy", "random"))
def test_the_second_checker_says_what_the_mirrors_say(strategy: LowRank, arrays: Arrays) -> None:
    model = model_of(arrays)
    weights = read_weights(render_weights("Second", model).encode())[1]

    def says(fields: Mapping[str, Value]) -> bool:
        certificate = Second(dict(fields))
        try:
            return COUNTS["LowRank"](weights, certificate).number >= certificate.nat("bound")
        except Refused:
            return False

    found = strategy.search(model, silent)
    assert says(found.fields)
    for field, value, accepted in verdicts(model, found):
        assert says({**found.fields, field: value}) == accepted, field
    rows = found.fields["tokenArg"]
    assert isinstance(rows, list)
    assert not says({**found.fields, "tokenArg": rows[:-1]})
    assert not says({name: x for name, x in found.fields.items() if name != "expHalf"})


@pytest.mark.parametrize("strategy", LOW_RANK, ids=lambda each: each.name)
def test_models_are_not_all_alike(strategy: LowRank) -> None:
    """Tests of what is certified would prove nothing about models of which nothing, or all, is."""
    bounds = {
        strategy.search(model_of(noisy_arrays(seed, 3, 3, scale)), silent).bound
        for seed, scale in product(range(6), (0.25, 1.0))
    }
    assert len(bounds) > 3
