"""Quartic, for a model with several heads and an MLP: `lean/Compact/Transformer/Strategy/MlpHeads.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.checker.tables import tables
from pipeline.transformer.heads.model import cell_bits, plain_heads
from pipeline.transformer.heads.quartic import (
    FINE_BITS,
    LEVEL_BITS,
    PARTS,
    STEPS,
    Head,
    HeadsQuartic,
    heads_table_fields,
)
from pipeline.transformer.mlp.brute_force import parts as parts_of
from pipeline.transformer.mlp.heads_rows import HeadsAtMax, solo
from pipeline.transformer.mlp.model import MlpModel, block_size, neuron_rows
from pipeline.transformer.mlp.quartic import (
    PREC,
    ROOM,
    SMALL,
    TABLE,
    blocks_of,
    cell_bytes,
    coded,
    row_bytes,
)
from pipeline.transformer.mlp.quartic_rows import MlpRows, Neurons
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.tasks import MAX, TASKS

MOST_HEADS = 4
"""With more, what is left of a neuron's ReLU does not fit in its lane (`roomy`)."""


class MlpHeadsQuartic:
    """For each query and maximum each neuron by a slope, shared among the heads; then each other token, all outputs."""

    name = "quartic-by-head"
    checker = "MlpHeads"
    summary = (
        "each other token of each query and maximum, all outputs and neurons, head by head;"
        " heads * d_mlp * d_vocab^3 row operations"
    )
    when = "an MLP and two to four heads, where inputs are too many to look at"

    def search(self, model: MlpModel, progress: Progress) -> Certificate:
        """The bound that slopes and shares by what neurons are, where all tokens are the maximum, give."""
        _require(model, self.name)
        progress("multiplying the weights out")
        heads, rows = prepared(model)
        v, n, count = model.d_vocab, model.n_ctx - 1, len(heads)
        cut, width = rows[0].cut, rows[0].tables.width
        lane = max(SMALL + 7, cut + width + 1)
        slopes, by_query = list[int](), [0] * v
        above, below = list[list[int]](), list[list[int]]()
        codes, shares = list[list[int]](), list[list[int]]()
        for m in range(v):
            progress(f"comparing outputs, {count} heads, {model.neurons.d_mlp} neurons: {m} of {v}")
            at = HeadsAtMax.of(rows, m, SMALL)
            slopes.append(sum(sign << j for j, sign in enumerate(at.signs)))
            above.append([_lanes(model, lane, [max(0, e) for e in row]) for row in at.shares])
            # the lowest lane is no neuron: a mark that differs, for the kernel's caches
            below.append(
                [m + 1 + _lanes(model, lane, [max(0, -e) for e in row]) for row in at.shares]
            )
            codes.append([])
            shares.append([])
            for q in range(m + 1):
                found = at.pair(q)
                code, inputs = (0, 0) if found is None else coded(found[1])
                fine = [] if found is None or not inputs else found[0]
                by_query[q] += inputs
                codes[-1].append(code if inputs else 0)
                shares[-1].append(sum(share << (FINE_BITS * i) for i, share in enumerate(fine)))
        of_heads = heads_table_fields(heads, n)
        bits = of_heads["bits"]
        assert isinstance(bits, int)
        if max(lane, width + 3) > bits:
            raise MalformedInput(f"{self.name}: lanes of {bits} bits do not hold the neurons")
        of_token, of_entry = TABLE
        tables = count * len(parts_of(model)) * (of_token + of_entry * v) * v
        room = max(ROOM // 4, ROOM - tables)
        fields: dict[str, Value] = {
            **of_heads,
            "parts": PARTS,
            "countBits": ((v + 1) ** n).bit_length() + 1,
            "levelBits": LEVEL_BITS,
            "shareBits": FINE_BITS,
            "slopes": slopes,
            "above": above,
            "below": below,
            "shares": shares,
            "levels": codes,
            "heads": count,
            "small": SMALL,
            "cut": cut,
            "lane": lane,
            "cellBits": cell_bits(model),
            "blocks": blocks_of(
                by_query,
                count * cell_bytes(model, lane, bits),
                room,
                2 * count * row_bytes(model, lane, bits),
            ),
            "bound": sum(by_query),
        }
        return Certificate(self.name, sum(by_query), {name: fields[name] for name in self.fields()})

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `MlpHeads.Certificate`."""
        known = HeadsQuartic().fields()
        tables_only = [*known][: [*known].index("parts")]
        kinds: dict[str, Kind] = {name: known[name] for name in tables_only}
        kinds |= dict.fromkeys(("parts", "countBits", "levelBits", "shareBits"), "nat")
        kinds |= {"slopes": "list"}
        kinds |= dict.fromkeys(("above", "below", "shares", "levels"), "matrix")
        kinds |= dict.fromkeys(("heads", "small", "cut", "lane", "cellBits"), "nat")
        return {**kinds, "blocks": "matrix", "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model; the tables head by head; the queries block by block."""
        heads, blocks = fields["heads"], fields["blocks"]
        assert isinstance(heads, int)
        assert isinstance(blocks, list)
        first = ["Bool.and_intro", *["MlpHeads.nextHead"] * (heads - 1), "MlpHeads.lastHead"]
        return [*first, *["MlpHeads.next"] * len(blocks)]


def prepared(model: MlpModel) -> tuple[list[Head], list[MlpRows]]:
    """Each head alone, multiplied out and rounded, with the model's neurons."""
    plain = [
        [plain_heads(part)[0] for part in parts_of(solo(model, i))] for i in range(len(model.heads))
    ]
    exact = [[circuits(each) for each in of_head] for of_head in plain]
    bits = max(lane_bits(each, model.frac) for of_head in exact for each in of_head)
    outs, unit2 = neuron_rows(model), 1 << 2 * model.frac
    ranges, cut = sum(map(max, outs)), 2 * model.frac
    width = ((unit2 + 8 * ranges << SMALL) - 1).bit_length() - cut
    params = Params(PREC, STEPS, max(0, bits - SMALL), width)
    heads, rows = list[Head](), list[MlpRows]()
    for models, of_head in zip(plain, exact, strict=True):
        first, *rest = [enclose(each, model.frac, params) for each in of_head]
        known = tables(first)
        wider = replace(models[0], cell_bits=cell_bits(model) + 1)
        heads.append(Head(wider, of_head[0], first, known))
        neurons = Neurons.of(rest, model.neurons.d_mlp)
        rows.append(MlpRows(known, first, neurons, outs, unit2, cut))
    return heads, rows


def _lanes(model: MlpModel, lane: int, numbers: Sequence[int]) -> int:
    """A number for each neuron, in lanes of all blocks (`placeOf`)."""
    z = block_size(model)
    return sum(e << lane * (j + j // z + 1) for j, e in enumerate(numbers))


def _require(model: MlpModel, name: str) -> None:
    if model.task != MAX:
        raise MalformedInput(
            f"{name} proves answers with the largest token, not with {TASKS[model.task].words}",
            cure="use --strategy brute-force (at most 16,384 inputs), or --task max",
        )
    if len(model.heads) > MOST_HEADS:
        raise MalformedInput(
            f"{name} is about at most {MOST_HEADS} heads, not {len(model.heads)}",
            cure="use --strategy brute-force (at most 16,384 inputs)",
        )
    if model.n_ctx < 2 or model.d_vocab < 2:
        raise MalformedInput(f"{name} needs two positions and two tokens")
