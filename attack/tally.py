"""The figures of an attack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from attack.judge import BAD, RESULTS, Judgement


@dataclass
class Tally:
    """What became of the mutants, by class of attack, and a line about each that should not be."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def add(self, kind: str, what: str, judgement: Judgement) -> None:
        """Count one mutant."""
        self.counts[kind, judgement.result] += 1
        if judgement.result in BAD:
            self.bad.append(f"{judgement.result}: {kind}, {what}: {judgement.why}")

    def merge(self, other: Tally) -> Tally:
        """With the figures of another attack."""
        return Tally(self.counts + other.counts, [*self.bad, *other.bad])

    def total(self, *results: str) -> int:
        """The mutants with one of these results; all, if none is given."""
        return sum(n for (_, result), n in self.counts.items() if not results or result in results)

    def of(self, kind: str) -> int:
        """The mutants of this class."""
        return sum(n for (each, _), n in self.counts.items() if each == kind)

    def table(self) -> str:
        """The figures in columns, a line for each class and one for all."""
        used = [result for result in RESULTS if self.total(result)]
        kinds = sorted({kind for kind, _ in self.counts})
        rows = [["class of attack", "tried", *used]]
        rows += [[k, f"{self.of(k):,}", *(f"{self.counts[k, r]:,}" for r in used)] for k in kinds]
        rows.append(["all", f"{self.total():,}", *(f"{self.total(r):,}" for r in used)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for first, *numbers in rows:
            cells = (n.rjust(width) for n, width in zip(numbers, widths[1:], strict=True))
            lines.append("  ".join([first.ljust(widths[0]), *cells]))
        return "\n".join(lines)
