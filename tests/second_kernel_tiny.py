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
from pipeline.transformer.tasks import MAX, TABLE, TASKS
from tests.heads_models import heads_arrays
from tests.heads_models import model_of as heads_model
from tests.lean_support import ROUNDING, STRATEGY, count, tiny_model
from tests.mlp_models import mlp_arrays
from tests.mlp_models import model_of as mlp_model
from tests.normed_models import model_of as normed_model
from tests.test_linear import good
from tests.test_network import network

TASKS_ALONE = ("last", TABLE)
"""The tasks that no committed certificate is about."""


@cache
def tiny(family: str, task: str = MAX) -> tuple[AnyModel, Certificate]:
    """A tiny model and a certificate of what it answers correctly."""
    if family == "transformer":
        r, bound = ROUNDING, count(tiny_model())
        rounding = {"prec": r.prec, "steps": r.steps, "shift": r.shift, "width": r.width}
        return tiny_model(), Certificate(STRATEGY, bound, {"bound": bound, **rounding})
    model: AnyModel = network(6, "Z3", 2, factored=2)
    if family == "heads":
        plain = heads_model(heads_arrays(3, 3 if task == MAX else 2, 4, 2, 0.15))
        labels = tuple(n % 3 for n in range(16)) if task == TABLE else ()
        model = replace(plain, task=task, labels=labels)
    if family == "mlp":
        model = mlp_model(mlp_arrays(7, 2, 3, 1, 2, 0.3, ("b_in",)))
    if family == "normed":
        labels = tuple(n % 3 for n in range(9)) if task == TABLE else ()
        model = replace(
            normed_model(mlp_arrays(7, 2, 3, 1, 2, 0.3, ("b_in",))), task=task, labels=labels
        )
    if family == "linear":
        model = good(2, 3)
    found = find_family(family)
    usual = task != MAX or family == "normed"
    strategy = found.strategy(found.default(model) if usual else next(iter(found.strategies)))
    return model, strategy.search(model, lambda _: None)


def genuine(family: str, name: str, bound: int | None = None, task: str = MAX) -> Bundle:
    """Its certificate under a name, or one that claims another number."""
    model, certificate = tiny(family, task)
    if bound is not None:
        certificate = replace(certificate, bound=bound)
    digest = theory_digest(family, certificate.strategy, theory_root())
    return make_bundle(model, name, "tiny.safetensors", certificate, digest)


def of_tasks() -> list[Bundle]:
    """A certificate for each of the tasks that no committed one is about."""
    return [genuine("heads", f"Tiny{task.title()}", task=task) for task in TASKS_ALONE]


def of_normed_tasks() -> list[Bundle]:
    """The same of models with norms, whose committed certificates are about the maximum."""
    return [
        genuine("normed", f"TinyNormed{task.title()}", task=task)
        for task in (*TASKS, TABLE)
        if task != MAX
    ]


def forged(
    family: str,
    name: str,
    before: str = "",
    said: str | None = None,
    binders: str = "",
    task: str = MAX,
) -> Bundle:
    """A certificate that claims nothing, with a theorem of one's own in place of the claim, which Lean accepts.

    `before` stands before the theorem (lines with `import` at the top of the file), `said` is what is said of an input,
    `binders` what else the theorem is about.
    """
    bundle, space = genuine(family, name, 0, task), certificate_modules(name)
    form = bundle.form
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
