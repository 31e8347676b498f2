"""Tiny certificates of each family, genuine ones and forged ones, as the second kernel reads them from the bytes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.emit.names import certificate_modules, theorem_name
from pipeline.families import find_family
from pipeline.family import AnyModel
from pipeline.strategy import Certificate
from tests.heads_models import heads_arrays
from tests.heads_models import model_of as heads_model
from tests.lean_support import ROUNDING, STRATEGY, count, tiny_model
from tests.mlp_models import mlp_arrays
from tests.mlp_models import model_of as mlp_model
from tests.test_linear import good
from tests.test_network import network


@cache
def tiny(family: str) -> tuple[AnyModel, Certificate]:
    """A tiny model and a certificate of what it answers correctly."""
    if family == "transformer":
        r, bound = ROUNDING, count(tiny_model())
        rounding = {"prec": r.prec, "steps": r.steps, "shift": r.shift, "width": r.width}
        return tiny_model(), Certificate(STRATEGY, bound, {"bound": bound, **rounding})
    model: AnyModel = network(6, "Z3", 2, factored=2)
    if family == "heads":
        model = heads_model(heads_arrays(3, 3, 4, 2, 0.15))
    if family == "mlp":
        model = mlp_model(mlp_arrays(7, 2, 3, 1, 2, 0.3, ("b_in",)))
    if family == "linear":
        model = good(2, 3)
    strategy = next(iter(find_family(family).strategies.values()))
    return model, strategy.search(model, lambda _: None)


def genuine(family: str, name: str, bound: int | None = None) -> Bundle:
    """Its certificate under a name, or one that claims another number."""
    model, certificate = tiny(family)
    if bound is not None:
        certificate = replace(certificate, bound=bound)
    digest = theory_digest(family, certificate.strategy, theory_root())
    return make_bundle(model, name, "tiny.safetensors", certificate, digest)


def forged(
    family: str, name: str, before: str = "", said: str | None = None, binders: str = ""
) -> Bundle:
    """A certificate that claims nothing, with a theorem of one's own in place of the claim, which Lean accepts.

    `before` stands before the theorem (lines with `import` at the top of the file), `said` is what is said of an input,
    `binders` what else the theorem is about.
    """
    bundle, form, space = (
        genuine(family, name, 0),
        find_family(family).form,
        certificate_modules(name),
    )
    imports = [line for line in before.splitlines() if line.startswith("import ")]
    rest = [line for line in before.splitlines() if not line.startswith("import ")]
    said = said or form.property.format(weights=f"{space}.weights")
    lines = [
        "prelude",
        "import Compact.Counting.AtLeast",
        f"import {bundle.manifest.lean.weights_module}",
        *imports,
        f"namespace {space}",
        *([] if form.namespace == "Compact" else [f"open {form.namespace}"]),
        *rest,
        f"theorem {theorem_name(bundle.manifest.strategy)} {form.binders} {binders} :",
        f"    AtLeast (nat_lit 0) ({said}) := AtLeast.zero",
        f"end {space}",
    ]
    return replace(bundle, theorem="".join(f"{line}\n" for line in lines).encode())
