"""The tables of a certificate (`lean/Compact/Transformer/Classes/Tables.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate

NATS = ("prec", "steps", "shift", "width", "bits", "v", "n", "last", "scoreBits", "argBits")
LEAST = ("tokenLeast", "directLeast", "posLeast")
ROWS = (
    *("token", "direct", "position", "tokenLo", "own", "mass", "low", "high", "slack"),
    *("tokenTop", "tokenArg", "posTop", "posArg", *LEAST, "posRow"),
)


@dataclass(frozen=True)
class Tables:
    """`Tables` in Lean: packed rows, by the same names (`Classes/Tables.lean` says what they are)."""

    bits: int
    v: int
    n: int
    width: int
    prec: int
    last: int
    token: Sequence[int]
    direct: Sequence[int]
    position: Sequence[int]
    tokenLo: Sequence[int]
    own: Sequence[int]
    mass: Sequence[int]
    low: Sequence[int]
    high: Sequence[int]
    slack: Sequence[int]

    @classmethod
    def of(cls, c: Certificate) -> Tables:
        """The tables as they stand in the certificate."""
        return cls(
            bits=c.nat("bits"),
            v=c.nat("v"),
            n=c.nat("n"),
            width=c.nat("width"),
            prec=c.nat("prec"),
            last=c.nat("last"),
            token=c.row("token"),
            direct=c.row("direct"),
            position=c.row("position"),
            tokenLo=c.row("tokenLo"),
            own=c.row("own"),
            mass=c.row("mass"),
            low=c.row("low"),
            high=c.row("high"),
            slack=c.row("slack"),
        )
