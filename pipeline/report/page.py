"""The page: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.cli.report import percentage
from pipeline.report.gates import Gates
from pipeline.report.glossary import GLOSSARY, anchor, linked
from pipeline.report.kind import named
from pipeline.report.loss import Loss
from pipeline.report.slack import MEANINGS, RUNGS, Ladder
from pipeline.report.style import Picture, dark_colors, inline, mean, variable
from pipeline.report.trace import Entries, Entry
from pipeline.sweep.proof import Proof

NOTHING = "–"  # noqa: RUF001


@dataclass(frozen=True)
class Page:
    """What is on it."""

    entries: Entries
    pictures: Sequence[Picture]
    ladders: Sequence[Ladder]
    gates: Sequence[Gates]
    losses: Sequence[Loss]
    traced: bool
    verified: bool
    """Has Lean checked every certificate, now?  Else the numbers are claims."""

    def render(self) -> bytes:
        """The file."""
        environment = Environment(
            loader=PackageLoader("pipeline.report", "."),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        environment.filters["inline"] = lambda drawn: Markup(inline(drawn))
        environment.filters["anchor"], environment.filters["linked"] = anchor, linked
        rows = [entry.row for entry in self.entries.proofs]
        return (
            environment.get_template("page.html.j2")
            .render(
                title="Compact proofs: what they reach and what they cost",
                summary=_summary(rows, self.entries.others, self.verified),
                dark="; ".join(f"{variable(each)}: {dark}" for each, dark in dark_colors().items()),
                glossary=GLOSSARY,
                verified=self.verified,
                verification=_VERIFIED if self.verified else _CLAIMED,
                traced=self.traced,
                trace=_TRACED if self.traced else _UNTRACED,
                strategies=list(_strategies(self.entries.proofs)),
                pictures=self.pictures,
                rungs=self._rungs(),
                meanings=MEANINGS,
                slack=list(self._slack()),
                gates=[row for each in self.gates for row in each.rows()],
                losses=[each.row() for each in self.losses],
                proofs=[self._proof(entry) for entry in self.entries.proofs],
                others=self.entries.others,
                versions=list(dict.fromkeys(f"{row.versions}; {row.lean_version}" for row in rows)),
            )
            .encode()
        )

    def _rungs(self) -> list[str]:
        return [rung for rung in RUNGS if any(each.lost[rung] for each in self.ladders)]

    def _proof(self, entry: Entry) -> dict[str, Any]:
        """A row of all proofs, with the loss if there is any on the page."""
        found = _proof(entry)
        if self.losses:
            loss = [each.shown for each in self.losses if each.entry is entry]
            found["cells"].append(loss[0] if loss else NOTHING)
        return found

    def _slack(self) -> Iterable[list[str]]:
        for own in grouped(e.entry for e in self.ladders).values():
            ladders = [each for each in self.ladders if each.entry in own]
            rungs = self._rungs()
            shares = [
                mean([each.lost[rung] / each.entry.row.inputs for each in ladders])
                for rung in rungs
            ]
            yield [*_group(own), own[0].row.strategy, _share(sum(shares)), *map(_share, shares)]


_TRACED = (
    "Every bound on this page stands in a certificate with the SHA-256 given below; when the page was made, all of"
    " them were there, unchanged. The command beside a certificate has Lean check it again."
)
_VERIFIED = (
    "Lean's kernel accepted every certificate when this page was made, for exactly the weights in the model's file."
    " What is said besides the bounds (answered correctly, seconds, memory) is what the table says."
)
_CLAIMED = (
    "Claimed: the table says that Lean accepted these certificates when it was written. Lean was not asked when"
    " this page was made; python -m pipeline.report TABLE --verify asks it."
)
_UNTRACED = (
    "Made with --no-trace: whether the certificates behind these bounds exist was not looked at."
)


def grouped(entries: Iterable[Entry]) -> dict[object, list[Entry]]:
    """By task, size and kind of model, and strategy."""
    found: dict[object, list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.group, entry.row.strategy), []).append(entry)
    return found


def _group(own: Sequence[Entry]) -> list[str]:
    """What a group is called: models and inputs, and the right answer."""
    task, (d_vocab, n_ctx), _ = own[0].group
    return [
        f"{named(each.row.model for each in own)}, {d_vocab}^{n_ctx}",
        task.removeprefix("the "),
    ]


def _summary(rows: Sequence[Proof], others: Sequence[Proof], verified: bool) -> str:
    models = len({row.model_digest for row in rows})
    strategies = len({row.strategy for row in rows})
    what, checked = (
        ("theorem", "checked by Lean's kernel") if verified else ("claim", "not checked")
    )
    text = (
        f"{_several(len(rows), what)} on {_several(models, 'model')} by"
        f" {_several(strategies, 'strategy', 'strategies')}, each {checked} when this page was made:"
        " so many of all inputs, at least, are answered correctly, in exact real arithmetic."
    )
    return text + (f" {_several(len(others), 'attempt')} without a proof." if others else "")


def _several(count: int, one: str, more: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _strategies(entries: Sequence[Entry]) -> Iterable[list[str]]:
    for together in grouped(entries).values():
        own = [each.row for each in together]
        bounds = [float(row.bound_fraction or 0) for row in own]

        def of(name: str, own: Sequence[Proof] = own) -> Any:
            return _mean(getattr(row, name) for row in own)

        yield [
            *_group(together),
            own[0].strategy,
            str(len(own)),
            _share(mean(bounds)),
            _share(float(np.std(bounds, ddof=1)) if len(bounds) > 1 else None),
            _share(of("normalised_bound")),
            _number(of("operations")),
            _number(of("kernel_seconds"), ",.1f"),
            _number(of("peak_memory_mb")),
            _number(of("export_seconds"), ",.1f"),
            _number(of("certificate_bytes")),
            _number(of("reference_flops")),
            _number(of("unexplained_dimension")),
        ]


def _proof(entry: Entry) -> dict[str, Any]:
    row = entry.row
    assert row.bound is not None
    cells = [
        row.model,
        row.strategy,
        f"{row.bound:,}",
        percentage(row.bound, row.inputs),
        _number(row.right),
        _share(row.normalised_bound),
        _number(row.operations),
        _number(row.kernel_seconds, ",.1f"),
        _number(row.peak_memory_mb),
    ]
    return {
        "cells": cells,
        "sha256": row.certificate_sha256,
        "command": entry.command,
        "theorem": entry.theorem,
        "words": entry.words,
        "anchor": entry.anchor,
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{100 * value:.2f} %"


def _number(value: float | None, shown: str = ",.0f") -> str:
    return NOTHING if value is None else format(value, shown)
