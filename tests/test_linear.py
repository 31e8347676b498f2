"""Linear models: exact losses, what Lean makes of true and of forged certificates, and the counterexample."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from pipeline.emit.theorem import Value, render_theorem
from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.linear.checker import BILLION, Precision, Tables, exp_lower, exp_upper, logarithm
from pipeline.linear.family import FORM, LINEAR, claims_nothing, figure
from pipeline.linear.length import operations
from pipeline.linear.model import Linear
from pipeline.linear.search import precision_for
from pipeline.linear.strategies import STRATEGIES
from pipeline.linear.weights import render_weights
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.linear.family import LINEAR as SECOND
from pipeline.recheck.linear.lean_weights import read_weights
from pipeline.recheck.linear.words import mean_loss
from pipeline.recheck.recheck import verdict
from tests.lean_support import build_one


def linear(
    seed: int,
    n_ctx: int,
    d_vocab: int,
    *,
    width: int = 2,
    frac: int = 3,
    size: int = 9,
    w: bool = False,
) -> Linear:
    """A random model; `size` bounds its integers."""
    draw = random.Random(seed)

    def matrix(rows: int, columns: int) -> list[list[int]]:
        return [[draw.randint(-size, size) for _ in range(columns)] for _ in range(rows)]

    tensors = {"W_E": matrix(d_vocab, width)}
    if w:
        tensors["W"] = matrix(width, width)
    tensors["W_U"] = matrix(width, d_vocab)
    return Linear(n_ctx, d_vocab, frac, tensors, "0" * 64, "0" * 64)


def good(n_ctx: int, d_vocab: int) -> Linear:
    """A model written by hand that is right: each token adds to its own logit only, more than all smaller ones."""
    rows = [[40 * d_vocab**s if t == s else 0 for t in range(d_vocab)] for s in range(d_vocab)]
    unit = [[int(s == t) for t in range(d_vocab)] for s in range(d_vocab)]
    return Linear(n_ctx, d_vocab, 0, {"W_E": rows, "W_U": unit}, "0" * 64, "0" * 64)


TINY = [
    linear(1, 2, 3), linear(2, 2, 4, w=True), linear(3, 3, 3), linear(4, 3, 2, width=1), linear(5, 4, 3, size=20),
    linear(6, 2, 5, size=0), linear(7, 2, 1), linear(8, 2, 6, frac=0, size=3), linear(9, 3, 4, size=1, frac=1),
    linear(10, 1, 4), linear(11, 5, 2), good(2, 3), linear(12, 2, 4, frac=0, size=9),
]  # fmt: skip


def fitting(model: Linear) -> list[str]:
    """The strategies that take a model."""
    n = model.n_ctx
    named = ["am-gm"] + ["brute-force"] * (n >= 2)
    return named + (["symmetry", "convexity-pairs"] if n == 2 else ["convexity-triples"] * (n == 3))


def quiet(_: str) -> None:
    """No progress."""


def true_loss(model: Linear) -> Decimal:
    """The mean loss from the definition, by the second checker's words."""
    return mean_loss(read_weights(render_weights("Tiny", model).encode())[1])


def float_loss(model: Linear) -> float:
    """The same in floats, written down once more."""
    rows = np.array([[float(Fraction(e, model.unit)) for e in row] for row in model.added()])
    losses = []
    for x in product(range(model.d_vocab), repeat=model.n_ctx):
        logits = rows[list(x)].sum(0)
        losses.append(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[max(x)])
    return float(np.mean(losses))


@pytest.mark.parametrize("i", range(len(TINY)))
def test_bounds_are_bounds_of_the_true_loss(i: int) -> None:
    """Every strategy is at least the truth; those that look at every input are within a few billionths of it."""
    model = TINY[i]
    truth = true_loss(model)
    assert abs(float(truth) - float_loss(model)) < 1e-9 * (1 + float(truth))
    for name in fitting(model):
        bound = STRATEGIES[name].search(model, quiet).bound
        assert bound >= truth * BILLION
        exact = name in ("brute-force", "symmetry") or (name == "am-gm" and model.n_ctx == 1)
        if exact:
            assert bound <= truth * BILLION * (1 + Decimal("1e-7")) + 3


def test_strategies_say_for_how_many_tokens_they_are() -> None:
    """One line instead of a wrong certificate."""
    for name, model in (
        ("symmetry", TINY[2]), ("convexity-pairs", TINY[2]), ("convexity-triples", TINY[0]), ("brute-force", TINY[9]),
    ):  # fmt: skip
        with pytest.raises(MalformedInput, match="this model reads"):
            STRATEGIES[name].search(model, quiet)


def test_published_total_is_below_the_truth_on_the_zero_model() -> None:
    """What the published code adds up, from the strategy's own terms: 89 of 144 times ln 12."""
    d, term = 12, math.log(12)
    pairs = [(s, c) for c in range(d) for s in range(c)]
    published = (d + len(pairs) + (d - 1)) * term / d**2
    proved = (d + 2 * len(pairs)) * term / d**2
    assert round(published, 4) == 1.5358
    assert abs(float(true_loss(linear(0, 2, d, size=0))) - term) < 1e-12
    assert abs(proved - term) < 1e-12
    assert published < proved
    bound = STRATEGIES["convexity-pairs"].search(linear(0, 2, d, size=0), quiet).bound
    assert 0 <= bound - proved * BILLION < 10


def test_exponentials() -> None:
    """Bounds of exponentials are bounds, and close."""
    for g in (0, 1, 7, 100):
        low, high = exp_lower(80, 5, g, 4), exp_upper(80, 5, g, 4)
        true = (-Decimal(g) / 4).exp() * 2**80
        assert low <= true <= high
        assert high - low < true * Decimal("1e-7") + 10


def test_witnesses_are_least() -> None:
    """The next smaller witness, up to one or two, does not fit; a vanishing quotient needs none."""
    for precision in (Precision(90, 5, 9), Precision(90, 5, 20)):
        for x, y in ((3, 2), (12, 1), (10**30, 1), (1000001, 1000000)):
            u = precision.witness(x, y)
            assert precision.fits(x, y, u)
            assert u >= logarithm(x, y) * BILLION - 2
            assert u <= logarithm(x, y) * BILLION * (1 + 1e-9) + 5
        assert (precision.witness(0, 1), precision.witness(1, 1) <= 1) == (0, True)
    with pytest.raises(MalformedInput, match="not precise enough"):
        Precision(90, 5).witness(10**30, 1)


def claim(
    model: Linear, strategy: str, changes: Mapping[str, Value] | None = None
) -> tuple[str, int]:
    """The Lean file of a certificate with some fields changed; the theorem claims what the field `bound` says."""
    found = STRATEGIES[strategy]
    fields = {**found.search(model, quiet).fields, **(changes or {})}
    bound = fields["bound"]
    assert isinstance(bound, int)
    return render_theorem(FORM, "Tiny", strategy, bound, fields, found.checker), bound


def require_verdicts(cases: Mapping[str, tuple[Linear, str, bool]]) -> None:
    """Lean evaluates each check to what is expected, all in one file, and so does the second checker."""
    parts, imports = [], set()
    for name, (model, text, expected) in cases.items():
        weights = render_weights("Tiny", model)
        checker = text.split(".Strategy.")[1].split()[0]
        imports.add(f"import Compact.Linear.Strategy.{checker}\n")
        data = text[text.index("def ") : text.index("/-- The mean")]
        parts += [
            f"namespace {name}",
            weights[weights.index("def ") : weights.rindex("end ")],
            data,
            f"example : {checker}.check weights {data.split()[1]} = {str(expected).lower()} := by decide +kernel",
            f"end {name}",
        ]
    head = "prelude\n" + "".join(sorted(imports)) + "open Compact Compact.Linear\n"
    result = build_one(head + "\n".join(parts) + "\n")
    assert result.ok, list(result.printable())
    second = {name: second_opinion(model, text) for name, (model, text, _) in cases.items()}
    assert second == {name: expected for name, (_, _, expected) in cases.items()}


def second_opinion(model: Linear, text: str) -> bool:
    """Does the second checker accept a theorem, which may be forged?"""
    theorem = read_theorem(text.encode(), SECOND)
    space, weights = SECOND.read_weights(render_weights("Tiny", model).encode())
    assert theorem.space == space
    return verdict(SECOND, weights, theorem.checker, theorem.certificate).accepted


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_lean_proves_the_bound_and_no_less(strategy: str) -> None:
    """Degenerate models among them: one token, all weights zero; a bound of a billionth less is refused."""
    cases: dict[str, tuple[Linear, str, bool]] = {}
    for i, model in enumerate(TINY):
        if strategy not in fitting(model):
            continue
        text, bound = claim(model, strategy)
        cases[f"True{i}"] = (model, text, True)
        if bound > 0:
            cases[f"Less{i}"] = (model, claim(model, strategy, {"bound": bound - 1})[0], False)
    require_verdicts(cases)


def smaller(losses: Value, at: int) -> Value:
    """Witnesses, the first of which that is large is made smaller."""
    if isinstance(losses, int):
        return losses - at if losses > at else losses
    done, result = False, []
    for each in losses:
        changed = each if done else smaller(each, at)
        done = done or changed != each
        result.append(changed)
    return result  # type: ignore[return-value]


FORGERIES: Mapping[str, Callable[[Mapping[str, Value]], dict[str, Value]]] = {
    "Witness": lambda f: {"losses": smaller(f["losses"], 1000), "bound": f["bound"]},
    "Zeros": lambda f: {"losses": [], "bound": 0},
    "Bound": lambda f: {"bound": 0},
    "Roots": lambda f: {"roots": 0, "losses": [], "bound": 0},
    "Coarse": lambda f: {"prec": 1, "steps": 1, "losses": [], "bound": 0},
    "NoBits": lambda f: {"prec": 0, "steps": 0, "losses": [], "bound": 0},
    "NoSteps": lambda f: {"steps": 0, "losses": [], "bound": 0},
}  # fmt: skip


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_lean_refuses_forged_certificates(strategy: str) -> None:
    """Witnesses too small or missing, no roots, no bits, no steps."""
    model = next(model for model in TINY if strategy in fitting(model) and model.d_vocab > 2)
    honest = STRATEGIES[strategy].search(model, quiet).fields
    require_verdicts(
        {
            name: (model, claim(model, strategy, forge(honest))[0], False)
            for name, forge in FORGERIES.items()
        }
    )


def test_a_strategy_for_other_lengths_is_refused() -> None:
    """A check for two tokens says nothing of three."""
    cases = {}
    for strategy, model in (
        ("symmetry", TINY[2]),
        ("convexity-pairs", TINY[2]),
        ("convexity-triples", TINY[0]),
    ):
        found, large = STRATEGIES[strategy], 10**12
        fields: dict[str, Value] = {
            "prec": 80, "steps": 4, "bound": large, "roots": 400, "losses": [[large] * 3] * model.d_vocab,
        }  # fmt: skip
        text = render_theorem(FORM, "Tiny", strategy, large, fields, found.checker)
        cases[f"Case{found.checker}"] = (model, text, False)
    require_verdicts(cases)


def test_lean_measures_the_same_length() -> None:
    """The lengths, by Lean and here, of every strategy."""
    parts, head = [], "prelude\n"
    for strategy in STRATEGIES.values():
        model = next(m for m in TINY if strategy.name in fitting(m) and m.d_vocab > 2)
        fields = strategy.search(model, quiet).fields
        text, weights = claim(model, strategy.name)[0], render_weights("Tiny", model)
        data = text[text.index("def ") : text.index("/-- The mean")]
        head += f"import Compact.Linear.Length.{strategy.checker}\n"
        parts += [
            f"namespace {strategy.checker}Case",
            weights[weights.index("def ") : weights.rindex("end ")],
            data,
            f"example : Nat.beq ({strategy.checker}.operations weights {data.split()[1]})",
            f"  (nat_lit {operations(strategy.checker, model, fields)}) = true := by decide +kernel",
            f"end {strategy.checker}Case",
        ]
    result = build_one(head + "open Compact Compact.Linear\n" + "\n".join(parts) + "\n")
    assert result.ok, list(result.printable())


def test_the_counterexample_is_a_theorem_without_axioms() -> None:
    """The published number is no bound, and any bound of this model's loss is at least 2.4849."""
    text = """prelude
import Compact.Linear.Counterexample
open Compact Compact.Linear
example : ∀ (R : Type) [ExpField R], ¬ MeanLossAtMost R 1535800000 zero := published_number_is_no_bound
example : ∀ (R : Type) [ExpField R] (B : Nat), MeanLossAtMost R B zero → 2484900000 ≤ B := fun R _ _ => loss_of_zero R
#print axioms published_number_is_no_bound
#print axioms publishedTotal_is_no_bound
#print axioms sum_le_provedTotal
"""
    result = build_one(text)
    assert result.ok
    assert [m.text.strip().split("' ")[1] for m in result.messages] == [
        "does not depend on any axioms"
    ] * 3


def write(path: Path, metadata: dict[str, str] | None, **arrays: Any) -> Path:
    """A model file; npz if there is no metadata to be had."""
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    else:
        save_file(arrays, path, metadata=metadata)
    return path


E, U = np.arange(6, dtype=np.float32).reshape(3, 2) / 4, np.ones((2, 3), np.float32)
TWO = {"task": "max of 2"}


def test_reading(tmp_path: Path) -> None:
    """Short and long names, rows and columns, a count of tokens beside the matrices; all are the same model."""
    short = read_subject(write(tmp_path / "a.safetensors", TWO, W_E=E, W_U=U))
    assert isinstance(short, Linear)
    assert family_of(short) is LINEAR
    assert (short.n_ctx, short.d_vocab, short.frac) == (2, 3, 2)
    assert short.added() == [[4, 4, 4], [20, 20, 20], [36, 36, 36]]
    others = [
        write(tmp_path / "b.safetensors", {"n_ctx": "2"}, **{"embed.W_E": E, "unembed.W_U": U}),
        write(tmp_path / "c.npz", None, W_E=E, W_U=U, n=np.array(2)),
        write(tmp_path / "d.safetensors", TWO, W_E=E.astype(np.float64), W_U=U.astype(np.float16)),
    ]
    assert {read_subject(path).digest for path in others} == {short.digest}
    columns = read_subject(
        write(tmp_path / "e.safetensors", TWO | {"layout": "columns"}, E=E.T.copy(), U=U.T.copy())
    )
    assert isinstance(columns, Linear)
    assert list(columns.tensors.values()) == list(short.tensors.values())
    assert "columns" in columns.notes[0]
    shapes = {"E": (2, 4), "W": (3, 2), "U": (4, 3)}
    ones = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    plain = read_subject(write(tmp_path / "f.safetensors", TWO, **ones))
    assert isinstance(plain, Linear)
    assert plain.d_vocab == 4


@pytest.mark.parametrize(
    ("metadata", "arrays", "message"),
    [
        (None, {"W_E": E, "W_U": U}, "how many tokens"),
        ({"task": "group Z3"}, {"W_E": E, "W_U": U}, "unknown task"),
        ({"task": "max of 0"}, {"W_E": E, "W_U": U}, "says '0' tokens"),
        ({"task": "max of 2", "n_ctx": "3"}, {"W_E": E, "W_U": U}, "how many tokens"),
        (TWO, {"W_E": E, "W_U": U.T.copy()}, "do not fit together"),
        (TWO, {"W_E": E * np.float32("nan"), "W_U": U}, "NaN"),
        (TWO, {"W_E": E.astype(np.int32), "W_U": U}, "type"),
        (TWO, {"E": np.ones((3, 3), np.float32), "U": np.ones((3, 3), np.float32)}, "rows and as columns"),
        (TWO, {"E": E, "U": U.T.copy(), "W": np.ones((5, 5), np.float32)}, "do not fit together"),
        (TWO | {"layout": "columns"}, {"W_E": E, "W_U": U}, "acts on rows"),
        (TWO | {"layout": "heaps"}, {"E": E, "U": U}, "unknown layout"),
    ],
)  # fmt: skip
def test_what_is_not_read(
    tmp_path: Path, metadata: dict[str, str] | None, arrays: dict[str, Any], message: str
) -> None:
    with pytest.raises(MalformedInput, match=message):
        read_subject(write(tmp_path / "bad.safetensors", metadata, **arrays))


def test_weights_too_far_apart_are_refused() -> None:
    """Exponentials of a range of a million nats are no numbers to compute with."""
    with pytest.raises(MalformedInput, match="nats"):
        precision_for(linear(1, 2, 3, frac=0, size=10**6))


def test_words() -> None:
    """A bound that guessing reaches is said to claim nothing."""
    assert figure(1_535_800_000) == "1.535800000"
    assert claims_nothing(2_484_906_649, 12)
    assert not claims_nothing(2_484_906_648, 12)
    assert "0.000000005" in LINEAR.in_words("f", 5, 3, 2)


def test_tables_are_sound() -> None:
    """The precision that is chosen leaves no lower bound zero."""
    for model in TINY:
        assert Tables(model, precision_for(model)).sound()
