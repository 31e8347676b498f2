"""One-layer, one-head, attention-only transformers (`lean/Compact/Transformer/`)."""

from __future__ import annotations

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.family import Claim, Family
from pipeline.recheck.model_file import read_model, read_stored
from pipeline.recheck.numbers import Numbers
from pipeline.recheck.said import require_no_norms
from pipeline.recheck.transformer import margin, mass
from pipeline.recheck.transformer.enclosure import Params
from pipeline.recheck.transformer.exponentials import Exponentials
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.recheck.transformer.look import look
from pipeline.recheck.transformer.strategies import COUNTS, region, soft
from pipeline.recheck.transformer.weights import Weights


def require_model(content: bytes, w: Weights) -> None:
    """The weights are those of the file, which has no norms."""
    require_no_norms(read_stored(content)[1])
    read_model(content).holds(w)


def sizes(w: Weights) -> tuple[int, int]:
    """The number of positions and of tokens."""
    return w.n_ctx, w.d_vocab


def look_at(w: Weights, certificate: Certificate, counted: Counted, many: int) -> Numbers:
    """Inputs in the claim's own words, and the factors that a certificate's rounding gives."""
    bits = "expHalf" in certificate.fields and "expPrec" not in certificate.fields
    bounding = Exponentials.of(certificate) if bits else Params.of(certificate)
    return look(w, bounding, counted, many, margin.least(certificate))


PROPERTY = "Correct R {weights}"

TRANSFORMER = Family(
    folder="Transformer",
    opened="",
    binders="(R : Type) [ExpField R]",
    property=PROPERTY,
    arguments="R ",
    read_weights=read_weights,
    require_model=require_model,
    sizes=sizes,
    counts=COUNTS,
    look=look_at,
    claims={
        "margin": Claim(margin.property_of, margin.CHECKERS),
        "region": Claim(lambda _: PROPERTY, region.CHECKERS, region.before),
        "gaps": Claim(lambda _: PROPERTY, region.GAPS, region.before_gaps),
        "mass": Claim(lambda _: PROPERTY, mass.CHECKERS, claim=mass.claim_of, total=mass.total),
        "loss": Claim(lambda _: PROPERTY, soft.CHECKERS, soft.before),
    },
)
