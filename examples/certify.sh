#!/usr/bin/env bash
# Export every committed certificate again (after a change of the theory, which makes them stale).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
"$python" - <<'LIST' | while read -r model directory strategy; do
import json
from pathlib import Path

for each in json.load(open("examples/corpus.json"))["certificates"]:
    directory = Path("examples", each["certificate"])
    for manifest in sorted(directory.glob("*.json")):
        print(Path("examples", each["model"]), directory, manifest.stem)
LIST
  "$python" -m pipeline.export "$model" --out "$directory" --strategy "$strategy" --force </dev/null
done
