"""What the program says to people."""

from __future__ import annotations

from pathlib import Path

from pipeline.tune.measure import Bound, Measured
from pipeline.tune.training import Training
from pipeline.tune.weights import Distance


def step(training: Training) -> str:
    return f"step {training.step:,} of {training.recipe.steps:,}, loss {training.loss:.4f}"


def interrupted(out: Path, done: int, steps: int) -> str:
    return (
        f"stopped after step {done:,} of {steps:,}: {out} holds the weights of that step; the same "
        f"command goes on from {out.name}.state"
    )


def report(
    model: Path, out: Path, old: Measured, new: Measured, moved: Distance, seconds: float
) -> str:
    """Before and after."""
    rows = [("", "before", "after", "operations after")]
    rows.append(("accuracy, exact", _right(old), _right(new), ""))
    for name, after in new.bounds.items():
        length = f"{after.operations:,}" if isinstance(after, Bound) else ""
        rows.append((name, _bound(old, name), _bound(new, name), length))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    table = [
        "  " + row[0].ljust(widths[0]) + "".join(f"  {row[i]:>{widths[i]}}" for i in (1, 2, 3))
        for row in rows
    ]
    return "\n".join(
        [
            f"ANOTHER MODEL: what is proved of {out.name} says nothing about {model.name}.",
            *(line.rstrip() for line in table),
            f"  moved by {100 * moved.relative:.1f} % of the norm of the weights; one weight by at most "
            f"{moved.largest:.3g}",
            "  bounds are predicted by the searches and not proved yet:",
            f"    python -m pipeline.export {out} --strategy {next(iter(new.bounds))}",
            f"  written to {out} in {seconds:.0f} CPU s",
        ]
    )


def per_cent(part: int, total: int) -> str:
    """Rounded down, so that only all are 100 %."""
    return f"{part * 10**6 // total / 10**4:.4f} %"


def _right(measured: Measured) -> str:
    if measured.right is None:
        return "too many"
    return per_cent(measured.right, measured.total)


def _bound(measured: Measured, name: str) -> str:
    bound = measured.bounds[name]
    return per_cent(bound.inputs, measured.total) if isinstance(bound, Bound) else "refused"
