"""`python -m pipeline.recheck MODEL MANIFEST...`: the second checker by itself.  Exit code 0: all accepted; 1: not."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.recheck import recheck


def main(arguments: list[str]) -> int:
    """Check each manifest against the model and print the verdicts."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    model, *manifests = map(Path, arguments)
    accepted = True
    for manifest in manifests:
        verdict = recheck(model, manifest, look_at=1000)
        accepted &= verdict.accepted
        word = "accepted" if verdict.accepted else "REFUSED"
        print(f"{str(manifest)!a}: {word}: {verdict.reason}")
        if verdict.numbers is not None:
            accepted &= verdict.numbers.hold
            print(f"  {verdict.numbers}")
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
