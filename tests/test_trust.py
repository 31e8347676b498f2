"""The figures of TRUST.md come from commands, and what fails is not printed as if it were well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.lean import PROJECT
from tests.trust import BEGIN, END, PAGES, PARTS, Part, ask, attacks, faults, proved, table, written


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_a_place_for_the_figures(path: Path) -> None:
    page = path.read_text()
    assert written(page, "new") == written(written(page, "old"), "new")
    assert f"{BEGIN}\n\nnew\n\n{END}" in written(page, "new")
    with pytest.raises(ValueError, match="the marks"):
        written("nothing", "new")


@pytest.mark.parametrize("path", PAGES)
def test_every_question_is_on_the_page(path: Path) -> None:
    page = path.read_text()
    figures = page.partition(BEGIN)[2].partition(END)[0]
    assert all(part.question in figures for part in PARTS)


def test_a_real_part() -> None:
    part = next(each for each in PARTS if each.command.startswith("tests.axioms"))
    answer = ask(part)
    assert answer.well
    assert answer.text.endswith("0 depend on an axiom")
    assert f"| {part.question} | {answer.text} |" in table([answer])


@pytest.mark.parametrize(
    ("command", "text", "well"),
    [
        ("no_such_module --json", "not measured", True),
        ("no_such_package.module --json", "not measured", True),
        ("pipeline.verify --corpus nowhere.json --json", "failed", False),
        ("pipeline.lean nonsense", "failed", False),
    ],
)
def test_parts_that_say_nothing(command: str, text: str, well: bool) -> None:
    answer = ask(Part("?", command, proved))
    assert text in answer.text
    assert answer.well is well


def test_figures_are_those_of_the_command() -> None:
    found = {"injected": 1000, "survived": 999, "seed": 3, "not_possible_here": ["x"]}
    assert faults(found) == "1,000 injected, 999 survived (seed 3); not possible here: x"
    each = {
        "tried": 5000,
        "refused": 4,
        "still_true": 1,
        "no_verdict": 2,
        "false_claims_accepted": 0,
        "checkers_differ": 3,
    }
    text = attacks({"python": each, "kernel": each | {"false_claims_accepted": 1}})
    assert text.startswith("5,000 mutants for the Python side: 4 refused, 1 still true")
    assert text.endswith("1 false claims accepted, 6 disagreements")
    assert proved({"certificates": [{"proved": True}, {"proved": False}]}).startswith("1 of 2")


def test_links_in_the_documents_lead_somewhere() -> None:
    """Files that are named in links exist."""
    for page in [
        *PROJECT.glob("*.md"),
        *(PROJECT / "docs").glob("*.md"),
        *PROJECT.glob("examples/*.md"),
    ]:
        text = page.read_text()
        targets = [part.split(")")[0].split("#")[0] for part in text.split("](")[1:]]
        for target in targets:
            if target and "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_certificate_page_names_every_field_and_strategy() -> None:
    """Whoever writes a checker from it has to find them all."""
    from pipeline.transformer.strategies import STRATEGIES

    text = (PROJECT / "docs" / "certificate.md").read_text()
    missing = {
        name
        for strategy in STRATEGIES.values()
        for name in (strategy.name, *strategy.fields())
        if f"`{name}`" not in text
    }
    assert missing == set()
    manifest = json.loads(
        (PROJECT / "lean/Compact/Certificates/MaxOf3/brute-force.json").read_text()
    )
    keys = {
        *manifest,
        *(key for part in manifest.values() if isinstance(part, dict) for key in part),
    }
    assert {key for key in keys if f"`{key}`" not in text and f'"{key}"' not in text} == set()
