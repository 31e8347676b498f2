"""A checked certificate in words and as JSON."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.check import Checked
from pipeline.claim import ACCURACY
from pipeline.cli.terminal import printable
from pipeline.families import find_family
from pipeline.lean import Toolchain


def certificate_json(bundle: Bundle) -> dict[str, Any]:
    """What can be said without Lean."""
    manifest = bundle.manifest
    return {
        manifest.claim.measure: manifest.claim.bound,
        "total": manifest.claim.total,
        "claims_nothing": claims_nothing(bundle),
        "n_ctx": manifest.claim.n_ctx,
        "d_vocab": manifest.claim.d_vocab,
        "family": manifest.family,
        "strategy": manifest.strategy,
        "claim": manifest.claim.about,
        "operations": bundle.operations,
        "certificate_bytes": len(bundle.theorem) + len(bundle.weights),
        "theorem_bytes": len(bundle.theorem),
        "weights_bytes": len(bundle.weights),
        "theorem": manifest.lean.theorem,
        "module": manifest.lean.module,
        "model_digest": manifest.model.digest,
    }


def checked_json(checked: Checked, toolchain: Toolchain) -> dict[str, Any]:
    """What Lean found."""
    return {
        "proved": True,
        "kernel_seconds": round(checked.kernel_seconds, 3),
        "peak_memory_mb": round(checked.peak_memory_mb, 1),
        "axioms": list(checked.axioms),
        "statement": checked.statement,
        "lean": toolchain.kind,
        "lean_version": toolchain.version,
    }


def percentage(correct: int, total: int) -> str:
    """Per cent with four decimals, rounded down: a bound must not look better than it is."""
    whole, rest = divmod(1_000_000 * correct // total, 10_000)
    return f"{whole}.{rest:04} %"


def claims_nothing(bundle: Bundle) -> bool:
    """Is the claim so of every model, or as good as that?"""
    manifest = bundle.manifest
    family = find_family(manifest.family)
    bound, d_vocab = manifest.claim.bound, manifest.claim.d_vocab
    claim = family.claim_of(manifest.strategy)
    if claim is None:
        return family.claims_nothing(bound, d_vocab)
    return claim.nothing(manifest.fields(), bound, d_vocab)


def claim_in_words(bundle: Bundle, file: str) -> str:
    """The theorem's statement for people."""
    manifest, claim = bundle.manifest, bundle.manifest.claim
    words = find_family(manifest.family).say(
        manifest.strategy, manifest.fields(), file, claim.bound, claim.d_vocab, claim.n_ctx
    )
    if claims_nothing(bundle):
        if besides := _besides(bundle):
            nothing = f"OF {besides.upper()} NOTHING IS" if claim.bound else "AS GOOD AS NOTHING IS"
            return f"{nothing} CLAIMED: guessing blindly does not do worse.  {words}"
        if claim.measure != "correct":
            return f"AS GOOD AS NOTHING IS CLAIMED: guessing blindly does not do worse.  {words}"
        if claim.kind != ACCURACY:
            return f"NOTHING IS CLAIMED: this is so of every model, whatever it answers.  {words}"
        return (
            f"NOTHING IS CLAIMED: of the {claim.total:,} inputs of {file}, at least 0 are answered "
            "correctly, which is so of every model."
        )
    return words.replace("the logit of the largest token", f"the logit of {bundle.form.answer}")


def _besides(bundle: Bundle) -> str:
    """What it speaks of besides counting inputs."""
    claim = find_family(bundle.manifest.family).claim_of(bundle.manifest.strategy)
    return claim.besides if claim is not None else ""


def heading(bundle: Bundle) -> tuple[str, str]:
    """Proved, and whether anything is; and its style."""
    if not claims_nothing(bundle):
        return "PROVED", "bold green"
    if (besides := _besides(bundle)) and bundle.manifest.claim.bound:
        return f"PROVED, BUT OF {besides.upper()} IT CLAIMS NOTHING,", "bold yellow"
    return "PROVED, BUT IT CLAIMS NOTHING,", "bold yellow"


def figure(bundle: Bundle) -> str:
    """The bound in short."""
    claim, own = bundle.manifest.claim, find_family(bundle.manifest.family).figure
    if own is not None:
        return own(claim.bound, claim.total)
    about = find_family(bundle.manifest.family).claim_of(bundle.manifest.strategy)
    besides = about.figure(bundle.manifest.fields()) if about is not None else ""
    return f"{besides}{claim.bound:,}/{claim.total:,} = {percentage(claim.bound, claim.total)}"


def summary(bundle: Bundle, checked: Checked, toolchain: Toolchain, file: str) -> Text:
    """The theorem, what it cost and what it rests on."""
    rows = {
        "in words": claim_in_words(bundle, file),
        "in Lean": f"theorem {checked.statement}",
        "bound": figure(bundle),
        "kernel": f"{checked.kernel_seconds:.2f} s, {checked.peak_memory_mb:.0f} MB",
        "length": f"{bundle.operations:,} operations, as Lean counts them too",
        "certificate": (
            f"{len(bundle.theorem) + len(bundle.weights):,} bytes "
            f"(theorem {len(bundle.theorem):,}, weights {len(bundle.weights):,})"
        ),
        "axioms": ", ".join(checked.axioms) or "none",
        "Lean": toolchain.describe(),
    }
    text = Text.assemble(heading(bundle), f" by {bundle.manifest.strategy}\n")
    for name, value in rows.items():
        text.append(f"  {name:<12}", style="bold").append(f"{printable(value)}\n")
    text.rstrip()
    return text
