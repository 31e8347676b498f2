"""Mixed: as many inputs as quartic by a shorter check, and the certificate's choice of parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hypothesis import given, settings

from pipeline.emit.names import definition_name, quoted
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.model import Model, read_model
from pipeline.transformer.checker import mixed, quartic
from pipeline.transformer.checker.classes import run_bits
from pipeline.transformer.checker.margins import exact_margins
from pipeline.transformer.family import FORM
from pipeline.transformer.length import operations
from pipeline.transformer.strategies import STRATEGIES, Certificate
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, expand, silent
from tests.tiny_models import noisy_arrays

MODEL_FILE = Path(__file__).resolve().parent.parent / "examples/models/max_of_4_seed2.safetensors"
NAME = "Mixture"
SPACE = f"Compact.Certificates.{NAME}"


@settings(deadline=None, max_examples=60)
@given(MODELS)
def test_it_certifies_what_quartic_certifies(model: Model) -> None:
    t = Mixed().find(model, silent).tables
    certified = expand(t.n, mixed.admitted(t, exact_margins(t)))
    assert sorted(certified) == sorted(expand(t.n, quartic.admitted(t)))


def test_the_check_is_shorter() -> None:
    """Of a shipped model, within 0.008 of the bound of quartic, which counts inputs with tokens that fail."""
    model = read_model(MODEL_FILE)
    dear, found = (STRATEGIES[name].search(model, silent) for name in ("quartic", "mixed"))
    assert 3 * operations("Mixed", model, found.fields) < 2 * operations(
        "Quartic", model, dear.fields
    )
    assert found.bound >= dear.bound - 0.008 * model.d_vocab**model.n_ctx


def forgeries(
    found: Certificate, n: int, parts: Sequence[mixed.Decided]
) -> Iterator[tuple[str, Value, bool]]:
    """Fields with another choice for one query and one maximum, and whether they prove the bound."""
    code_bits, size_bits = run_bits(n) * n + 1, found.fields["sizeBits"]
    assert isinstance(size_bits, int)
    for each in parts:
        code = each.code(n)
        for other in range(2):
            if other < code:  # a part that certifies less
                runs = added(found, "runs", each.m, (other - code) << (code_bits * each.q))
                yield "runs", runs, False
        if code < 2:
            runs = added(found, "runs", each.m, (2 - code) << (code_bits * each.q))
            yield "runs", runs, True
        # More than margins certify is no use; if outputs are compared, then now those of all tokens.
        sizes = added(found, "sizes", each.m, 1 << (size_bits * n * each.q))
        yield "sizes", sizes, not (code == 1 and each.size > 0)


def added(found: Certificate, field: str, m: int, by: int) -> Value:
    """The field with something added to its entry for the maximum `m`."""
    rows = found.fields[field]
    assert isinstance(rows, list)
    numbers = [row for row in rows if isinstance(row, int)]
    return [*numbers[:m], numbers[m] + by, *numbers[m + 1 :]]


def test_the_choice_of_parts() -> None:
    """What a certificate leaves out is not counted; a dearer part than needed does no harm."""
    model = model_of(noisy_arrays(2, 3, 4, 0.5))
    t = Mixed().find(model, silent).tables
    parts = list(mixed.decided(t, exact_margins(t)))
    assert {min(2, each.code(t.n)) for each in parts} == {0, 1, 2}
    assert any(each.compared and each.size for each in parts)
    found = Mixed().search(model, silent)
    data = quoted(definition_name("mixed"))
    claims = "".join(
        f"example : Mixed.check weights {{ {data} with {field} := {render_value(value)} }}"
        f" = {str(proves).lower()} := by decide +kernel\n"
        for field, value, proves in forgeries(found, t.n, parts)
    )
    theorem = render_theorem(FORM, NAME, "mixed", found.bound, found.fields)
    sources = {
        f"{SPACE}.Weights": render_weights(NAME, model),
        f"{SPACE}.Mixed": theorem.replace(f"end {SPACE}\n", f"{claims}end {SPACE}\n"),
    }
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert claims.count("= true") > 5
    assert claims.count("= false") > 5
    assert not rejected
