"""The module of a certificate of several heads, with its length and what Lean says of changed ones, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.names import definition_name, quoted
from pipeline.emit.theorem import render_theorem, render_value
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.lean_file import read_theorem
from pipeline.strategy import Certificate, Strategy
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.model import HeadsModel
from tests.lean_support import build, with_examples

SPACE = "Compact.Certificates"


def changed(strategy: Strategy, change: Mapping[str, object], verdict: str = "false") -> str:
    """What Lean has to say of the certificate of `weights` with other values of some fields."""
    data = quoted(definition_name(strategy.name))
    fields = ", ".join(f"{key} := {render_value(value)}" for key, value in change.items())  # type: ignore[arg-type]
    return f"{strategy.checker}.check weights {{ {data} with {fields} }} = {verdict}"


def module(
    name: str,
    model: HeadsModel,
    strategy: Strategy,
    found: Certificate,
    checks: Sequence[str],
    another: str | None = None,
) -> str:
    """The certificate's module with these checks, its length, and that it does not fit the weights of `another`."""
    checker, data = strategy.checker, quoted(definition_name(strategy.name))
    length = operations(checker, model, found.fields)
    says = [*checks, f"Nat.beq ({checker}.operations weights {data}) (nat_lit {length}) = true"]
    imports = [f"Compact.Transformer.Length.{checker}"]
    if another is not None:
        says.append(f"{checker}.check {SPACE}.{another}.weights {data} = false")
        imports.append(f"{SPACE}.{another}.Weights")
    form, joints = HEADS.form_for(model, strategy.name, {}), strategy.joints(found.fields)
    text = render_theorem(form, name, strategy.name, found.bound, found.fields, checker, joints)
    assert read_theorem(text.encode(), SECOND).claimed == found.bound
    return with_examples(text, says, *imports)


def require_accepted(sources: Mapping[str, str]) -> None:
    """Have Lean read these modules."""
    results = build(sources, SPACE)
    assert [line for each in results.values() if not each.ok for line in each.printable()] == []
