"""The families of models, by their names: a new one is a folder on each side and a line here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.claim import ACCURACY
from pipeline.errors import MalformedInput
from pipeline.family import AnyModel, Family, Setting
from pipeline.linear.family import LINEAR
from pipeline.model.containers import parse, read_bytes
from pipeline.network.family import NETWORK
from pipeline.transformer.family import TRANSFORMER
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.mlp.family import MLP
from pipeline.transformer.normed.family import NORMED
from pipeline.transformer.tasks import MAX, task_of

FAMILIES: Mapping[str, Family] = {
    family.name: family for family in (TRANSFORMER, HEADS, MLP, NORMED, NETWORK, LINEAR)
}
"""The last that recognises a file reads it: what comes later is more special."""


def find_family(name: str) -> Family:
    """The family of this name; `MalformedInput` if there is none."""
    if name not in FAMILIES:
        raise MalformedInput(
            f"unknown family of models {name!a}", cure=f"use one of: {', '.join(FAMILIES)}"
        )
    return FAMILIES[name]


def family_of(model: AnyModel) -> Family:
    """The family that a model belongs to."""
    return FAMILIES[model.family]


def read_subject(path: Path) -> AnyModel:
    """Read a model of any family, as it stands in certificates."""
    if len(FAMILIES) > 1:
        container = parse(path, read_bytes(path))
        tensors = container.tensors
        told = [each for each in FAMILIES.values() if each.says is not None]
        said = next((each for each in told if each.says(tensors, container.metadata)), None)  # type: ignore[misc]
        _refuse_settings(path, said)
        if said is not None:
            return said.read(path)  # type: ignore[no-any-return]
        plain = TRANSFORMER.recognises(tensors) and not MLP.recognises(tensors)
        if plain and task_of(container.metadata) != MAX:
            return HEADS.read(path)  # type: ignore[no-any-return]  # the plain statement is about the maximum
        for family in reversed(list(FAMILIES.values())):
            if family.recognises(tensors):
                return family.read(path)  # type: ignore[no-any-return]
    return TRANSFORMER.read(path)  # type: ignore[no-any-return]


def settings() -> list[Setting]:
    """What can be said of a model besides its task, of all families."""
    return [setting for family in FAMILIES.values() for setting in family.settings]


def _refuse_settings(path: Path, said: Family | None) -> None:
    """Refuse what is said of a model that is of another family."""
    for family in FAMILIES.values():
        given = [f"--{each.name}" for each in family.settings if each.variable in os.environ]
        if given and family is not said:
            raise MalformedInput(
                f"{path}: {' and '.join(given)}: for models of the family {family.name} only, and this is none",
                cure="leave it out",
            )


class OtherMeasure(MalformedInput):
    """A model whose theorems do not count right answers."""


def read_counted(path: Path) -> AnyModel:
    """Read a model whose theorems count right answers: what sweeps and benchmarks compare; `OtherMeasure` otherwise."""
    model = read_subject(path)
    if family_of(model).measure != "correct":
        raise OtherMeasure(
            f"{path}: theorems about a {model.family} model are about its loss; right answers are compared here",
            cure="use pipeline.export",
        )
    return model


def require_strategy(name: str) -> str:
    """The name, if some family has such a strategy; `MalformedInput` otherwise."""
    if name not in certificate_names():
        raise MalformedInput(
            f"unknown strategy {name!a}", cure=f"use one of: {', '.join(certificate_names())}"
        )
    return name


def left_out(model: AnyModel, names: Sequence[str]) -> list[str]:
    """Those of these strategies, by their full names, that are for other families of models."""
    known = _names(family_of(model))
    return [name for name in names if name not in known]


def _names(family: Family) -> list[str]:
    """The full names of a family's strategies, those of other claims than accuracy last."""
    others = [each.name for claim in family.claims.values() for each in claim.strategies.values()]
    return [*family.strategies, *others]


def strategy_names() -> list[str]:
    """The names of all strategies, each once."""
    return list(dict.fromkeys(name for each in FAMILIES.values() for name in each.strategies))


def order(name: str) -> int:
    """The place of a strategy among those of all families, from the dearest; the last if it is not one of them."""
    names = strategy_names()
    return names.index(name) if name in names else len(names)


def certificate_names() -> list[str]:
    """The full names of all strategies, those of other claims than accuracy too, each once."""
    named = [name for family in FAMILIES.values() for name in _names(family)]
    return list(dict.fromkeys([*strategy_names(), *named]))


def claim_names() -> list[str]:
    """The names of all claims, accuracy first, each once."""
    others = [name for family in FAMILIES.values() for name in family.claims]
    return list(dict.fromkeys([ACCURACY, *others]))
