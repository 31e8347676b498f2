"""`--compare`: a user's own forward pass, written here once more, against the theorem's model."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from pipeline import export, verify
from pipeline.errors import MalformedInput
from pipeline.model import read_model
from pipeline.sweep import __main__ as sweep
from pipeline.transformer.compare.comparison import Comparison, compare
from tests.conftest import Runner
from tests.tiny_models import write_model

Floats = npt.NDArray[Any]
N_CTX, D_VOCAB, WIDTH = 3, 5, 6
SCALE = math.sqrt(WIDTH)


def weights() -> dict[str, npt.NDArray[np.float32]]:
    """A model whose head is as wide as its stream, so that transposed matrices fit."""
    random = np.random.default_rng(1)
    shapes = {
        "W_E": (D_VOCAB, WIDTH), "W_pos": (N_CTX, WIDTH), "W_Q": (WIDTH, WIDTH), "W_K": (WIDTH, WIDTH),
        "W_V": (WIDTH, WIDTH), "W_O": (WIDTH, WIDTH), "W_U": (WIDTH, D_VOCAB),
    }  # fmt: skip
    return {name: random.normal(0, 0.7, shape).astype(np.float32) for name, shape in shapes.items()}


ALL = np.array(list(itertools.product(range(D_VOCAB), repeat=N_CTX)))


def layer_norm(x: Floats) -> Floats:
    x = x - x.mean()
    return np.asarray(x / np.sqrt((x**2).mean() + 1e-5))


def rms_norm(x: Floats) -> Floats:
    return np.asarray(x / np.sqrt((x**2).mean() + 1e-5))


def mine(
    tokens: Floats = ALL,
    *,
    scale: float = SCALE,
    shortformer: bool = False,
    norm: Callable[[Floats], Floats] | None = None,
    window: int = N_CTX,
    transposed: str = "",
    cap: float = 0,
    bias: float = 0,
) -> Floats:
    """One input after the other, as one would write it down."""
    W = {name: each.astype(np.float64) for name, each in weights().items()}
    for name in transposed.split():
        W[name] = W[name].T
    pre = norm or (lambda x: x)
    rows = []
    for x in tokens:
        embedded = [W["W_E"][t] for t in x]
        both = [e + W["W_pos"][p] for p, e in enumerate(embedded)]
        stream = embedded if shortformer else both
        looked = [pre(e) + W["W_pos"][p] for p, e in enumerate(embedded)] if shortformer else both
        looked = looked if shortformer else [pre(e) for e in both]
        query = looked[-1] @ W["W_Q"]
        scores = [query @ (k @ W["W_K"]) / scale for k in looked]
        scores = [s if p >= N_CTX - window else -math.inf for p, s in enumerate(scores)]
        if cap:
            scores = [cap * math.tanh(s / cap) for s in scores]
        exps = [math.exp(s - max(scores)) for s in scores]
        mixed = sum(e / sum(exps) * (pre(v) @ W["W_V"]) for e, v in zip(exps, stream, strict=True))
        out = stream[-1] + mixed @ W["W_O"]
        rows.append(pre(out) @ W["W_U"] + bias * np.arange(D_VOCAB))
    return np.array(rows)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model.safetensors", weights())


def given(tmp_path: Path, logits: Floats, tokens: Floats = ALL, name: str = "mine.npz") -> Path:
    np.savez(tmp_path / name, tokens=tokens, logits=logits)
    return tmp_path / name


def compared(model: Path, path: Path) -> Comparison:
    return compare(read_model(model), path)


def differs(model: Path, path: Path, *words: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        compared(model, path)
    message, cure = caught.value.message, caught.value.cure
    assert str(path) in message
    assert cure
    assert "\n" not in message + cure
    for word in words:
        assert word in message + cure


SAME: dict[str, Callable[[Floats], Floats]] = {
    "float64": lambda logits: logits,
    "float32": lambda logits: logits.astype(np.float32),
    "float16": lambda logits: logits.astype(np.float16),
    "all positions": lambda logits: np.stack([logits * math.nan, logits + 1, logits], axis=1),
    "log softmax": lambda logits: logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)),
}


@pytest.mark.parametrize("kind", sorted(SAME))
def test_the_same_model_agrees(tmp_path: Path, model: Path, kind: str) -> None:
    found = compared(model, given(tmp_path, SAME[kind](mine())))
    assert found.all_inputs
    assert found.inputs == len(ALL)
    assert found.not_told_apart == ()
    assert found.difference <= found.tolerance < 0.05
    assert found.tolerance < 1e-3 or kind == "float16"


OTHER: dict[str, tuple[dict[str, Any], str]] = {
    "no scale": ({"scale": 1.0}, "use_attn_scale=False"),
    "another scale": ({"scale": 4.75}, "the attention scale 4.75 instead of"),
    "an inverse scale": ({"scale": 1 / SCALE}, "the attention scale 0.408"),
    "shortformer": ({"shortformer": True}, "shortformer positions"),
    "layer norm": ({"norm": layer_norm}, "LNPre"),
    "RMS norm": ({"norm": rms_norm}, "RMSPre"),
    "both": ({"norm": layer_norm, "scale": 1.0}, "use_attn_scale=False and LNPre"),
    "local": ({"window": 2}, "the last position sees 2 of 3"),
    "linear": ({"transposed": "W_Q W_K W_V W_O"}, "W_Q, W_K, W_V, W_O transposed"),
    "one linear": ({"transposed": "W_V"}, "W_V transposed"),
    "capped": ({"cap": 2.5}, "attn_scores_soft_cap = 2.5"),
    "bias": ({"bias": 0.01}, "a bias"),
}


@pytest.mark.parametrize("kind", sorted(OTHER))
def test_a_model_that_differs_is_refused_with_the_likely_option(
    tmp_path: Path, model: Path, kind: str
) -> None:
    options, name = OTHER[kind]
    differs(model, given(tmp_path, mine(**options)), name)
    some = ALL[::7]
    differs(model, given(tmp_path, mine(some, **options), some), name)


def test_other_weights_are_refused_without_a_guess(tmp_path: Path, model: Path) -> None:
    random = np.random.default_rng(0)
    differs(model, given(tmp_path, random.normal(size=(len(ALL), D_VOCAB)) * 5), "no option")
    once = mine()
    once[17, 3] += 0.01
    differs(model, given(tmp_path, once), f"input [{', '.join(map(str, ALL[17]))}], token 3")


def test_low_precision_is_called_that(tmp_path: Path, model: Path) -> None:
    logits = mine()
    noise = np.random.default_rng(0).uniform(-1, 1, logits.shape) * 2.0**-9
    differs(model, given(tmp_path, logits + noise), "lower precision", "float32")


def test_inputs_that_tell_nothing_apart_say_so(tmp_path: Path, model: Path) -> None:
    same = np.full((2, N_CTX), 3)
    W = weights() | {"W_pos": np.zeros((N_CTX, WIDTH), np.float32)}
    path = write_model(model, W)
    alone = W["W_E"].astype(float) @ W["W_V"] @ W["W_O"] + W["W_E"]
    logits = np.repeat((alone @ W["W_U"])[3:4], 2, axis=0)
    found = compared(path, given(tmp_path, logits, same))
    assert not found.all_inputs
    assert found.inputs == 1
    assert any("use_attn_scale=False" in each for each in found.not_told_apart)
    assert not any("LNPre" in each for each in found.not_told_apart)
    assert "cannot tell it from" in found.in_words()


WRONG: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "no logits": (lambda: {"tokens": ALL}, "not tokens and logits"),
    "nothing": (dict, "not tokens and logits"),
    "BOS": (lambda: {"tokens": np.pad(ALL, ((0, 0), (1, 0))), "logits": mine()}, "BOS"),
    "unknown token": (lambda: {"tokens": ALL + 1, "logits": mine()}, "not in 0 .. 4"),
    "fractions": (lambda: {"tokens": ALL + 0.5, "logits": mine()}, "of type float64"),
    "one input": (lambda: {"tokens": ALL[0], "logits": mine()[0]}, "the tokens are [3]"),
    "no inputs": (lambda: {"tokens": ALL[:0], "logits": mine()[:0]}, "the tokens are [0, 3]"),
    "fewer logits": (lambda: {"tokens": ALL, "logits": mine()[1:]}, "expected [125, 5]"),
    "not finite": (lambda: {"tokens": ALL, "logits": mine() * math.nan}, "NaN"),
    "beyond all sums": (lambda: {"tokens": ALL, "logits": mine() * 0 + 1e308}, "above 1e+100"),
    "objects": (lambda: {"tokens": ALL, "logits": np.array([None])}, "plain arrays"),
    "complex": (lambda: {"tokens": ALL, "logits": mine() + 0j}, "of type complex"),
}


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_files_that_are_no_comparison(tmp_path: Path, model: Path, kind: str) -> None:
    content, word = WRONG[kind]
    np.savez(tmp_path / "mine.npz", **content())
    differs(model, tmp_path / "mine.npz", word)


def test_no_file_to_compare_with(tmp_path: Path, model: Path) -> None:
    differs(model, tmp_path / "absent.npz", "no such file")
    (tmp_path / "text.npz").write_text("hello")
    differs(model, tmp_path / "text.npz", "plain arrays")


# The programs


def test_programs_name_what_they_assume(program: Runner, tmp_path: Path, model: Path) -> None:
    out = tmp_path / "out"
    ran = program(export.app, model, "--no-check", "--out", out, "--json")
    assert ran.exit_code == 0
    assert ran.json["assumed"]["attn_scale"]["value"] == SCALE
    assert ran.json["assumed"]["attn_scale"]["source"] == "assumed"
    assert ran.json["assumed"]["normalization_type"]["value"] is None
    assert ran.json["compared"] is None
    text = program(export.app, model, "--no-check", "--out", out).out
    assert f"scores are divided by {SCALE!r}" in text
    for word in ("positions are added", "nothing is normalized", "--compare FILE.npz"):
        assert word in text
    path = given(tmp_path, mine())
    ran = program(export.app, model, "--no-check", "--out", out, "--compare", path, "--json")
    assert ran.exit_code == 0
    assert ran.json["compared"]["inputs"] == len(ALL)
    assert "compared" in program(
        export.app, model, "--no-check", "--out", out, "--compare", path
    ).out  # fmt: skip


def test_programs_refuse_a_model_that_differs(program: Runner, tmp_path: Path, model: Path) -> None:
    out, path = tmp_path / "out", given(tmp_path, mine(scale=1.0))
    ran = program(export.app, model, "--no-check", "--out", out, "--compare", path, "--json")
    assert ran.exit_code == ran.json["exit_code"] == 2
    assert "use_attn_scale=False" in ran.json["error"]
    assert not out.exists()
    assert program(export.app, model, "--no-check", "--out", out).exit_code == 0
    ran = program(verify.app, model, out, "--compare", path, "--json")
    assert ran.exit_code == 2
    assert "use_attn_scale=False" in ran.json["certificates"][0]["error"]


def test_sweep_compares_models_with_files_of_their_name(
    program: Runner, tmp_path: Path, model: Path
) -> None:
    folder = tmp_path / "forward"
    folder.mkdir()
    given(folder, mine(shortformer=True), name="model.npz")
    table = tmp_path / "proofs.csv"
    arguments = [model, "--out", table, "--strategy", "brute-force", "--jobs", 1]
    ran = program(sweep.app, *arguments, "--compare", folder, "--json")
    assert ran.exit_code == 2
    (row,) = ran.json["rows"]
    assert row["outcome"] == "unreadable"
    assert "shortformer" in row["reason"]


def test_cure_by_metadata_makes_the_model_agree(tmp_path: Path, model: Path) -> None:
    """What the refusal advises is what helps."""
    path = given(tmp_path, mine(scale=1.0))
    differs(model, path, "attn_scale = 1.0")
    scaled = write_model(model, weights() | {"attn_scale": np.array(1.0, np.float32)})
    assert compared(scaled, path).all_inputs
    assert json.dumps(read_model(scaled).assumed[0].value) == "1.0"


def test_the_recipe_for_plain_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of docs/your-model.md, run on a module as people write them."""
    torch = pytest.importorskip("torch")
    page = (Path(__file__).parent.parent / "docs" / "your-model.md").read_text()
    (recipe,) = [part for part in page.split("```python\n")[1:] if "model.q.weight.T" in part]

    class Mine(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embed = torch.nn.Embedding(D_VOCAB, WIDTH)
            self.pos_embed = torch.nn.Embedding(N_CTX, WIDTH)
            for name in "qkvo":
                setattr(self, name, torch.nn.Linear(WIDTH, WIDTH, bias=False))
            self.unembed = torch.nn.Linear(WIDTH, D_VOCAB, bias=False)

        def forward(self, tokens: Any) -> Any:
            x = self.embed(tokens) + self.pos_embed.weight
            scores = self.q(x) @ self.k(x).transpose(1, 2) / 8.0
            scores = scores.masked_fill(~torch.ones(N_CTX, N_CTX).tril().bool(), -torch.inf)
            return self.unembed(x + self.o(scores.softmax(-1) @ self.v(x)))

    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    names = {"model": Mine(), "d_vocab": D_VOCAB, "n_ctx": N_CTX}
    exec(recipe.split("```")[0], names)
    found = compared(tmp_path / "model.safetensors", tmp_path / "mine.npz")
    assert found.inputs > 100
    assert found.not_told_apart == ()
