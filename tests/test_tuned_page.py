"""What the page on provability says of five tuned models is what Lean's kernel said, and as much as was asked for."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from pipeline.api import load
from pipeline.bundle.stored import read_stored
from pipeline.lean import PROJECT

EXPORTED = PROJECT / "docs/provability/tuned.json"
"""What `python -m pipeline.export ... --strategy prefix-top2 --json` said of each, when its certificate was written."""
SEEDS = range(5)
LEAST = {"low-rank-qk-eu": Fraction(998, 1000), "prefix-top2": Fraction(999, 1000)}
"""Shares of all inputs that have to be proved of a tuned model."""


@pytest.mark.parametrize("seed", SEEDS)
def test_tuned(seed: int) -> None:
    """Enough is proved of each, and the page says so: shares of all inputs in per cent, rounded down."""
    name = f"max_of_4_seed{seed}_tuned"
    loaded = load(PROJECT / f"examples/models/{name}.safetensors")
    folder = PROJECT / f"lean/Compact/Certificates/MaxOf4Seed{seed}Tuned"
    committed = {name: read_stored(folder / f"{name}.json").manifest for name in LEAST}
    (said,) = (each for each in json.loads(EXPORTED.read_text()) if each["model"] == name)
    for manifest in committed.values():
        assert manifest.model.digest == said["model_digest"] == loaded.model.digest
        assert manifest.claim.total == said["total"] == loaded.total
    assert (said["strategy"], said["proved"], said["axioms"]) == ("prefix-top2", True, [])
    assert said["theorem"].startswith(f"Compact.Certificates.MaxOf4Seed{seed}Tuned.")
    proved = {name: committed[name].claim.bound for name in ("prefix-top2", "low-rank-qk-eu")}
    assert proved["prefix-top2"] == said["correct"]
    for strategy, least in LEAST.items():
        assert least <= Fraction(proved[strategy], loaded.total) <= 1
    assert max(proved.values()) <= said["truth"]
    counts = [said["truth"], *proved.values()]
    cells = [f"{10**6 * count // loaded.total / 10**4:.4f}" for count in counts]
    assert f"| after | {' | '.join(cells)} |" in (PROJECT / "docs/provability.md").read_text()
