"""Mutants of naturals and of lists of them."""

from __future__ import annotations

from random import Random

from pipeline.recheck.certificate import Field
from pipeline.transformer.strategies import Kind

HUGE = (1 << 63, (1 << 64) - 1, 1 << 64, (1 << 64) + 1, 1 << 200, 1 << 4000)


def number(random: Random, n: int) -> int:
    """Another natural: off by one, a flipped bit, halved, doubled, huge."""
    choices = [
        n + 1,
        max(n - 1, 0),
        n ^ 1 << random.randrange(n.bit_length() + 2),
        n >> 1,
        n << 1,
        n + (1 << random.randrange(n.bit_length() + 2)),
        0,
        random.getrandbits(n.bit_length() + 1),
    ]
    return random.choice(choices) if random.random() < 0.97 else random.choice(HUGE)


def numbers(random: Random, row: list[int], lanes: list[int]) -> list[int]:
    """Another list: an entry or one of its lanes changed, rows swapped, doubled, dropped, added; or all at random."""
    row = list(row)
    if not row:
        return [random.getrandbits(8)]
    i, j = random.randrange(len(row)), random.randrange(len(row))
    way = random.randrange(12)
    if way > 9:
        return [random.getrandbits(each.bit_length() + random.randrange(3)) for each in row]
    if way < 4:
        row[i] = lane(random, row[i], random.choice(lanes))
    elif way == 9:
        row[i] = number(random, row[i])
    elif way == 4:
        row[i], row[j] = row[j], row[i]
    elif way == 5:
        row[i] = row[j]
    elif way == 6:
        row.insert(i, row[j])
    elif way == 7:
        del row[i]
    else:
        row.append(random.getrandbits(random.choice(lanes)))
    return row


def lane(random: Random, packed: int, bits: int) -> int:
    """One digit in base `2^bits` made a little larger or smaller, carrying over or not."""
    count = max(1, packed.bit_length() // bits + 1)
    step = random.choice([1, 2, 1 << random.randrange(bits)]) << bits * random.randrange(count)
    return packed + step if random.random() < 0.5 or step > packed else packed - step


def lists(random: Random, rows: list[list[int]], lanes: list[int]) -> list[list[int]]:
    """Another list of lists: one of them changed, swapped, doubled, dropped, added, cut short."""
    rows = [list(row) for row in rows]
    if not rows:
        return [[random.randrange(3), random.getrandbits(64), random.getrandbits(64)]]
    i, j = random.randrange(len(rows)), random.randrange(len(rows))
    way = random.randrange(12)
    if way < 6:
        rows[i] = numbers(random, rows[i], lanes)
    elif way == 6:
        rows[i], rows[j] = rows[j], rows[i]
    elif way == 7:
        rows.insert(i, list(rows[j]))
    elif way == 8:
        del rows[i]
    elif way == 9:
        rows[i] = rows[i][: random.randrange(len(rows[i]) + 1)]
    else:
        rows[i] = [number(random, entry) for entry in rows[i]]
    return rows


def field(random: Random, value: Field, kind: Kind, lanes: list[int]) -> Field:
    """Another value of a certificate's field of this type."""
    if isinstance(value, int):
        if value.bit_length() > 64 and random.random() < 0.6:
            return lane(random, value, random.choice(lanes))
        return number(random, value)
    row = [entry for entry in value if isinstance(entry, int)]
    rows = [entry for entry in value if isinstance(entry, list)]
    return lists(random, rows, lanes) if kind == "matrix" else numbers(random, row, lanes)
