"""`python -m pipeline.search.found FOLDER`: what searches found, as a table in Markdown.

FOLDER holds a folder for each model, as `python -m pipeline.search MODEL --out FOLDER/NAME` writes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.cli.report import percentage
from pipeline.explain.point import Point

REPORT = "frontier.json"


def points(report: Path) -> list[Point]:
    """All points of a search, those of our own strategies too."""
    keys = ("name", "bound", "length", "proved", "own")
    return [
        Point(*(each[key] for key in keys)) for each in json.loads(report.read_text())["points"]
    ]


def table(folder: Path) -> str:
    """A row for each model."""
    lines = [
        "| model | score | of our own strategies alone | points, all proved | of these explanations | the shortest |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for report in sorted(folder.glob(f"*/{REPORT}")):
        said = json.loads(report.read_text())
        proved = [each for each in points(report) if each.proved]
        shortest = min(proved, key=lambda each: each.length)
        cells = (
            f"`{Path(said['model']).name.partition('.')[0]}`",
            f"{said['score']:.4f}",
            f"{said['score_of_built_in']:.4f}",
            f"{len(proved)}",
            f"{sum(each.own for each in proved)}",
            f"{percentage(shortest.bound, said['total'])} in {shortest.length:,} operations",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
