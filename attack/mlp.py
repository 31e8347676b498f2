"""Forged certificates of models with an MLP.

As `attack/heads.py`, for the family `mlp`: fields are changed, what is then counted is claimed (and one more), or the
certificate is put to other weights.  The second checker may accept nothing that is false.  (That Lean's kernel says
what the second checker says is tested in `tests/test_mlp_quartic.py` and `tests/test_mlp.py`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from attack import numbers
from attack.mlp_truth import exact_mlp
from attack.second import Forged, Second
from attack.tally import Tally
from pipeline.errors import MalformedInput
from pipeline.recheck.certificate import Certificate as Fields
from pipeline.recheck.certificate import Field
from pipeline.recheck.mlp.family import MLP as RECHECKED
from pipeline.recheck.mlp.lean_weights import read_weights
from pipeline.recheck.mlp.weights import MlpWeights
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.strategy import Certificate
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp.family import STRATEGIES
from pipeline.transformer.mlp.model import MlpModel
from tests.mlp_models import mlp_arrays, model_of

KINDS = ("mlp: as it was", "mlp: what is counted", "mlp: one more", "mlp: other weights")
AS_IT_WAS, COUNTED, ONE_MORE, WEIGHTS = KINDS
FREE = ("slopes", "levels", "parts", "levelBits", "countBits", "blocks", "lane", "small", "cut")
"""What a forger chooses: the model does not determine it."""
BIASES = [(), ("b_in",), ("b_out", "b_O"), ("b_in", "b_out", "b_O", "b_U", "b_Q", "b_K", "b_V")]


@dataclass(frozen=True)
class Subject:
    """A model, and a genuine certificate of it."""

    model: MlpModel
    certificate: Certificate


@cache
def subjects(seed: int) -> Sequence[Subject]:
    """Models with one head and with two, by all strategies that take them."""
    random, found = Random(f"mlp {seed}"), []
    for heads, noise in ((1, 0.1), (1, 0.3), (2, 0.2), (1, 0.8)):
        n_ctx, d_vocab = random.choice([(2, 3), (2, 4), (3, 3)])
        arrays = mlp_arrays(
            random.randrange(1 << 30), n_ctx, d_vocab, heads, random.randint(1, 3), noise, random.choice(BIASES)
        )  # fmt: skip
        for strategy in STRATEGIES.values():
            model = model_of(arrays)
            try:
                found.append(Subject(model, strategy.search(model, lambda _: None)))
            except MalformedInput:  # quartic is about one head
                continue
    return found


def forged(random: Random, subjects: Sequence[Subject]) -> Forged:
    """A subject with a forged certificate."""
    subject = random.choice(subjects)
    strategy = STRATEGIES[subject.certificate.strategy]
    source = render_weights("Tiny", subject.model)
    fields: dict[str, Field] = deepcopy(dict(subject.certificate.fields))
    if random.random() < 0.15:
        what, other = altered(random, subject.model, subjects)
        return Forged(WEIGHTS, what, strategy.checker, render_weights("Tiny", other), fields)
    free = [each for each in FREE if each in fields] if random.random() < 0.6 else []
    pool = free or sorted(fields)
    names = random.sample(pool, min(len(pool), random.choice([0, 1, 1, 1, 2, 3])))
    kinds, bits = strategy.fields(), fields["bits"]
    for each in names:
        lanes = [bits] if isinstance(bits, int) and bits else [8]
        fields[each] = numbers.field(random, fields[each], kinds[each], lanes)
    claim = random.choice(KINDS[:3])
    if claim != AS_IT_WAS and not _claim(strategy.checker, source, fields, int(claim == ONE_MORE)):
        claim = AS_IT_WAS
    return Forged(claim, ", ".join(names) or "nothing", strategy.checker, source, fields)


def _claim(checker: str, source: str, fields: dict[str, Field], more: int) -> bool:
    """Claim exactly what these fields make the checker count, and so many more; say whether it counts at all."""
    modest, blocks = {**fields, "bound": 0}, fields.get("blocks")
    sizes = [b[0] for b in blocks if isinstance(b, list) and b] if isinstance(blocks, list) else []
    if blocks is not None:
        modest["blocks"] = [[size, 0] for size in sizes]
    try:
        counted = RECHECKED.counts[checker](_about(source), Fields(modest))
    except (Refused, BeyondLimits, ValueError, TypeError):
        return False
    total = sum(group.size for group in counted.groups) + more
    fields["bound"] = total
    if blocks is not None and sizes:  # all of it is claimed of all queries together
        fields["blocks"] = [[sum(sizes), total]]
    return True


def altered(random: Random, model: MlpModel, subjects: Sequence[Subject]) -> tuple[str, MlpModel]:
    """Other weights: of another model, or with another number in the MLP."""
    if random.random() < 0.3:
        return "another model", random.choice(subjects).model
    name = random.choice(list(model.neurons.tensors))
    rows = [list(row) for row in model.neurons.tensors[name]]
    row = random.choice(rows)
    row[random.randrange(len(row))] += random.choice([-1, 1]) << random.randrange(model.frac + 2)
    mlp = replace(model.neurons, tensors={**model.neurons.tensors, name: rows})
    return f"a number of {name}", replace(model, mlp=mlp)


def _about(source: str) -> MlpWeights:
    return replace(read_weights(source.encode())[1], label="maximum")


SECOND = Second(RECHECKED, _about, lambda weights: exact_mlp(weights).correct())


def attack_mlp(seed: int, mutants: int) -> Tally:
    """Judge so many mutants."""
    return SECOND.attack(
        mutants, lambda number: forged(Random(f"mlp {seed} {number}"), subjects(seed))
    )
