"""Forged certificates of models with several heads, biases and other tasks than the largest token.

As `attack/certificates.py`, for the family `heads`: fields are changed and the theorem is written anew, or it is
put about other weights.  The second checker may accept nothing that is false, and Lean's kernel has to say of each
`check` what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from attack import numbers
from attack.heads_truth import exact_heads
from attack.judge import DIFFER, FALSE, GAVE_UP, REJECTED, TRUE, Judgement, guarded
from attack.kernel import PREFIX, agreed, structure
from attack.tally import Tally
from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.recheck.certificate import Certificate as Fields
from pipeline.recheck.certificate import Field
from pipeline.recheck.certified import Class, Group, Levelled
from pipeline.recheck.heads.family import HEADS as RECHECKED
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.heads.lifts import Flipped
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.recheck import verdict
from pipeline.recheck.refused import Refused
from pipeline.strategy import Certificate
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.lifts import reversed_model
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.test_heads_first import tiny as first_model

KINDS = (
    "heads: as it was",
    "heads: what is counted",
    "heads: one more",
    "heads: other weights",
    "heads: other words",
)
AS_IT_WAS, COUNTED, ONE_MORE, WEIGHTS, WORDS = KINDS
FREE = (
    *("shares", "levels", "leads", "tokenShort", "ownShort", "posShort", "ways", "tokenLevels"),
    *("sizeBits", "classBits", "shareBits", "levelBits", "parts", "countBits", "blocks", "lane"),
)
"""What a forger chooses: the model does not determine it."""
REPLACED = (
    ("Correct R maximum", "Correct R minimum"),
    ("Correct R minimum", "Correct R maximum"),
    ("Correct R first", "Correct R last"),
    ("Correct R last", "Correct R first"),
    (".reversed", ""),
    (".folded", ""),
    ("minimum_of_reversed", "maximum_of_folded"),
    (" weights", " weights.reversed"),
    ("HeadsCubic", "HeadsQuartic"),
    ("HeadsMixed", "HeadsCubic"),
    ("HeadsQuarticLast", "HeadsQuarticFirst"),
    ("HeadsCubicFirst", "HeadsCubicLast"),
    ("HeadsMixedFirst", "HeadsMixedLast"),
    ("AtLeast (nat_lit ", "AtLeast (nat_lit 1"),
)


@dataclass(frozen=True)
class Subject:
    """A model, and a genuine certificate of it."""

    model: HeadsModel
    certificate: Certificate

    @property
    def text(self) -> str:
        return theorem_of(self, self.certificate.fields, self.certificate.bound)


@dataclass(frozen=True)
class Forged:
    """A theorem's file, and the Lean file of the weights that it is about."""

    kind: str
    what: str
    strategy: str
    weights: str
    theorem: str


def models(seed: int) -> list[HeadsModel]:
    """Of several heads, biases and tasks: right about all inputs, many, few."""
    random = Random(f"heads {seed}")
    found = []
    for heads, noise, biases in (
        (1, 0.1, ("b_Q", "b_O")), (1, 0.6, BIASES), (2, 0.1, ()), (2, 0.2, BIASES), (3, 0.3, ("b_K", "b_V", "b_U")),
        (2, 0.8, BIASES),
    ):  # fmt: skip
        n_ctx, d_vocab = random.choice([(2, 3), (2, 4), (3, 3)])
        arrays = heads_arrays(random.randrange(1 << 30), n_ctx, d_vocab, heads, noise, biases)
        model = model_of(arrays)
        found += [model, replace(reversed_model(model), task="min"), replace(model, task="last")]
        found.append(first_model(random.randrange(1 << 30), heads, n_ctx, d_vocab, noise, biases))
    return found


@cache
def subjects(seed: int) -> Sequence[Subject]:
    """All models, by all strategies that take them."""
    found = []
    for model in models(seed):
        for strategy in HEADS.strategies.values():
            try:
                found.append(Subject(model, strategy.search(model, lambda _: None)))
            except MalformedInput:  # another task, or another number of heads
                continue
    return found


def theorem_of(subject: Subject, fields: Mapping[str, Field], bound: int) -> str:
    """The certificate's module, as the exporter writes it."""
    name = subject.certificate.strategy
    strategy, form = HEADS.strategy(name), HEADS.form_for(subject.model, name, fields)
    blocks = [block if isinstance(block, list) else [] for block in _list(fields.get("blocks"))]
    try:
        joints = strategy.joints({**fields, "blocks": blocks})
    except (AssertionError, OverflowError, MemoryError):
        # a field of another kind, or as many heads as no list holds: what joins the parts is of no use
        joints = []
    return render_theorem(form, "Tiny", name, bound, fields, strategy.checker, joints)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def forged(random: Random, subjects: Sequence[Subject]) -> Forged:
    """A subject with a forged certificate."""
    subject = random.choice(subjects)
    name, way = subject.certificate.strategy, random.random()
    source = render_weights("Tiny", subject.model)
    if way < 0.15:
        what, other = altered(random, subject, subjects)
        return Forged(WEIGHTS, what, name, render_weights("Tiny", other), subject.text)
    if way < 0.25:
        text = subject.text
        old, new = random.choice([pair for pair in REPLACED if pair[0] in text])
        changed = text.replace(old, new, random.choice([1, -1]))
        return Forged(WORDS, f"{new} for {old}", name, source, changed)
    fields: dict[str, Field] = deepcopy(dict(subject.certificate.fields))
    free = [each for each in FREE if each in fields] if random.random() < 0.6 else []
    pool = free or sorted(fields)
    names = random.sample(pool, min(len(pool), random.choice([0, 1, 1, 1, 2, 3])))
    kinds, lanes = HEADS.strategy(name).fields(), _lanes(fields)
    for each in names:
        fields[each] = numbers.field(random, fields[each], kinds[each], lanes)
    if "ways" in fields and random.random() < 0.2:
        names.append(_greedy(random, fields))
    claim = random.choice(KINDS[:3])
    if claim != AS_IT_WAS:
        more = int(claim == ONE_MORE)
        try:
            _claim(subject, source, fields, more)
        except Refused:
            claim = AS_IT_WAS
    what = ", ".join(names) or "nothing"
    bound = fields["bound"]
    assert isinstance(bound, int)
    return Forged(claim, what, name, source, theorem_of(subject, fields, bound))


def _greedy(random: Random, fields: dict[str, Field]) -> str:
    """All tokens of all classes by prefixes, at the first level."""
    v, n, bits, of_class = (fields[each] for each in ("v", "n", "sizeBits", "classBits"))
    small = [each for each in (v, n, bits, of_class) if isinstance(each, int) and each < 100]
    if len(small) == 4:
        v, n, bits, of_class = small
        every = [sum(m << of_class * c for c in range(n)) for m in range(v)]
        fields["ways"] = [[2 + sizes] * (m + 1) for m, sizes in enumerate(every)]
        fields["levels"] = [random.choice([0, 1, 48])]
    return "everything claimed"


def _claim(subject: Subject, source: str, fields: dict[str, Field], more: int) -> None:
    """Claim exactly what these fields make the checker count, and so many more."""
    blocks = [block for block in _list(fields.get("blocks")) if isinstance(block, list)]
    sizes = [block[0] if block else 0 for block in blocks]
    modest: dict[str, Field] = {**fields, "bound": 0}
    if "blocks" in fields:
        modest["blocks"] = [[size, 0] for size in sizes]
    read = read_theorem(theorem_of(subject, modest, 0).encode(), RECHECKED)
    counted = RECHECKED.counts[read.checker](_about(source, read.label, read.lifts), Fields(modest))
    total = sum(group.size for group in counted.groups)
    if "blocks" in fields:
        fields["blocks"] = _recounted(sizes, counted.groups, more)
    fields["bound"] = total + more


def _recounted(sizes: Sequence[int], groups: Sequence[Group], more: int) -> list[list[int]]:
    """Blocks of maxima, of each how many maxima, and what is counted; the last has so many more."""
    blocks, first = list[list[int]](), 0
    for size in sizes:
        inner = [each.group if isinstance(each, Flipped) else each for each in groups]
        here = [
            each.size
            for each in inner
            if isinstance(each, Class | Levelled) and first <= each.maximum < first + size
        ]
        blocks.append([size, sum(here)])
        first += size
    if blocks:
        blocks[-1][1] += more
    return blocks


def _lanes(fields: Mapping[str, Field]) -> list[int]:
    """The widths of the lanes that the packed fields of a certificate have."""
    names = ("bits", "scoreBits", "sizeBits", "classBits", "levelBits", "shareBits", "runBits")
    found = [value for name in names if isinstance(value := fields.get(name), int)]
    width = fields.get("width")
    found += [width + 2, width + 4] if isinstance(width, int) else []
    return [each for each in found if 0 < each < 1 << 16] or [8]


def altered(
    random: Random, subject: Subject, subjects: Sequence[Subject]
) -> tuple[str, HeadsModel]:
    """Other weights: of another model, of another head, without a bias, or with another number somewhere."""
    model = subject.model
    way = random.randrange(4)
    if way == 0:
        return "another model", random.choice(subjects).model
    heads = list(model.heads)
    i = random.randrange(len(heads))
    name = random.choice(list(heads[i].tensors))
    if way == 1:
        other = heads[random.randrange(len(heads))].tensors[random.choice(["W_Q", "W_K"])]
        heads[i] = replace(heads[i], tensors={**heads[i].tensors, "W_Q": other})
        return f"W_Q of head {i}", replace(model, heads=tuple(heads))
    if way == 2 and heads[i].biases:
        gone = random.choice(list(heads[i].biases))
        left = {key: each for key, each in heads[i].biases.items() if key != gone}
        heads[i] = replace(heads[i], biases=left)
        return f"no {gone} of head {i}", replace(model, heads=tuple(heads))
    rows = [list(row) for row in heads[i].tensors[name]]
    row = random.choice(rows)
    place = random.randrange(len(row))
    row[place] += random.choice([-1, 1]) << random.randrange(model.frac + 2)
    heads[i] = replace(heads[i], tensors={**heads[i].tensors, name: rows})
    return f"a number of {name} of head {i}", replace(model, heads=tuple(heads))


def _about(source: str, label: str | None, lifts: Sequence[str]) -> Weights:
    """The weights that a theorem is about, for the second checker."""
    assert label is not None
    return replace(read_weights(source.encode())[1], label=label, lifts=tuple(lifts))


def judge(mutant: Forged) -> Judgement:
    """What the second checker makes of it, and whether what it accepts is true."""
    return guarded(lambda: _judge(mutant))


def _judge(mutant: Forged) -> Judgement:
    try:
        read = read_theorem(mutant.theorem.encode(), RECHECKED)
        if read.checker not in RECHECKED.counts:
            return Judgement(REJECTED, "no such checker")
        if read.claimed != read.certificate.nat("bound"):
            return Judgement(REJECTED, "what is claimed is not the certificate's bound")
        weights = _about(mutant.weights, read.label, read.lifts)
    except Refused as refused:
        return Judgement(REJECTED, str(refused))
    found = verdict(RECHECKED, weights, read.checker, read.certificate)
    if found.gave_up:
        return Judgement(GAVE_UP, found.reason)
    if not found.accepted:
        return Judgement(REJECTED, found.reason)
    right = exact_heads(weights).correct()
    wrong = read.claimed > right
    return Judgement(FALSE if wrong else TRUE, f"{read.claimed} claimed, {right} are right")


def attack_heads(seed: int, mutants: int) -> Tally:
    """Judge so many mutants."""
    tally = Tally()
    for number in range(mutants):
        mutant = one(seed, number)
        tally.add(mutant.kind, f"number {number}, {mutant.strategy}, {mutant.what}", judge(mutant))
    return tally


def one(seed: int, number: int) -> Forged:
    """A mutant, reproducible."""
    return forged(Random(f"heads {seed} {number}"), subjects(seed))


@dataclass(frozen=True)
class Asked:
    """A line for Lean: `check weights certificate` is what the second checker says."""

    mutant: Forged
    judgement: Judgement
    checker: str
    line: str


def ask_about(number: int, mutant: Forged, turned: bool = False) -> Asked | None:
    """What to ask Lean about a mutant, the weights being in the namespace `T<number>`; none if the second
    checker does not come to evaluate it."""
    judgement = judge(mutant)
    try:
        read = read_theorem(mutant.theorem.encode(), RECHECKED)
        weights = _about(mutant.weights, read.label, read.lifts)
        weights.require_shapes()
    except Refused:
        return None
    if mutant.kind == WORDS and judgement.result == REJECTED:  # the check itself may be true
        return None
    known = read.checker in RECHECKED.counts and read.claimed == read.certificate.nat("bound")
    if judgement.result == GAVE_UP or not known:
        return None
    subject = f"Compact.Certificates.T{number}.weights" + "".join(f".{each}" for each in read.lifts)
    label = f"{read.label} " if read.checker == "HeadsBruteForce" else ""
    expected = str((judgement.result == REJECTED) == turned).lower()
    certificate = f"({structure(read.certificate)} : {read.checker}.Certificate)"
    claim = f"{read.checker}.check {label}{subject} {certificate} = {expected}"
    return Asked(mutant, judgement, read.checker, f"example : {claim} := by decide +kernel")


def attack_heads_kernel(seed: int, mutants: int, turned: bool = False) -> Tally:
    """Ask Lean about so many mutants; `turned`: about the contrary of what the second checker says."""
    tally, asked, number = Tally(), dict[int, Asked](), 0
    while len(asked) < mutants:
        found = ask_about(number, one(seed + 1000, number), turned)
        if found is not None:
            asked[number] = found
        number += 1
    sources = {
        f"{PREFIX}.T{number}": each.mutant.weights.replace(
            "Compact.Certificates.Tiny", f"Compact.Certificates.T{number}"
        )
        for number, each in asked.items()
    }
    checkers = sorted({each.checker for each in asked.values()})
    header = "prelude\n" + "".join(f"import Compact.Transformer.Strategy.{x}\n" for x in checkers)
    header += "".join(f"import {each.module}\n" for each in HEADS_LEMMAS)
    header += "".join(f"import {module}\n" for module in sources)
    header += "open Compact Compact.Transformer\n"
    says = agreed(f"{PREFIX}.Heads", header, [each.line for each in asked.values()], sources)
    for (number, each), holds in zip(asked.items(), says, strict=True):
        differs = Judgement(DIFFER, f"Lean does not agree: {each.judgement.why}")
        what = f"number {number}, {each.mutant.strategy}, {each.mutant.what}"
        tally.add(each.mutant.kind, what, each.judgement if holds else differs)
    return tally


HEADS_LEMMAS = tuple(RECHECKED.lifts.values())
