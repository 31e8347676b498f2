#!/usr/bin/env bash
# Export every committed certificate again (after a change of the theory, which makes them stale).  Claims other than
# accuracy, whose certificates do not say how they were asked for, are exported by hand (docs/claims.md).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
"$python" - <<'LIST' | while read -r model directory strategy; do
from pathlib import Path

from pipeline.bundle.stored import find_manifests
from pipeline.cli.corpus import read_corpus

for each in [*read_corpus(Path("examples")), *read_corpus(Path("examples", "large"))]:
    for manifest in find_manifests(each.certificate):
        print(each.model, each.certificate, manifest.stem)
LIST
  "$python" -m pipeline.export "$model" --out "$directory" --strategy "$strategy" --force </dev/null
done
