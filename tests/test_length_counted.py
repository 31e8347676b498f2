"""The length of a proof, held against a count of what its check really does: every strategy, claim and family.

`docs/length.md` says what is counted, and how near the formulas are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.searched import searched
from pipeline.families import FAMILIES, family_of, read_subject
from pipeline.family import AnyModel
from pipeline.lean import PROJECT
from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.strategies import STRATEGIES
from tests import (
    heads_models,
    lean_support,
    mlp_models,
    normed_models,
    test_heads_first,
    test_linear,
    test_network,
)
from tests.counting import evaluated
from tests.heads_models import heads_arrays
from tests.tiny_models import noisy_arrays

NEAR = 1.25
"""Formula over count, at most; never below 1."""
KNOWN: Mapping[str, float] = {
    "network": 1.3,
    "BruteForceLoss": 1.35,
    "HeadsBruteForce": 1.3,
    "NormedQuartic": 1.7,
}
"""What is further above on these models, by checker or by family (`docs/length.md` says why)."""


def _plain() -> AnyModel:
    return lean_support.model_of(noisy_arrays(6, 2, 3, 0.3))


def _normed(*biases: str) -> AnyModel:
    return normed_models.model_of(heads_arrays(1, 2, 2, 1, 0.3, biases))


def _shipped() -> AnyModel:
    return read_subject(PROJECT / "examples" / "models" / "max_of_3.safetensors")


SUBJECTS: Mapping[str, tuple[Callable[[], AnyModel], Iterable[str]]] = {
    "Plain": (_plain, STRATEGIES),
    "Claims": (
        _plain,
        [each.name for claim in CLAIMS.values() for each in claim.strategies.values()],
    ),
    "Larger": (
        lambda: lean_support.model_of(noisy_arrays(1, 3, 12, 0.3)),
        ("quartic", "cubic", "prefix-top2"),
    ),
    "Shipped": (_shipped, ("prefix", "low-rank-qk")),
    "Two": (
        lambda: heads_models.model_of(heads_arrays(1, 3, 3, 2)),
        ("quartic", "mixed-by-head", "cubic", "prefix-by-head", "brute-force"),
    ),
    "First": (
        lambda: replace(
            heads_models.model_of(test_heads_first.first_arrays(1, 2, 3, 1, 0.3, ())), task="first"
        ),
        ("boxes", "quartic-first", "mixed-first", "cubic-first"),
    ),
    "Last": (
        lambda: replace(
            heads_models.model_of(heads_arrays(1, 2, 3, 2, 0.1, ("b_Q", "b_U"))), task="last"
        ),
        ("quartic-last", "mixed-last", "cubic-last"),
    ),
    "Mlp": (
        lambda: mlp_models.model_of(mlp_models.mlp_arrays(1, 2, 3, 1, 3)),
        ("quartic", "cubic", "brute-force"),
    ),
    "MlpTwo": (
        lambda: mlp_models.model_of(mlp_models.mlp_arrays(1, 2, 3, 2, 3)),
        ("quartic-by-head",),
    ),
    "Normed": (_normed, ("quartic", "brute-force")),
    "NormedBias": (partial(_normed, "b_U"), ("quartic",)),
    "Net": (lambda: test_network.TINY[2], ("brute-force", "gates", "gates-with-errors")),
    "Pair": (partial(test_linear.linear, 1, 2, 3), ("am-gm", "symmetry", "convexity-pairs")),
    "Triple": (partial(test_linear.linear, 1, 3, 3), ("brute-force", "convexity-triples")),
}


def bundles(subject: str) -> dict[str, Bundle]:
    """A certificate by each of the strategies."""
    make, names = SUBJECTS[subject]
    model = make()
    return {
        name: searched(
            model, subject, "tiny.safetensors", family_of(model).strategy(name), _quiet, 60.0
        )
        for name in names
    }


def _quiet(_: str) -> None: ...


def most(bundle: Bundle) -> float:
    """How far above the count the formula may be."""
    family = bundle.manifest.family
    checker = FAMILIES[family].strategy(bundle.manifest.strategy).checker
    return KNOWN.get(checker, KNOWN.get(family, NEAR))


def lengths() -> dict[tuple[str, str], tuple[Bundle, int]]:
    """The count of each certificate, by its model and strategy; the theory is read once for all."""
    made = {
        f"{subject} {name}": (subject, name, bundle)
        for subject in SUBJECTS
        for name, bundle in bundles(subject).items()
    }
    found = evaluated({key: bundle for key, (_, _, bundle) in made.items()})
    return {
        (subject, name): (bundle, found[key].counted())
        for key, (subject, name, bundle) in made.items()
    }


def test_formulas_are_near_what_is_counted() -> None:
    """Of all subjects in one test: each process that counts reads the theory."""
    found = lengths()
    assert set(found) == {
        (subject, name) for subject, (_, names) in SUBJECTS.items() for name in names
    }
    far = {
        name: (bundle.operations, counted)
        for name, (bundle, counted) in found.items()
        if not counted <= bundle.operations <= most(bundle) * counted
    }
    assert not far


def test_every_strategy_is_counted() -> None:
    """One that is added to a family or to a claim, and not here, is seen.

    But for the plain form's strategies, by which `heads` takes a model of one head: the checker is the same.
    """
    lifted = {"mixed", "prefix", "prefix-top2"} | {
        each for each in STRATEGIES if "qk" in each or "eu" in each
    }
    for family in FAMILIES.values():
        here = {
            name
            for make, names in SUBJECTS.values()
            if family_of(make()) is family
            for name in names
        }
        claimed = {
            each.name for claim in family.claims.values() for each in claim.strategies.values()
        }
        exempt = lifted if family.name == "heads" else set[str]()
        missing = (set(family.strategies) | claimed) - here - exempt
        assert not missing, (family.name, missing)


if __name__ == "__main__":
    for (subject, name), (bundle, counted) in lengths().items():
        length = bundle.operations
        print(f"{subject:8} {name:24} {length:9,} {counted:9,} {length / counted:5.2f}")
