"""What can be claimed of a transformer besides accuracy: one file each."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.claim import Claim
from pipeline.transformer.claims.loss import LOSS
from pipeline.transformer.claims.margin import MARGIN
from pipeline.transformer.claims.mass import MASS
from pipeline.transformer.claims.region import GAPS, REGION

__all__ = ["CLAIMS"]

CLAIMS: Mapping[str, Claim] = {claim.name: claim for claim in (MARGIN, REGION, GAPS, MASS, LOSS)}
