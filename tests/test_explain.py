"""Explanations: any is sound, a hostile one gets one line, and a certificate is verified without its explanation."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.api import load, prove, verify
from pipeline.bundle.journal import Journal
from pipeline.bundle.stored import read_stored
from pipeline.bundle.theory import theory_root
from pipeline.cli.program import main
from pipeline.emit.names import OF_TABLES, camel, is_explained, own_name, strategy_of
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput, PipelineError
from pipeline.explain.__main__ import app
from pipeline.explain.point import Point, frontier
from pipeline.explain.ranks import knee, of_rank, parse_ranks
from pipeline.families import family_of
from pipeline.inputs.found import look
from pipeline.lean import PROJECT
from pipeline.model import Model
from pipeline.recheck import recheck
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.low_rank import LowRank, splits
from pipeline.transformer.strategies.low_rank.attention import PLAIN, MeanDifference
from pipeline.transformer.strategies.low_rank.explanation import read_explanation
from pipeline.transformer.strategies.low_rank.fields import read_runs
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.presets import EXACT
from tests.extras import HAS_REPORT
from tests.tiny_models import noisy_arrays, write_model

N_CTX, D_VOCAB = 3, 5
D_MODEL = 2 * D_VOCAB + 1

MINE = """
name = "mine"
summary = "attention grows with the token"
directions = "mine.npz"

[qk]
queries = ["@all-alike"]
query_residual = ["bias"]
key_residual = ["size"]
keys = ["@size", "two"]
bound = ["XQ|KE", "X|Q|K|E"]

[direct]
base = "bias"
rank = 1
bound = ["X|U"]

[attention]
shares = [0, 0.5, 1]
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    write_model(path, noisy_arrays(3, N_CTX, D_VOCAB, 0.3))
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """An explanation with directions of its own, none of which is right."""
    random = np.random.default_rng(0)
    np.savez(
        tmp_path / "mine.npz",
        bias=np.eye(D_MODEL)[D_VOCAB],
        size=random.normal(size=D_MODEL),
        two=random.normal(size=(2, D_VOCAB)).astype(np.float32),
    )
    path = tmp_path / "mine.toml"
    path.write_text(MINE)
    return path


def test_presets_are_explanations() -> None:
    """The strategies with a name are the files of `explanations/`, and those say what they always said."""
    qk, quadratic = Directions(1, 1, 0, (0b101,)), Directions(1, 1, 8, (0,))
    eu, eu_rank_1 = Directions(plans=(0,)), Directions(1, plans=(0,))
    mean = MeanDifference((0, 0.4, 0.55, 0.65, 0.7, 0.75, 0.8, 0.9, 1))
    expected = {
        "prefix-top2": (EXACT, EXACT, PLAIN),
        "low-rank-qk": (qk, EXACT, PLAIN),
        "low-rank-qk-mean": (qk, EXACT, mean),
        "low-rank-eu": (EXACT, eu_rank_1, PLAIN),
        "low-rank-qk-eu": (qk, eu_rank_1, PLAIN),
        "mean-qk-eu": (qk, eu, PLAIN),
        "quadratic-qk": (quadratic, EXACT, PLAIN),
        "quadratic-qk-eu": (quadratic, eu_rank_1, PLAIN),
    }
    found = {
        each.name: (each.qk, each.eu, each.attention)
        for each in STRATEGIES.values()
        if isinstance(each, LowRank)
    }
    assert found == expected


@pytest.mark.parametrize("letters", [splits.QK, splits.DIRECT])
def test_splits_are_plans(letters: str) -> None:
    """Each plan has one name, and bit `i` multiplies the factors `i` and `i + 1`."""
    plans = {splits.plan(letters, each): each for each in splits.splits(letters)}
    assert sorted(plans) == list(range(2 ** (len(letters) - 1)))
    for plan, name in plans.items():
        for i, (a, b) in enumerate(pairwise(letters)):
            assert (a + b in name) == bool(plan >> i & 1)


def test_proved_and_verified_without_the_explanation(
    model: Path, mine: Path, tmp_path: Path
) -> None:
    """Lean, the second checker and this program agree on a certificate whose explanation is gone."""
    proof = prove(model, explanation=mine)
    assert proof.proved
    assert 0 < proof.bound <= (proof.truth or 0)
    assert sum(proof.losses.values()) == proof.gap
    assert "explainedMine_correct" in proof.theorem
    directory = proof.save(tmp_path / "certificate")
    mine.unlink()
    (again,) = verify(model, directory)
    assert (again.bound, again.length, again.theorem) == (proof.bound, proof.length, proof.theorem)
    assert sum(again.losses.values()) == proof.gap
    second = recheck(model, directory / "explained-mine.json", look_at=50)
    assert second.accepted, second.reason
    assert "proved" in proof._repr_html_()


def test_the_certificate_takes_the_directions(model: Path, mine: Path) -> None:
    """They are what is taken off the products, not singular vectors."""
    subject = load(model)
    strategy = read_explanation(mine).low_rank("explained-mine")
    assert isinstance(subject.model, Model)
    choice = strategy.choose(subject.model)
    assert [peel.index for peel in choice.qk.peels] == [0, 1, 2, 3, 3, 3]
    alike = choice.qk.peels[0].column
    assert len(set(alike)) == 1
    size = choice.qk.peels[3].row
    assert size[0] == -size[-1] != 0
    assert size[1] - size[0] == pytest.approx(size[2] - size[1], abs=1)
    assert sum(map(abs, choice.eu_base)) == 1 << subject.model.frac


def test_a_stranger_to_the_checker_is_refused(model: Path, mine: Path, tmp_path: Path) -> None:
    """The name of an explanation is free, but the bytes are not: a bound that is too high is not accepted."""
    proof = prove(model, explanation=mine, check=False)
    directory = proof.save(tmp_path / "certificate")
    manifest = directory / "explained-mine.json"
    text = manifest.read_text()
    manifest.write_text(text.replace(f'"correct": {proof.bound}', f'"correct": {proof.bound + 1}'))
    with pytest.raises(MalformedInput):
        read_stored(manifest).require_genuine(proof.subject.model, theory_root())
    for name in (
        "explained",
        "explained-",
        "explained-Mine",
        "explained-a--b",
        "explained-1",
        "explained-../x",
        "low-rank-qk-explained-mine",
        "theory-explained-mine",
        "cubic-explained",
    ):
        assert not is_explained(name)
        manifest.write_text(text.replace('"explained-mine"', f'"{name}"'))
        with pytest.raises(MalformedInput):
            read_stored(manifest)


CLASSES = {
    "levels": "parts = 6\nlevels = [3, 2]\n",
    "prefix": 'margins = "least"\n',
    "prefix-levels": 'margins = "least"\nparts = 4\nlevels = [0, 1, 2]\n',
    "cubic": 'kind = "threshold"\n',
    "quartic": 'kind = "each"\n',
    "mixed": 'kind = "prefix-then-each"\n',
}


def of_classes(directory: Path, name: str) -> Path:
    """An explanation of what classes may hold, with everything multiplied out."""
    path = directory / "classes.toml"
    path.write_text(f'name = "mine"\n[classes]\n{CLASSES[name]}')
    return path


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name: str, model: Path, tmp_path: Path) -> None:
    """What is counted is right, one by one; where the rest is lost adds up; without levels it is our own strategy."""
    proof = prove(model, explanation=of_classes(tmp_path, name), check=False)
    subject = proof.subject.model
    assert isinstance(subject, Model)
    stored = family_of(subject).strategy(proof.bundle.manifest.strategy)
    assert stored.checker == proof.strategy.checker
    found = look(subject, stored, proof.fields, 0, lambda _: None)
    assert found.proved == proof.bound > 0
    assert found.proved + found.many_unproved == proof.truth
    assert sum(proof.losses.values()) == proof.gap
    ours = name.partition("-")[0]
    if "levels" in name:
        assert fewer_levels(proof.fields, CLASSES[name])
        whole = prove(model, "prefix-top2" if name == "levels" else ours, check=False)
        assert proof.bound <= whole.bound
        assert proof.length < whole.length
        assert set(proof.losses) >= ({"levels"} if proof.bound < whole.bound else set())
    else:
        assert proof.fields == prove(model, ours, check=False).fields


def fewer_levels(fields: Mapping[str, Value], said: str) -> bool:
    """Does a certificate have the levels that were asked for?"""
    asked = tomllib.loads(said)
    parts = asked.get("parts", 48)
    if fields["parts"] != parts:
        return False
    if "levels" in fields:
        return fields["levels"] == sorted(asked["levels"])
    runs = read_runs(fields, N_CTX - 1, D_VOCAB)
    return {level for run in runs for level in run.levels} <= {*asked["levels"], parts}


@pytest.mark.parametrize("name", ["levels", "prefix-levels"])
def test_classes_are_proved_and_verified(name: str, model: Path, tmp_path: Path) -> None:
    """Lean and the second checker accept them, by the checker that the name of the certificate says."""
    path = of_classes(tmp_path, name)
    proof = prove(model, explanation=path)
    directory = proof.save(tmp_path / "certificate")
    path.unlink()
    called = "explained-mine" if name == "levels" else "prefix-explained-mine"
    (again,) = verify(model, directory)
    assert again.bundle.manifest.strategy == called
    assert (again.bound, again.length, again.theorem) == (proof.bound, proof.length, proof.theorem)
    assert sum(again.losses.values()) == proof.gap
    assert recheck(model, directory / f"{called}.json", look_at=50).accepted
    text = (directory / f"{called}.json").read_text()
    for other in {"explained-mine", "cubic-explained-mine", "prefix-explained-mine"} - {called}:
        forged = directory / f"{other}.json"
        forged.write_text(text.replace(f'"{called}"', f'"{other}"'))
        with pytest.raises(MalformedInput):
            read_stored(forged).require_genuine(proof.subject.model, theory_root())
        forged.unlink()


@pytest.mark.parametrize("of_tables", ["", *(f"{each}-" for each in OF_TABLES)])
@given(st.lists(st.from_regex(r"[a-z][a-z0-9]{0,3}", fullmatch=True), min_size=1, max_size=4))
@settings(max_examples=25)
def test_names_are_not_confused(of_tables: str, words: list[str]) -> None:
    """Two explanations of different names have different files."""
    name = "-".join([f"{of_tables}explained", *words])
    assert is_explained(name)
    assert own_name(name) == "-".join(words)
    assert strategy_of(name) == (of_tables[:-1] or None)
    back = "".join(f"-{each.lower()}" if each.isupper() else each for each in camel(name))[1:]
    assert back == name


def test_a_journal_names_no_other_files() -> None:
    """What a killed export left may move an explanation's files, and nothing that only looks like them."""
    temporary = f".x.{'0' * 16}.tmp"
    assert Journal(["ExplainedMine.lean"], {"explained-mine.json": temporary}).is_ours
    assert Journal(["CubicExplainedMine.lean", "cubic-explained-mine.json"], {}).is_ours
    for name in (
        "Explained.lean",
        "explained-mine.toml",
        "MyExplainedTheory.lean",
        "explained.json",
        "ExplainedMine.lean/x",
    ):
        assert not Journal([name], {}).is_ours


HOSTILE = {
    "name": ('name = "../x"\n', "cannot be one of an explanation"),
    "summary of lines": (
        'name = "x"\nsummary = "fine\\nPROVED by all"\n',
        "not one line of up to 200",
    ),
    "long summary": (f'name = "x"\nsummary = "{"x" * 201}"\n', "not one line of up to 200"),
    "missing name": ("[qk]\nexact = true\n", "missing required field `name`"),
    "no TOML": ("name = \n", "no TOML"),
    "not text": ("\x00\xff", "no TOML"),
    "unknown key": ('name = "x"\n[ov]\nrank = 1\n', "unknown field `ov`"),
    "unknown split": ('name = "x"\n[qk]\nrank = 1\nbound = ["XK|QE"]\n', "no split 'XK|QE'"),
    "empty split": ('name = "x"\n[qk]\nrank = 1\nbound = [""]\n', "no split ''"),
    "no bound": ('name = "x"\n[qk]\nrank = 1\n', "how the rest is bounded"),
    "exact and more": ('name = "x"\n[qk]\nexact = true\nrank = 1\n', "has rank too"),
    "negative": ('name = "x"\n[qk]\nrank = -1\nbound = ["XQ|KE"]\n', "`int` >= 0"),
    "huge": (
        'name = "x"\n[qk]\nrank = 99999999999999999999\nbound = ["XQ|KE"]\n',
        "no TOML|int|integer",
    ),
    "float": ('name = "x"\n[qk]\nrank = 1.5\nbound = ["XQ|KE"]\n', "Expected `int`"),
    "rank above d": (
        'name = "x"\n[qk]\nrank = 9\nbound = ["XQ|KE"]\n',
        "9 directions of a product that has rank 5",
    ),
    "shares": ('name = "x"\n[attention]\nshares = [nan]\n', "float"),
    "share above 1": ('name = "x"\n[attention]\nshares = [1.5]\n', "<= 1"),
    "unknown kind": ('name = "x"\n[classes]\nkind = "all"\n', "Invalid enum value 'all'"),
    "level above parts": (
        'name = "x"\n[classes]\nparts = 6\nlevels = [2, 7]\n',
        "level 7 of 6 parts",
    ),
    "negative level": ('name = "x"\n[classes]\nlevels = [-1]\n', "`int` >= 0"),
    "many parts": ('name = "x"\n[classes]\nparts = 1000000\nlevels = [2]\n', "<= 1024"),
    "many levels": (f'name = "x"\n[classes]\nlevels = {[*range(33)]}\n', "length <= 32"),
    "parts alone": ('name = "x"\n[classes]\nparts = 6\n', "parts without levels"),
    "levels of each": (
        'name = "x"\n[classes]\nkind = "each"\nlevels = [2]\n',
        "chooses its own levels",
    ),
    "margins of thresholds": (
        'name = "x"\n[classes]\nkind = "threshold"\nmargins = "least"\n',
        "has no margins",
    ),
    "thresholds in parts": (
        'name = "x"\n[qk]\nrank = 1\nbound = ["XQ|KE"]\n[classes]\nkind = "threshold"\n',
        r"everything multiplied out, and \[qk\]",
    ),
    "rounding of tables": (
        'name = "x"\n[rounding]\nmay_lose = 0.1\n[classes]\nmargins = "least"\n',
        r"and \[rounding\]",
    ),
    "loses more than all": ('name = "x"\n[rounding]\nmay_lose = 1.5\n', "<= 1"),
    "nan": ('name = "x"\n[rounding]\nmay_lose = nan\n', "float"),
    "no file": ('name = "x"\n[qk]\nkeys = ["a"]\nbound = ["XQ|KE"]\n', "no file of directions"),
    "file missing": ('name = "x"\ndirections = "none.npz"\n', "no such file"),
    "array missing": (
        'name = "x"\ndirections = "bad.npz"\n[qk]\nkeys = ["a"]\nbound = ["XQ|KE"]\n',
        "no array 'a'",
    ),
    "built in": (
        'name = "x"\n[qk]\nkeys = ["@what"]\nbound = ["XQ|KE"]\n',
        "no file of directions",
    ),
    **{
        name: (
            f'name = "x"\ndirections = "bad.npz"\n[qk]\nkeys = ["{name}"]\nbound = ["XQ|KE"]\n',
            said,
        )
        for name, said in {
            "nans": "NaN or infinity",
            "inf": "NaN or infinity",
            "zero": "is zero",
            "long": f"has 6 entries, this model wants {D_VOCAB}",
            "cube": "the shape",
            "none": "the shape",
            "vast": "above 2\\^64",
            "text": "no array",
            "whole": "type I64",
            "pickle": "Python objects",
        }.items()
    },
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_explanations(
    what: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that names the file, one that says what to do, and exit code 2."""
    text, said = HOSTILE[what]
    np.savez(
        tmp_path / "bad.npz",
        nans=np.full(D_VOCAB, np.nan),
        inf=np.array([1, np.inf, 0, 0, 0]),
        zero=np.zeros(D_VOCAB),
        long=np.ones(D_VOCAB + 1),
        cube=np.ones((1, 1, D_VOCAB)),
        none=np.ones((0, D_VOCAB)),
        vast=np.array([1e300, 1, 1, 1, 1]),
        text=np.array("words"),
        whole=np.arange(D_VOCAB),
        pickle=np.array([{"a": 1}] * D_VOCAB, dtype=object),
    )
    path = tmp_path / "x.toml"
    path.write_bytes(text.encode("latin-1"))
    out = tmp_path / "out"
    assert main(app, [str(model), str(path), "--no-check", "--out", str(out)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1
    assert re.search(said, errors[0])
    assert lines[-1].startswith("cure: ")
    assert not out.exists()


@given(
    seed=st.integers(0, 10**6),
    split=st.sampled_from(splits.splits(splits.QK)),
    rank=st.integers(0, 2),
)
@settings(max_examples=12, deadline=None)
def test_any_explanation_is_sound(seed: int, split: str, rank: int) -> None:
    """Whatever the directions, what is counted is right: every input is looked at."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_model(directory / "m.safetensors", noisy_arrays(seed % 7, N_CTX, D_VOCAB, 0.3))
        random = np.random.default_rng(seed)
        np.savez(
            directory / "d.npz", a=random.normal(size=D_VOCAB) ** 5, b=random.normal(size=D_MODEL)
        )
        (directory / "x.toml").write_text(
            f'name = "x"\ndirections = "d.npz"\n[qk]\nqueries = ["a"]\nkey_residual = ["b"]\nrank = {rank}\n'
            f'bound = ["{split}"]\n[direct]\nresidual = ["b"]\noutputs = ["a"]\nbase = "b"\nbound = ["X|U"]\n'
        )
        proof = prove(directory / "m.safetensors", explanation=directory / "x.toml", check=False)
        assert isinstance(proof.subject.model, Model)
        found = look(proof.subject.model, proof.strategy, proof.fields, 0, lambda _: None)
    assert found.proved == proof.bound
    assert found.proved + found.many_unproved + found.many_wrong == D_VOCAB**N_CTX
    assert found.proved + found.many_unproved == proof.truth


def test_program(
    model: Path, mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table, JSON, a picture, and certificates; everything scored with the built-in strategies."""
    out = tmp_path / "out"
    arguments = [str(model), str(mine), "--rank", "1..2", "--no-check", "--json", "--out", str(out)]
    assert main(app, arguments) == 0
    said = json.loads(capsys.readouterr().out)
    names = [each["name"] for each in said["explanations"]]
    assert names == ["explained-mine", "explained-rank-r1", "explained-rank-r2"]
    assert {each["name"] for each in said["points"]} == {*names, *STRATEGIES}
    own = said["explanations"][0]
    assert own["truth"] - own["bound"] == own["gap"] == sum(own["lost"].values())
    assert [each["part"] for each in own["parts"]] == ["QK", "direct path", "attention"]
    assert own["sampling"]["label"] == "evidence, not proof"
    assert (out / "certificates" / "explained-mine.json").is_file()
    assert (out / "frontier.svg").is_file() == HAS_REPORT
    if HAS_REPORT:
        assert (out / "frontier.svg").read_bytes().startswith(b"<?xml")
    assert main(app, [str(model), str(mine), str(mine), "--no-check", "--out", str(out)]) == 2
    assert "two explanations are called mine" in capsys.readouterr().err
    taken = out / "scores.json"
    assert main(app, [str(model), str(mine), "--no-check", "--out", str(taken)]) == 2
    said_first = capsys.readouterr().err
    assert "cannot write" in said_first
    assert "proving with" not in said_first


def test_ranks() -> None:
    """Ranks are written like seeds; the knee is where more brings less."""
    assert parse_ranks("1..3,6") == [1, 2, 3, 6]
    for text in ("", "0x1", "3..1", "1..999", "-1", "1;2"):
        with pytest.raises(MalformedInput):
            parse_ranks(text)
    assert of_rank(2).qk.first == 2
    assert knee([1, 2, 3, 4], [0, 90, 95, 100]) == 2
    assert knee([1, 2, 3], [5, 5, 5]) is None
    assert knee([1, 2], [0, 1]) is None


def test_frontier() -> None:
    """Only what no shorter proof reaches."""
    a, b, c = Point("a", 5, 10), Point("b", 4, 20), Point("c", 6, 30)
    assert frontier([c, b, a]) == [a, c]


def test_heads_are_refused(mine: Path) -> None:
    """Explanations are about one head without biases, and say so."""
    with pytest.raises(PipelineError, match="one head"):
        prove(PROJECT / "examples/models/max_of_4_two_heads.safetensors", explanation=mine)
