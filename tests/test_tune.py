"""Tuning: the loss tests what the searches test, a run goes on where it stopped, nothing is mistaken for proof."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from typer.testing import CliRunner

from pipeline.lean import PROJECT
from pipeline.tune import handmade
from pipeline.tune.__main__ import app
from pipeline.tune.measure import Bound, measure, read
from pipeline.tune.recipe import PRODUCTS, Recipe, require_tunable
from tests.tiny_models import random_arrays, write_model

torch = pytest.importorskip("torch")

from pipeline.errors import MalformedInput  # noqa: E402
from pipeline.tune.circuits import Circuits, logits  # noqa: E402
from pipeline.tune.project import project_qk  # noqa: E402
from pipeline.tune.residuals import Directions, Residuals  # noqa: E402
from pipeline.tune.slack import slack  # noqa: E402
from pipeline.tune.stage import checkpoints  # noqa: E402
from pipeline.tune.state import load_state, save_state  # noqa: E402
from pipeline.tune.training import Training  # noqa: E402
from pipeline.tune.weights import Distance, file_bytes, of_model, random_weights  # noqa: E402

TINY = Recipe(steps=40, batch=32, maxima=4, queries=4)


def quiet(_: str) -> None:
    """No progress."""


def tiny(tmp_path: Path, seed: int = 0) -> Path:
    """A model with three positions and four tokens."""
    return write_model(tmp_path / "tiny.safetensors", random_arrays(seed, 3, 4))


def run(*arguments: object) -> tuple[int, str]:
    """The program's exit code, and what it prints."""
    found = CliRunner().invoke(app, [str(each) for each in arguments], standalone_mode=False)
    assert found.exception is None, found.output
    return int(found.return_value), found.output


def test_the_circuits_are_those_of_the_forward_pass() -> None:
    w = random_weights(3, 5, 4, 2, seed=1).to(torch.float64)
    c = Circuits.of(w)
    tokens = torch.cartesian_prod(*[torch.arange(5)] * 3)
    last = tokens[:, -1]
    score = c.scores[last[:, None], tokens] + c.position_scores[last]
    attention = torch.softmax(score, -1)
    parts = c.token_logits[tokens] + c.position_logits
    expected = (c.resid @ w["W_U"])[last] + (attention.unsqueeze(-1) * parts).sum(1)
    assert torch.allclose(logits(w, tokens), expected)


@pytest.mark.parametrize("strategy", ["prefix-top2", "low-rank-qk-eu", "quadratic-qk-eu"])
def test_tests_that_pass_are_right_on_every_input(strategy: str) -> None:
    """If the test of a class passes for all its prefixes, all inputs of that class are answered correctly."""
    recipe = Recipe(strategies=(strategy,), steps=300, batch=64, maxima=6, queries=6, seed=2)
    training = Training(recipe, random_weights(3, 6, 8, 8, seed=2))
    while not training.done:
        training.advance()
    w = training.weights.to(torch.float64)
    c, every = Circuits.of(w), torch.arange(6)
    rest = Residuals.of(w, c, Directions.of(w), recipe.products())
    found = slack(w, c, rest, every, every)
    tokens = torch.cartesian_prod(*[every] * 3)
    largest = tokens.amax(1)
    right = logits(w, tokens).argmax(1) == largest
    passed = 0
    for m in range(1, 6):
        for q in range(m):  # exactly one of the two other positions holds a smaller token
            for k in range(m):
                if found.nats[m, q, k] > 0:
                    others = (tokens[:, :2] < m).sum(1)
                    held = torch.where(tokens[:, :2] < m, tokens[:, :2], 0).amax(1)
                    here = (largest == m) & (tokens[:, -1] == q) & (others == 1) & (held <= k)
                    assert bool(right[here].all()), (m, q, k)
                    passed += int(here.sum())
    assert passed > 20


def test_residuals_bound_what_is_left() -> None:
    """Of the scores, whichever way the bound is taken."""
    w = random_weights(3, 12, 10, 10, seed=3).to(torch.float64)
    c, d = Circuits.of(w), Directions.of(w)
    u, v, direct = d.query, d.key, d.direct
    left = c.scores - torch.outer(u, u @ c.scores)
    left = left - torch.outer(left @ v, v)
    rows = c.resid - c.resid.mean(0)
    rest = (rows - torch.outer(direct, direct @ rows)) @ w["W_U"]

    def width(matrix: Any) -> Any:
        return matrix.amax(1) - matrix.amin(1)

    split = Residuals.of(w, c, d, Recipe(strategies=("low-rank-qk-eu",)).products())
    assert bool((split.scores >= width(left) - 1e-9).all())
    assert bool((split.direct >= width(rest) - 1e-9).all())
    assert float(split.scores.min()) > 0
    nothing = Residuals.of(w, c, d, frozenset())
    assert not nothing.scores.any()
    assert not nothing.direct.any()


def test_projected_scores_have_the_rank_and_are_the_closest() -> None:
    w = random_weights(4, 12, 8, 8, seed=4).to(torch.float64)
    before, after = Circuits.of(w).scores, Circuits.of(project_qk(w, 2).to(torch.float64)).scores
    values = torch.linalg.svdvals(after)
    assert float(values[1]) > 0.1
    assert float(values[2]) < 1e-5
    closest = torch.linalg.svdvals(before)[2:].norm()
    assert float((before - after).norm()) == pytest.approx(float(closest), rel=1e-4)


@pytest.mark.parametrize("rank", [0, 9])
def test_a_rank_that_qk_cannot_have(rank: int) -> None:
    with pytest.raises(MalformedInput, match="QK has no rank"):
        project_qk(random_weights(4, 12, 8, 8, seed=4), rank)


def test_training_makes_a_model_provable(tmp_path: Path) -> None:
    """After as many steps, cross-entropy alone has a model about as right, of which much less is proved."""
    found = []
    for alone in (800, 270):
        recipe = Recipe(("low-rank-qk-eu",), steps=800, alone=alone, maxima=8, queries=8)
        training = Training(recipe, random_weights(3, 8, 8, 8, seed=0))
        while not training.done:
            training.advance()
        path = tmp_path / f"{alone}.safetensors"
        path.write_bytes(file_bytes(training.weights, {}))
        found.append(measure(path, ["low-rank-qk-eu"], quiet))
    plain, tuned = (each.bounds["low-rank-qk-eu"] for each in found)
    assert isinstance(plain, Bound)
    assert isinstance(tuned, Bound)
    assert plain.inputs < 450
    assert tuned.inputs > 490
    assert all((each.right or 0) > 500 for each in found)


@pytest.mark.parametrize("stop", [1, 17, 20, 39])
def test_a_run_goes_on_where_it_stopped(tmp_path: Path, stop: int) -> None:
    start = random_weights(3, 6, 5, 4, seed=5)
    whole, first, second = (Training(TINY, start) for _ in range(3))
    while not whole.done:
        whole.advance()
    for _ in range(stop):
        first.advance()
    save_state(tmp_path / "state", first, "this run")
    load_state(tmp_path / "state", second, "this run")
    while not second.done:
        second.advance()
    assert file_bytes(second.weights, {}) == file_bytes(whole.weights, {})


def test_a_state_of_another_run_or_damaged_is_refused(tmp_path: Path) -> None:
    start = random_weights(3, 6, 5, 4, seed=5)
    path = tmp_path / "state"
    save_state(path, Training(TINY, start), "that run")
    with pytest.raises(MalformedInput, match="another model or with other options"):
        load_state(path, Training(TINY, start), "this run")
    with pytest.raises(MalformedInput, match="damaged"):
        load_state(path, Training(TINY, random_weights(3, 7, 5, 4, seed=5)), "that run")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(MalformedInput, match="not a state"):
        load_state(path, Training(TINY, start), "that run")


class _Hostile:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("hostile",)


def test_a_state_is_never_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"run": _Hostile()}, tmp_path / "state")
    with pytest.raises(MalformedInput, match="not a state"):
        load_state(tmp_path / "state", Training(TINY, random_weights(3, 6, 5, 4, seed=5)), "run")
    assert not (tmp_path / "hostile").exists()


def test_the_program_says_that_it_is_another_model(tmp_path: Path) -> None:
    model, out = tiny(tmp_path), tmp_path / "out.safetensors"
    code, said = run(model, out, "--steps", 30, "--for", "prefix-top2", "--json")
    found = json.loads(said[said.index("{") :])
    assert code == 0
    assert found["another_model"] is True
    assert found["proved"] is False
    assert read(out).digest != read(model).digest
    moved = Distance.between(of_model(read(model)), of_model(read(out)))
    assert found["moved"]["relative"] == pytest.approx(moved.relative)
    for name, path in (("before", model), ("after", out)):
        assert found[name] == measure(path, ["prefix-top2"], quiet).json()
    assert not list(tmp_path.glob("*.state*"))
    assert run(model, out)[0] == 2  # OUT is there already


def test_the_seed_matters_and_nothing_else_does(tmp_path: Path) -> None:
    model = tiny(tmp_path)
    outs = [tmp_path / f"{name}.safetensors" for name in "abc"]
    for out, seed in zip(outs, (0, 0, 1), strict=True):
        assert run(model, out, "--steps", 5, "--for", "prefix-top2", "--seed", seed)[0] == 0
    first, again, other = (out.read_bytes() for out in outs)
    assert first == again
    assert first != other


def test_an_attention_scale_of_its_own_is_kept(tmp_path: Path) -> None:
    arrays = random_arrays(1, 3, 4) | {"attn_scale": np.array([1.75])}
    model = write_model(tmp_path / "scaled.safetensors", arrays)
    out = tmp_path / "out.safetensors"
    assert run(model, out, "--steps", 2, "--for", "prefix-top2")[0] == 0
    before, after = read(model), read(out)
    assert before.attn_scale / 2**before.scale_frac == 1.75
    assert after.attn_scale / 2**after.scale_frac == 1.75


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--for", "brute-force"], "no model can be tuned for"),
        (["--lr", "1e30", "--steps", "50"], "diverged"),
        (["--project-qk", "99"], "QK has no rank 99"),
    ],
)
def test_one_line_for_what_cannot_be(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, said = run(tiny(tmp_path), tmp_path / "out.safetensors", *arguments)
    assert code == 2
    assert says in said + capfd.readouterr().err
    assert not (tmp_path / "out.safetensors").exists()


def test_without_torch_there_is_one_line(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['torch'] = None; from pipeline.tune.__main__ import console; sys.exit(console())"
    command = [sys.executable, "-c", hide, str(tiny(tmp_path)), str(tmp_path / "o.safetensors")]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 3
    assert "error: tuning needs torch" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_ctrl_c_leaves_what_there_is(tmp_path: Path) -> None:
    model, out = tiny(tmp_path), tmp_path / "out.safetensors"
    command = [sys.executable, "-m", "pipeline.tune", str(model), str(out), "--for", "prefix-top2"]
    steps = ["--steps", "100000"]
    begun = subprocess.Popen([*command, *steps], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    assert begun.stderr is not None
    for line in begun.stderr:
        if line.startswith("step "):
            break
    begun.send_signal(signal.SIGINT)
    rest = begun.stderr.read()
    assert begun.wait(30) == 130
    assert "goes on from out.safetensors.state" in rest
    assert read(out).digest != read(model).digest
    other = subprocess.run(
        [*command, "--steps", "7"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert other.returncode == 2
    assert "with other options" in other.stderr
    again = subprocess.Popen([*command, *steps], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    assert again.stderr is not None
    assert any("going on after step" in line for line in again.stderr)  # stops at the first
    again.send_signal(signal.SIGINT)
    assert again.wait(30) == 130


def test_the_model_written_by_hand_is_right_and_proved(tmp_path: Path) -> None:
    path = tmp_path / "hand.safetensors"
    for n_ctx, d_vocab in ((2, 9), (3, 8), (4, 6)):
        path.write_bytes(handmade.file_bytes(handmade.handmade(n_ctx, d_vocab)))
        found = measure(path, ["quartic"], quiet)
        bound = found.bounds["quartic"]
        assert isinstance(bound, Bound)
        assert bound.inputs == found.right == found.total == d_vocab**n_ctx


def test_the_shipped_models_are_what_the_programs_write(tmp_path: Path) -> None:
    models = PROJECT / "examples" / "models"
    written = handmade.file_bytes(handmade.handmade(4, 64))
    assert (models / "handmade_max_of_4.safetensors").read_bytes() == written
    for seed in range(5):
        tuned = models / f"max_of_4_seed{seed}_tuned.safetensors"
        with safetensors.safe_open(tuned, "numpy") as file:
            said = json.loads(file.metadata()["training"])
        assert said["from"] == read(models / f"max_of_4_seed{seed}.safetensors").digest
        assert said["tuned"] == Recipe().json()
        assert said["steps"] == Recipe().steps


def test_every_strategy_by_classes_can_be_tuned_for() -> None:
    from pipeline.transformer.strategies import STRATEGIES

    assert [*PRODUCTS] == [name for name in STRATEGIES if name != "brute-force"]
    assert require_tunable(["cubic", "prefix", "cubic"]) == ("cubic", "prefix")


def test_checkpoints_are_those_of_both_parts() -> None:
    assert checkpoints(20, 60, 2) == [0, 5, 20, 30, 60]
    assert checkpoints(0, 8, 2) == [0, 2, 8]


def test_the_shortest_proof_is_that_of_enough_inputs() -> None:
    pytest.importorskip("matplotlib")
    from pipeline.tune.figure import shortest
    from pipeline.tune.stage import Stage

    rows = [
        Stage(0, "cubic", 100, 100, 60, 900),
        Stage(0, "prefix", 100, 100, 50, 300),
        Stage(0, "prefix-top2", 100, 100, 49, 100),
        Stage(5, "cubic", 100, 100, 0, None),
    ]
    assert shortest(rows, 0.5) == [(0, 300), (5, None)]
    assert shortest(rows, 0.55) == [(0, 900), (5, None)]
