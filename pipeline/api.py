"""The Python interface: what the programs do, one call each.

    from pipeline.api import load, prove, verify

    model = load("examples/models/max_of_3.safetensors")
    proof = prove(model, strategy="quartic")     # searches a certificate and has Lean check it
    proof.bound, proof.total, proof.truth        # 1000, 1000, 1000
    proof.theorem                                # the statement, as Lean prints it
    proof.save("certificates/mine")              # what `python -m pipeline.verify` reads
    verify(model, "certificates/mine")           # the same proofs again, checked again by Lean
    explain(model, "mine.toml")                  # an explanation of your own: proved, and what each part is worth

In a notebook, results show themselves.  All errors are `pipeline.errors.PipelineError`, with a cure.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.bundle.check import LeanChecker
from pipeline.bundle.searched import searched
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_root
from pipeline.errors import MalformedInput
from pipeline.explain.score import Score, score
from pipeline.families import family_of
from pipeline.lean import Limits, find_toolchain
from pipeline.proof.budget import Budget
from pipeline.proof.choice import AUTO, BUDGET, choose
from pipeline.proof.hooked import from_hooked
from pipeline.proof.proof import Proof
from pipeline.proof.subject import LoadedModel, load
from pipeline.strategy import Progress, Strategy
from pipeline.transformer.strategies.low_rank import ByTables, LowRank
from pipeline.transformer.strategies.low_rank.explanation import read_explanation

__all__ = ["LoadedModel", "Proof", "Score", "explain", "from_hooked", "load", "prove", "verify"]

AnyPath = str | os.PathLike[str]


def _silent(_text: str) -> None:
    pass


def prove(
    model: LoadedModel | AnyPath,
    strategy: str | Strategy = "auto",
    *,
    explanation: AnyPath | None = None,
    budget: Budget | int | str = BUDGET,
    check: bool = True,
    lean: str | None = None,
    limits: Limits | None = None,
    progress: Progress = _silent,
) -> Proof:
    """Search a certificate and have Lean check it.

    `strategy` is a name as on the command line, or "auto": of all strategies the best bound whose check takes at most
    `budget`: a number of operations, or seconds or memory as on the command line ("30s", "2GB").
    `explanation` is a file of your own in its place (docs/explanations.md).
    With `check=False` Lean is not asked: the bound is then what the search predicts, and `proof.proved` is false.
    Raises `RejectedByLean` if Lean does not accept the certificate.
    """
    loaded = model if isinstance(model, LoadedModel) else load(model)
    limits = limits or Limits()
    checker = _checker(lean, limits) if check else None
    found, family = None, family_of(loaded.model)
    if explanation is not None and strategy != AUTO:
        raise MalformedInput(
            "a strategy and an explanation are two ways to prove", cure="give one of them"
        )
    if explanation is not None:
        chosen = loaded.explained(read_explanation(Path(explanation)))
    elif strategy == AUTO:
        within = budget if isinstance(budget, Budget) else Budget.of(budget)
        found = choose(family, loaded.model, within, progress, limits.timeout_s, progress)
        chosen = family.strategy(found.strategy)
    else:
        chosen = family.strategy(strategy) if isinstance(strategy, str) else strategy
    bundle = searched(
        loaded.model, loaded.name, loaded.file, chosen, progress, limits.timeout_s, found
    )
    if checker is not None:
        progress("Lean checks the certificate")
    return Proof(loaded, chosen, bundle, None if checker is None else checker.check(bundle))


def explain(
    model: LoadedModel | AnyPath,
    explanation: AnyPath | LowRank | ByTables,
    *,
    check: bool = True,
    lean: str | None = None,
    limits: Limits | None = None,
    progress: Progress = _silent,
) -> Score:
    """Prove by an explanation (a file, see docs/explanations.md), and score it: `.proof`, and what each part saves and
    loses (`.worth`), the unexplained `.dimension`, and what as many operations buy by sampling (`.evidence`)."""
    loaded = model if isinstance(model, LoadedModel) else load(model)
    if isinstance(explanation, LowRank | ByTables):
        strategy = explanation
    else:
        strategy = read_explanation(Path(explanation)).strategy()
    subject = loaded.require_explainable(strategy.name)
    proof = prove(loaded, strategy, check=check, lean=lean, limits=limits, progress=progress)
    return score(proof, subject, strategy, progress)


def verify(
    model: LoadedModel | AnyPath,
    certificate: AnyPath,
    *,
    lean: str | None = None,
    limits: Limits | None = None,
) -> list[Proof]:
    """The certificates in a directory (or the one of a manifest), derived again from the model and checked by Lean.

    Raises `MalformedInput` if one is not about this model, or was changed, and `RejectedByLean` if Lean refuses it.
    """
    loaded = model if isinstance(model, LoadedModel) else load(model)
    checker = _checker(lean, limits or Limits())
    proofs = []
    for manifest in find_manifests(Path(certificate)):
        bundle = read_stored(manifest).require_genuine(loaded.model, theory_root())
        chosen = family_of(loaded.model).strategy(bundle.manifest.strategy)
        proofs.append(Proof(loaded, chosen, bundle, checker.check(bundle)))
    return proofs


def _checker(lean: str | None, limits: Limits) -> LeanChecker:
    return LeanChecker(find_toolchain(lean), theory_root(), limits=limits)
