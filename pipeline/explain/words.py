"""Scores and frontiers for people."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cli.report import percentage
from pipeline.explain.point import Point, frontier
from pipeline.explain.ranks import knee
from pipeline.explain.score import Score


def in_words(score: Score) -> str:
    """One explanation."""
    proof, total = score.proof, score.proof.total
    if proof.truth is None:
        truth = "not counted: too many inputs"
    else:
        share = percentage(proof.truth, total)
        truth = f"{proof.truth:,} = {share}, exactly; the gap is {percentage(proof.truth - proof.bound, total)}"
    lost = [f"{name} {percentage(count, total)}" for name, count in proof.losses.items()]
    rows = [
        ("bound", f"{proof.bound:,} of {total:,} = {percentage(proof.bound, total)}"),
        ("truth", truth),
        ("lost by", "\n".join(lost)),
        ("length", f"{proof.length:,} operations"),
        *(
            (
                each.part,
                f"{_more(each.saves, 'saves', 'costs')} operations and {_more(each.loses, 'loses', 'gains')} inputs"
                f" against being {each.instead}",
            )
            for each in score.worth
        ),
        ("unexplained", f"{score.dimension:,} numbers"),
        ("sampling", f"as many operations would do for this: {score.evidence}"),
        ("theorem", proof.theorem),
    ]
    said = "PROVED" if proof.proved else "NOT CHECKED BY LEAN"
    head = f"{said} by {proof.strategy.name}" + (
        f": {proof.strategy.summary}" if proof.strategy.summary else ""
    )
    return "\n".join([head, *(_row(name, text) for name, text in rows if text)])


def table(points: Sequence[Point], total: int) -> str:
    """All points, from the shortest proof; those on the frontier are marked."""
    best = frontier(points)
    lines = [f"{'':2}{'operations':>18}  {'bound':>12}  "]
    for point in sorted(points, key=lambda each: each.length):
        mark = "*" if point in best else " "
        said = "proved" if point.proved else "as searched, not checked here"
        own = " <" if point.own else ""
        lines.append(
            f"{mark} {point.length:>18,}  {percentage(point.bound, total):>12}  {point.name}{own} ({said})"
        )
    lines.append("* on the frontier: nothing shorter proves as much   < of your own")
    return "\n".join(lines)


def ranks_in_words(ranks: Sequence[int], points: Sequence[Point], total: int) -> str:
    """The bound against the rank of QK."""
    found = knee(ranks, [point.bound for point in points])
    lines = ["QK along so many directions on either side:"]
    for rank, point in zip(ranks, points, strict=True):
        here = "   <- the knee: more directions bring less" if rank == found else ""
        lines.append(
            f"  rank {rank:>3}  {percentage(point.bound, total):>12}  {point.length:>18,} operations{here}"
        )
    return "\n".join(lines)


def _more(count: int, positive: str, negative: str) -> str:
    return f"{positive if count >= 0 else negative} {abs(count):,}"


def _row(name: str, text: str) -> str:
    first, *more = text.split("\n")
    return "\n".join([f"  {name:<12}{first}", *(f"  {'':<12}{line}" for line in more)])
