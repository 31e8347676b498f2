"""The second checker's products of matrices: whatever a certificate says, what is known of a product is true."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.manifest_file import read_manifest
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.chains import Enclosed, Part, enclose
from pipeline.recheck.transformer.circuits import Matrix
from pipeline.recheck.transformer.family import TRANSFORMER as RECHECKED

VEC_BITS = 4
OFFSET = 4


@st.composite
def chains(draw: st.DrawFn) -> list[Matrix]:
    """Two to four factors that fit together."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=3, max_size=5))
    entry = st.integers(-OFFSET, OFFSET)
    return [
        Matrix(OFFSET, [[draw(entry) for _ in range(columns)] for _ in range(rows)], columns)
        for rows, columns in pairwise(sizes)
    ]


NUMBERS = st.integers(0, 1 << 16)
PARTS = st.builds(
    Part,
    exact=st.integers(0, 2),
    peels=st.lists(st.lists(NUMBERS | st.integers(0, 4), max_size=4), max_size=3),
    plans=st.lists(st.integers(0, 15), max_size=3),
)


def product(chain: list[Matrix]) -> list[list[int]]:
    """Straight from the definition."""

    def times(A: Matrix, B: Matrix) -> Matrix:
        inner = range(A.columns)
        rows = [
            [sum(row[k] * B.rows[k][j] for k in inner) for j in range(B.columns)] for row in A.rows
        ]
        return Matrix(0, rows, B.columns)

    return [list(row) for row in reduce(times, chain).rows]


@settings(deadline=None, max_examples=300)
@given(chains(), PARTS)
def test_what_is_known_of_a_product_is_true(chain: list[Matrix], part: Part) -> None:
    found: Enclosed = enclose(VEC_BITS, part, chain)
    known = found.known.rows
    for row, guess, rest in zip(product(chain), known, found.rest, strict=True):
        left = [x - y for x, y in zip(row, guess, strict=True)]
        assert max(left) - min(left) <= rest
        assert all(abs(entry) <= found.known.offset for entry in guess)


@settings(deadline=None, max_examples=100)
@given(chains(), PARTS)
def test_more_plans_are_no_worse(chain: list[Matrix], part: Part) -> None:
    """Nothing is left over where the rest is multiplied out; and of plans the best counts, for each row."""
    exact = enclose(VEC_BITS, Part(1, part.peels, ()), chain)
    assert [list(row) for row in exact.known.rows] == product(chain)
    assert exact.rest == [0] * len(chain[0].rows)
    few = enclose(VEC_BITS, Part(0, part.peels, part.plans), chain)
    more = enclose(VEC_BITS, Part(0, part.peels, [*(part.plans or [0]), 5]), chain)
    assert all(a <= b for a, b in zip(more.rest, few.rest, strict=True))


THEOREM = """prelude
import Compact.Transformer.Strategy.LowRank
import Compact.Certificates.M.Weights
namespace Compact.Certificates.M

noncomputable def lowRankQk : LowRank.Certificate where
  bound := nat_lit 3
  ends := VALUE

theorem lowRankQk_correct (R : Type) [ExpField R] :
    AtLeast (nat_lit 3) (Correct R Compact.Certificates.M.weights) :=
  LowRank.sound R weights lowRankQk (by decide +kernel)

end Compact.Certificates.M
"""
GOOD = {
    "[]": [],
    "[[]]": [[]],
    "[[nat_lit 1, nat_lit 0x10], []]": [[1, 16], []],
    "[nat_lit 1]": [1],
}
BAD = (
    "[[nat_lit 1], nat_lit 2]",
    "[nat_lit 1, [nat_lit 2]]",
    "[[[nat_lit 1]]]",
    "[[1]]",
    "[[nat_lit 1],]",
    "[[nat_lit 1] []]",
    "[[nat_lit 1]",
    "[[nat_lit 1]] ++ [[nat_lit 2]]",
)


def test_lists_of_lists_are_read_strictly() -> None:
    for text, value in GOOD.items():
        theorem = read_theorem(THEOREM.replace("VALUE", text).encode(), RECHECKED)
        assert (theorem.checker, theorem.definition) == ("LowRank", "lowRankQk")
        assert theorem.certificate.fields == {"bound": 3, "ends": value}
    for text in BAD:
        with pytest.raises(Refused):
            read_theorem(THEOREM.replace("VALUE", text).encode(), RECHECKED)


MANIFEST = (
    '{"format": "compact-proofs/certificate/2", "family": "transformer", "strategy": "low-rank-qk", '
    '"claim": {"correct": 3, "total": 3, "n_ctx": 1, "d_vocab": 3}, '
    '"certificate": {"ends": VALUE}, "model": {}, "lean": {}}'
)


def test_lists_of_lists_in_manifests() -> None:
    for text, value in {"[]": [], "[[]]": [[]], '[[1, "0x10"], []]': [[1, 16], []]}.items():
        read = read_manifest(MANIFEST.replace("VALUE", text).encode())
        assert read.certificate.fields == {"ends": value}
    for text in ("[[1], 2]", "[1, [2]]", "[[[1]]]", "[[-1]]", "[[1.0]]", "[[true]]", "[[null]]"):
        with pytest.raises(Refused):
            read_manifest(MANIFEST.replace("VALUE", text).encode())
