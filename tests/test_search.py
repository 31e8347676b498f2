"""The search: resumable, its points explanations like anybody's, its score as defined."""

from __future__ import annotations

import json
import re
from math import log
from pathlib import Path

import pytest

from pipeline.api import load, prove
from pipeline.cli.program import main
from pipeline.emit.names import own_name
from pipeline.explain.point import Point, searched
from pipeline.lean import PROJECT
from pipeline.model import Model
from pipeline.search import remembered
from pipeline.search.area import area, longest, shortest, thinned
from pipeline.search.found import REPORT, points, table
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.low_rank.explanation import (
    Classes,
    Direct,
    File,
    Qk,
    Rounding,
    Shares,
    read_explanation,
    render,
)
from tests.tiny_models import noisy_arrays, write_model

pytest.importorskip("optuna")

from pipeline.search.__main__ import app


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(
        tmp_path_factory.mktemp("model") / "tiny.safetensors", noisy_arrays(3, 4, 6, 0.2)
    )


def test_area(file: Path) -> None:
    """Of steps that are computed by hand; brute force scores 0, and all for nothing 1."""
    model = load(file).model
    assert isinstance(model, Model)
    first, last, total = shortest(model), longest(model), 6**4
    assert first == 6 * 13 + 4 * 13 + 3 * 13 * 6 + 6 * 13 + 13 * 6
    assert area([], model) == area([Point("all", total, last)], model) == 0
    assert area([Point("all", total, 1)], model) == pytest.approx(1)
    middle = round((first * last) ** 0.5)
    half = Point("half", total // 2, first)
    assert area([half], model) == pytest.approx(0.5)
    both = area([half, Point("all", total, middle), Point("useless", 1, middle)], model)
    assert both == pytest.approx(0.5 + 0.5 * log(last / middle) / log(last / first))


def test_thinned(file: Path) -> None:
    """Points go that add next to nothing to the score; what is left scores hardly less."""
    model = load(file).model
    assert isinstance(model, Model)
    first, total = shortest(model), 6**4
    few, more = Point("few", 1, first), Point("more", total // 2, first + 1)
    some, all_of_it = Point("some", total // 2 + 1, 2 * first), Point("all", total, 3 * first)
    every = [few, more, some, all_of_it]
    kept = thinned(every, model)
    assert kept == [more, all_of_it]
    assert 0 < area(every, model) - area(kept, model) < 1e-3
    assert thinned([few], model) == [few]


def test_rendered_explanations_are_read_back(tmp_path: Path) -> None:
    """As the same."""
    path = tmp_path / "x.toml"
    for file in (
        File("a"),
        File("b", 'says "so"', None, Qk(queries=("@size",), rank=2, bound=("XQ|KE", "XQKE"))),
        File(
            "c",
            direct=Direct(base="zero", outputs=("@size",), bound=("X|U",)),
            attention=Shares((0.0, 0.5)),
            classes=Classes(parts=6, levels=(2, 3)),
            rounding=Rounding(0.5),
        ),
        File("d", classes=Classes("threshold")),
    ):
        path.write_text(render(file))
        assert read_explanation(path).file == file


def test_program(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It goes on where it was, its explanations prove what it says, and it scores no less than our own strategies."""
    out = tmp_path / "out"

    def search(trials: int, *more: str) -> dict[str, object]:
        arguments = [
            str(file),
            "--trials",
            str(trials),
            "--no-check",
            "--json",
            "--out",
            str(out),
            *more,
        ]
        assert main(app, arguments) == 0
        found = json.loads(capsys.readouterr().out)
        assert isinstance(found, dict)
        return found

    first, more = search(8), search(40)
    assert search(40)["points"] == more["points"], "nothing new is tried when enough was"
    for said in (first, more):
        assert float(str(said["score"])) >= float(str(said["score_of_built_in"])) > 0
    assert float(str(more["score"])) >= float(str(first["score"]))
    points = more["points"]
    assert isinstance(points, list)
    own = [each for each in points if each["own"]]
    assert own
    for each in own:
        path = out / f"{own_name(each['name'])}.toml"
        proof = prove(file, explanation=path, check=False)
        assert (proof.bound, proof.length) == (each["bound"], each["length"])
    longest_own = max(each["length"] for each in own)
    within = search(40, "--budget", str(longest_own - 1))["points"]
    assert isinstance(within, list)
    assert all(each["length"] < longest_own for each in within if each["own"])
    left = {each["name"] for each in within if each["own"]}
    assert {path.stem for path in (out / "certificates").glob("*explained-*.json")} == left


def test_a_journal_of_another_model(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is not gone on with; nor is one that is no journal."""
    out = tmp_path / "out"
    assert main(app, [str(file), "--trials", "1", "--no-check", "--out", str(out)]) == 0
    other = write_model(tmp_path / "other.safetensors", noisy_arrays(4, 4, 6, 0.2))
    assert main(app, [str(other), "--trials", "1", "--no-check", "--out", str(out)]) == 2
    assert "the search of another model" in capsys.readouterr().err
    of_this_model = (out / "trials.journal").read_text()
    for text in ("no journal\n", '{"op_code": 99}\n', "[]\n", '{"op_code": 0}\n'):
        (out / "trials.journal").write_text(text)
        assert main(app, [str(file), "--trials", "1", "--no-check", "--out", str(out)]) == 2
        assert "not the journal of a search" in capsys.readouterr().err
    (out / "trials.journal").write_text(
        re.sub(r'"param_name": ?"[^"]*"', '"param_name":"gone"', of_this_model)
    )
    assert main(app, [str(file), "--trials", "1", "--no-check", "--out", str(out)]) == 2
    assert "another version" in capsys.readouterr().err
    taken = out / "trials.journal"
    assert main(app, [str(file), "--trials", "1", "--no-check", "--out", str(taken)]) == 2
    assert "cannot write" in capsys.readouterr().err


FOUND = PROJECT / "examples/explanations/found"
SHIPPED = sorted(each.name for each in FOUND.iterdir())


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped(name: str) -> None:
    """Every point of a shipped frontier was proved, about the shipped model; the score is the area, above that of our
    own strategies."""
    report = FOUND / name / REPORT
    said = json.loads(report.read_text())
    loaded = load(PROJECT / f"examples/models/{name}.safetensors")
    model = loaded.model
    assert isinstance(model, Model)
    assert (said["model_digest"], said["total"]) == (model.digest, loaded.total)
    every = points(report)
    kept = [each for each in every if each.proved]
    ours = [each for each in every if not each.own]
    assert {each.name for each in ours} >= {*STRATEGIES} - {"brute-force"}
    assert area(kept, model) == pytest.approx(said["score"])
    assert area(ours, model) == pytest.approx(said["score_of_built_in"])
    assert area(kept, model) > area(ours, model)
    files = {path.stem for path in (FOUND / name).glob("*.toml")}
    assert files == {own_name(each.name) for each in kept if each.own}
    for each in (FOUND / name).glob("*.toml"):
        assert read_explanation(each).file.name == each.stem


def test_shipped_explanations_prove_what_is_said() -> None:
    """Searched again, of the smallest model, by what is in the files."""
    name = "max_of_4_vocab_16"
    model = load(PROJECT / f"examples/models/{name}.safetensors").model
    assert isinstance(model, Model)
    own = [each for each in points(FOUND / name / REPORT) if each.own]
    assert own
    for each in own:
        strategy = read_explanation(FOUND / name / f"{own_name(each.name)}.toml").strategy()
        again = searched(strategy, model, lambda _: None)
        assert (again.bound, again.length) == (each.bound, each.length)


def test_the_page_says_what_was_found() -> None:
    """`python -m pipeline.search.found examples/explanations/found` wrote the table."""
    assert table(FOUND) in (PROJECT / "docs/explanations.md").read_text()


def test_remembered(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was searched once is not searched again: of this model, by this strategy, by these sources."""
    model, path = load(file).model, tmp_path / "points.json"
    assert isinstance(model, Model)
    path.write_text("no points\n")
    strategy = STRATEGIES["prefix-top2"]
    found = remembered.Remembered(path, model).searched(strategy)
    assert found == searched(strategy, model, lambda _: None)

    def never(*_: object) -> Point:
        raise AssertionError("searched again")

    monkeypatch.setattr(remembered, "searched", never)
    assert remembered.Remembered(path, model).searched(strategy) == found
    other = load(write_model(tmp_path / "other.safetensors", noisy_arrays(4, 4, 6, 0.2))).model
    assert isinstance(other, Model)
    for subject, said in ((model, "otherwise"), (other, "")):
        with pytest.raises(AssertionError, match="searched again"):
            remembered.Remembered(path, subject).searched(strategy, said)
    monkeypatch.setattr(remembered, "SOURCES", tmp_path)
    (tmp_path / "changed.py").touch()
    with pytest.raises(AssertionError, match="searched again"):
        remembered.Remembered(path, model).searched(strategy)
