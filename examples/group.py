"""Write the multiplication table of a group as JSON, for `--table FILE`.

    python -m examples.group S3 --out s3.json
    python -m examples.group "Z2 x S3"

The file holds a list of rows; entry `y` of row `x` is the number of the element `x * y`.  Which names there are,
and in which order the elements come, is written in `pipeline/network/groups.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.network.groups import UnknownGroup, group


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.group",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", help="Z59, S4, A5, D6, Q8, or a product such as 'Z2 x S3'")
    parser.add_argument("--out", type=Path, help="file to write (default: standard output)")
    arguments = parser.parse_args(argv)
    try:
        table = group(arguments.name)
    except UnknownGroup as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    text = "[" + ",\n ".join(json.dumps(row) for row in table) + "]\n"
    if arguments.out is None:
        sys.stdout.write(text)
    else:
        arguments.out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
