#!/usr/bin/env bash
# Export every committed certificate again (after a change of the theory, which makes them stale).  Of claims other than
# accuracy: the margin that float32 needs, the best region, the least gaps, and the weights in examples/weights.
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
  case $strategy in
    *-mass) asked=(--claim mass --weights examples/weights/zipf_10.csv --strategy "${strategy%-mass}") ;;
    *) asked=(--strategy "$strategy") ;;
  esac
  "$python" -m pipeline.export "$model" --out "$directory" "${asked[@]}" --force </dev/null
done
