#!/usr/bin/env bash
# Export every committed certificate again (after a change of the theory, which makes them stale).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
"$python" - <<'LIST' | while read -r model directory; do
import json
for each in json.load(open("examples/corpus.json"))["certificates"]:
    print(f"examples/{each['model']}", f"examples/{each['certificate']}")
LIST
  "$python" -m pipeline.export "$model" --out "$directory" --force </dev/null
done
