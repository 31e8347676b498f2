"""All strategies of all families, with what each costs and when to use it, for people."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from pipeline.families import FAMILIES
from pipeline.strategy import Strategy


def listed() -> Iterator[str]:
    """A line for each family; for each of its strategies two, from the dearest to the cheapest."""
    for family in FAMILIES.values():
        yield f"{family.name}:"
        for strategy in family.strategies.values():
            yield f"  {strategy.name:18} {strategy.summary}"
            yield f"  {'':18} when: {strategy.when}"


def for_help(width: int = 79) -> str:
    """The same for `--help`; `\\b` keeps what follows it as it is."""
    parts = []
    for family in FAMILIES.values():
        entries = (_entry(strategy, width) for strategy in family.strategies.values())
        parts.append("\n".join([f"\b\nStrategies for a {family.name}:", *entries]))
    return "\n\n".join(parts)


def _entry(strategy: Strategy, width: int) -> str:
    lines = (strategy.summary, f"When: {strategy.when}")
    said = "\n".join(
        fill(
            " ".join(line.split()),
            width,
            initial_indent="    ",
            subsequent_indent="      ",
            break_on_hyphens=False,
        )
        for line in lines
    )
    return f"  {strategy.name}\n{said}"
