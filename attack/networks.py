"""Tiny two-token networks as subjects, how they and their certificates are forged, and what is true of them.

The truth comes from the statement's own words, in fractions: a pair is right if the logit of its product is above all
others, and nothing is right if the table is no group's.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import safetensors.numpy

from attack import numbers
from attack.case import MODEL
from pipeline.network.model import Network
from pipeline.network.reading import read_network
from pipeline.network.strategies import STRATEGIES
from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.certified import Listed
from pipeline.recheck.network.family import NETWORK
from pipeline.recheck.network.groups import named
from pipeline.recheck.network.weights import Table, Weights
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor
from tests.tiny_models import Arrays

if TYPE_CHECKING:
    from attack.subjects import Subject

SHAPES = (
    ("Z1", 1, "one"), ("Z2", 0, "one"), ("Z2", 3, "one"), ("Z3", 4, "one"), ("Z3", 3, "two"), ("Z4", 3, "product"),
    ("Z2 x Z2", 4, "two"), ("Z5", 4, "biased"), ("S3", 4, "two"), ("Z6", 3, "one"),
)  # fmt: skip
"""Groups, neurons, and how the embeddings are stored."""
OTHER_GROUPS = (
    "Z1",
    "Z2",
    "Z3",
    "Z4",
    "Z5",
    "Z6",
    "Z2 x Z2",
    "S3",
    "D2",
    "D3",
    "Z2 x Z3",
    "Z3 x Z2",
)
CLAIMS = ("certificate: as it was", "certificate: what is counted", "certificate: one more")


def arrays_of(random: Random, order: int, width: int, kind: str) -> Arrays:
    """A random network whose numbers are small multiples of a power of two, so that there are ties."""
    unit = 2.0 ** random.choice([0, -2, -9])

    def matrix(*shape: int) -> np.ndarray:
        drawn = [random.randint(-5, 5) * unit for _ in range(int(np.prod(shape)))]
        return np.array(drawn, dtype=np.float32).reshape(shape)

    arrays = {"W_U": matrix(width, order)}
    if kind == "product":
        arrays |= {"W_E": matrix(order, 2), "W_in": matrix(2, width)}
    else:
        arrays["W_L"] = matrix(order, width)
    if kind in {"two", "biased"}:
        arrays["W_R"] = matrix(order, width)
    if kind == "biased":
        arrays |= {"b": matrix(width), "b_U": matrix(order)}
    return arrays


def by_heart(n: int, known: Callable[[int, int], bool]) -> Arrays:
    """Addition modulo `n` with a neuron for each pair that is known, active at this pair alone."""
    pairs = [pair for pair in product(range(n), repeat=2) if known(*pair)]
    first, second = (
        np.array([[x == pair[i] for pair in pairs] for x in range(n)], dtype=np.float32)
        for i in range(2)
    )
    sums = np.eye(n, dtype=np.float32)[[sum(pair) % n for pair in pairs]]
    return {"W_L": first, "W_R": second, "b": np.full(len(pairs), -1, np.float32), "W_U": sums}


@cache
def subjects(seed: int) -> Sequence[Subject]:
    """All of these by all strategies; a network that is right about all pairs, and one that knows one half of them."""
    from attack.subjects import Subject

    random = Random(f"networks {seed}")
    files = [
        (name, arrays_of(random, len(named(name)), width, kind)) for name, width, kind in SHAPES
    ]
    files += [("Z3", by_heart(3, lambda x, y: True)), ("Z3", by_heart(3, lambda x, y: x <= y))]
    found = []
    for name, arrays in files:
        metadata = {"task": f"group {name}"}
        model = read_bytes(safetensors.numpy.save(dict(arrays), metadata=metadata))
        for strategy in STRATEGIES.values():
            certificate = strategy.search(model, lambda _: None)
            found.append(Subject(arrays, model, certificate, metadata))
    return found


def read_bytes(content: bytes) -> Network:
    """The network in a file of this content."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        path = Path(folder) / MODEL
        path.write_bytes(content)
        return read_network(path)


def other_metadata(random: Random, metadata: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Another group, a table of one's own, or both."""
    table = named(metadata["task"].removeprefix("group "))
    i, j = random.randrange(len(table)), random.randrange(len(table))
    way = random.randrange(5)
    if way == 0:
        name = random.choice(OTHER_GROUPS)
        return f"group {name}", {"task": f"group {name}"}
    if way == 1:
        table[i][j] = random.randrange(len(table) + 1)
    elif way == 2:
        table[i], table[j] = table[j], table[i]
    elif way == 3:
        return "odd metadata", {
            "task": random.choice(["", "max", "group", "group Z0", "Z3", "group \0"])
        }
    said = dict(metadata) if random.random() < 0.5 else {}
    return "a table", {**said, "table": json.dumps(table)}


# Certificates.


def forged(random: Random, subject: Subject, weights: Weights) -> tuple[str, str, Certificate]:
    """A kind of claim, what was changed, and the forged certificate."""
    strategy = STRATEGIES[subject.certificate.strategy]
    fields: dict[str, Field] = deepcopy(dict(subject.certificate.fields))
    names = random.sample(sorted(fields), min(len(fields), random.choice([0, 1, 1, 1, 2, 3])))
    bits = fields.get("endBits", 3)
    assert isinstance(bits, int)
    for name in names:
        fields[name] = numbers.field(
            random, fields[name], strategy.fields()[name], [bits or 1, 2 * bits or 1, 8]
        )
    if random.random() < 0.15:
        names.append("everything claimed")
        n = subject.model.order
        fields["blocks"], fields["bound"] = [[n, n * n]], n * n
    if random.random() < 0.15:
        names.append("half")
        fields["half"] = 1 - min(1, int(str(fields["half"])))
    claim = random.choice(CLAIMS)
    if claim != CLAIMS[0]:
        try:
            blocks = recounted(weights, strategy.checker, fields)
        except Refused:
            claim = CLAIMS[0]
        else:
            more = int(claim == CLAIMS[2])
            if blocks and random.random() < 0.5:
                blocks[-1][1] += more
                more = 0
            fields["blocks"] = blocks
            fields["bound"] = sum(pairs for _, pairs in blocks) + more
    return claim, ", ".join(names) or "nothing", Certificate(fields)


def recounted(w: Weights, checker: str, fields: dict[str, Field]) -> list[list[int]]:
    """The blocks of these fields, of each how many elements, and how many pairs are counted with them."""
    blocks = fields["blocks"]
    assert isinstance(blocks, list)
    sizes = [(each[0] if isinstance(each, list) and each else 0) for each in blocks]
    modest = Certificate({**fields, "blocks": [[size, 0] for size in sizes], "bound": 0})
    counted = NETWORK.counts[checker](w, modest).groups
    pairs = [x for group in counted if isinstance(group, Listed) for x in group.all()]
    first, found = 0, list[list[int]]()
    for size in sizes:
        within = range(first, first + size)
        found.append([size, sum((min(x) if fields["half"] else x[0]) in within for x in pairs)])
        first += size
    return found


def other_weights(random: Random, w: Weights) -> tuple[str, Weights]:
    """Weights that were changed in Lean: sizes, the table, tensors, and what is made of them."""
    way = random.randrange(7)
    if way == 0:
        name = random.choice(["order", "width", "frac"])
        size = numbers.number(random, getattr(w, name)) % (1 << 12)
        changed = {"order": w.order, "width": w.width, "frac": w.frac, name: size}
        return name, Weights(
            **changed, table=w.table, tensors=w.tensors, inner=w.inner, parts=w.parts
        )
    if way == 1:
        rows = numbers.numbers(random, list(w.table.rows), [max(1, w.table.bits)])
        return "rows of the table", replace(w, table=Table(w.table.bits, rows))
    if way == 2:
        return "bits of the table", replace(w, table=Table(random.randrange(5), w.table.rows))
    if way == 3:
        side, other = random.sample(list(w.parts), 2)
        inner = {key: each for key, each in w.inner.items() if key != side}
        inner |= {side: w.inner[other]} if other in w.inner else {}
        return f"{other} for {side}", replace(
            w, parts={**w.parts, side: w.parts[other]}, inner=inner
        )
    if way == 4 and w.inner:
        side = random.choice(list(w.inner))
        return f"inner of {side}", replace(w, inner={**w.inner, side: random.randrange(4)})
    name = random.choice(list(w.tensors))
    tensor = w.tensors[name]
    if way == 5:
        tensor = Tensor(random.choice([0, tensor.bits + 1, max(0, tensor.bits - 1)]), tensor.rows)
        return f"bits of {name}", replace(w, tensors={**w.tensors, name: tensor})
    tensor = Tensor(tensor.bits, numbers.numbers(random, list(tensor.rows), [max(tensor.bits, 1)]))
    return f"rows of {name}", replace(w, tensors={**w.tensors, name: tensor})


# The truth.

Matrix = list[list[Fraction]]


def untrue(c: Certificate, content: bytes) -> str:
    """What is wrong with the claim of a certificate about the network in this file; empty if it is true."""
    return _untrue(c, correct_in_file(content))


def untrue_of(c: Certificate, w: Weights) -> str:
    """The same of weights in Lean."""
    return _untrue(c, correct(w))


def _untrue(c: Certificate, right: int) -> str:
    return f"{c.nat('bound')} claimed, {right} are right" if c.nat("bound") > right else ""


def correct(w: Weights) -> int:
    """How many pairs well-formed weights in Lean answer correctly."""
    unit = Fraction(1, 1 << w.frac)
    tensors = {
        name: [[each * unit for each in row] for row in w.tensor(name)] for name in w.shapes()
    }
    elements = range(w.order)
    table = [[w.table.times(x, y) for y in elements] for x in elements]
    sides = [[tensors[name] for name in w.parts[side]] for side in ("W_L", "W_R", "W_U")]
    left, right, unembed = sides
    return _right(table, w.width, left, right, unembed, tensors["b"][0], tensors["b_U"][0])


@cache
def correct_in_file(content: bytes) -> int:
    """How many pairs the network in a .safetensors file answers correctly."""
    stored = safetensors.numpy.load(content)
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
    table = (
        named(header["task"].removeprefix("group "))
        if "task" in header
        else json.loads(header["table"])
    )
    tensors = {
        name: [[Fraction(float(each)) for each in row] for row in np.atleast_2d(array)]
        for name, array in stored.items()
    }

    def side(letter: str) -> list[Matrix]:
        if "W_L" in tensors:
            return [tensors.get(f"W_{letter}", tensors["W_L"])]
        return [tensors.get(name, tensors.get(f"{name}_{letter}", [])) for name in ("W_E", "W_in")]

    unembed = [tensors[name] for name in ("W_out", "W_U") if name in tensors]
    width = stored["W_out" if "W_out" in stored else "W_U"].shape[0]
    zeros = [Fraction(0)] * max(width, len(table))
    b, b_U = (tensors.get(name, [zeros])[0] for name in ("b", "b_U"))
    return _right(table, width, side("L"), side("R"), unembed, b, b_U)


def _right(
    table: list[list[int]],
    width: int,
    left: list[Matrix],
    right: list[Matrix],
    unembed: list[Matrix],
    b: Sequence[Fraction],
    b_U: Sequence[Fraction],
) -> int:
    """How many pairs have the logit of their product above all others; none if the table is no group's."""
    if not is_group(table):
        return 0
    n, found = len(table), 0
    for x, y in product(range(n), repeat=2):
        first, second = _through(left, x, width), _through(right, y, width)
        hidden = [max(Fraction(0), p + q + r) for p, q, r in zip(first, second, b, strict=False)]
        out = hidden
        for matrix in unembed:
            columns = n if matrix is unembed[-1] else len(matrix[0])
            out = _times(out, matrix, columns)
        logits = [p + q for p, q in zip(out, b_U, strict=False)]
        answer = logits.pop(table[x][y])
        found += all(each < answer for each in logits)
    return found


def _through(matrices: list[Matrix], x: int, width: int) -> list[Fraction]:
    """The row `x` of a product of matrices."""
    row = matrices[0][x] if width or len(matrices) > 1 else []
    return row if len(matrices) == 1 else _times(row, matrices[1], width)


def _times(row: Sequence[Fraction], matrix: Matrix, columns: int) -> list[Fraction]:
    return [
        sum((each * entries[j] for each, entries in zip(row, matrix, strict=True)), Fraction(0))
        for j in range(columns)
    ]


def is_group(table: list[list[int]]) -> bool:
    """The laws themselves."""
    elements = range(len(table))
    if any(z not in elements for row in table for z in row):
        return False
    units = [e for e in elements if all(table[e][x] == x == table[x][e] for x in elements)]
    if not units:
        return False
    inverses = all(any(table[x][y] == units[0] == table[y][x] for y in elements) for x in elements)
    return inverses and all(
        table[table[x][y]][z] == table[x][table[y][z]] for x, y, z in product(elements, repeat=3)
    )
