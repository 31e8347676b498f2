"""What the gates of two-token networks lose, frequency by frequency (`pipeline/network/slack.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.bundle.stored import read_stored
from pipeline.network.blocks import halves
from pipeline.network.length import operations
from pipeline.network.model import Network
from pipeline.network.slack import Part, parts
from pipeline.network.strategies import STRATEGIES
from pipeline.network.witness import group_fields
from pipeline.report.subject import model_of
from pipeline.report.trace import Entry

BY_GATES = frozenset(each.name for each in STRATEGIES.values() if each.checker == "Gates")


@dataclass(frozen=True)
class Gates:
    """The parts of one certificate."""

    entry: Entry
    parts: Sequence[Part]

    def rows(self) -> list[list[str]]:
        """For the page: a row for each part."""
        row = self.entry.row
        return [
            [
                row.model, row.strategy, each.name, str(each.neurons), f"{each.runs:.2f}", f"{each.wrong:.2f}",
                f"{each.mean:.1%}", f"{each.most:.1%}",
            ]
            for each in self.parts
        ]  # fmt: skip


def gates_of(entry: Entry) -> Gates | None:
    """What the certificate of a network by gates loses; `None` of other models."""
    model = model_of(entry)
    if not isinstance(model, Network):
        return None
    return Gates(entry, parts(model, read_stored(entry.certificate).manifest.fields()))


def brute_force_of(model: Network) -> int:
    """The operations of a check that looks at every pair (or half of them, where that is enough), in one block."""
    fields = {**group_fields(model.table), "half": int(halves(model)), "blocks": [model.order]}
    return operations("BruteForce", model, fields)
