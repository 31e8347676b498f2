"""Every soundness theorem rests on what we think it rests on, and on nothing else that matters.

The graph comes from Lean's own `.ilean` files (docs/dojo.md).  No module is named here: folders are, by the last
words of their names, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.dojo.draw import page
from pipeline.dojo.graph import Graph
from pipeline.dojo.theory import load_theory
from pipeline.lean import Builder
from pipeline.lean.real_module import REAL_CERTIFICATES
from pipeline.transformer.strategies import STRATEGIES
from tests import axioms
from tests.lean_support import toolchain

CHECKERS = sorted({strategy.checker for strategy in STRATEGIES.values()})
LAWS = ("exp_add", "exp_pos", "add_one_le_exp")
"""All that is assumed of the exponential."""

CLASSES = {"Averaging", "Classes"}
MARGINS = CLASSES | {"Minimum", "Mixture"}
PARTS = {"Chain", "Share"}
RESTS = {
    "BruteForce": {"BruteForce"},
    "Cubic": MARGINS | {"Apart"},
    "Prefix": MARGINS,
    "Quartic": MARGINS | {"Quartic"},
    "Mixed": MARGINS | {"Quartic"},
    "LowRank": CLASSES | PARTS | {"Mixture"},
}
"""For each checker: which of these folders its soundness theorem rests on."""
SPECIAL = set().union(*RESTS.values())


@cache
def graph() -> Graph:
    return Graph(load_theory(Builder(toolchain(), [theory_root()])))


def soundness(checker: str) -> str:
    """The theorem by which certificates of this checker of plain transformers become bounds."""
    [found] = [name for name in graph().soundness if name == f"Compact.{checker}.sound"]
    return found


def folders(name: str) -> set[str]:
    """The words of the names of all modules that a theorem rests on, without the last ones."""
    declared = graph().theory.declarations
    modules = {declared[each].module for each in graph().cone([name])}
    return {word for module in modules for word in module.split(".")[:-1]}


def test_every_checker_is_sound_and_so_are_all_others() -> None:
    assert {name.split(".")[-2] for name in graph().soundness} >= set(CHECKERS)
    assert set(RESTS) <= set(CHECKERS)
    assert len(SPECIAL) > 5


@pytest.mark.parametrize("checker", CHECKERS)
def test_it_is_about_the_statement(checker: str) -> None:
    """Number, correctness, weights and field stand in it; and all that they mean is below it."""
    declared = graph().theory.declarations[soundness(checker)]
    said = {name.split(".")[-1] for name in declared.uses}
    assert {"AtLeast", "Correct", "Weights", "check", "Certificate"} <= said
    last = {name.split(".")[-1] for name in graph().cone([declared.name])}
    assert {"ExpField", "logit", "attention", "score", "maximum", "Valid", "sum", "Nodup"} <= last


def laws_below(name: str) -> set[str]:
    """The laws of the exponential that some proof below a theorem names."""
    declared = graph().theory.declarations
    parts = {part for each in graph().cone([name]) for part in declared[each].parts}
    return {law for law in LAWS if any(part.split(".")[-1] == law for part in parts)}


@pytest.mark.parametrize("checker", CHECKERS)
def test_it_rests_on_all_that_is_assumed_of_exp(checker: str) -> None:
    assert laws_below(soundness(checker)) == set(LAWS)


def test_not_everything_rests_on_exp() -> None:
    names = graph().edges
    [division] = [name for name in names if name.split(".")[-2:] == ["Nat", "div_add_mod"]]
    assert laws_below(division) == set()


@pytest.mark.parametrize("checker", sorted(RESTS))
def test_it_rests_on_what_we_think(checker: str) -> None:
    assert folders(soundness(checker)) & SPECIAL == RESTS[checker]


def test_no_soundness_theorem_rests_on_another() -> None:
    for name in graph().soundness:
        assert graph().cone([name]) & set(graph().soundness) == {name}


def test_none_rests_on_an_axiom_or_on_the_length_of_a_proof() -> None:
    declared = graph().theory.declarations
    assert any(each.keyword == "axiom" for each in declared.values())
    assert any("Length" in each.module.split(".") for each in declared.values())
    for name in graph().soundness:
        below = [declared[each] for each in graph().cone([name])]
        assert {each.keyword for each in below}.isdisjoint({"axiom", "opaque"})
        assert not any("Length" in each.module.split(".") for each in below)


def test_edges_follow_imports_and_the_order_of_the_text() -> None:
    """Lean reads a file from its imports down: an edge that did not would be misread here."""
    theory = graph().theory
    declared, order = theory.declarations, list(theory.declarations)
    number = {name: i for i, name in enumerate(order)}
    edges = list(_edges())
    assert len(edges) > 10_000
    for name, used in edges:
        above, below = declared[name].module, declared[used].module
        in_order = number[used] < number[name] or used.startswith(f"{name}.")  # its own `where`
        assert below in theory.imports[above] or (above == below and in_order)


def _edges() -> Iterator[tuple[str, str]]:
    for name, all_used in graph().edges.items():
        for used in all_used:
            yield name, used


def test_nothing_is_overlooked() -> None:
    """The public declarations that `tests/axioms.py` finds in the sources by itself, and their kinds."""
    declared, found = graph().theory.declarations, 0
    for module, code in axioms.theory().items():
        if module.startswith((axioms.CERTIFICATES, REAL_CERTIFICATES)):
            continue
        for kind, modifiers, name in axioms.declarations(code):
            if "private" not in modifiers.split():
                assert declared[name].keyword == kind
                assert declared[name].module == module
                found += 1
    assert found > 1500


def test_a_cone_is_all_and_only_what_is_below() -> None:
    """Compared with the edges, step by step."""
    name = soundness(CHECKERS[0])
    cone = graph().cone([name])
    assert name in cone
    assert all(used in cone for each in cone for used in graph().edges[each])
    assert all(graph().users[each] & cone for each in cone - {name})


def test_the_page_shows_every_soundness_theorem() -> None:
    text = page(graph())
    assert text == page(Graph(graph().theory))
    for checker in CHECKERS:
        assert f"### {checker}.sound\n" in text or f".{checker}.sound\n" in text
    for number in (text.count("```mermaid"), text.count("graph TD")):
        assert number == 1 + len(graph().soundness)
