"""The length of a low-rank proof (mirror of `lean/Compact/Transformer/Length/LowRank.lean`)."""

from __future__ import annotations

from pipeline.numbers.words import words
from pipeline.transformer.length.basic import Asked, entry, exponential, packed_product, rounds
from pipeline.transformer.length.circuits import key_circuits, logit_rows, query_circuits
from pipeline.transformer.length.grids import Grid, Part, enclosed, lane_of, peel, tensor
from pipeline.transformer.length.leads import of_class
from pipeline.transformer.length.tables import checked_row, exponentials, mass

PAIR = 8
CLASS = 5
BLOCK = 180
"""What is done once for a block: whether lanes fit, factors of single bits."""


def low_rank(a: Asked, first: int = 0) -> int:
    """`first` operations for what first tokens count for, in each step."""
    v, n, ends = a.v, a.n, 2 if a.nat("attention") > 0 else 1
    class_bits, steps_bits = a.bits("classBits"), a.bits("stepsBits")
    total = sum(_block(a, entry(each, 0)) for each in a.rows("blocks"))
    pair_bits, sizes = class_bits * n + 1, a.nats("sizes")
    for q in range(v):
        packed = entry(sizes, q)
        for m in range(q, v):
            code = packed >> (pair_bits * (m - q)) & ((1 << pair_bits) - 1)
            total += PAIR
            if code:
                total += 22 + 22 * ends
            for i in range(a.classes(q, m) if code else 0):
                total += CLASS
                said = (code - 1) >> (class_bits * i) & ((1 << class_bits) - 1)
                if said:
                    count = said & ((1 << steps_bits) - 1)
                    total += 9 * ends + 2 + of_class(a, 14 + first + 9 * ends, count, i + 1)
    return total


def low_rank_mass(a: Asked) -> int:
    return low_rank(a, 3) + len(a.rows("blocks")) * mass(a)


def _block(a: Asked, q: int) -> int:
    """A block of `q` queries, without counting."""
    v, n, p, S, L = a.v, a.n, a.n + 1, a.bits("scoreBits"), a.bits("bits")
    row, score, high = words(L, v), words(S, v), a.nat("expHigh")
    circuits = (
        query_circuits(a.model)
        + key_circuits(a.model, S, p)
        + packed_product(S, q, a.model.d_head, p)
    )
    circuits += logit_rows(a.model, L) + _scores(a, q) + _direct(a, q)
    seen = exponentials(S, q, v, high) + exponentials(S, q, p, high)
    seen += q * (checked_row(S, v) + checked_row(S, p) + (7 * rounds(v) + 2) * score)
    seen += q * (
        p * (4 * n + 11) + 2 * n * words(S, p) + exponential(a.nat("prec"), a.nat("steps"))
    )
    seen += 14 * high + BLOCK
    tested = v * ((15 * p + 16) * row + 60) if a.nat("attention") > 0 else v * p * (15 * row + 8)
    rows = (p + 2 * q + 4) * row + (q + v) * (10 * row + 12) + 8 * a.pairs
    return circuits + seen + tested + rows


def _part(a: Asked, name: str) -> Part:
    peels = [entry(peel, 0) for peel in a.rows(f"{name}Peels")]
    return Part(a.nat(f"{name}Exact"), peels, a.nats(f"{name}Plans"))


def _residual(a: Asked, q: int) -> tuple[Grid, Grid, int]:
    """`W_E`, and for `q` queries the last row of `W_pos` added; what that takes."""
    v, p, d, bits = a.v, a.n + 1, a.model.d_model, a.model.bits
    embedded, places = tensor(v, d, bits("W_E")), tensor(p, d, bits("W_pos"))
    offset = embedded.offset + places.offset
    lane = lane_of(offset)
    taken = (
        embedded.read
        + places.read
        + embedded.widened(lane)
        + places.widened(lane)
        + v * words(lane, d)
    )
    return embedded, Grid(q, d, lane, offset), taken


def _scores(a: Asked, q: int) -> int:
    """`scoresAs`"""
    part, S, v, d, h, bits = (
        _part(a, "qk"),
        a.bits("scoreBits"),
        a.v,
        a.model.d_model,
        a.model.d_head,
        a.model.bits,
    )
    if part.exact and not part.indices:
        return key_circuits(a.model, S, v) + packed_product(S, q, h, v)
    embedded, residual, taken = _residual(a, q)
    queries, keys = tensor(d, h, bits("W_Q")), tensor(d, h, bits("W_K"))
    taken += queries.read + keys.read + keys.transposing + embedded.transposing
    chain = [residual, queries, keys.transposed, embedded.transposed]
    return taken + enclosed(S, a.bits("vecBits"), a.bits("finer"), part, chain)


def _direct(a: Asked, q: int) -> int:
    """`directAs`"""
    part, L, v, d = _part(a, "eu"), a.bits("bits"), a.v, a.model.d_model
    if part.exact and not part.indices:
        return packed_product(L, q + 2, d, v) + q * words(L, v)
    _, residual, taken = _residual(a, q)
    unembedding = tensor(d, v, a.model.bits("W_U"))
    chain, _, row, peeled = peel(a.bits("vecBits"), [residual, unembedding], 0)
    taken += unembedding.read + peeled + row.widened(L)
    return taken + enclosed(L, a.bits("vecBits"), a.bits("finer"), part, chain)
