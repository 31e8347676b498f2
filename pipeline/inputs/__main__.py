"""`python -m pipeline.inputs MODEL CERTIFICATE`: which inputs are wrong, and which are right but not proved?

Looks at every input.  First the wrong ones, the worst margins first (the answer's logit less the largest other one);
then those that are right but not counted by the certificate, with the relaxation of the proof that loses them; then
counts by maximum and by query (the last token).  CERTIFICATE is a manifest, or a directory that holds one; it is read
strictly and derived again from the weights, but Lean is not asked: `python -m pipeline.verify` does that.

Exit codes: 0 looked at, 2 malformed input, 4 a resource limit, 5 a wrong input is counted, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_root
from pipeline.cli import options
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome, main, run
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED, MalformedInput
from pipeline.families import family_of
from pipeline.inputs.found import Found, look
from pipeline.inputs.heads import look_at_heads
from pipeline.lean import Limits
from pipeline.model import Model
from pipeline.proof.subject import load
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.mlp.lost import lost
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic import MlpQuartic

MOST_INPUTS = 1 << 27
MOST_AT_ONCE = 1 << 24
_SHOWN = 12
_NOT_ASKED = (
    "(Lean was not asked whether this certificate is a proof: python -m pipeline.verify does that)"
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    model: Annotated[Path, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")],
    certificate: Annotated[Path, typer.Argument(help="A manifest, or a directory with one.")],
    limit: Annotated[
        int, typer.Option("--limit", min=0, metavar="N", help="Inputs of each kind; 0 for all.")
    ] = 20,
    as_json: options.AsJson = False,
    timeout: options.Timeout = None,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        return _look(model, certificate, limit, options.limits(timeout, None), terminal)

    return run(program, as_json=as_json)


def _look(
    path: Path, certificate: Path, limit: int, limits: Limits, terminal: Terminal
) -> tuple[Outcome, int]:
    manifests = find_manifests(certificate)
    if len(manifests) > 1:
        names = ", ".join(each.name for each in manifests)
        raise MalformedInput(f"{certificate} holds {names}", cure="name one of these manifests")
    with deadline(limits.timeout_s, f"reading {manifests[0]}"):
        stored = read_stored(manifests[0])
        subject = load(path)
        bundle = stored.require_genuine(subject.model, theory_root())
    model, name = subject.model, bundle.manifest.strategy
    strategy = family_of(model).strategy(name)
    if isinstance(model, MlpModel) and isinstance(strategy, MlpQuartic):
        return _look_at_neurons(
            path, model, strategy, manifests[0], bundle.manifest.claim.bound, limits, terminal
        )
    with terminal.working(), deadline(limits.timeout_s, "looking at the inputs"):
        if isinstance(model, HeadsModel):
            found, counted = look_at_heads(model, path, manifests[0], limit, terminal.progress)
        else:
            model = _require_few(model, path)
            found = look(model, strategy, bundle.manifest.fields(), limit, terminal.progress)
            counted = found.proved
    claim = bundle.manifest.claim.bound
    if counted < claim:
        raise MalformedInput(
            f"{manifests[0]} claims {claim:,} and counts {counted:,}: Lean would refuse it",
            cure="export the certificate again",
        )
    terminal.result(_in_words(found, subject.total, name))
    known = {"model": str(path), "certificate": str(manifests[0]), "claim": claim, "lean": None}
    return known | found.json() | {"exit_code": EXIT_PROVED}, EXIT_PROVED


def _look_at_neurons(
    path: Path,
    model: MlpModel,
    strategy: MlpQuartic,
    manifest: Path,
    claim: int,
    limits: Limits,
    terminal: Terminal,
) -> tuple[Outcome, int]:
    """Which neurons cost the bound most."""
    with terminal.working(), deadline(limits.timeout_s, "what the neurons cost"):
        found = lost(model, strategy, terminal.progress)
    if found.bound < claim:
        raise MalformedInput(
            f"{manifest} claims {claim:,} and counts {found.bound:,}: Lean would refuse it",
            cure="export the certificate again",
        )
    terminal.result(f"{found.in_words()}\n{_NOT_ASKED}")
    known: dict[str, Any] = {
        "model": str(path),
        "certificate": str(manifest),
        "claim": claim,
        "lean": None,
    }
    return known | found.json() | {"exit_code": EXIT_PROVED}, EXIT_PROVED


def _require_few(model: object, path: Path) -> Model:
    """The model, if all its inputs can be looked at."""
    if not isinstance(model, Model):
        raise MalformedInput(
            f"{path}: inputs are looked at of transformers only",
            cure="use python -m pipeline.verify --cross, which looks at some of them",
        )
    v, n = model.d_vocab, model.n_ctx
    if v**n > MOST_INPUTS or v ** (n - 1) > MOST_AT_ONCE:
        raise MalformedInput(
            f"{path}: {v}^{n} inputs are too many to look at", cure="give a model with fewer inputs"
        )
    return model


def _in_words(found: Found, total: int, strategy: str) -> str:
    lines = [
        f"of {total:,} inputs, {found.many_wrong:,} are wrong, {found.many_unproved:,} are right but not proved"
        f" by {strategy}, {found.proved:,} are counted by it",
        _NOT_ASKED,
        "",
    ]
    lines += [f"wrong, the worst first ({len(found.wrong):,} of {found.many_wrong:,}):"]
    lines += [f"  {each.margin:>12.6f}  {_tokens(each.tokens)}" for each in found.wrong]
    lines += ["", "right but not proved, by the relaxation that loses them:"]
    lines += [f"  {count:>12,}  {name}" for name, count in found.lost_by.most_common()]
    lines += [f"with the least margins ({len(found.unproved):,} of {found.many_unproved:,}):"]
    lines += [
        f"  {each.margin:>12.6f}  {_tokens(each.tokens)}  {each.lost_by}" for each in found.unproved
    ]
    for what, where in (("wrong", found.wrong_at), ("right but not proved", found.unproved_at)):
        lines += ["", *_counts(what, where)]
    return "\n".join(lines)


def _counts(what: str, where: Mapping[str, Counter[int]]) -> list[str]:
    return [
        f"{what}, by {by}: "
        + (", ".join(f"{token}: {count:,}" for token, count in each.most_common(_SHOWN)) or "none")
        + (f", and {len(each) - _SHOWN} more tokens (--json has all)" if len(each) > _SHOWN else "")
        for by, each in where.items()
    ]


def _tokens(tokens: tuple[int, ...]) -> str:
    return " ".join(f"{token:>3}" for token in tokens)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
