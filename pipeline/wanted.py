"""What a person demands of a certificate: so many inputs, a share, a margin, a region, these weights."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from pipeline.bundle.bundle import Bundle
from pipeline.claim import Asked
from pipeline.errors import MalformedInput
from pipeline.families import find_family
from pipeline.family import AnyModel

_COUNT = re.compile(r"[0-9]{1,1300}", re.ASCII)
_SHARE = re.compile(r"0?\.[0-9]{1,60}|[0-9]{1,3}(\.[0-9]{1,60})? ?%", re.ASCII)
CURE = "ask for less, or look for another certificate"
BILLION = 10**9


@dataclass(frozen=True)
class Wanted:
    """What a certificate has to claim; nothing by default."""

    at_least: int | Fraction = 0
    """So many inputs, or a share of all of them below 1, of what they weigh if the claim is a mass."""
    at_most: Fraction | None = None
    """A mean loss."""
    claim: str | None = None
    """What it has to be about."""
    asked: Asked = field(default_factory=Asked)
    """The margin, the region or the weights that it has to cover."""

    def require(self, bundle: Bundle, model: AnyModel, manifest: Path) -> None:
        """Refuse a certificate that claims less."""
        claim = bundle.manifest.claim
        if self.claim is not None and claim.kind != self.claim:
            raise MalformedInput(
                f"{manifest}: a claim of {claim.kind}, not of {self.claim}", cure=CURE
            )
        if claim.measure == "correct":
            self._require_enough(bundle, manifest)
        else:
            self._require_little(bundle, manifest)
        if self.asked == Asked():
            return
        about = find_family(bundle.manifest.family).claim_of(bundle.manifest.strategy)
        lacks = "it says nothing of that"
        if about is not None:
            lacks = about.lacks(bundle.manifest.fields(), model, self.asked)
        if lacks:
            raise MalformedInput(
                f"{manifest}: less is claimed than was asked for: {lacks}", cure=CURE
            )

    def _require_enough(self, bundle: Bundle, manifest: Path) -> None:
        """Enough inputs, or a large enough share."""
        claim, wanted = bundle.manifest.claim, self.at_least
        if claim.kind == "loss":
            loss = bundle.manifest.fields()["loss"]
            assert isinstance(loss, int)
            self._require_no_more(loss, manifest)
        elif self.at_most is not None:
            raise MalformedInput(
                f"{manifest}: claims right answers, not a loss", cure="leave --at-most out"
            )
        if isinstance(wanted, Fraction):
            if claim.bound < wanted * claim.total:
                share = f"{float(100 * wanted):.6g} %"
                raise MalformedInput(
                    f"{manifest}: claims {claim.bound:,} of {claim.total:,}, less than {share}",
                    cure=CURE,
                )
        elif wanted and claim.kind == "mass":
            raise MalformedInput(
                f"{manifest}: claims a weight, not a number of inputs",
                cure="ask for a share of the total weight, such as --at-least 0.95",
            )
        elif claim.bound < wanted:
            raise MalformedInput(
                f"{manifest}: claims {claim.bound:,} of {claim.total:,}, fewer than {wanted:,}",
                cure="ask for no more with --at-least, or look for another certificate",
            )

    def _require_little(self, bundle: Bundle, manifest: Path) -> None:
        """A loss that is small enough."""
        if self.at_least:
            raise MalformedInput(
                f"{manifest}: claims a loss, not a number of inputs", cure="leave --at-least out"
            )
        self._require_no_more(bundle.manifest.claim.bound, manifest)

    def _require_no_more(self, billionths: int, manifest: Path) -> None:
        loss = Fraction(billionths, BILLION)
        if self.at_most is not None and loss > self.at_most:
            raise MalformedInput(
                f"{manifest}: claims a mean loss of at most {float(loss):.6g}, more than {float(self.at_most):.6g}",
                cure=CURE,
            )


def at_least(text: str) -> int | Fraction:
    """A number of inputs, or a share such as `0.95` or `95%`."""
    text = text.strip()
    if _COUNT.fullmatch(text):
        return int(text)
    if _SHARE.fullmatch(text):
        share = Fraction(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
        if share <= 1:
            return share
    raise MalformedInput(
        f"--at-least {text[:40]!a} is neither a number of inputs nor a share",
        cure="write it like 16000000, 0.95 or 95%",
    )
