"""The figures on the second kernel's page: what was measured, and that it is what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.second_kernel_cases import ODD
from tests.second_kernel_figures import PAGE, page_with
from tests.second_kernel_measured import Measured, Task
from tests.test_must_fail import FILES


def test_the_page_shows_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_with(Measured().entries)


def test_the_theory_and_the_certificates_are_accepted_in_time() -> None:
    """The whole theory in less than a minute; a certificate in less than 3 GB and five times what Lean takes."""
    entries = Measured().entries
    runs = [each for what, each in entries["theory"].items() if what != "digest"]
    assert len(runs) == 2
    assert all(run["exit_code"] == run["refused_in_all"] == 0 for run in runs)
    assert sum(run["cpu_seconds"] for run in runs) < 60
    rows = {n: each for n, each in entries.items() if n.startswith(("certificates ", "large "))}
    assert len(rows) > 40
    for name, each in rows.items():
        assert each["cpu_seconds"] <= 5 * each["lean_cpu_seconds"], name
        assert each["memory_mb"] < 3000, name


def test_nothing_that_is_false_was_accepted() -> None:
    found = Measured().entries["attack"]
    assert found["faults"] >= 3000
    assert found["planted"] == found["planted_right"] >= 40
    survived = sum(found["faults_survived"].values())
    assert found["faults_refused"] + found["faults_without_verdict"] + survived == found["faults"]
    assert found["faults_survived"]["open"] == 0
    assert found["lean_accepts"] + len(found["left_for_people"]) == survived
    cases = Measured().entries["cases"]
    assert [(each["label"], each["lean"]) for each in cases["odd"]] == [(n, "accepts") for n in ODD]
    assert len(cases["must_fail"]) == 2 * len(FILES)
    assert "accepts" not in {each["second"] for each in [*cases["odd"], *cases["must_fail"]]}


def test_only_what_is_out_of_date_is_measured(tmp_path: Path) -> None:
    path, asked = tmp_path / "figures.json", list[str]()

    def make(names: list[str]) -> Mapping[str, Mapping[str, Any]]:
        asked.extend(names)
        return {name: {"seconds": len(asked)} for name in names}

    Measured(path).update(Task({"a": "1", "b": "1"}, make))
    Measured(path).update(Task({"a": "1", "b": "2", "c": "1"}, make))
    assert asked == ["a", "b", "b", "c"]
    again = Measured(path)
    assert again.outdated(Task({"a": "1", "b": "2", "c": "1"}, make)) == []
    assert again.entries["a"] == {"digest": "1", "seconds": 2}
    again.update(Task({"a": "1"}, make))
    assert len(asked) == 4
    again.forget(["b"])
    again.save()
    assert set(Measured(path).entries) == {"a", "c"}
