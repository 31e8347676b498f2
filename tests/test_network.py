"""Two-token networks: groups, exact counts, and what Lean makes of true and of forged certificates."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from pipeline.emit.names import camel
from pipeline.emit.theorem import Value, render_theorem
from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.network.family import FORM
from pipeline.network.groups import Table, UnknownGroup, commutes, cyclic, flaw, group
from pipeline.network.integers import integers, right_answers
from pipeline.network.length import operations
from pipeline.network.model import Network
from pipeline.network.strategies import STRATEGIES
from pipeline.network.strategies.errors import Shortener
from pipeline.network.strategies.gates import codes, listed, runs_of, signs
from pipeline.network.weights import render_weights
from pipeline.network.witness import accepts, group_fields
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.network.family import NETWORK as SECOND
from pipeline.recheck.recheck import verdict
from tests.lean_support import build, length_examples


def network(
    seed: int,
    name: str,
    width: int,
    *,
    frac: int = 3,
    biases: bool = True,
    factored: int = 0,
    size: int = 9,
    shared: bool = False,
    copied: bool = False,
) -> Network:
    """A random network on a group; `factored` is an inner dimension, `size` bounds the integers,
    `shared` embeddings are one, `copied` ones the same numbers twice."""
    draw = random.Random(seed)
    table = group(name)
    n = len(table)

    def matrix(rows: int, columns: int) -> list[list[int]]:
        return [[draw.randint(-size, size) for _ in range(columns)] for _ in range(rows)]

    tensors = {"W_L": matrix(n, width), "W_R": matrix(n, width), "W_U": matrix(width, n)}
    matrices: dict[str, tuple[str, ...]] = {each: (each,) for each in tensors}
    if factored:
        tensors = {
            "W_E": matrix(n, factored),
            "W_in": matrix(factored, width),
            "W_R": matrix(n, width),
            "W_U": matrix(width, n),
        }
        matrices["W_L"] = ("W_E", "W_in")
    if shared:
        matrices["W_R"] = matrices["W_L"]
        del tensors["W_R"]
    if copied:
        tensors["W_R"] = [list(row) for row in tensors["W_L"]]
    tensors |= (
        {"b": matrix(1, width), "b_U": matrix(1, n)}
        if biases
        else {"b": [[0] * width], "b_U": [[0] * n]}
    )
    return Network(name, n, width, frac, table, tensors, matrices, "0" * 64, "0" * 64)


def slow_count(model: Network) -> int:
    """The same number from the definition, one fraction at a time."""

    def entry(name: str, i: int, j: int) -> Fraction:
        parts = model.matrices.get(name, (name,))
        numbers = [model.tensors[part] for part in parts]
        one = 1 << model.frac
        if len(parts) == 1:
            return Fraction(numbers[0][i][j], one)
        return sum(
            (
                Fraction(numbers[0][i][k], one) * Fraction(row[j], one)
                for k, row in enumerate(numbers[1])
            ),
            Fraction(0),
        )

    found, everything, neurons = 0, range(model.order), range(model.width)
    for x in everything:
        for y in everything:
            hidden = [
                max(Fraction(0), entry("W_L", x, i) + entry("W_R", y, i) + entry("b", 0, i))
                for i in neurons
            ]
            logits = [
                sum((hidden[i] * entry("W_U", i, t) for i in neurons), entry("b_U", 0, t))
                for t in everything
            ]
            z = model.table[x][y]
            found += all(logits[t] < logits[z] for t in everything if t != z)
    return found


TINY = [
    network(1, "Z3", 3),
    network(2, "Z5", 4),
    network(3, "S3", 4),
    network(4, "Z2 x Z2", 2),
    network(5, "Z4", 1),
    network(6, "Z3", 2, factored=2),
    network(7, "Z1", 2),
    network(8, "Z2", 0),
    network(9, "S3", 2, biases=False),
    network(10, "Z3", 3, size=0),
    network(11, "Z2", 3, size=1, frac=0),
    network(12, "D3", 3, size=1),
    network(14, "Z5", 4, shared=True),
    network(15, "Z2 x Z2", 3, shared=True, factored=2),
    network(16, "Z4", 3, copied=True),
    network(17, "S3", 4, shared=True),
    network(18, "Z1", 1, shared=True),
    network(19, "Z3", 0, shared=True),
    network(20, "Z6", 2, shared=True, size=1),
    network(21, "Z2", 9, shared=True, size=99, biases=False),
]
HALVED = [14, 15, 16, 18, 19, 20, 21]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Z1", "Z2", "Z7", "S3", "S4", "A4", "D4", "D5", "Q8", "Z2 x S3", "Z2 x Z2 x Z2"]
)
def test_groups(name: str) -> None:
    """Every named table is a group's, by the laws themselves and by the witness."""
    table = group(name)
    assert flaw(table) is None
    assert accepts(table, **group_fields(table))  # type: ignore[arg-type]
    assert commutes(table) == (name[0] == "Z" and "S" not in name)


def test_permutations_as_documented() -> None:
    """`(a * b)[k] = a[b[k]]`, in lexicographic order: in S3, 1 = (0 2 1), 2 = (1 0 2)."""
    table = group("S3")
    assert (table[1][2], table[2][1]) == (4, 3)
    assert group("Z5") == cyclic(5)


@pytest.mark.parametrize("name", ["", "Z0", "S9", "E8", "Z59 x Z59", "z5"])
def test_unknown_groups(name: str) -> None:
    with pytest.raises(UnknownGroup):
        group(name)


def test_false_tables_have_flaws() -> None:
    """Each law can fail: closure, identity, inverses, associativity."""
    assert "not one of" in str(flaw([[0, 1], [1, 2]]))
    assert "identity" in str(flaw([[1, 1], [1, 1]]))
    assert "inverse" in str(flaw([[0, 1], [1, 1]]))
    loop = [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]]
    assert "*" in str(flaw(loop))
    assert not any(accepts(loop, 0, [g], [[g, g]] * 4) for g in range(5))


@pytest.mark.parametrize("seed", range(60))
def test_counts_are_exact(seed: int) -> None:
    """On random tiny networks the count is that of the definition; small integers make ties."""
    draw = random.Random(seed)
    model = network(
        seed, draw.choice(["Z1", "Z2", "Z3", "Z4", "S3", "Z6"]), draw.randint(0, 4),
        factored=draw.choice([0, 0, 2]), biases=draw.random() < 0.5, size=draw.choice([0, 1, 2, 9]),
        shared=draw.random() < 0.5,
    )  # fmt: skip
    assert int(right_answers(model).sum()) == slow_count(model)


def claim(
    model: Network, strategy: str, changes: Mapping[str, Value] | None = None
) -> tuple[str, int]:
    """The theorem of a strategy about a network, perhaps forged, and the claimed bound."""
    each = STRATEGIES[strategy]
    found = each.search(model, lambda _: None)
    fields = dict(found.fields) | dict(changes or {})
    bound = fields["bound"]
    assert isinstance(bound, int)
    text = render_theorem(
        FORM, "Tiny", strategy, bound, fields, checker=each.checker, joints=each.joints(fields)
    )
    return text, bound


def verdicts(cases: Mapping[str, tuple[Network, str]]) -> dict[str, bool]:
    """Does Lean accept these theorems?  By a name of each: a network, and the text of a theorem about it."""
    sources = {}
    for name, (model, text) in cases.items():
        space = f"Compact.Certificates.{name}"
        sources[f"{space}.Weights"] = render_weights(name, model)
        sources[f"{space}.Theorem"] = text.replace("Compact.Certificates.Tiny", space)
    built = build(sources, prefix="Compact.Certificates")
    assert all(built[f"Compact.Certificates.{name}.Weights"].ok for name in cases)
    accepted = {name: built[f"Compact.Certificates.{name}.Theorem"].ok for name in cases}
    assert accepted == {name: second(model, text) for name, (model, text) in cases.items()}
    return accepted


def second(model: Network, text: str) -> bool:
    """Does the second checker accept a theorem, which may be forged?"""
    theorem = read_theorem(text.encode(), SECOND)
    space, weights = SECOND.read_weights(render_weights("Tiny", model).encode())
    assert theorem.space == space
    return verdict(SECOND, weights, theorem.checker, theorem.certificate).accepted


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_lean_proves_the_true_count_and_no_more(strategy: str) -> None:
    """Degenerate networks among them: one element, no neurons, all weights zero, ties."""
    cases: dict[str, tuple[Network, str]] = {}
    expected: dict[str, bool] = {}
    for i, model in enumerate(TINY):
        truth = slow_count(model)
        text, bound = claim(model, strategy)
        assert bound == truth
        cases[f"True{i}"], expected[f"True{i}"] = (model, text), True
        if i < 4:
            last = STRATEGIES[strategy].search(model, lambda _: None).fields["blocks"]
            assert isinstance(last, list)
            end = last[-1]
            assert isinstance(end, list)
            forged = [*(each for each in last[:-1] if isinstance(each, list)), [end[0], end[1] + 1]]
            more, _ = claim(model, strategy, {"bound": truth + 1, "blocks": forged})
            cases[f"More{i}"], expected[f"More{i}"] = (model, more), False
            unsupported, _ = claim(model, strategy, {"bound": truth + 1})
            cases[f"Bound{i}"], expected[f"Bound{i}"] = (model, unsupported), False
    assert verdicts(cases) == expected


def test_half_of_the_pairs() -> None:
    """The search looks at half of the pairs where that is enough, and the check is shorter."""
    halved = []
    for i, model in enumerate(TINY):
        found = STRATEGIES["brute-force"].search(model, lambda _: None).fields
        if found["half"]:
            halved.append(i)
            whole = operations("BruteForce", model, {**found, "half": 0})
            assert operations("BruteForce", model, found) < whole or model.order * model.width <= 8
    # One embedding, or two with the same numbers (no neurons, zeros, a copy); S3 has one embedding too.
    assert halved == [7, 9, 12, 13, 14, 16, 17, 18, 19]


def with_table(model: Network, table: Table) -> Network:
    return Network(
        model.group,
        model.order,
        model.width,
        model.frac,
        table,
        model.tensors,
        model.matrices,
        "0" * 64,
        "0" * 64,
    )


def test_lean_refuses_forged_certificates() -> None:
    """Wrong orders of neurons, wrong runs, blocks that overlap or go too far, tables that are no group's."""
    model = network(3, "S3", 4)
    honest = STRATEGIES["gates"].search(model, lambda _: None).fields
    gates, order, blocks = honest["gates"], honest["neurons"], honest["blocks"]
    assert isinstance(gates, list)
    assert isinstance(order, list)
    assert isinstance(blocks, list)
    rows = [list(row) for row in gates if isinstance(row, list)]
    everything = [[each ^ 1 for each in row] for row in rows]
    end_bits = honest["endBits"]
    assert isinstance(end_bits, int)
    total = honest["bound"]
    assert isinstance(total, int)
    assert total > 0
    forgeries: dict[str, tuple[str, Mapping[str, Value]]] = {
        "Runs": ("gates", {"gates": everything}),
        "NoRuns": ("gates", {"gates": [[0] * 6] * 6}),
        "Beyond": ("gates", {"gates": [[each | 2**end_bits - 1 for each in row] for row in rows]}),
        "Reversed": (
            "gates",
            {"gates": [[swapped(each, end_bits) for each in row] for row in rows]},
        ),
        "Doubled": (
            "gates",
            {"gates": [[doubled(each, end_bits) for each in row] for row in rows]},
        ),
        "Order": ("gates", {"neurons": [0, 1, 2, 2]}),
        "Short": ("gates", {"neurons": [0, 1, 2]}),
        "Long": ("gates", {"neurons": [0, 1, 2, 3, 3]}),
        "Twice": ("brute-force", {"blocks": [*blocks, *blocks], "bound": 2 * total}),
        "Far": ("brute-force", {"blocks": [[7, total]]}),
        "Identity": ("brute-force", {"identity": 1}),
        "Generators": ("brute-force", {"generators": [0], "words": []}),
        "Words": ("brute-force", {"words": []}),
        "Unreached": ("brute-force", {"words": [[5, 5], *([[0, 0]] * 4)]}),
    }
    cases = {name: (model, claim(model, *forgery)[0]) for name, forgery in forgeries.items()}
    loop = [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]]
    no_group = with_table(network(2, "Z5", 4), loop)
    for name, forged in HALF_FORGERIES.items():
        cases[name] = (forged, half_forgery(forged)[0])
        assert not STRATEGIES["brute-force"].search(forged, lambda _: None).fields["half"]
    odd = network(14, "Z5", 4, shared=True)
    cases["HalfTwo"] = (odd, claim(odd, "brute-force", {"half": 2})[0])
    cases["HalfTwoGates"] = (odd, claim(odd, "gates", {"half": 2})[0])
    words: dict[str, Value] = {"identity": 0, "generators": [1, 2, 3, 4], "words": [[1, 1]]}
    text, bound = render_forged(no_group, words)
    cases["Loop"] = (no_group, text)
    assert bound > 0
    assert not any(verdicts(cases).values())


HALF_FORGERIES = {
    "HalfSides": network(16, "Z4", 3),
    "HalfGroup": network(17, "S3", 4, shared=True),
    "HalfFactors": network(15, "Z2 x Z2", 3, factored=2),
}
"""Half of their pairs say nothing about the others: there are two embeddings, or the group does not commute."""


def half_forgery(model: Network) -> tuple[str, int]:
    """Brute force that counts the pairs `x < y` twice, and no more of them than pass."""
    right = right_answers(model)
    halved = [int(row[x]) + 2 * int(row[x + 1 :].sum()) for x, row in enumerate(right)]
    return claim(
        model,
        "brute-force",
        {"half": 1, "bound": sum(halved), "blocks": [[model.order, sum(halved)]]},
    )


def swapped(code: int, bits: int) -> int:
    """The last run ends where it begins, and begins where it ends: its sums would be subtracted."""
    end, start = code % 2**bits, (code >> bits) % 2**bits
    return int(start | end << bits | (code >> 2 * bits) << 2 * bits)


def doubled(code: int, bits: int) -> int:
    """The last run twice: its sums would count double."""
    return int(code % 2 ** (2 * bits) | code << 2 * bits)


def cut(code: int, bits: int) -> int:
    """The last run in two pieces, if it is long enough."""
    end, start = code % 2**bits, (code >> bits) % 2**bits
    if end < start + 2:
        return code
    pieces = end | (end - 1) << bits | (end - 1) << 2 * bits | start << 3 * bits
    rest: int = code >> 2 * bits
    return int(pieces | rest << 4 * bits)


def test_wide_networks() -> None:
    """More neurons than Lean puts in a list without being told to, and several rows of prefix sums."""
    model = network(13, "Z2", 150)
    cases = {name.replace("-", "_"): (model, claim(model, name)[0]) for name in STRATEGIES}
    assert verdicts(cases) == dict.fromkeys(cases, True)


def test_runs_may_be_cut() -> None:
    """A run in two pieces says the same: it is accepted, and proves what the whole run proves."""
    model = network(3, "S3", 4)
    honest = STRATEGIES["gates"].search(model, lambda _: None).fields
    gates, end_bits = honest["gates"], honest["endBits"]
    assert isinstance(gates, list)
    assert isinstance(end_bits, int)
    pieces = [[cut(each, end_bits) for each in row] for row in gates if isinstance(row, list)]
    assert pieces != gates
    text, bound = claim(model, "gates", {"gates": pieces})
    assert bound == slow_count(model)
    assert verdicts({"Cut": (model, text)}) == {"Cut": True}


def mirrored(
    model: Network, half: bool, order: list[int], chosen: list[list[list[bool]]], rows: bool
) -> list[int]:
    """How many pairs are counted with each element, for runs that may be wrong: in plain words."""
    net, counted, most = integers(model), list[int](), 2 << model.bits("W_U") - 1
    far = [max(row) - min(row) if rows else most for row in net.unembed.tolist()]
    everything = range(model.order)
    for x in everything:
        found = 0
        for j, y in enumerate(range(x if half else 0, model.order)):
            entering = [int(net.left[x, i] + net.right[y, i]) for i in order]
            both = list(zip(entering, order, chosen[x][j], strict=True))
            error = sum(abs(u) * far[i] for u, i, each in both if each != (u >= 0))
            logits = [
                int(net.last[t]) + sum(u * int(net.unembed[i, t]) for u, i, each in both if each)
                for t in everything
            ]
            z = model.table[x][y]
            if all(logits[t] + error < logits[z] for t in everything if t != z):
                found += 2 if half and y > x else 1
        counted.append(found)
    return counted


def test_any_runs_are_sound() -> None:
    """Whatever neurons are added up, the pairs that count are those whose margins are above the errors."""
    draw = random.Random(7)
    cases: dict[str, tuple[Network, str]] = {}
    expected: dict[str, bool] = {}
    with_errors = 0
    shapes = [
        ("Z3", 3, True),
        ("S3", 3, False),
        ("Z5", 4, True),
        ("Z2", 4, False),
        ("Z3", 4, False),
    ]
    for i, (name, width, shared) in enumerate(shapes):
        model = network(100 + i, name, width, shared=shared, size=40)
        honest = STRATEGIES["gates"].search(model, lambda _: None).fields
        found, half = honest["neurons"], bool(honest["half"])
        assert isinstance(found, list)
        order = [each for each in found if isinstance(each, int)]
        active = signs(integers(model))[:, :, order]
        right = [row[x if half else 0 :] for x, row in enumerate(active)]
        flips = [np.array([[draw.random() < 0.2 for _ in row] for row in rows]) for rows in right]
        chosen = [rows ^ flip for rows, flip in zip(right, flips, strict=True)]
        taken = [rows.tolist() for rows in chosen]
        counted = mirrored(model, half, order, taken, rows=i % 2 == 0)
        # Errors are smaller, and no pair is lost, if each neuron has a range of its own.
        assert sum(mirrored(model, half, order, taken, True)) >= sum(counted)
        bound = sum(counted)
        assert bound <= slow_count(model)
        with_errors += bound > 0 and any(flip.any() for flip in flips)
        forged: dict[str, Value] = {
            "gates": [codes(rows) for rows in chosen],
            "wrong": [listed(flip) for flip in flips],
            "errorRows": 1 - i % 2,
        }
        for label, extra in (("Any", 0), ("More", 1)):
            blocks = [[1, each + (x == 0) * extra] for x, each in enumerate(counted)]
            text, _ = claim(model, "gates", {**forged, "bound": bound + extra, "blocks": blocks})
            cases[f"{label}{i}"], expected[f"{label}{i}"] = (model, text), not extra
        unlisted: dict[str, Value] = {"wrong": [[0] * len(rows) for rows in right], "bound": 0}
        text, _ = claim(model, "gates", {**forged, **unlisted, "blocks": [[model.order, bound]]})
        cases[f"Unlisted{i}"] = model, text  # Lean and the second checker say the same of it
    accepted = verdicts(cases)
    assert {name: accepted[name] for name in expected} == expected
    assert with_errors > 0


def render_forged(model: Network, fields: Mapping[str, Value]) -> tuple[str, int]:
    """Brute force about a network whose table is no group's."""
    right = [int(row.sum()) for row in right_answers(model)]
    full: dict[str, Value] = {
        "half": 0,
        **fields,
        "bound": sum(right),
        "blocks": [[model.order, sum(right)]],
    }
    joints = STRATEGIES["brute-force"].joints(full)
    return render_theorem(FORM, "Tiny", "brute-force", sum(right), full, joints=joints), sum(right)


def test_the_shortest_runs_are_taken() -> None:
    """Of exact runs, a range for each neuron and one for all: all keep the bound, and one is the shortest."""
    model = read_subject(Path("examples/models/networks/s4.safetensors"))
    assert isinstance(model, Network)
    found = STRATEGIES["gates-with-errors"].search(model, lambda _: None).fields
    order = [each for each in found["neurons"] if isinstance(each, int)]  # type: ignore[union-attr]
    net, answers = integers(model), right_answers(model)
    active, lengths = signs(net)[:, :, order], dict[bool | None, int]()
    for own in (None, False, True):
        short = None if own is None else Shortener.of(model, net, order, own)
        runs, wrong = 0, 0
        for x, y in product(range(24), repeat=2):
            row = active[x, y]
            chosen = row
            if short is not None and answers[x, y]:
                chosen = short.shortened(x, y, model.table[x][y], row)
            runs += int(runs_of(chosen[None]).sum())
            wrong += int((chosen != row).sum())
        said = {**found, "errorRows": int(bool(own)), "runs": runs, "errors": wrong}
        lengths[own] = operations("Gates", model, said)
    assert operations("Gates", model, found) == min(lengths.values())
    assert lengths[True] < lengths[False] < lengths[None]
    assert found["errorRows"] == 1


def test_lean_evaluates_the_same_length() -> None:
    """Lean's number is the one that Python predicts, and no other: all strategies, halved or not, products or not."""
    sources: dict[str, str] = {}
    for i, model in enumerate([TINY[0], TINY[2], TINY[5], TINY[7], TINY[12], TINY[13]]):
        name, space = f"Long{i}", f"Compact.Certificates.Long{i}"
        sources[f"{space}.Weights"] = render_weights(name, model)
        for strategy in STRATEGIES.values():
            found = strategy.search(model, lambda _: None)
            length = operations(strategy.checker, model, found.fields)
            says = length_examples(strategy, length)
            joints = strategy.joints(found.fields)
            theorem = render_theorem(
                FORM, name, strategy.name, found.bound, found.fields, strategy.checker, joints
            )
            imported = f"prelude\nimport Compact.Network.Length.{strategy.checker}\n"
            text = theorem.replace("prelude\n", imported)
            text = text.replace(f"end {space}\n", f"{says}end {space}\n")
            assert text.count("decide +kernel") > theorem.count("decide +kernel")
            sources[f"{space}.{camel(strategy.name)}"] = text
    built = build(sources, prefix="Compact.Certificates")
    assert [line for each in built.values() if not each.ok for line in each.printable()] == []


@pytest.mark.parametrize("seed", range(3))
def test_gates_are_shorter_on_the_examples(seed: int) -> None:
    """Modulo 59, the check by gates takes less than half of the operations of brute force."""
    model = read_subject(Path(f"examples/models/networks/z59_seed{seed}.safetensors"))
    assert isinstance(model, Network)
    brute, gates = (
        STRATEGIES[name].search(model, lambda _: None) for name in ("brute-force", "gates")
    )
    assert brute.bound == gates.bound == 59**2
    assert 2 * operations("Gates", model, gates.fields) < operations(
        "BruteForce", model, brute.fields
    )


def write(path: Path, task: str | None = "group Z3", **arrays: np.ndarray) -> Path:
    """A network file."""
    save_file(dict(arrays), path, metadata=None if task is None else {"task": task})
    return path


def test_reading(tmp_path: Path) -> None:
    """Shared embeddings, exact numbers, and one clear line for whatever does not fit."""
    ones = np.ones((3, 2), np.float32)
    path = write(tmp_path / "n.safetensors", W_L=ones * 0.75, W_U=np.ones((2, 3), np.float32))
    model = read_subject(path)
    assert isinstance(model, Network)
    assert family_of(model).name == "network"
    assert (model.frac, model.tensors["W_L"], model.matrices["W_R"]) == (2, [[3, 3]] * 3, ("W_L",))
    assert model.tensors["b_U"] == [[0, 0, 0]]
    bad: list[tuple[str | None, dict[str, np.ndarray], str]] = [
        (None, {"W_L": ones, "W_U": ones.T.copy()}, "which group"),
        ("group Z4", {"W_L": ones, "W_U": ones.T.copy()}, "4 elements"),
        ("group E8", {"W_L": ones, "W_U": ones.T.copy()}, "no group is called"),
        ("max", {"W_L": ones, "W_U": ones.T.copy()}, "unknown task"),
        ("group Z3", {"W_L": ones, "W_U": ones}, r"shape[\s\S]*transpose"),
        ("group Z3", {"W_L": ones, "W_R": ones[:2].copy(), "W_U": ones.T.copy()}, "shape"),
        (
            "group Z3",
            {"W_L": ones, "W_U": ones.T.copy(), "b": np.ones(3, np.float32)},
            "expected 2",
        ),
        ("group Z3", {"W_L": ones * np.nan, "W_U": ones.T.copy()}, "NaN"),
        ("group Z3", {"W_L": ones, "W_U": ones.T.copy(), "W_X": ones}, "unknown tensor"),
        ("group Z3", {"W_L": ones.astype(np.int32), "W_U": ones.T.copy()}, "type"),
        ("group Z3", {"W_L": ones, "W_U": ones.T.copy(), "table": np.zeros((3, 3))}, "unknown"),
    ]
    for i, (task, arrays, message) in enumerate(bad):
        with pytest.raises(MalformedInput, match=message):
            read_subject(write(tmp_path / f"bad{i}.safetensors", task, **arrays))


def test_a_table_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table file is used instead of the metadata, and refused if it is no group's."""
    path = write(
        tmp_path / "n.safetensors",
        None,
        W_L=np.ones((2, 1), np.float32),
        W_U=np.ones((1, 2), np.float32),
    )
    table = tmp_path / "table.json"
    monkeypatch.setenv("COMPACT_TABLE", str(table))
    table.write_text(json.dumps([[1, 0], [0, 1]]))
    model = read_subject(path)
    assert isinstance(model, Network)
    assert model.table == [[1, 0], [0, 1]]
    for text, message in (
        ("[[0, 0], [0, 1]]", "not that of a group"),
        ("[1]", "no list of rows"),
        ("{", "no JSON"),
    ):
        table.write_text(text)
        with pytest.raises(MalformedInput, match=message):
            read_subject(path)


def test_what_is_said_twice_has_to_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task on the command line does not overrule that of the file."""
    arrays = {"W_L": np.ones((4, 1), np.float32), "W_U": np.ones((1, 4), np.float32)}
    path = write(tmp_path / "n.safetensors", "group Z4", **arrays)
    monkeypatch.setenv("COMPACT_TASK", "group Z4")
    assert read_subject(path).d_vocab == 4
    monkeypatch.setenv("COMPACT_TASK", "group Z2 x Z2")
    with pytest.raises(MalformedInput, match="both given"):
        read_subject(path)


def test_digest_depends_on_the_group(tmp_path: Path) -> None:
    """Two files with the same weights and different groups are different models."""
    arrays = {"W_L": np.ones((4, 1), np.float32), "W_U": np.ones((1, 4), np.float32)}
    first = read_subject(write(tmp_path / "a.safetensors", "group Z4", **arrays))
    second = read_subject(write(tmp_path / "b.safetensors", "group Z2 x Z2", **arrays))
    assert first.digest != second.digest
