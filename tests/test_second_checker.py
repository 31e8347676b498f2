"""The second checker shares nothing with the exporter, and agrees with it and with Lean.

(The kernel's verdicts on hostile certificates are compared with it in `tests/test_attack.py`.)
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import export, verify
from pipeline.bundle.stored import find_manifests
from pipeline.cli.corpus import read_corpus
from pipeline.lean import PROJECT
from pipeline.recheck import Verdict, recheck
from pipeline.recheck.__main__ import main
from pipeline.recheck.certified import Counted
from pipeline.recheck.floats import decode, numerator
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.strategies import COUNTS
from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.strategies import STRATEGIES, Certificate, Progress, Strategy
from tests.conftest import Runner
from tests.test_export_lean import Claiming
from tests.test_lean_agrees import odd_arrays
from tests.tiny_models import Arrays, noisy_arrays, perfect_arrays, random_arrays, write_model

SOURCES = sorted((PROJECT / "pipeline" / "recheck").rglob("*.py"))
LIBRARIES = {"mpmath", "numpy", "safetensors"}

CORPUS = [
    (task.model, manifest)
    for task in read_corpus(PROJECT / "examples" / "corpus.json")
    for manifest in find_manifests(task.certificate)
]


def imported(path: Path) -> set[str]:
    """The modules that a source file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_it_shares_nothing(path: Path) -> None:
    for name in imported(path):
        top = name.partition(".")[0]
        own = name == "pipeline.recheck" or name.startswith("pipeline.recheck.")
        assert own or top in LIBRARIES or top in sys.stdlib_module_names, name
    text = path.read_text()
    assert "importlib" not in text
    assert "__import__" not in text


def test_the_exporter_does_not_use_it() -> None:
    """Only verification does, and what looks at the inputs of a certificate that is written already."""
    package = PROJECT / "pipeline"
    users = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path not in SOURCES and any("recheck" in name for name in imported(path))
    ]
    assert sorted(users) == ["inputs/heads.py", "verify.py"]


def test_it_knows_every_strategy() -> None:
    claims = [each for claim in CLAIMS.values() for each in claim.strategies.values()]
    assert set(COUNTS) == {strategy.checker for strategy in [*STRATEGIES.values(), *claims]}


@pytest.mark.parametrize(("model", "manifest"), CORPUS, ids=lambda path: path.stem)
def test_committed_certificates_are_accepted(model: Path, manifest: Path) -> None:
    """`pipeline.verify --corpus` has Lean accept the same."""
    verdict = recheck(model, manifest, look_at=50)
    assert verdict.accepted, verdict.reason
    assert verdict.numbers is not None
    assert verdict.numbers.hold, verdict.numbers
    assert verdict.numbers.inputs == 50


class Overclaiming:
    """Claims one input more than can be counted."""

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self.name, self.summary, self.fields = strategy.name, strategy.summary, strategy.fields
        self.checker, self.joints = strategy.checker, strategy.joints

    def search(self, model: object, progress: Progress) -> Certificate:
        found = self._strategy.search(model, progress)
        bound = found.bound + 1
        return replace(found, bound=bound, fields={**found.fields, "bound": bound})


def arrays() -> list[Arrays]:
    return [
        random_arrays(3, 2, 4, 1.5),
        odd_arrays(5, 2, 3),
        noisy_arrays(1, 3, 4, 1.0),
        noisy_arrays(2, 2, 3, 1.0),
        perfect_arrays(4, 3),
    ]


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("each", arrays(), ids=range(5))
def test_it_counts_the_same(
    program: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, each: Arrays
) -> None:
    """It accepts what the search finds, and not one input more."""
    model = write_model(tmp_path / "m.safetensors", each)
    arguments = (model, "--strategy", name, "--no-check", "--out")
    assert program(export.app, *arguments, tmp_path / "true").exit_code == 0
    monkeypatch.setitem(STRATEGIES, name, Overclaiming(STRATEGIES[name]))
    assert program(export.app, *arguments, tmp_path / "false").exit_code == 0
    verdict = recheck(model, tmp_path / "true" / f"{name}.json")
    assert verdict.accepted, verdict.reason
    verdict = recheck(model, tmp_path / "false" / f"{name}.json")
    assert not verdict.accepted
    assert "fewer than the bound" in verdict.reason


def test_it_tells_other_weights_apart(program: Runner, tmp_path: Path) -> None:
    model = write_model(tmp_path / "m.safetensors", perfect_arrays(2, 3))
    assert program(export.app, model, "--no-check", "--out", tmp_path / "out").exit_code == 0
    manifest = tmp_path / "out" / "brute-force.json"
    changed = perfect_arrays(2, 3)
    changed["W_U"][0, 0] = 2.0**-149
    other = write_model(tmp_path / "other.safetensors", changed)
    assert recheck(model, manifest).accepted
    assert recheck(other, manifest) == Verdict(
        False, "W_U does not hold the numbers of the model's file"
    )
    assert main([str(model), str(manifest)]) == 0
    assert main([str(other), str(manifest)]) == 1
    assert main([]) == 2


@pytest.mark.parametrize("field", ["frac", "scale_frac", "d_head", "n_ctx"])
def test_huge_sizes_are_refused(program: Runner, tmp_path: Path, field: str) -> None:
    """Nothing is computed that does not fit into memory."""
    model = write_model(tmp_path / "m.safetensors", perfect_arrays(2, 3))
    assert program(export.app, model, "--no-check", "--out", tmp_path / "out").exit_code == 0
    weights = tmp_path / "out" / "Weights.lean"
    text, times = re.subn(
        f"  {field} := .*", f"  {field} := nat_lit {1 << 200:#x}", weights.read_text()
    )
    assert times == 1
    weights.write_text(text)
    assert not recheck(model, tmp_path / "out" / "brute-force.json").accepted


@pytest.mark.parametrize(
    ("data", "dtype", "number"),
    [
        ("0000803f", "F32", 1.0),
        ("000000c0", "F32", -2.0),
        ("00000080", "F32", 0.0),
        ("01000000", "F32", 2.0**-149),
        ("ffff7fff", "F32", -(2.0**128) + 2.0**104),
        ("003c", "F16", 1.0),
        ("0100", "F16", 2.0**-24),
        ("803f", "BF16", 1.0),
        ("0100000000000000", "F64", 2.0**-1074),
    ],
)
def test_floats_are_decoded_exactly(data: str, dtype: str, number: float) -> None:
    [found] = decode(bytes.fromhex(data), dtype)
    assert found[0] * 2.0 ** found[1] == number
    assert numerator(found, 1200) == int(number.as_integer_ratio()[0]) * (
        2**1200 // number.as_integer_ratio()[1]
    )


@pytest.mark.parametrize("data", ["0000807f", "000080ff", "0000c07f", "ffffffff"])
def test_what_is_no_number_is_refused(data: str) -> None:
    with pytest.raises(Refused, match="NaN or infinite"):
        decode(bytes.fromhex(data), "F32")


def test_cross_agrees(program: Runner, model_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for strategy in STRATEGIES:
        arguments = (model_file, "--strategy", strategy, "--no-check", "--out", out)
        assert program(export.app, *arguments).exit_code == 0
    ran = program(verify.app, model_file, out, "--cross", "--json")
    assert ran.exit_code == 0, ran.err
    assert len(ran.json["certificates"]) == len(STRATEGIES)
    for result in ran.json["certificates"]:
        assert result["second_checker"] == "9 inputs are counted, the bound is 9"


@pytest.mark.parametrize("extra", [0, 1])
def test_cross_notices_a_difference(
    program: Runner,
    model_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: int,
) -> None:
    """Lean is right in both cases; the second checker is made to err."""
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setitem(STRATEGIES, "brute-force", Claiming(extra))
        assert program(export.app, model_file, "--no-check", "--out", out).exit_code == 0
    arguments = (model_file, out, "--cross", "--json")
    assert program(verify.app, *arguments).exit_code == extra
    monkeypatch.setitem(COUNTS, "BruteForce", lambda *_: Counted(9 * extra * 2, []))
    ran = program(verify.app, *arguments)
    assert ran.exit_code == 5
    [result] = ran.json["certificates"]
    assert ("accepts what Lean rejects" if extra else "Lean accepts what") in result["error"]
    assert result["proved"] is False
    assert program(verify.app, *arguments[:2], "--json").exit_code == extra
