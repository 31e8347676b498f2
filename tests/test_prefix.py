"""Prefixes of the tokens: the leads and the sizes of a certificate are the largest that Lean accepts."""

from __future__ import annotations

from itertools import count

from pipeline.emit.names import camel, definition_name, quoted
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.model import Model
from pipeline.transformer.checker.leads import exact_leads, lead_bits
from pipeline.transformer.checker.prefix import sizes
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.family import FORM
from pipeline.transformer.strategies import Certificate
from pipeline.transformer.strategies.mixture import candidates
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.tiny_models import noisy_arrays

NAME = "Prefixes"
SPACE = f"Compact.Certificates.{NAME}"


def partial_model(strategy: Prefix) -> tuple[Model, Tables, tuple[int, int]]:
    """A model in which some class with one other token admits some of the tokens, but not all; its place."""
    for seed in count():
        model = model_of(noisy_arrays(seed, 3, 4, 1.0))
        t = strategy.find(model, lambda _: None).tables
        levels = candidates(t.n)[0]
        found = list(strategy.graded(t, exact_leads(t), levels))
        for m, row in enumerate(sizes(t, levels, found)):
            for q, classes in enumerate(row):
                if 0 < classes[0][0] < m:
                    return model, t, (m, q)
    raise AssertionError("there are always more seeds")


def raised(found: Certificate, field: str, m: int, by: int) -> Value:
    """The field with something added to its entry for the maximum `m`."""
    rows = found.fields[field]
    assert isinstance(rows, list)
    numbers = [row for row in rows if isinstance(row, int)]
    return [*numbers[:m], numbers[m] + by, *numbers[m + 1 :]]


def test_larger_claims_are_refused() -> None:
    strategy = Prefix()
    name = strategy.name
    model, t, (m, q) = partial_model(strategy)
    found = strategy.search(model, lambda _: None)
    class_bits = found.fields["classBits"]
    assert isinstance(class_bits, int)
    forged = [("sizes", raised(found, "sizes", m, 1 << (class_bits * t.n * q)))]
    forged += [
        (field, raised(found, field, m, 1 << (lead_bits(t.width) * token)))
        for field in ("tokenLead", "directLead", "ownLead", "selfLead")
        for token in range(m + 1)
    ]
    module, data = camel(name), quoted(definition_name(name))
    refused = "".join(
        f"example : {module}.check weights {{ {data} with {field} := {render_value(value)} }} = false"
        " := by decide +kernel\n"
        for field, value in forged
    )
    theorem = render_theorem(FORM, NAME, name, found.bound, found.fields)
    sources = {
        f"{SPACE}.Weights": render_weights(NAME, model),
        f"{SPACE}.{module}": theorem.replace(f"end {SPACE}\n", f"{refused}end {SPACE}\n"),
    }
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected
