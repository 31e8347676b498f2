"""What the two checkers of networks count (`lean/Compact/Network/Strategy/`).

Both compare exact integers, so whether a pair passes does not depend on how they are packed: it passes if it is
answered correctly and, for gates, if its margins are above the errors of the runs that the certificate says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import prod
from operator import mul

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Listed
from pipeline.recheck.natural import nth, power
from pipeline.recheck.network.weights import Weights, scaled
from pipeline.recheck.packed import pack, unpack
from pipeline.recheck.refused import Refused

GROUP = ("identity", "bound", "half"), ("generators",), ("words", "blocks")


class Network:
    """What goes into neurons, and what comes out, in integers over one power of two."""

    def __init__(self, w: Weights) -> None:
        w.require_shapes()
        self.w = w
        degree = max(len(w.parts["W_L"]), len(w.parts["W_R"]))
        self._left, right = w.matrix("W_L", degree), w.matrix("W_R", degree)
        bias = scaled(w.tensor("b"), w.frac * (degree - 1))[0]
        self._right = [[a + b for a, b in zip(row, bias, strict=True)] for row in right]
        unembed = len(w.parts["W_U"])
        self._unembed = w.matrix("W_U", unembed)
        offsets = [w.tensors[part].offset for part in w.parts["W_U"]]
        self._farthest = 2 * prod(offsets) * w.inner.get("W_U", 1)
        self._last = scaled(w.tensor("b_U"), w.frac * (degree + unembed - 1))[0]

    @cached_property
    def _lanes(self) -> tuple[int, Sequence[int], int]:
        """Lanes that hold any logit shifted up, the rows of the unembedding in such lanes, and the shift."""
        high = max(
            (abs(e) for rows in (self._left, self._right) for row in rows for e in row), default=0
        )
        most = max((abs(e) for row in self._unembed for e in row), default=0)
        shift = 2 * high * most * self.w.width + max(map(abs, self._last), default=0)
        bits = (2 * shift).bit_length() + 1
        return bits, [_signed(bits, row) for row in self._unembed], shift

    def entering(self, x: int, y: int) -> list[int]:
        """What goes into the neurons."""
        return [a + b for a, b in zip(self._left[x], self._right[y], strict=True)]

    def right(self, x: int, y: int) -> bool:
        """Is the logit of the product above all others?"""
        return self._above(x, y, (max(0, each) for each in self.entering(x, y)), 0)

    def ranges(self, own: bool) -> list[int]:
        """How far apart the weights of each neuron are: exactly, or as far as any two could be."""
        if not own:
            return [self._farthest] * self.w.width
        return [max(row) - min(row) if row else 0 for row in self._unembed]

    def right_by(self, x: int, y: int, chosen: Sequence[bool], ranges: Sequence[int]) -> bool:
        """Is it, by the neurons that are chosen, which others than the active ones may be (the gate lemma)?"""
        each = list(zip(self.entering(x, y), chosen, ranges, strict=True))
        error = sum(abs(u) * far for u, taken, far in each if taken != (u >= 0))
        return self._above(x, y, (u if taken else 0 for u, taken, _ in each), error)

    def _above(self, x: int, y: int, outgoing: Iterable[int], error: int) -> bool:
        """With this coming out of the neurons, is the logit of the product above all others by more than the error?"""
        bits, rows, shift = self._lanes
        raised = pack(bits, [each + shift for each in self._last])
        packed = sum(map(mul, outgoing, rows), raised)
        logits = unpack(bits, self.w.order, packed)
        answer = logits.pop(self.w.table.times(x, y))
        return all(other + error < answer for other in logits)


def brute_force(w: Weights, c: Certificate) -> Counted:
    """The pairs that are answered correctly, block by block."""
    c.require(*GROUP)
    require_group(w, c)
    network = Network(w)
    return _blocks(w, c, lambda x, _, y: network.right(x, y))


def gates(w: Weights, c: Certificate) -> Counted:
    """The pairs whose margins are above the errors of the runs that the certificate says, block by block."""
    nats, rows, matrices = GROUP
    c.require(
        (*nats, "endBits", "errorRows", "runs", "errors"),
        (*rows, "neurons"),
        (*matrices, "gates", "wrong"),
    )
    require_group(w, c)
    neurons, e, codes, wrongs = (
        c.row("neurons"),
        c.nat("endBits"),
        c.matrix("gates"),
        c.matrix("wrong"),
    )
    if len(neurons) != w.width or not set(range(w.width)) <= set(neurons):
        raise Refused("neurons is not an order of the neurons")
    network = Network(w)
    ranges = network.ranges(own=c.nat("errorRows") != 0)

    def passes(x: int, j: int, y: int) -> bool:
        said = _said(w.width, nth(codes[x], j) if x < len(codes) else 0, e)
        if said is None:
            return False
        entering = network.entering(x, y)
        chosen = [False] * w.width
        for neuron, each in zip(neurons, said, strict=True):
            chosen[neuron] = each
        wrong = {q for q, i in enumerate(neurons) if chosen[i] != (entering[i] >= 0)}
        code = nth(wrongs[x], j) if x < len(wrongs) else 0
        return _lists(wrong, w.width, code, e) and network.right_by(x, y, chosen, ranges)

    return _blocks(w, c, passes)


def require_group(w: Weights, c: Certificate) -> None:
    """Refuse a table that is not a group's, or is not seen to be (`Table.group`)."""
    n, times, one = w.order, w.table.times, c.nat("identity")
    elements = range(n)
    table = [[times(x, y) for y in elements] for x in elements]
    if one >= n or any(z >= n for row in table for z in row):
        raise Refused("a product, or the identity, is not an element")
    if any(table[one][x] != x or table[x][one] != x for x in elements):
        raise Refused("the identity is not one")
    if any(all(table[x][y] != one or table[y][x] != one for y in elements) for x in elements):
        raise Refused("an element has no inverse")
    known = set(c.row("generators"))
    for a in known:
        if a >= n or any(
            table[table[x][a]][y] != table[x][table[a][y]] for x in elements for y in elements
        ):
            raise Refused("a generator does not associate")
    for word in c.matrix("words"):
        p, q = nth(word, 0), nth(word, 1)
        if p not in known or q not in known:
            raise Refused("a word is not a product of elements that are reached before")
        known.add(table[p][q])
    if not set(elements) <= known:
        raise Refused("the generators do not reach all elements")


def _blocks(w: Weights, c: Certificate, passes: Callable[[int, int, int], bool]) -> Counted:
    """Block by block; `passes(x, j, y)` is asked about the `j`th second element `y` that is looked at."""
    half = c.nat("half")
    if half:
        _require_symmetry(w, half)
    first, counted = 0, list[int]()
    for number, block in enumerate(c.matrix("blocks")):
        size, claimed = nth(block, 0), nth(block, 1)
        if first + size > w.order:
            raise Refused("blocks go beyond the last element")
        found = list[int]()
        for x in range(first, first + size):
            for j, y in enumerate(range(x if half else 0, w.order)):
                if passes(x, j, y):
                    found += {x + w.order * y, y + w.order * x} if half else {x + w.order * y}
        if claimed > len(found):
            raise Refused(f"in block {number}, fewer pairs are counted than it says")
        counted += found
        first += size
    claimed = sum(nth(block, 1) for block in c.matrix("blocks"))
    return Counted(claimed, [Listed(w.order, 2, counted)] if counted else [])


def _require_symmetry(w: Weights, half: int) -> None:
    """Refuse to look at half of the pairs, unless the others are the same to network and group (`mayHalve`)."""
    if half != 1:
        raise Refused("half is neither 0 nor 1")
    sides = [
        (w.inner.get(side), [w.tensors[part] for part in w.parts[side]]) for side in ("W_L", "W_R")
    ]
    if sides[0] != sides[1]:
        raise Refused("half of the pairs are looked at, but the two embeddings differ")
    elements = range(w.order)
    if any(w.table.times(x, y) != w.table.times(y, x) for x in elements for y in range(x)):
        raise Refused("half of the pairs are looked at, but the group does not commute")


def _said(width: int, code: int, e: int) -> list[bool] | None:
    """The neurons in the runs of a code, the last run lowest, or None if it says none (`walk`: `width` at most)."""
    base, said, above = power(2, e), [False] * width, width
    for _ in range(width):
        if not code:
            break
        end, start = code % base, (code >> e) % base
        if not start < end <= above:
            return None
        said[start:end] = [True] * (end - start)
        code, above = code >> 2 * e, start
    return said


def _lists(wrong: set[int], width: int, code: int, e: int) -> bool:
    """Do the digits of a code list these neurons, each once (`errors`)?"""
    left = set(wrong)
    for _ in range(width):
        if not left:
            break
        if code % power(2, e) not in left:
            return False
        left.remove(code % power(2, e))
        code >>= e
    return not left


def _signed(bits: int, row: Sequence[int]) -> int:
    """The entries as lanes of a number that may be negative: adding such numbers adds their entries."""
    return sum(each << bits * i for i, each in enumerate(row))
