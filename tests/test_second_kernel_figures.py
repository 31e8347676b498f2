"""The figures on the second kernel's page: what was measured, and that it is what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from pipeline.bundle.stored import StoredCertificate
from pipeline.lean import SourceRoot
from pipeline.second_kernel.batch import ARITHMETIC
from pipeline.second_kernel.listed import SHIPPED, stored_certificates
from tests import second_kernel_measured
from tests.second_kernel_cases import ODD
from tests.second_kernel_figures import PAGE, entry_name, lists, page_with
from tests.second_kernel_measured import Measured, Task, digest_of
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


def a_theory(directory: Path, **changed: str) -> SourceRoot:
    """`Compact.A` imports `Compact.B`; `Compact.C` stands by itself, and so does what determines the arithmetic."""
    imports = {"Compact.A": "import Compact.B", "Compact.B": "", "Compact.C": "", ARITHMETIC: ""}
    theory = SourceRoot("Compact", directory)
    for name, header in imports.items():
        path = theory.path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"prelude\n{header}\n{changed.get(name.rpartition('.')[2], '')}\n")
    return theory


def a_certificate() -> StoredCertificate:
    """It imports `Compact.A` and its weights."""
    found = next(iter(stored_certificates(SHIPPED / "linear.json")))
    theorem = f"prelude\nimport Compact.A\nimport {found.manifest.lean.weights_module}\n"
    return replace(found, weights=b"prelude\n", theorem=theorem.encode())


def test_a_certificate_rests_on_what_it_imports_and_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = a_certificate()
    before = digest_of(certificate, a_theory(tmp_path / "0"))

    def after(name: str) -> str:
        return digest_of(certificate, a_theory(tmp_path / name, **{name: "-- changed"}))

    assert after("C") == before
    assert len({before, after("A"), after("B"), after("Kernel")}) == 4
    theory, lean = a_theory(tmp_path / "0"), certificate.manifest.lean
    stamped = msgspec.structs.replace(lean, theory_digest="another")
    manifest = msgspec.structs.replace(certificate.manifest, lean=stamped)
    assert digest_of(replace(certificate, manifest=manifest), theory) == before
    for changed in ("weights", "theorem"):
        own = getattr(certificate, changed) + b"-- changed"
        assert digest_of(replace(certificate, **cast(Any, {changed: own})), theory) != before
    monkeypatch.setattr(second_kernel_measured, "digest_of_kernel", lambda: "another judge")
    assert digest_of(certificate, theory) != before


def test_every_certificate_has_a_row_of_its_own() -> None:
    for part in ("certificates", "large"):
        manifests = [each.manifest for path in lists(part) for each in stored_certificates(path)]
        assert len({entry_name(part, each) for each in manifests}) == len(manifests) > 3
