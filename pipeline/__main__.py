"""`python -m pipeline`, `compact-proofs`: which programs there are, and running one of them.

python -m pipeline export MODEL      the same as `python -m pipeline.export MODEL`, or `compact-export MODEL`
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

PROGRAMS = {
    "export": ("pipeline.export", "from a model's weights to a theorem about it"),
    "verify": ("pipeline.verify", "is this certificate a theorem about my model?"),
    "explain": ("pipeline.explain.__main__", "how good is my explanation of this model?"),
    "inputs": ("pipeline.inputs.__main__", "which inputs are wrong, or right and not proved?"),
    "search": ("pipeline.search.__main__", "the best explanation for each length of proof"),
    "sweep": ("pipeline.sweep.__main__", "many models, many strategies, one table"),
    "strategies": ("pipeline.strategies", "which strategies there are, and what each would prove"),
    "tune": ("pipeline.tune.__main__", "train a model until short proofs say much of it"),
    "report": ("pipeline.report.__main__", "a page with figures from such a table"),
    "benchmark": ("pipeline.benchmark.__main__", "what the certificates of models cost"),
    "doctor": (
        "pipeline.doctor.__main__",
        "what is installed, does it hold together, how to mend it",
    ),
    "lean": ("pipeline.lean.__main__", "build Lean modules, with whichever Lean there is"),
}

_EXIT_MALFORMED = 2


def usage() -> str:
    """What there is."""
    lines = [f"  {name:<10} compact-{name:<10} {what}" for name, (_, what) in PROGRAMS.items()]
    return "\n".join(
        [
            "usage: python -m pipeline PROGRAM ...   (--help says more of each)",
            "",
            "  PROGRAM    the same, from anywhere",
            *lines,
            "",
            "`python -m` imports what lies in the current directory: in one that you do not trust,",
            "use the commands of the second column, or `python -P -m`.",
        ]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program that is named first; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if arguments else _EXIT_MALFORMED
    name = arguments[0]
    if name not in PROGRAMS:
        print(f"error: no program {name!a}", usage(), sep="\n", file=sys.stderr)
        return _EXIT_MALFORMED
    program = importlib.import_module(PROGRAMS[name][0])
    sys.argv = [f"{sys.argv[0]} {name}", *arguments[1:]]
    return int(program.main() if name == "lean" else program.console())


if __name__ == "__main__":
    sys.exit(main())
