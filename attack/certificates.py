"""Forged certificates: fields are changed and all files are written anew, so that everything fits together.

Only the checker stands in the way.  Often the forger claims exactly what his fields make the checker count, or one
input more; a checker that could be misled would count too many.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from random import Random

from attack import networks, numbers
from attack.case import Mutant
from attack.claims import ALL
from attack.subjects import Subject, make_case
from attack.theorems import Theorem
from pipeline.errors import MalformedInput
from pipeline.network.weights import render_weights as render_network
from pipeline.recheck.certificate import Certificate as Fields
from pipeline.recheck.certificate import Field
from pipeline.recheck.certified import Class, Levelled
from pipeline.recheck.network.family import NETWORK
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import mass
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.recheck.transformer.strategies import COUNTS
from pipeline.recheck.transformer.weights import Weights
from pipeline.transformer.strategies import Certificate
from pipeline.transformer.weights import render_weights

CLAIMS = ("certificate: as it was", "certificate: what is counted", "certificate: one more")

FREE = (
    *("position", "tokenMargin", "directMargin", "ownMargin"),
    *("runBits", "runs", "sizeBits", "stepBits", "stepsBits", "classBits", "sizes", "blocks"),
    *("laneBits", "shifts", "spareBits", "partBits", "fracBits", "countBits", "parts"),
    *("firsts", "planes"),
    *("qkExact", "qkPeels", "qkPlans", "euBase", "euExact", "euPeels", "euPlans", "vecBits"),
    *("base", "tokenLead", "directLead", "ownLead", "selfLead", "levels"),
    *("classBits", "marginNum", "marginBits", "units", "least", "gap", "gapBits", "gaps"),
    "mostRows",
    *("weightBits", "tokenWeights"),
    *("positions", "entries", "full", "but", "top", "drops", "right", "picks", "count"),
    "finer",
    *("attention", "baseBits", "ends", "tokenFirst", "tokenSecond", "directFirst", "directSecond"),
)
"""What a forger chooses: the model does not determine it."""


def weights_of(subject: Subject) -> Weights:
    """The weights as they stand in the Lean file."""
    return read_weights(render_weights("Attack", subject.model).encode())[1]


def lane_widths(fields: dict[str, Field]) -> list[int]:
    """The widths of the lanes that the packed fields of a certificate have."""
    names = "bits", "scoreBits", "vecBits", "sizeBits", "runBits", "laneBits"
    found = [fields.get(name) for name in names]
    widths = [each for each in found if isinstance(each, int)]
    width, n, run_bits = (fields.get(name, 1) for name in ("width", "n", "runBits"))
    if isinstance(width, int) and isinstance(n, int) and isinstance(run_bits, int):
        widths += [width + 4, run_bits * n + 1]
    return [each for each in widths if 0 < each < 1 << 16] or [8]


def forged(random: Random, subjects: Sequence[Subject]) -> tuple[Subject, Theorem]:
    """A subject, and a forged certificate of it."""
    subject = random.choice(subjects)
    if subject.metadata is not None:
        own = NETWORK.read_weights(render_network("Attack", subject.model).encode())[1]
        kind, changed, certificate = networks.forged(random, subject, own)
        name = subject.certificate.strategy
        return subject, Theorem(kind, changed, name, own, certificate, "network")
    strategy = ALL[subject.certificate.strategy]
    fields: dict[str, Field] = deepcopy(dict(subject.certificate.fields))
    free = [name for name in FREE if name in fields] if random.random() < 0.4 else []
    pool = free or sorted(fields)
    greedy = random.random() < 0.2
    changes = random.choice([0, 0, 0, 1, 2] if greedy else [0, 1, 1, 1, 2, 3])
    names = random.sample(pool, min(len(pool), changes))
    for name in names:
        kind = strategy.fields()[name]
        fields[name] = numbers.field(random, fields[name], kind, lane_widths(fields))
    if greedy:
        names.append(_greedy(random, fields))
    claim = random.choice(CLAIMS)
    weights = weights_of(subject)
    if claim != CLAIMS[0]:
        more = int(claim == CLAIMS[2])
        try:
            if isinstance(loss := fields.get("loss"), int):
                fields["loss"] = max(0, loss - more)
            elif "blocks" in fields:
                blocks = recounted(weights, strategy.checker, fields)
                if blocks and random.random() < 0.5:
                    blocks[-1][1] += more
                    more = 0
                fields["blocks"] = blocks
                fields["bound"] = sum(inputs for _, inputs in blocks) + more
            else:
                fields["bound"] = COUNTS[strategy.checker](weights, Fields(fields)).number + more
        except Refused:
            claim = CLAIMS[0]
    what = ", ".join(names) or "nothing"
    return subject, Theorem(claim, what, strategy.name, weights, Fields(fields))


def recounted(w: Weights, checker: str, fields: dict[str, Field]) -> list[list[int]]:
    """The blocks of maxima of these fields (of shares: of queries), of each how many there are, and what is counted."""
    sizes = [(block[0] if isinstance(block, list) and block else 0) for block in fields["blocks"]]  # type: ignore[union-attr]
    modest = Fields({**fields, "blocks": [[size, 0] for size in sizes], "bound": 0})
    counted = COUNTS[checker](w, modest).groups
    each = mass.weights(modest, w.d_vocab) if "tokenWeights" in fields else []
    least = fields.get("least", 0)
    first, blocks = least if isinstance(least, int) else 0, list[list[int]]()
    for size in sizes:
        here = [
            group
            for group in counted
            if isinstance(group, Class | Levelled)
            and first <= (group.query if "ends" in fields else group.maximum) < first + size
        ]
        blocks.append([size, sum(mass.of_group(each, g) if each else g.size for g in here)])
        first += size
    return blocks


def _greedy(random: Random, fields: dict[str, Field]) -> str:
    """Claim every class and all tokens, if the strategy has classes: nothing but the tests of a class says no.

    Sometimes also the largest margins that an end may have.
    """
    v, n, bits, size_bits = (fields.get(name) for name in ("v", "n", "runBits", "sizeBits"))
    if (
        isinstance(v, int)
        and isinstance(n, int)
        and isinstance(bits, int)
        and max(v, n, bits) < 100
    ):
        fields["runs"] = [_filled(bits * n + 1, m + 1, 1) for m in range(v)]
        if isinstance(size_bits, int) and size_bits < 100:
            fields["sizes"] = [_filled(size_bits, (m + 1) * n, m) for m in range(v)]
    elif "ends" in fields:
        _greedy_shares(random, fields)
    return "everything claimed"


def _greedy_shares(random: Random, fields: dict[str, Field]) -> None:
    """The same of a low-rank certificate: all tokens at the level 0, or at the highest."""
    names = ("v", "n", "sizeBits", "stepBits", "stepsBits", "classBits", "parts", "width")
    numbers = [fields.get(name) for name in names]
    small = [each for each in numbers if isinstance(each, int) and each < 1000]
    if len(small) < len(names):
        return
    v, n, size, _, steps, of_class, parts, width = small
    level = random.choice((0, parts))
    said = [1 + (m + (level << size) << steps) for m in range(v)]
    codes = [1 + _filled(of_class, n, each % (1 << of_class)) for each in said]
    of_pair = of_class * n + 1
    fields["sizes"] = [sum(codes[q + i] << of_pair * i for i in range(v - q)) for q in range(v)]
    if random.random() < 0.5:
        most = 2 << width
        fields["ends"] = [[0 if fields["attention"] else most, *[most] * 12]] * v


def _filled(bits: int, lanes: int, value: int) -> int:
    return sum(value << bits * i for i in range(lanes))


def mutant(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """A forged certificate, as files."""
    while True:
        subject, theorem = forged(random, subjects)
        fields = dict(theorem.certificate.fields)
        certificate = Certificate(theorem.strategy, theorem.certificate.nat("bound"), fields)
        try:
            case = make_case(subject.model, certificate, subject.content)
        except MalformedInput:  # so absurd that no file is written: its length cannot be told
            continue
        return Mutant(theorem.kind, theorem.what, case)
