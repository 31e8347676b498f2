"""Reports: every number is about a certificate, the slack adds up, and the page needs nothing else."""

from __future__ import annotations

import html
import re
import shlex
import shutil
from itertools import combinations, product
from math import exp
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="the extra [report] is not installed")
pytest.importorskip("jinja2", reason="the extra [report] is not installed")

from matplotlib.text import Text

from pipeline.benchmark.files import read_rows, write_rows
from pipeline.bundle.bundle import make_bundle
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.program import main
from pipeline.emit.names import model_name
from pipeline.families import certificate_names
from pipeline.lean import PROJECT
from pipeline.report import slack
from pipeline.report.__main__ import app
from pipeline.report.frontier import Spot, frontier
from pipeline.report.glossary import GLOSSARY, anchor, linked
from pipeline.report.kind import TASK_NOT_KNOWN, kind, named, task
from pipeline.report.labels import name_points
from pipeline.report.page import grouped
from pipeline.report.region import certified, class_size
from pipeline.report.slack import AVERAGING, CHAIN, OTHER, OV, QK, RUNGS, Slack
from pipeline.report.style import DARK, NEUTRAL, PAPER, contrast, dark_colors, figure, look
from pipeline.report.subject import Subject
from pipeline.report.trace import Entry, read_entries
from pipeline.sweep.__main__ import app as sweep
from pipeline.sweep.plan import Source, beginning
from pipeline.sweep.proof import Proof
from pipeline.transformer.accuracy import count_right
from pipeline.transformer.family import read_subject
from pipeline.transformer.strategies import STRATEGIES, ByClasses
from pipeline.verify import app as verify
from tests.conftest import Runner
from tests.tiny_models import noisy_arrays, random_arrays, write_model

CLASSES = [name for name, each in STRATEGIES.items() if isinstance(each, ByClasses)]


def silent(_text: str) -> None:
    pass


FEW = ("brute-force", "quartic", "prefix")
"""The strategies of the second model."""


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sweep: a model by every strategy, one by a few, and a model that cannot be read."""
    folder = tmp_path_factory.mktemp("sweep")
    models = [
        write_model(folder / f"noisy{seed}.safetensors", noisy_arrays(seed, 3, 4, 1.0))
        for seed in (1, 2)
    ]
    (folder / "broken.safetensors").write_bytes(b"")
    few = [each for name in FEW for each in ("--strategy", name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.cli.program.stop_on_sigterm", lambda: None)
        for arguments, code in (
            ([models[0], folder / "broken.safetensors"], 2),
            ([models[1], *few], 0),
        ):
            out = ("--out", folder / "proofs.csv")
            assert main(sweep, [str(each) for each in (*arguments, *out)]) == code
    return folder


@pytest.fixture
def table(proofs: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    shutil.copytree(proofs, tmp_path / "sweep")
    return tmp_path / "sweep" / "proofs.csv"


def test_end_to_end(program: Runner, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    ran = program(app, table, "--out", out)
    assert ran.exit_code == 0, ran.err
    page = (out / "index.html").read_text()
    rows = [row for row in read_rows(table, Proof) if row.outcome == "proved"]
    assert len(rows) == len(STRATEGIES) + len(FEW)

    text = html.unescape(page)
    commands = re.findall(r"<code>python -m pipeline\.verify ([^<]+)<", text)
    assert len(commands) == len(rows)
    for row in rows:
        assert row.certificate_sha256 in page
        assert f"<td>{row.bound:,}</td>" in page
    checked = program(verify, *shlex.split(commands[0]), "--json")
    assert checked.exit_code == 0, checked.err
    [first] = [row for row in rows if commands[0].endswith(row.certificate)]
    assert checked.json["certificates"][0]["correct"] == first.bound
    assert "broken.safetensors" in text

    sources = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)""", page)
    links = ("data:image/png;base64,", "#", "https://arxiv.org/abs/2406.11779")
    files = {each for each in sources if not each.startswith(links)}
    assert files
    assert all((out / each).is_file() for each in files)
    names = re.findall(r'\bid="([^"]+)"', page)
    assert [each for each in set(names) if names.count(each) > 1] == [], "figures share no names"
    assert {each[1:] for each in sources if each.startswith("#")} <= set(names)
    for row in rows:
        theorem = f"Compact.AtLeast {row.bound} (Compact.Correct R Compact.Certificates."
        assert text.count(theorem) >= 2, "as a hint, and with the certificate"
        anchor = f"proof-{row.model_digest[:16]}-{row.strategy}"
        assert page.count(f'<a xlink:href="#{anchor}"') == 2, "a click on either figure's point"
    assert page.count("Dotted: so many inputs looked at one by one") >= 1
    assert len(re.findall("<title>[^<]*Compact.AtLeast", page)) == 2 * len(rows)
    assert page.count("<table>") == page.count("<caption>") == page.count("<tbody>")
    assert "<th>" not in page, "each head says what it heads"
    assert re.findall(r"<script[^>]*>", page) == ["<script>"], "nothing is loaded"
    for picture in out.glob("*.svg"):
        assert not re.search(r"""href="(?!#|data:)""", picture.read_text())
        assert picture.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    drawn = {path.stem for path in out.glob("*.svg")}
    assert {"circuits", "certified_region", "bound_operations_v4_n3", "slack_v4_n3"} <= drawn

    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert program(app, table, "--out", out).exit_code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def spoil_row(table: Path, **changes: object) -> None:
    rows = read_rows(table, Proof)
    place = next(i for i, row in enumerate(rows) if row.outcome == "proved")
    rows[place] = msgspec.structs.replace(rows[place], **changes)
    write_rows(table, rows, Proof)


def certificate_of(table: Path) -> Path:
    row = next(row for row in read_rows(table, Proof) if row.outcome == "proved")
    return table.parent / row.certificate


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda table: certificate_of(table).unlink(), "No such file"),
        (
            lambda table: certificate_of(table).write_bytes(
                certificate_of(table).read_bytes().replace(b'"correct": ', b'"correct": 1')
            ),
            "not the certificate of this row",
        ),
        (lambda table: spoil_row(table, bound=63), "says something else"),
        (lambda table: spoil_row(table, certificate_sha256="0" * 64), "not the certificate"),
        (
            lambda table: certificate_of(table).with_name("Weights.lean").write_text("-- none\n"),
            "the Lean file with the weights was changed",
        ),
        (
            lambda table: list(map(Path.unlink, certificate_of(table).parent.glob("*.lean"))),
            "no such file",
        ),
    ],
)
def test_what_cannot_be_traced_is_refused(
    program: Runner, table: Path, tmp_path: Path, spoil: object, message: str
) -> None:
    spoil(table)  # type: ignore[operator]
    ran = program(app, table, "--out", tmp_path / "out", "--json")
    assert ran.exit_code == 2
    assert "cannot be traced to a certificate" in ran.json["error"]
    assert message in " ".join(ran.json["details"])
    assert not (tmp_path / "out").exists()


def test_no_trace(program: Runner, table: Path, tmp_path: Path) -> None:
    """Rows alone make a page, which says that it is not traced."""
    shutil.rmtree(table.parent / "certificates")
    ran = program(app, table, "--out", tmp_path / "out", "--no-trace")
    assert ran.exit_code == 0, ran.err
    assert "Made with --no-trace" in (tmp_path / "out" / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "no such file"),
        (["{table}", "--model", "magic"], "no proof about a model 'magic'"),
        (["{table}", "--out", "{table}"], "cannot be written"),
        (["{empty}"], "holds no proof"),
    ],
)
def test_refusals(
    program: Runner, table: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    empty = tmp_path / "empty.csv"
    write_rows(empty, [], Proof)
    ran = program(app, *[each.format(table=table, empty=empty) for each in arguments], "--json")
    assert ran.exit_code == 2
    assert message in ran.json["error"]


def test_another_model_in_its_place(program: Runner, table: Path, tmp_path: Path) -> None:
    write_model(table.parent / "noisy1.safetensors", noisy_arrays(9, 3, 4, 1.0))
    ran = program(app, table, "--out", tmp_path / "out", "--json")
    assert ran.exit_code == 2
    assert "not the weights" in ran.json["error"]


def entry_of(folder: Path, model_file: Path, strategy: str) -> Entry:
    """A certificate that Lean has not seen."""
    model, table = read_subject(model_file), folder / "t.csv"
    found = STRATEGIES[strategy].search(model, silent)
    name, digest = model_name(model_file), theory_digest("transformer", strategy, theory_root())
    bundle = make_bundle(model, name, model_file.name, found, digest)
    for file, content in bundle.files.items():
        (folder / file).write_bytes(content)
    row = beginning(Source(model_file), model, strategy, digest, table)
    right = count_right(model, silent)
    row = msgspec.structs.replace(row, outcome="proved", bound=found.bound, right=right)
    return Entry(row, model_file, folder / f"{strategy}.json")


MODELS = st.tuples(
    st.sampled_from([random_arrays, noisy_arrays]),
    st.integers(0, 2**32 - 1),
    st.integers(2, 4),
    st.integers(2, 4),
    st.sampled_from([0.5, 1.0, 1.5]),
)


@settings(deadline=None, max_examples=30)
@given(MODELS)
def test_slack_adds_up(tmp_path_factory: pytest.TempPathFactory, made: tuple[object, ...]) -> None:
    make, *arguments = made
    folder = tmp_path_factory.mktemp("slack")
    model = write_model(folder / "m.safetensors", make(*arguments))  # type: ignore[operator]
    ladders = Slack(Subject(read_subject(model)))
    for strategy in STRATEGIES:
        entry = entry_of(folder, model, strategy)
        ladder = ladders.ladder(entry)
        assert ladder is not None
        assert list(ladder.lost) == list(RUNGS)
        assert min(ladder.lost.values()) >= 0
        assert entry.row.right is not None
        assert entry.row.bound is not None
        assert sum(ladder.lost.values()) == entry.row.right - entry.row.bound
        assert not ladder.lost[OTHER] or strategy == "mixed"


@settings(deadline=None, max_examples=30)
@given(MODELS)
def test_rungs_are_what_they_say(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[object, ...]
) -> None:
    """Counted again input by input, from the definitions; ties to the last bits may fall either way."""
    make, *arguments = made
    folder = tmp_path_factory.mktemp("rungs")
    model = write_model(folder / "m.safetensors", make(*arguments))  # type: ignore[operator]
    subject = Subject(read_subject(model))
    for (name, size), (expected, sure, possible) in zip(
        Slack(subject).real, by_hand(subject), strict=True
    ):
        assert name == expected
        assert sure <= size <= possible


def by_hand(subject: Subject) -> list[tuple[str, int, int]]:
    """The rungs' names, and the least and greatest that their sizes can be."""
    exact, unit = subject.exact, 2.0 ** (-2 * subject.model.frac)
    v, n = subject.model.d_vocab, subject.model.n_ctx - 1
    scale = exact.score_num / exact.score_den
    counts = {name: [0, 0] for name in (OV, AVERAGING, QK)}

    def margins(tokens: tuple[int, ...], weights: list[float]) -> list[float]:
        """For each other output, with the least row of OV and these weights of positions."""
        q, m = tokens[-1], max(tokens)
        found = []
        for t in set(range(v)) - {m}:
            direct = float(exact.EU[q][m] - exact.EU[q][t]) * unit
            ov = [float(exact.EVOU[k][m] - exact.EVOU[k][t]) * unit * unit for k in range(v)]
            pv = [float(exact.PVOU[p][m] - exact.PVOU[p][t]) * unit * unit for p in range(n + 1)]
            by_token = [exp(float(s - max(exact.EQKE[q])) * scale) for s in exact.EQKE[q]]
            terms = [
                weights[i] * by_token[tokens[i]] * (direct + ov[tokens[i]] + min(pv[:n]))
                for i in range(n)
            ]
            own = weights[n] * by_token[q] * (direct + ov[q] + pv[n])
            size = sum(weights) * max(map(abs, [*ov, *pv, direct, 1e-300]))
            found.append((sum(terms) + own) / size)
        return found

    for tokens in product(range(v), repeat=n + 1):
        q, m = tokens[-1], max(tokens)
        weights = [exp(float(s - max(exact.EQKP[q])) * scale) for s in exact.EQKP[q]]
        below = [i for i in range(n) if tokens[i] < m]

        def made_equal(y: int, places: tuple[int, ...], m: int = m, q: int = q) -> tuple[int, ...]:
            return (*(y if i in places else m for i in range(n)), q)

        pure = [(made_equal(tokens[i], tuple(below)), weights) for i in below]
        moved = [
            (made_equal(tokens[i], places), weights)
            for i in below
            for places in combinations(range(n), len(below))
        ]
        for name, cases in ((OV, [(tokens, weights)]), (AVERAGING, pure), (QK, moved)):
            least = min(
                margin for each, w in cases or [(tokens, weights)] for margin in margins(each, w)
            )
            counts[name][0] += least > 1e-9
            counts[name][1] += least > -1e-9
    return [(name, sure, possible) for name, (sure, possible) in counts.items()]


def test_slack_of_a_strategy_that_is_not_known(
    proofs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no rung explains is lost to the strategy itself."""
    monkeypatch.setattr(slack, "CHAIN", {k: v for k, v in CHAIN.items() if k != "prefix"})
    entries = read_entries(proofs / "proofs.csv", trace=True).proofs
    for entry in entries:
        if entry.row.strategy == "prefix":
            ladder = Slack(Subject.of(entry)).ladder(entry)
            assert ladder is not None
            assert sum(ladder.lost.values()) == entry.row.right - entry.row.bound  # type: ignore[operator]
            quartic = next(
                e.row
                for e in entries
                if e.row.model == entry.row.model and e.row.strategy == "quartic"
            )
            assert ladder.lost[OTHER] >= quartic.bound - entry.row.bound - 1  # type: ignore[operator]
            assert ladder.lost[slack.PREFIXES] == 0


@pytest.mark.parametrize("strategy", CLASSES)
def test_regions_hold_the_bound(tmp_path: Path, strategy: str) -> None:
    model = write_model(tmp_path / "m.safetensors", noisy_arrays(3, 3, 4, 1.0))
    entry = entry_of(tmp_path, model, strategy)
    region = certified(4, 2, Subject.of(entry).counted(entry))
    pairs = [(q, m) for m in range(4) for q in range(m + 1)]
    assert sum(class_size(2, q, m) for q, m in pairs) == 4**3
    assert sum(region[q, m] * class_size(2, q, m) for q, m in pairs) == pytest.approx(
        entry.row.bound
    )
    assert all(0 <= region[q, m] <= 1 for q, m in pairs)
    assert np.isnan([region[q, m] for m in range(4) for q in range(m + 1, 4)]).all()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=9))
def test_frontier(points: list[tuple[int, int]]) -> None:
    """On it is what nothing beats, and everything else is beaten."""
    found = sorted(
        (Spot(str(i), cost, bound / 9, 0) for i, (cost, bound) in enumerate(points)),
        key=lambda spot: (spot.cost, -spot.bound),
    )
    best = frontier(found)
    for spot in found:
        beaten = any(
            other.cost <= spot.cost and other.bound >= spot.bound and other is not spot
            for other in best
        )
        assert beaten or spot in best
    for spot in best:
        assert not any(
            (o.cost <= spot.cost and o.bound > spot.bound)
            or (o.cost < spot.cost and o.bound >= spot.bound)
            for o in found
        )


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("max_of_4_seed0", "max_of_4_seed*"),
        ("max_of_4_seed12", "max_of_4_seed*"),
        ("max_of_4_seed0_tuned", "max_of_4_seed*_tuned"),
        ("noisy2", "noisy*"),
        ("handmade", "handmade"),
    ],
)
def test_kinds(model: str, expected: str) -> None:
    """Models that differ in their seed are averaged, and a tuned one is not averaged with others."""
    assert kind(model) == expected


def test_models_of_different_tasks_are_not_averaged(tmp_path: Path) -> None:
    """Though their names differ in a seed only; what a single model is called is its own name."""
    shipped = {"max_of_2": "the largest token", "min_of_3_two_heads": "the smallest token"}
    for name, words in shipped.items():
        assert task(PROJECT / f"examples/models/{name}.safetensors") == words
    assert task(PROJECT / "examples/models/networks/s4.safetensors") == "the product"
    assert task(tmp_path / "gone.safetensors") == TASK_NOT_KNOWN
    entries = []
    for number, name in enumerate(("max_of_3", "min_of_3_two_heads")):
        row = Proof(f"seed{number}", 3, 10, "brute-force", "proved", 1000)
        entries.append(Entry(row, PROJECT / f"examples/models/{name}.safetensors", tmp_path))
    assert [len(own) for own in grouped(entries).values()] == [1, 1]
    assert [len(own) for own in grouped([entries[0], entries[0]]).values()] == [2]
    assert named(["max_of_3"]) == "max_of_3"
    assert named(["a_seed0", "a_seed1"]) == "a_seed*"


def test_no_two_strategies_look_alike() -> None:
    """Each has a colour of its own, of other claims and families too, which is seen on a light and a dark page."""
    looks = [look(name) for name in STRATEGIES]
    assert len({each.color for each in looks}) == len({each.marker for each in looks}) == len(looks)
    colors = [look(name).color.lower() for name in certificate_names()]
    assert len(set(colors)) == len(colors)
    assert not {*colors} & {*NEUTRAL}
    for color in colors:
        assert contrast(color, PAPER) > 1.7
        assert contrast(dark_colors()[color], DARK) >= 4
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_names_stand_clear(points: list[tuple[float, float]]) -> None:
    """Of each other, of the points that they name, and of the others."""
    drawn = figure(6, 5)
    axes = drawn.subplots()
    axes.set(xlim=(-0.1, 1.1), ylim=(-0.1, 1.1))
    others = [(0.3, 0.3), (0.5, 0.52)]
    name_points(drawn, axes, [(f"point {i}", at) for i, at in enumerate(points)], others)
    drawn.draw_without_rendering()
    assert len(axes.texts) == len(points)
    boxes = [Text.get_window_extent(each) for each in axes.texts]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        for at in (*points, *others):
            assert not box.contains(*axes.transData.transform(at))


def test_terms_are_linked() -> None:
    """The first mention of each, and nothing in the text is taken for HTML."""
    said = linked("EQKE and EQKE <b>, the reference's unexplained dimension")
    assert said.count('<a href="#eqke">EQKE</a>') == 1
    assert '<a href="#the-reference">the reference</a>' in said
    assert "&lt;b&gt;" in said
    assert set(re.findall(r'href="#([^"]+)"', said)) <= {anchor(term) for term in GLOSSARY}
