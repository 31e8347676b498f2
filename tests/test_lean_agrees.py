"""On random tiny models Lean, its Python mirror and rigorous interval arithmetic agree.

For each model the checker's count is `N`: Lean must accept the bound `N` and refuse `N + 1`, and `N`
inputs at most are truly answered correctly; with the rounding that the search chooses, exactly `N`.
"""

from __future__ import annotations

import numpy as np

from pipeline.model import Model
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.truth import Truth
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.tiny_models import Arrays, perfect_arrays, random_arrays

PREFIX = "Compact.Certificates"
COARSE = [Params(2, 0, 0, 1), Params(24, 2, 50, 12), Params(16, 1, 64, 4)]


def odd_arrays(seed: int, n_ctx: int, d_vocab: int) -> Arrays:
    """Random weights with the numbers that decoders get wrong: -0.0, denormals, large and small."""
    random = np.random.default_rng(seed)
    arrays = random_arrays(seed, n_ctx, d_vocab)
    odd = np.array([-0.0, 2.0**-140, -(2.0**-149), 2.0**-20, 7.0, 1 / 3], dtype=np.float32)
    for array in arrays.values():
        places = random.random(array.shape) < 0.3
        array[places] = random.choice(odd, size=int(places.sum()))
    return arrays


def models() -> list[Model]:
    sizes = [(n_ctx, d_vocab) for n_ctx in (1, 2, 3) for d_vocab in (1, 2, 3, 4)]
    arrays = [random_arrays(seed, *size, 1.5) for seed, size in enumerate(sizes)]
    arrays += [odd_arrays(seed, *size) for seed, size in enumerate([(1, 3), (2, 2), (2, 3)])]
    arrays += [perfect_arrays(2, 3), perfect_arrays(3, 2)]
    ties = {name: np.zeros_like(array) for name, array in random_arrays(0, 2, 3).items()}
    return [model_of(each) for each in [*arrays, ties]]


def test_lean_agrees_with_exact_evaluation() -> None:
    sources: dict[str, str] = {}
    counts: list[int] = []
    for number, model in enumerate(models()):
        name = f"Random{number}"
        exact = circuits(model)
        truth = Truth(exact, model.frac)
        right = sum(sum(truth.right(query)) for query in range(model.d_vocab))
        found = STRATEGIES["brute-force"].search(model, lambda _: None)
        fields = [found.fields[key] for key in ("prec", "steps", "shift", "width")]
        chosen = Params(*(field for field in fields if isinstance(field, int)))
        if model.d_vocab > 1:
            assert found.bound == right
        examples = ""
        for params in (chosen, *COARSE):
            bound = BruteForceCheck.of(enclose(exact, model.frac, params)).count()
            assert bound <= right
            counts.append(bound)
            rounding = f"⟨{params.prec}, {params.steps}, {params.shift}, {params.width}⟩"
            for claim, verdict in ((bound, "true"), (bound + 1, "false")):
                examples += (
                    f"example : BruteForce.check weights ⟨{rounding}, nat_lit {claim}⟩ = {verdict}"
                    " := by decide +kernel\n"
                )
        sources[f"{PREFIX}.{name}.Weights"] = render_weights(name, model)
        sources[f"{PREFIX}.{name}.Checks"] = (
            f"prelude\nimport Compact.Transformer.Strategy.BruteForce\nimport {PREFIX}.{name}.Weights\n"
            f"namespace {PREFIX}.{name}\nopen Compact\n{examples}end {PREFIX}.{name}\n"
        )
    assert len(set(counts)) > 5, "the models are all alike"
    results = build(sources, PREFIX)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected
