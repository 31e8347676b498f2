"""Count the operations that the check of a certificate does: its compiled definitions are evaluated, by need.

The definitions are those that Lean compiled; `kernel2` evaluates them.  What one operation counts for is defined in
`lean/Compact/Transformer/Length/Basic.lean`: one for each lane of its longest number.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from kernel2.arithmetic import BINARY, UNARY
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.modules import Library
from kernel2.terms import APP, CONST, LIT, TRUE, Term, apps, const, head, release
from pipeline.bundle.bundle import Bundle
from pipeline.bundle.theory import theory_root
from pipeline.lean import find_toolchain
from pipeline.second_kernel.oleans import Oleans


class Counter_(Checker):
    profile: bool = False

    def __init__(self, env: Environment, lane: int) -> None:
        super().__init__(env)
        self.lane = lane
        self.calls: Counter[str] = Counter()
        self.lanes: Counter[str] = Counter()
        self.by: Counter[str] = Counter()
        self.stack = ["-"]

    def unfold(self, e: Term) -> Term | None:
        if self.profile:
            n = head(e)
            if n.tag == CONST and str(n.a).startswith("Compact.") or n.a == "Nat.rec":
                self.stack[-1] = n.a
        return super().unfold(e)

    def whnf(self, e: Term) -> Term:
        if not self.profile:
            return super().whnf(e)
        self.stack.append(self.stack[-1])
        try:
            return super().whnf(e)
        finally:
            self.stack.pop()

    def compute(self, e: Term) -> Term | None:
        value = super().compute(e)
        if value is not None and e.a.tag == APP:
            f = e.a.a.a
            m, n = self._number(e.a.b), self._number(e.b)
            bits = m.bit_length()
            if f not in ("Nat.pow", "Nat.shiftLeft", "Nat.shiftRight"):
                bits = max(bits, n.bit_length())
            if value.tag == LIT:
                bits = max(bits, value.a.bit_length())
            w = max(1, -(-bits // self.lane))
            self.calls[f] += 1
            self.lanes[f] += w
            if self.profile:
                self.by[self.stack[-1]] += w
        return value
