"""`python -m pipeline.strategies`, and what `--strategy auto` takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import export, strategies
from pipeline.errors import MalformedInput
from pipeline.families import FAMILIES, family_of
from pipeline.linear.family import LINEAR
from pipeline.proof.budget import Budget
from pipeline.proof.choice import BRUTE_FORCE, FEW_INPUTS, Offer, best, choose, offers, reason
from pipeline.proof.cost import Cost
from pipeline.strategy import Certificate
from pipeline.transformer.accuracy import count_right
from pipeline.transformer.family import TRANSFORMER, read_subject
from tests.conftest import Runner
from tests.lean_support import model_of
from tests.test_certified_sets import silent
from tests.tiny_models import noisy_arrays, write_model


def test_every_strategy_is_listed_with_its_line(program: Runner) -> None:
    ran = program(strategies.app)
    assert ran.exit_code == 0
    for family in FAMILIES.values():
        for name, strategy in family.strategies.items():
            lines = ran.out.splitlines()
            at = next(
                i for i, line in enumerate(lines) if name in line and strategy.summary in line
            )
            assert strategy.when
            assert strategy.when in lines[at + 1]


def test_help_lists_every_strategy_too(program: Runner) -> None:
    ran = program(export.app, "--help")
    said = " ".join(ran.out.split())
    for family in FAMILIES.values():
        _, _, of_family = said.partition(f"Strategies for a {family.name}:")
        for name, strategy in family.strategies.items():
            entry = f"{name} {strategy.summary} When: {strategy.when}"
            assert " ".join(entry.split()) in of_family


def offer(name: str, bound: int | None, operations: int) -> Offer:
    certificate = None if bound is None else Certificate(name, bound, {"bound": bound})
    return Offer(name, certificate, Cost(operations, operations / 10, operations / 5), 0.0)


def test_the_best_bound_within_the_budget_is_taken_and_of_equals_the_shortest() -> None:
    found = [
        offer("a", 10, 5),
        offer("b", 20, 50),
        offer("c", 20, 40),
        offer("d", 30, 101),
        offer("e", None, 0),
    ]
    for within, more in (("100", "101"), ("10s", "10.1s"), ("20MB", "20.2MB")):
        assert best(TRANSFORMER, found, Budget.of(within)).strategy == "c"
        assert best(TRANSFORMER, found, Budget.of(more)).strategy == "d"
        assert best(TRANSFORMER, found, Budget.of((within, more))).strategy == "c"
        assert best(LINEAR, found, Budget.of(within)).strategy == "a"  # of losses the least
    assert "d: beyond it" in reason(found, found[2], Budget.of(100))
    for short, least in (("4", "4 operations"), ("0.4s", "0.4 s"), ("0.8 MB", "0.8 MB")):
        with pytest.raises(MalformedInput, match=f"within {least}"):
            best(TRANSFORMER, found, Budget.of(short))


def test_brute_force_is_tried_where_inputs_are_few_only() -> None:
    few, many = model_of(noisy_arrays(1, 3, 4, 0.5)), model_of(noisy_arrays(1, 4, 10, 0.5))
    assert few.d_vocab**few.n_ctx <= FEW_INPUTS < many.d_vocab**many.n_ctx
    for model, tried in ((few, True), (many, False)):
        names = {each.strategy for each in offers(family_of(model), model, silent, 60.0)}
        assert (BRUTE_FORCE in names) == tried
        assert names | {BRUTE_FORCE} == set(family_of(model).strategies)


def test_auto_exports_what_the_list_says(program: Runner, model_file: Path, tmp_path: Path) -> None:
    listed = program(strategies.app, model_file, "--json")
    assert listed.exit_code == 0
    offered, chosen = listed.json["offers"], listed.json["auto"]
    assert offered[chosen]["bound"] == max(each["bound"] for each in offered.values())
    ran = program(
        export.app,
        model_file,
        "--strategy",
        "auto",
        "--out",
        tmp_path / "out",
        "--no-check",
        "--json",
    )
    assert ran.exit_code == 0
    assert (tmp_path / "out" / f"{chosen}.json").exists()
    assert ran.json["correct"] == offered[chosen]["bound"]


def test_brute_force_is_what_is_left_where_nothing_else_has_anything_to_offer() -> None:
    """A network in no cyclic group, with more pairs than may be looked at without need."""
    bad = Certificate("x", 1, {"bound": 1})

    class Search:
        summary = ""

        def __init__(self, name: str, found: Certificate | None) -> None:
            self.name, self.checker, self._found = name, "x", found

        def search(self, model: object, progress: object) -> Certificate:
            if self._found is None:
                raise MalformedInput("nothing", cure="none")
            return self._found

    many = model_of(noisy_arrays(1, 4, 10, 0.5))
    for gates, tried in ((None, ["gates", BRUTE_FORCE]), (bad, ["gates"])):
        strategies_ = {
            each.name: each for each in (Search(BRUTE_FORCE, bad), Search("gates", gates))
        }
        family = replace(TRANSFORMER, strategies=strategies_, operations=lambda *_: 1)  # type: ignore[arg-type]
        assert [each.strategy for each in offers(family, many, silent, 60.0)] == tried


def test_where_inputs_are_few_brute_force_is_taken_without_asking_the_others() -> None:
    few, said = model_of(noisy_arrays(1, 4, 9, 0.5)), list[str]()
    found = choose(TRANSFORMER, few, Budget.of(1 << 40), said.append, 60.0, said.append)
    assert found.strategy == BRUTE_FORCE
    assert len(said) == 2
    dear = TRANSFORMER.operations("BruteForce", few, found.fields)
    for budget, exact in ((dear, True), (dear - 1, False)):
        taken = choose(TRANSFORMER, few, Budget.of(budget), silent, 60.0, silent)
        assert (taken.strategy == BRUTE_FORCE) == exact


def test_an_export_says_what_is_so(program: Runner, tmp_path: Path) -> None:
    """Brute force proves it all; another strategy less, and both say how much is right."""
    path = write_model(tmp_path / "m.safetensors", noisy_arrays(2, 3, 4, 0.5))
    for strategy in (BRUTE_FORCE, "prefix-top2"):
        arguments = [path, "--strategy", strategy, "--out", tmp_path / strategy, "--no-check"]
        ran = program(export.app, *arguments, "--json")
        exact = count_right(read_subject(path), silent)
        assert ran.json["truth"] == exact
        assert ran.json["gap"] == exact - ran.json["correct"]
        assert (ran.json["gap"] == 0) == (strategy == BRUTE_FORCE)
        assert f"{exact} = " in program(export.app, *arguments).out


def test_a_budget_that_nothing_fits_is_one_line(
    program: Runner, model_file: Path, tmp_path: Path
) -> None:
    ran = program(
        export.app,
        model_file,
        "--strategy",
        "auto",
        "--budget",
        "1",
        "--out",
        tmp_path / "out",
        "--no-check",
    )
    assert ran.exit_code == 2
    assert "no strategy proves anything within 1 operations" in ran.err
    assert not (tmp_path / "out").exists()
