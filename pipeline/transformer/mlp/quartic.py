"""Quartic, for a model with one head and an MLP: `lean/Compact/Transformer/Strategy/MlpQuartic.lean`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.checker.tables import tables
from pipeline.transformer.heads.checker import Pair, classes_of, count_levels
from pipeline.transformer.heads.model import PlainHead, cell_bits, plain_heads
from pipeline.transformer.heads.quartic import LEVEL_BITS, LOST, PARTS, STEPS, lanes_for
from pipeline.transformer.mlp.brute_force import parts as parts_of
from pipeline.transformer.mlp.model import MlpModel, block_size, neuron_rows
from pipeline.transformer.mlp.quartic_rows import MlpRows, Neurons
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.strategies.table_fields import TABLE_FIELDS, table_fields
from pipeline.transformer.tasks import MAX, TASKS

SMALL = 20
"""Bits of a rounded logit or neuron."""
PREC = 112
ROOM = 5_300_000_000
"""Bytes that the kernel may keep while it evaluates one part of the check (measured, as what follows)."""
TABLE = (4_000_000, 50_000)
"""Of them it keeps in each model without an MLP so many of each token, and of each entry of a table by two tokens."""
KEPT = (3, 1, 500)
"""Of each output of a token's row it keeps so many numbers as long as a column, as a row, and other bytes."""
TESTED = (25, 65_000)
"""Of a token's tests: so many numbers as long as a row, and other bytes."""

Levels = Mapping[int, Sequence[int | None]]
"""Of each number of other tokens: the level of each token below the maximum, if it has one."""


@dataclass(frozen=True)
class Prepared:
    """A model as this strategy sees it: multiplied out and rounded."""

    plain: PlainHead
    """The only head, without the neurons."""
    exact: Circuits
    rows: MlpRows

    @classmethod
    def of(cls, model: MlpModel, name: str) -> Prepared:
        """Multiply the weights out, and round; `MalformedInput` if the strategy named is not about it."""
        _require(model, name)
        plain = [plain_heads(part)[0] for part in parts_of(model)]
        exact = [circuits(head) for head in plain]
        bits = max(lane_bits(each, model.frac) for each in exact)
        outs, unit2 = neuron_rows(model), 1 << 2 * model.frac
        ranges, cut = sum(map(max, outs)), 2 * model.frac
        width = ((unit2 + 8 * ranges << SMALL) - 1).bit_length() - cut
        params = Params(PREC, STEPS, max(0, bits - SMALL), width)
        rounded = [enclose(each, model.frac, params) for each in exact]
        neurons = Neurons.of(rounded[1:], model.neurons.d_mlp)
        rows = MlpRows(tables(rounded[0]), rounded[0], neurons, outs, unit2, cut)
        return cls(plain[0], exact[0], rows)

    def signs(self, m: int) -> list[int]:
        """Of each neuron, whether it is active where all tokens are the maximum (at an average position)."""
        neurons = self.rows.neurons
        n = len(neurons.positions)
        places = [sum(column) for column in zip(*neurons.positions, strict=True)]
        sums = zip(neurons.directs[m], neurons.tokens[m], places, strict=True)
        return [int(n * (own + token) + place > 0) for own, token, place in sums]

    def counted(self, m: int) -> Iterator[tuple[int, int]]:
        """Of each query: the code of the levels of the tokens below the maximum, and how many inputs are counted."""
        at_max = self.rows.at(m, self.signs(m))
        for q in range(m + 1):
            pair = at_max.pair(q)
            yield (0, 0) if pair is None else coded(pair)


class MlpQuartic:
    """For each query and maximum each neuron by a slope; then each other token, all outputs at once."""

    name = "quartic"
    checker = "MlpQuartic"
    summary = "each other token of each query and maximum, all outputs and neurons; d_mlp * d_vocab^3 row operations"
    when = "an MLP and one head, where inputs are too many to look at"

    def search(self, model: MlpModel, progress: Progress) -> Certificate:
        """The bound that slopes by the sign of each neuron, where all tokens are the maximum, give."""
        progress("multiplying the weights out")
        found = self.prepared(model)
        t, v = found.rows.tables, model.d_vocab
        slopes, codes, by_query = list[int](), list[list[int]](), [0] * v
        for m in range(v):
            progress(f"comparing outputs, {model.neurons.d_mlp} neurons: maximum {m} of {v}")
            signs = found.signs(m)
            slopes.append(sum(sign << j for j, sign in enumerate(signs)))
            codes.append([])
            for q, (code, inputs) in enumerate(found.counted(m)):
                by_query[q] += inputs
                codes[-1].append(code if inputs else 0)
        plain, exact, rounded = found.plain, found.exact, found.rows.head
        cut, width = found.rows.cut, t.width
        cells = cell_bits(model)
        lane = max(SMALL + 4, cut + width + 1)
        least = max(lanes_for([t]), lane, width + 3)
        of_head = table_fields(replace(plain, cell_bits=cells + 1), exact, rounded, t, least)
        of_token, of_entry = TABLE
        room = max(ROOM // 4, ROOM - len(parts_of(model)) * (of_token + of_entry * v) * v)
        bits = of_head["bits"]
        blocks = blocks_of(
            by_query, self.cell_bytes(model, lane, bits), room, 2 * row_bytes(model, lane, bits)
        )
        fields: dict[str, Value] = {
            **of_head,
            "parts": PARTS,
            "countBits": ((v + 1) ** t.n).bit_length() + 1,
            "levelBits": LEVEL_BITS,
            "slopes": slopes,
            "levels": codes,
            "small": SMALL,
            "cut": cut,
            "lane": lane,
            "cellBits": cells,
            "blocks": blocks,
            "bound": sum(by_query),
        }
        return Certificate(self.name, sum(by_query), {name: fields[name] for name in self.fields()})

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `MlpQuartic.Certificate`."""
        kinds: dict[str, Kind] = {**TABLE_FIELDS}
        kinds |= dict.fromkeys(("parts", "countBits", "levelBits"), "nat")
        kinds |= {"slopes": "list", "levels": "matrix"}
        kinds |= dict.fromkeys(("small", "cut", "lane", "cellBits"), "nat")
        return {**kinds, "blocks": "matrix", "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model and the tables; the queries block by block."""
        blocks = fields["blocks"]
        assert isinstance(blocks, list)
        return ["Bool.and_intro", *[f"{self.checker}.next"] * len(blocks)]

    def prepared(self, model: MlpModel) -> Prepared:
        """The model as this strategy sees it."""
        return Prepared.of(model, self.name)

    def cell_bytes(self, model: MlpModel, lane: int, bits: Value) -> int:
        """What the kernel keeps of one token of one query and maximum."""
        return cell_bytes(model, lane, bits)


def _require(model: MlpModel, name: str) -> None:
    if model.task != MAX:
        raise MalformedInput(
            f"{name} proves answers with the largest token, not with {TASKS[model.task].words}",
            cure="use --strategy brute-force (at most 16,384 inputs), or --task max",
        )
    if len(model.heads) != 1:
        raise MalformedInput(
            f"{name} of a model with an MLP is about one head, not {len(model.heads)}",
            cure="use --strategy quartic-by-head, or brute-force (at most 16,384 inputs)",
        )
    if model.n_ctx < 2 or model.d_vocab < 2:
        raise MalformedInput(f"{name} needs two positions and two tokens")


def coded(pair: Pair) -> tuple[int, int]:
    """The code of a pair's levels (`countPair`), and the inputs counted: by one class for all, if that costs little."""
    t, n = pair.tables[0], pair.tables[0].n
    classes = classes_of(t, pair.q, pair.m)
    found = {c: levels for c in classes if (levels := pair.levels(c, PARTS)) is not None}
    inputs = sum(count_levels(levels, c, n, PARTS) for c, levels in found.items())
    last = classes[-1]
    if last in found:
        weaker = [c for c in classes if pair.weighs_no_less(c, last)]
        together = sum(count_levels(found[last], c, n, PARTS) for c in weaker)
        if together >= inputs - inputs // LOST:
            return 1 + (1 + 2 * _packed({0: found[last]}, pair.m)), together
    alone = {0: [None] * pair.m}  # the class without other tokens asks for no level
    return 1 + 2 * _packed({**found, **alone}, pair.m), inputs


def _packed(levels: Levels, m: int) -> int:
    none = (1 << LEVEL_BITS) - 1  # above all parts: the token is not counted
    packed = 0
    for c, row in levels.items():
        for s, level in enumerate(row):
            packed |= (none if level is None else level) << (LEVEL_BITS * (c * m + s))
    return packed


def row_bytes(model: MlpModel, lane: int, bits: Value) -> int:
    """What the kernel keeps of a row that is a product for each output."""
    assert isinstance(bits, int)
    v, last = model.d_vocab, model.neurons.d_mlp - 1
    column, row = lane * (last + last // block_size(model) + 2) // 8, bits * v // 8
    columns, rows, rest = KEPT
    return v * (columns * column + rows * row + rest)


def cell_bytes(model: MlpModel, lane: int, bits: Value) -> int:
    """What the kernel keeps of one token of one query and maximum."""
    assert isinstance(bits, int)
    tests, others = TESTED
    return row_bytes(model, lane, bits) + tests * (bits * model.d_vocab // 8) + others


def blocks_of(counts: Sequence[int], cell: int, room: int, row: int = 0) -> list[list[int]]:
    """Consecutive queries, as many together as there is room for: how many, and the inputs counted of them.

    Each token takes `cell` bytes with each query and maximum, and once in a block `row` with each maximum.
    """
    v = len(counts)
    blocks, used = list[list[int]](), room + 1
    for q, count in enumerate(counts):
        tokens = sum(range(q + 1, v + 1))  # for each maximum the tokens up to it
        size = cell * tokens
        if used + size > room:
            blocks.append([0, 0])
            used = row * tokens
        blocks[-1] = [blocks[-1][0] + 1, blocks[-1][1] + count]
        used += size
    return blocks
