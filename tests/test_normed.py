"""Models with norms: read as they are, and by brute force exactly the inputs that are right, and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from pipeline.emit.theorem import render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.lean import PROJECT
from pipeline.recheck import recheck
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.normed import brute_force, quartic
from pipeline.recheck.normed.family import NORMED as SECOND
from pipeline.recheck.normed.lean_weights import read_weights
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.normed.words import NormedWords
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.normed.brute_force import BITS, NormedBruteForce, rounding
from pipeline.transformer.normed.check import NormedCheck
from pipeline.transformer.normed.family import NORMED
from pipeline.transformer.normed.length import operations
from pipeline.transformer.normed.model import NormedModel
from pipeline.transformer.normed.quartic import NormedQuartic
from pipeline.transformer.normed.weights import render_weights
from pipeline.transformer.tasks import TASKS
from tests.heads_models import heads_arrays
from tests.lean_support import build, with_examples
from tests.mlp_models import mlp_arrays
from tests.normed_models import LNPRE, model_of, write_normed
from tests.tiny_models import Arrays

SPACE = "Compact.Certificates"
MODELS = PROJECT / "examples" / "models"
CERTIFICATES = PROJECT / "lean" / "Compact" / "Certificates"
SIZES = [(1, 2), (1, 4), (2, 2), (2, 3), (2, 4), (3, 3)]
SOME = [("b_in",), ("b_out", "b_O"), (), ("b_in", "b_out", "b_O", "b_U", "b_Q", "b_K", "b_V")]
EPSILONS = ("1e-5", "0.5", "0")


def arrays_of(
    seed: int, n_ctx: int, d_vocab: int, heads: int, d_mlp: int, biases: tuple[str, ...]
) -> Arrays:
    """Random weights with an MLP, or without neurons without one."""
    if d_mlp:
        return mlp_arrays(seed, n_ctx, d_vocab, heads, d_mlp, 0.3, biases)
    plain = tuple(each for each in biases if each not in ("b_in", "b_out"))
    return heads_arrays(seed, n_ctx, d_vocab, heads, 0.3, plain)


def right_inputs(model: NormedModel, slack: float) -> set[tuple[int, ...]]:
    """The inputs that floats say are answered rightly, by more than so much."""
    inputs = list(product(range(model.d_vocab), repeat=model.n_ctx))
    found, right = logits(model, np.array(inputs)), set()
    for x, row in zip(inputs, found, strict=True):
        label = model.answer(x)
        if row[label] - np.delete(row, label).max() > slack:
            right.add(x)
    return right


def second(model: NormedModel) -> NormedWeights:
    """The weights as the second checker reads them."""
    _, weights = read_weights(render_weights("Tiny", model).encode())
    return replace(weights, label=TASKS[model.task].label)


def counted(model: NormedModel, fields: Mapping[str, object]) -> set[tuple[int, ...]]:
    """The inputs that the second checker counts."""
    found = brute_force.count(second(model), Certificate(dict(fields)))  # type: ignore[arg-type]
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) == found.number
    return set(every)


@pytest.mark.parametrize(("n_ctx", "d_vocab"), SIZES)
@pytest.mark.parametrize("heads", [1, 2])
def test_counts_what_is_right(n_ctx: int, d_vocab: int, heads: int) -> None:
    for d_mlp in (0, 1, 3):
        seed = 7 * d_mlp + heads + n_ctx
        task, biases = list(TASKS)[seed % len(TASKS)], SOME[seed % len(SOME)]
        arrays = arrays_of(seed, n_ctx, d_vocab, heads, d_mlp, biases)
        model = replace(model_of(arrays, EPSILONS[(seed + d_vocab) % 3]), task=task)
        found = NormedBruteForce().search(model, lambda _: None)
        by_second = counted(model, found.fields)
        assert len(by_second) == found.bound
        assert right_inputs(model, 1e-6) <= by_second <= right_inputs(model, -1e-9)


def flat(arrays: Arrays, token: int) -> Arrays:
    """A token whose residual stream does not vary before attention, at any position."""
    changed = {**arrays, "W_E": arrays["W_E"].copy(), "W_pos": arrays["W_pos"].copy()}
    changed["W_pos"][:] = changed["W_pos"][:, :1]
    changed["W_E"][token] = 0.5
    return changed


@pytest.mark.parametrize("eps", EPSILONS)
def test_zero_variance(eps: str) -> None:
    """A vector that does not vary has the norm zero, whatever epsilon is."""
    model = model_of(flat(arrays_of(3, 2, 4, 2, 0, SOME[3]), 1), eps)
    check = NormedCheck(model, rounding(model, BITS[0]))
    assert check.norm(check.resid(0, 1)) == [(0, 0, 0)] * model.d_model
    found = NormedBruteForce().search(model, lambda _: None)
    right = right_inputs(model, 1e-6)
    assert right
    assert right <= counted(model, found.fields) <= right_inputs(model, -1e-9)
    words = NormedWords(second(model), 40)
    for x, row in zip(product(range(4), repeat=2), logits_of(model), strict=True):
        said = words.logits(x)
        assert max(abs(float(a.mid) - b) for a, b in zip(said, row, strict=True)) < 1e-9


def logits_of(model: NormedModel) -> np.ndarray:
    """Those of all inputs, in float64."""
    return logits(model, np.array(list(product(range(model.d_vocab), repeat=model.n_ctx))))


def test_a_final_norm_of_nothing() -> None:
    """Where the residual stream does not vary before the last norm, all logits are equal and nothing is counted."""
    arrays = arrays_of(3, 2, 3, 1, 0, ())
    for name in ("W_E", "W_pos", "W_O"):
        arrays[name] = np.zeros_like(arrays[name])
    for eps in EPSILONS:
        model = model_of(arrays, eps)
        assert NormedBruteForce().search(model, lambda _: None).bound == 0
        assert np.abs(logits_of(model)).max() == 0


def test_norms_matter() -> None:
    """What is proved is not what would be proved without norms, nor with another epsilon."""
    arrays = arrays_of(1, 2, 4, 2, 3, SOME[3])
    rows = [logits_of(model_of(arrays, eps)) for eps in ("1e-5", "0.5")]
    assert np.abs(rows[0] - rows[1]).max() > 1e-2
    (bound,) = {NormedBruteForce().search(model_of(arrays), lambda _: None).bound}
    plain = {
        name: each
        for name, each in arrays.items()
        if name not in ("W_in", "W_out", "b_in", "b_out")
    }
    assert NormedBruteForce().search(model_of(plain), lambda _: None).bound != bound


@pytest.mark.parametrize("seed", range(3))
def test_whatever_rounding_says(seed: int) -> None:
    model = model_of(arrays_of(seed, 2, 3, 1 + seed % 2, 3 * (seed % 2), SOME[3]), EPSILONS[seed])
    right, verdicts = right_inputs(model, -1e-9), set[int]()
    for extra, prec, steps in product((0, 8, 40), (2, 8, 40), (0, 1, 8)):
        fields = {"extra": extra, "prec": prec, "half": prec // 2, "steps": steps, "bound": 0}
        try:
            found = counted(model, fields)
        except Refused:
            continue
        assert found <= right
        verdicts.add(len(found))
    assert len(verdicts) > 1


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """Certificates that must be refused."""
    bound = fields["bound"]
    assert isinstance(bound, int)
    return {
        "bound": {"bound": bound + 1},
        "extra": {"extra": 0, "prec": 4, "half": 2},
        "prec": {"prec": 2, "half": 1},
        "half": {"half": 0},
        "argument": {"half": 40},
        "steps": {"steps": 0},
    }


def accepted(model: NormedModel, fields: Mapping[str, object]) -> bool:
    """What the second checker says of a certificate."""
    bound = fields["bound"]
    assert isinstance(bound, int)
    try:
        return bound <= len(counted(model, fields))
    except Refused:
        return False


def theorem(name: str, model: NormedModel) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy, form = NormedBruteForce(), NORMED.form_for(model, "brute-force", {})
    found = strategy.search(model, lambda _: None)
    label, checks = TASKS[model.task].label, []
    for change in forgeries(found.fields).values():
        says = str(accepted(model, {**found.fields, **change})).lower()
        with_ = ", ".join(f"{key} := {render_value(value)}" for key, value in change.items())
        checks.append(
            f"NormedBruteForce.check {label} weights {{ bruteForce with {with_} }} = {says}"
        )
    assert not accepted(model, {**found.fields, **forgeries(found.fields)["bound"]})
    assert not accepted(model, {**found.fields, **forgeries(found.fields)["prec"]})
    no_divisor = "{ weights with eps_den := nat_lit 0 }"
    checks.append(f"NormedBruteForce.check {label} {no_divisor} bruteForce = false")
    length = operations(strategy.checker, model, found.fields)
    checks.append(
        f"Nat.beq (NormedBruteForce.operations weights bruteForce) (nat_lit {length}) = true"
    )
    text = render_theorem(form, name, strategy.name, found.bound, found.fields, strategy.checker)
    read = read_theorem(text.encode(), SECOND)
    assert (read.claimed, read.label) == (found.bound, label)
    return with_examples(text, checks, "Compact.Transformer.Length.NormedBruteForce")


def test_lean_counts_the_same() -> None:
    sources = {}
    cases = [("max", 1, 0, "1e-5"), ("min", 2, 2, "0"), ("last", 1, 1, "0.5")]
    for number, (task, heads, d_mlp, eps) in enumerate(cases):
        arrays = flat(arrays_of(number, 2, 2, heads, d_mlp, SOME[number]), number % 2)
        model = replace(model_of(arrays, eps), task=task)
        name = f"Normed{number}"
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.BruteForce"] = theorem(name, model)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A norm without weights shows in settings, nested ones too, or on the command line."""
    arrays = arrays_of(1, 2, 3, 1, 3, SOME[3])
    model = read_subject(write_normed(tmp_path / "said.safetensors", arrays))
    assert family_of(model).name == "normed"
    config = json.dumps({"normalization_type": "LNPre", "eps": 1e-05, "act_fn": "relu", "d_mlp": 3})
    nested = tmp_path / "nested.safetensors"
    safetensors.numpy.save_file(arrays, nested, metadata={"cfg": config})
    same = read_subject(nested)
    assert isinstance(model, NormedModel)
    assert isinstance(same, NormedModel)
    assert (same.digest, same.eps_num, same.eps_den) == (model.digest, 1, 100000)
    plain = tmp_path / "plain.safetensors"
    safetensors.numpy.save_file(arrays, plain, metadata={"act_fn": "relu"})
    assert family_of(read_subject(plain)).name == "mlp"
    monkeypatch.setenv("COMPACT_NORM", "LNPre")
    monkeypatch.setenv("COMPACT_EPS", "0.00001")
    asked = read_subject(plain)
    assert asked.digest == model.digest
    SECOND.require_model(plain.read_bytes(), second(asked))  # type: ignore[arg-type]
    assert {each.name for each in asked.assumed} >= {"normalization_type", "eps"}


def test_norms_are_never_left_out(tmp_path: Path) -> None:
    """Of a file that says that there are norms, the second checker takes no certificate of a model without."""
    for source, manifest in (
        ("max_of_3", "MaxOf3/brute-force"),
        ("min_of_3_two_heads", "MinOf3TwoHeads/brute-force"),
        ("max_of_3_mlp", "MaxOf3Mlp/brute-force"),
    ):
        path, certificate = MODELS / f"{source}.safetensors", CERTIFICATES / f"{manifest}.json"
        with safetensors.safe_open(path, "numpy") as file:
            said = file.metadata() or {}
        for name, norm, accepted in (("none", "none", True), ("pre", "LNPre", False)):
            changed = tmp_path / f"{source}-{name}.safetensors"
            more = {"normalization_type": norm, "eps": "1e-5"}
            arrays = safetensors.numpy.load_file(path)
            safetensors.numpy.save_file(arrays, changed, metadata={**said, **more})
            verdict = recheck(changed, certificate)
            assert (verdict.accepted, "norms" in verdict.reason) == (accepted, not accepted)


def test_compared(tmp_path: Path) -> None:
    """Logits of the model's owner, with the same norms and with none."""
    arrays = heads_arrays(1, 2, 3, 1, 0.1, ("b_U",))
    path = write_normed(tmp_path / "model.safetensors", arrays)
    model = read_subject(path)
    assert isinstance(model, NormedModel)
    tokens = np.array(list(product(range(3), repeat=2)))
    for eps, same in (("1e-5", True), ("0.1", False)):
        given = tmp_path / f"{same}.npz"
        theirs = logits(model_of(arrays, eps), tokens, np.float32)
        np.savez(given, tokens=tokens, logits=theirs)
        assert NORMED.compare is not None
        if same:
            assert "9 inputs" in NORMED.compare(model, given, path).in_words()
        else:
            with pytest.raises(MalformedInput, match="is not the theorem's model") as raised:
                NORMED.compare(model, given, path)
            assert "this epsilon" in (raised.value.cure or "")


def test_options_that_nobody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain.safetensors"
    safetensors.numpy.save_file(arrays_of(1, 2, 3, 1, 0, ()), plain)
    monkeypatch.setenv("COMPACT_EPS", "1e-5")
    with pytest.raises(MalformedInput, match="nobody says that the model has norms"):
        read_subject(plain)
    monkeypatch.setenv("COMPACT_NORM", "LNPre")
    with pytest.raises(
        MalformedInput, match="--norm and --eps: for models of the family normed only"
    ):
        read_subject(MODELS / "networks" / "s4.safetensors")


REFUSED: dict[str, tuple[Arrays, dict[str, str], str]] = {
    "no epsilon": ({}, {"normalization_type": "LNPre"}, "does not say its epsilon"),
    "two epsilons": ({}, {**LNPRE, "ln_eps": "1e-6"}, "more than one epsilon"),
    "negative": ({}, {**LNPRE, "eps": "-1"}, "no such number"),
    "no number": ({}, {**LNPRE, "eps": "small"}, "no such number"),
    "LN": ({}, {"normalization_type": "LN", "eps": "1e-5"}, "fold"),
    "RMS": ({}, {"normalization_type": "RMS", "eps": "1e-5"}, "train the model with LNPre"),
    "RMSPre": ({}, {"normalization_type": "RMSPre", "eps": "1e-5"}, "train the model with LNPre"),
    "weights": ({"blocks.0.ln1.w": np.ones(7, "<f4")}, LNPRE, "layer norm"),
    "a bias of a norm": ({"ln_final.b": np.ones(7, "<f4")}, LNPRE, "layer norm"),
    "two kinds": ({}, {**LNPRE, "norm_type": "RMS"}, "train the model with LNPre"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, tmp_path: Path) -> None:
    change, metadata, message = REFUSED[case]
    path = tmp_path / "model.safetensors"
    arrays = {**arrays_of(1, 2, 3, 1, 0, ()), **change}
    safetensors.numpy.save_file(arrays, path, metadata=metadata)
    with pytest.raises(MalformedInput, match=message):
        read_subject(path)


def test_the_second_checker_reads_the_file_itself(tmp_path: Path) -> None:
    arrays = arrays_of(1, 2, 3, 1, 3, SOME[3])
    weights = second(model_of(arrays))
    without = second(model_of(arrays_of(1, 2, 3, 1, 0, SOME[3])))
    for change, said, message, read in (
        ({}, {"eps": "2e-5"}, "epsilon", weights),
        ({}, {"eps": "x"}, "epsilon", weights),
        ({}, {"normalization_type": "RMSPre"}, "LNPre", weights),
        ({}, {"act_fn": "gelu"}, "ReLU", weights),
        ({"W_in": arrays["W_in"] + 1}, {}, "W_in", weights),
        ({}, {}, "theorem's model has none", without),
    ):
        path = write_normed(tmp_path / "other.safetensors", {**arrays, **change}, **said)
        with pytest.raises(Refused, match=message):
            SECOND.require_model(path.read_bytes(), read)


QUARTIC = (("b_Q", "b_K", "b_V", "b_O", "b_U"), (), ("b_O", "b_U"))
SMALL = [(1, 2), (1, 4), (2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (3, 4)]


def by_quartic(model: NormedModel, fields: Mapping[str, object]) -> set[tuple[int, ...]]:
    """The inputs that the second checker counts."""
    found = quartic.count(second(model), Certificate(dict(fields)))  # type: ignore[arg-type]
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) == found.number
    return set(every)


def larger(arrays: Arrays, seed: int) -> Arrays:
    """With a bias of the unembedding that is worth more, and one in four that is the same everywhere."""
    if "b_U" not in arrays:
        return arrays
    return {**arrays, "b_U": np.full_like(arrays["b_U"], 1.5) if seed == 2 else 3 * arrays["b_U"]}


@pytest.mark.parametrize(("n_ctx", "d_vocab"), SMALL)
def test_quartic_counts_only_what_is_right(n_ctx: int, d_vocab: int) -> None:
    for seed, noise in product(range(4), (0.1, 0.4)):
        arrays = heads_arrays(seed, n_ctx, d_vocab, 1, noise, QUARTIC[seed % 3])
        if seed == 3:
            arrays = flat(arrays, 1)
        model = model_of(larger(arrays, seed), ("1e-5", "0.5")[seed % 2])
        found = NormedQuartic().search(model, lambda _: None)
        by_second = by_quartic(model, found.fields)
        assert len(by_second) == found.bound
        assert by_second <= right_inputs(model, -1e-9)
        assert noise > 0.1 or found.bound >= 0.75 * len(right_inputs(model, 0))


def test_a_bias_decides() -> None:
    """Quartic finds what a bias of the unembedding gains and loses: other inputs than without it."""
    arrays = heads_arrays(1, 2, 4, 1, 0.1, QUARTIC[0])
    counts = []
    for factor in (0, 1, 40, -40):
        model = model_of({**arrays, "b_U": factor * arrays["b_U"]})
        found = by_quartic(model, NormedQuartic().search(model, lambda _: None).fields)
        assert found <= right_inputs(model, -1e-9)
        counts.append(found)
    assert len({frozenset(each) for each in counts}) > 2
    assert min(len(each) for each in counts) > 0


@pytest.mark.parametrize("biases", QUARTIC[:2])
def test_quartic_whatever_rounding_says(biases: tuple[str, ...]) -> None:
    model = model_of(heads_arrays(1, 3, 3, 1, 0.1, biases))
    honest = NormedQuartic().search(model, lambda _: None).fields
    right, verdicts = right_inputs(model, -1e-9), set[int]()
    width, radius = honest["width"], honest["radius"]
    assert isinstance(width, int)
    assert isinstance(radius, int)
    changes = product(
        (8, 24, 64), (radius, 1 << 12, 1 << 22), (width - 1, width, width + 9), (90, 200)
    )
    for prec, radius, width, bits in changes:
        fields = {
            **honest,
            "prec": prec,
            "half": prec // 2,
            "radius": radius,
            "width": width,
            "bits": bits,
        }
        try:
            found = by_quartic(model, fields)
        except Refused:
            continue
        assert found <= right
        verdicts.add(len(found))
    assert len(verdicts) > 1


def test_one_bit_counts_no_input_at_all() -> None:
    """With one position, `(v + 1)^0 < 2^1`, but digits are added up modulo 2 - 1."""
    model, name = model_of(heads_arrays(0, 1, 2, 1, 0.1, ())), "OneBit"
    strategy, form = NormedQuartic(), NORMED.form_for(model, "quartic", {})
    found = strategy.search(model, lambda _: None)
    assert len(by_quartic(model, found.fields)) == found.bound > 0
    assert not by_quartic(model, {**found.fields, "countBits": 1})
    text = render_theorem(form, name, strategy.name, found.bound, found.fields, strategy.checker)
    check = "NormedQuartic.check weights { quartic with countBits := nat_lit 1 } = false"
    sources = {f"{SPACE}.{name}.Weights": render_weights(name, model)}
    sources[f"{SPACE}.{name}.Quartic"] = with_examples(text, [check])
    assert all(each.ok for each in build(sources, SPACE).values())


def test_lean_counts_the_same_by_quartic() -> None:
    sources = {}
    for number, (n_ctx, d_vocab, eps) in enumerate([(2, 3, "1e-5"), (3, 3, "0.5"), (3, 2, "0.5")]):
        arrays = larger(heads_arrays(number, n_ctx, d_vocab, 1, 0.15, QUARTIC[number]), number)
        model = model_of(arrays, eps)
        name, strategy = f"Classes{number}", NormedQuartic()
        form, found = NORMED.form_for(model, "quartic", {}), strategy.search(model, lambda _: None)
        bound, width = found.bound, found.fields["width"]
        radius = found.fields["radius"]
        assert isinstance(width, int)
        assert isinstance(radius, int)
        refused: list[dict[str, int]] = [
            {"bound": bound + 1},
            {"width": width - 2},
            {"radius": radius - 1},
            {"bits": 70},
            {"parts": 0},
            {"countBits": 1},
            {"half": 0},
            {"prec": 4, "half": 2},
            {"offset": 0},
        ]
        checks = ["NormedQuartic.check { weights with eps_num := nat_lit 0 } quartic = false"]
        checks += [
            f"NormedQuartic.check {{ weights with model := {{ weights.model with {change} }} }} quartic = false"
            for change in (
                "heads := []",
                "b_U := some weights.model.W_E",
                "attn_scale := nat_lit 0",
            )
        ]
        for change in refused:
            with pytest.raises((Refused, AssertionError)):
                assert len(by_quartic(model, {**found.fields, **change})) >= change.get(
                    "bound", bound
                )
            with_ = ", ".join(f"{key} := {render_value(value)}" for key, value in change.items())
            checks.append(f"NormedQuartic.check weights {{ quartic with {with_} }} = false")
        length = operations(strategy.checker, model, found.fields)
        checks.append(
            f"Nat.beq (NormedQuartic.operations weights quartic) (nat_lit {length}) = true"
        )
        text = render_theorem(form, name, strategy.name, bound, found.fields, strategy.checker)
        assert read_theorem(text.encode(), SECOND).claimed == bound
        text = with_examples(text, checks, "Compact.Transformer.Length.NormedQuartic")
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.Quartic"] = text
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_what_quartic_is_about() -> None:
    for heads, d_mlp, biases, eps in (
        (2, 0, (), "1e-5"),
        (1, 2, (), "1e-5"),
        (1, 0, (), "0"),
    ):
        model = model_of(arrays_of(1, 2, 3, heads, d_mlp, biases), eps)
        with pytest.raises(MalformedInput, match="quartic for a model with norms"):
            NormedQuartic().search(model, lambda _: None)


def test_too_many_inputs() -> None:
    with pytest.raises(MalformedInput, match="at most"):
        NormedBruteForce().search(model_of(arrays_of(0, 7, 4, 1, 0, ())), lambda _: None)
