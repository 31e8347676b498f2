"""A second checker: is this certificate what Lean would accept for this model?

It is written from the Lean definitions and shares nothing with the exporter, the emitter, the strategies' search or
their mirrors of the checkers: not a line of the package is imported here (`tests/test_second_checker.py` sees to
that).  It reads the weights and the certificate from disk by itself, the Lean files too, and computes in plain
Python integers what
Lean's `check` computes in naturals; where Lean packs lanes of digits that a hostile certificate could make overflow,
the same packed numbers are computed here.

It is a witness, not a link of the chain: what is believed is the theorem.  `pipeline.verify --cross` runs both and
fails when they differ.

    from pipeline.recheck import recheck
    verdict = recheck(Path("model.safetensors"), Path("certificates/model/cubic.json"))
"""

from pipeline.recheck.recheck import Certified, Verdict, certified, recheck
from pipeline.recheck.refused import Refused

__all__ = ["Certified", "Refused", "Verdict", "certified", "recheck"]
