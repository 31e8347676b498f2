"""Starts the doctor; says what is missing even where nothing is installed that the doctor itself needs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from pipeline.doctor.environment import look_at_python
from pipeline.errors import EXIT_TOOLING


def console() -> int:
    """Entry point of the installed command."""
    missing = [each for each in look_at_python() if each.status == "wrong"]
    if missing:
        for each in missing:
            print(f"WRONG {each.topic}: {each.text}\n cure: {each.cure}", file=sys.stderr)
        if "--json" in sys.argv:
            findings = [asdict(each) for each in missing]
            print(json.dumps({"healthy": False, "exit_code": EXIT_TOOLING, "findings": findings}))
        return EXIT_TOOLING
    from pipeline.cli.program import main
    from pipeline.doctor.program import app

    return main(app)


if __name__ == "__main__":
    sys.exit(console())
