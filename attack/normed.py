"""Forged certificates of models with norms.

As `attack/mlp.py`, for the family `normed`: fields are changed, what is then counted is claimed (and one more), or the
certificate is put to other weights or another epsilon.  The second checker may accept nothing that is false.  (That
Lean's kernel says what the second checker says is tested in `tests/test_normed.py`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from attack import numbers
from attack.normed_truth import exact_normed
from attack.second import Forged, Second
from attack.tally import Tally
from pipeline.errors import MalformedInput
from pipeline.recheck.certificate import Certificate as Fields
from pipeline.recheck.certificate import Field
from pipeline.recheck.normed.family import NORMED as RECHECKED
from pipeline.recheck.normed.lean_weights import read_weights
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.strategy import Certificate
from pipeline.transformer.normed.family import STRATEGIES
from pipeline.transformer.normed.model import NormedModel
from pipeline.transformer.normed.weights import render_weights
from tests.heads_models import heads_arrays
from tests.mlp_models import mlp_arrays
from tests.normed_models import model_of

KINDS = (
    "norms: as it was",
    "norms: what is counted",
    "norms: one more",
    "norms: other weights",
)
AS_IT_WAS, COUNTED, ONE_MORE, WEIGHTS = KINDS
FREE = ("extra", "steps", "parts", "levels", "levelBits", "countBits", "radius", "width", "bits")
"""What a forger chooses: the model does not determine it."""
BIASES = [(), ("b_U",), ("b_Q", "b_O", "b_U"), ("b_K", "b_V", "b_O")]


@dataclass(frozen=True)
class Subject:
    """A model, and a genuine certificate of it."""

    model: NormedModel
    certificate: Certificate


@cache
def subjects(seed: int) -> Sequence[Subject]:
    """Models with one head or two, an MLP or none, each with some biases, by all strategies that take them."""
    random, found = Random(f"norms {seed}"), []
    for heads, d_mlp, noise in ((1, 0, 0.1), (1, 0, 0.2), (1, 0, 0.5), (2, 0, 0.2), (1, 2, 0.2)):
        n_ctx, d_vocab = random.choice([(2, 3), (2, 4), (3, 3)])
        seeded, biases = random.randrange(1 << 30), random.choice(BIASES)
        if d_mlp:
            arrays = mlp_arrays(seeded, n_ctx, d_vocab, heads, d_mlp, noise, biases)
        else:
            arrays = heads_arrays(seeded, n_ctx, d_vocab, heads, noise, biases)
        model = model_of(arrays, random.choice(["1e-5", "0.5", "2"]))
        for strategy in STRATEGIES.values():
            try:
                found.append(Subject(model, strategy.search(model, lambda _: None)))
            except MalformedInput:  # quartic is about one head without an MLP
                continue
    return found


def forged(random: Random, subjects: Sequence[Subject]) -> Forged:
    """A subject with a forged certificate."""
    subject = random.choice(subjects)
    strategy = STRATEGIES[subject.certificate.strategy]
    source = render_weights("Tiny", subject.model)
    fields: dict[str, Field] = deepcopy(dict(subject.certificate.fields))
    if random.random() < 0.2:
        what, other = altered(random, subject.model, subjects)
        return Forged(WEIGHTS, what, strategy.checker, render_weights("Tiny", other), fields)
    free = [each for each in FREE if each in fields] if random.random() < 0.7 else []
    pool = free or sorted(fields)
    names = random.sample(pool, min(len(pool), random.choice([0, 1, 1, 1, 2, 3])))
    for each in names:
        fields[each] = numbers.field(random, fields[each], strategy.fields()[each], [8])
    claim = random.choice(KINDS[:3])
    if claim != AS_IT_WAS and not _claim(strategy.checker, source, fields, int(claim == ONE_MORE)):
        claim = AS_IT_WAS
    return Forged(claim, ", ".join(names) or "nothing", strategy.checker, source, fields)


def _claim(checker: str, source: str, fields: dict[str, Field], more: int) -> bool:
    """Claim exactly what these fields make the checker count, and so many more; say whether it counts at all."""
    try:
        counted = RECHECKED.counts[checker](_about(source), Fields({**fields, "bound": 0}))
    except (Refused, BeyondLimits, ValueError, TypeError):
        return False
    fields["bound"] = sum(group.size for group in counted.groups) + more
    return True


def altered(
    random: Random, model: NormedModel, subjects: Sequence[Subject]
) -> tuple[str, NormedModel]:
    """Other weights: of another model, with another epsilon, or another number somewhere."""
    way = random.randrange(4)
    if way == 0:
        return "another model", random.choice(subjects).model
    if way == 1:
        return "epsilon", replace(model, eps_num=random.choice([0, 1, 3]), eps_den=7)
    tensors = model.biases if way == 2 and model.biases else model.tensors
    name = random.choice(list(tensors))
    rows = [list(row) for row in tensors[name]]
    row = random.choice(rows)
    row[random.randrange(len(row))] += random.choice([-1, 1]) << random.randrange(model.frac + 3)
    changed = {**tensors, name: rows}
    if tensors is model.biases:
        return f"a number of {name}", replace(model, biases=changed)
    return f"a number of {name}", replace(model, tensors=changed)


def _about(source: str) -> NormedWeights:
    return replace(read_weights(source.encode())[1], label="maximum")


SECOND = Second(RECHECKED, _about, lambda weights: exact_normed(weights).correct())


def attack_normed(seed: int, mutants: int) -> Tally:
    """Judge so many mutants."""
    return SECOND.attack(
        mutants, lambda number: forged(Random(f"norms {seed} {number}"), subjects(seed))
    )
