"""The theory for other tools: `.ilean` files, sources, goal states; and the corpus, where lean-dojo is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.dojo import __main__ as commands
from pipeline.dojo import library
from pipeline.dojo.__main__ import main
from pipeline.dojo.corpus import SPLITS, Writer, by_novel_premises
from pipeline.dojo.goals import Step, goal_states, goals, steps_of
from pipeline.dojo.graph import Graph, short
from pipeline.dojo.ilean import Span, read_ilean
from pipeline.dojo.readback import read_corpus
from pipeline.dojo.retrieval import measure, words
from pipeline.dojo.source import Source, keyword, statement, without_comments
from pipeline.dojo.theory import Theory, load_theory
from pipeline.errors import MalformedInput, ToolingMissing
from pipeline.lean import Builder, SourceRoot
from pipeline.lean.modules import load_modules
from tests.lean_support import toolchain

FIRST = """prelude
/-! Words such as `theorem` in comments are no theorems. -/
unsafe axiom lcErased : Type
unsafe axiom lcAny : Type
namespace Mini
inductive N where
  | zero : N
  | succ : N → N
inductive Same {T : Type} (a : T) : T → Prop where
  | refl : Same a a
/-- A documented `def`, with -- and /- nested -/ comments. -/
def next (a : N) : N :=
  N.succ a
/-- Names no constant at all. -/
def same {T : Type} (a : T) : T :=
  a
theorem next_eq (a : N) : Same (next a) (N.succ a) := Same.refl
"""
SECOND = """prelude
import Mini.First
namespace Mini
inductive Both (p q : Prop) : Prop where
  | intro : p → q → Both p q
private theorem δεζ (a : N) : Same (next a) (N.succ a) := next_eq a
theorem both (a : N) : Both (Same (next a) (N.succ a)) (Same a a) := Both.intro (δεζ a) Same.refl
theorem left_of_both (a : N) : Same (next a) (N.succ a) := (both a).rec fun l _ => l -- one half
end Mini
"""


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A repository with a theory of two files."""
    root = tmp_path / "mini"
    for name, text in (("First", FIRST), ("Second", SECOND)):
        path = root / "lean" / "Mini" / f"{name}.lean"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "lean" / "Mini.lean").write_text("prelude\nimport Mini.Second\n")
    (root / "lean-toolchain").write_text("leanprover/lean4:v4.35.0\n")
    (root / "lakefile.lean").write_text("import Lake\n")
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "Mini"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True)
    return root


def theory_of(root: Path) -> Theory:
    builder = Builder(toolchain(), [SourceRoot("Mini", root / "lean")], root.parent / "built")
    return load_theory(builder, ["Mini.Second"])


def test_declarations_and_edges(mini: Path) -> None:
    theory = theory_of(mini)
    declared, edges = theory.declarations, Graph(theory).edges
    private = "_private.Mini.Second.0.Mini.δεζ"
    assert {short(name): each.keyword for name, each in declared.items()} == {
        "lcErased": "axiom",
        "lcAny": "axiom",
        "Mini.N": "inductive",
        "Mini.Same": "inductive",
        "Mini.next": "def",
        "Mini.same": "def",
        "Mini.next_eq": "theorem",
        "Mini.Both": "inductive",
        "Mini.δεζ": "theorem",
        "Mini.both": "theorem",
        "Mini.left_of_both": "theorem",
    }
    assert edges["Mini.left_of_both"] == (
        "Mini.N",
        "Mini.Same",
        "Mini.next",
        "Mini.both",
        "Mini.Both",
    )
    same = "/-- Names no constant at all. -/\ndef same {T : Type} (a : T) : T :=\n  a"
    assert theory.modules[0].source.piece(declared["Mini.same"].span) == same
    assert set(edges[private]) == {"Mini.N", "Mini.Same", "Mini.next", "Mini.next_eq"}
    assert set(edges["Mini.both"]) == {*edges[private], "Mini.Both", private} - {"Mini.next_eq"}
    assert declared["Mini.left_of_both"].parts == {"Mini.N.succ", "Mini.Both.rec"}
    assert declared["Mini.both"].statement == (
        "theorem both (a : N) : Both (Same (next a) (N.succ a)) (Same a a)"
    )
    assert declared["Mini.next"].statement.startswith("def next (a : N) : N :=\n  N.succ a")
    assert theory.imports == {"Mini.First": frozenset(), "Mini.Second": frozenset({"Mini.First"})}
    module = next(each for each in theory.modules if each.name == "Mini.Second")
    assert module.source.piece(declared[private].span).startswith("private theorem δεζ")


def test_graph_of_a_small_theory(mini: Path) -> None:
    graph = Graph(theory_of(mini))
    private = "_private.Mini.Second.0.Mini.δεζ"
    below = {"Mini.left_of_both", "Mini.both", private, "Mini.next_eq"}
    assert set(graph.theorems(graph.cone(["Mini.left_of_both"]))) == below
    carriers = graph.carriers("Mini.left_of_both", 3)
    assert carriers == ["Mini.left_of_both", "Mini.both", private]
    assert graph.between([*carriers, "Mini.next_eq"]) == [
        ("Mini.left_of_both", "Mini.both"),
        ("Mini.both", private),
        (private, "Mini.next_eq"),
    ]
    assert graph.soundness == ()


def test_a_build_without_ileans_is_mended(mini: Path) -> None:
    """Modules that were built before `.ilean` files were kept are built once more."""
    assert theory_of(mini) == (first := theory_of(mini))
    for path in (mini.parent / "built").rglob("module.ilean"):
        path.unlink()
    assert theory_of(mini).declarations == first.declarations


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"version": 4}',
        b'{"version": 5, "decls": {"a": [1]}, "references": {}}',
        b"\xff",
    ],
)
def test_what_is_no_ilean_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedInput, match=r"M: (not )?an \.ilean file"):
        read_ilean(content, "M")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("def a := 1 -- one\n\n-- two\ndef b := 2", "def a := 1\ndef b := 2"),
        ("/-- a /- b -/ -- c\n-/ def /- d -/ e", "def  e"),
        ('def s := "-- /- no comment"', 'def s := "-- /- no comment"'),
        ("/-- a -- b -/ def c", "def c"),
        ("def c /- never closed", "def c"),
        ("a -/ b", "a -/ b"),
    ],
)
def test_comments_are_left_out(text: str, code: str) -> None:
    assert without_comments(text) == code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("theorem a (h : x := 1) : p := q", "theorem a (h : x := 1) : p"),
        ("theorem a : ∀ n, p n\n  | 0 => q\n  | n + 1 => r", "theorem a : ∀ n, p n"),
        (
            "theorem a : f ⟨1, 2⟩ =\n    {x := 1} := by\n  rfl",
            "theorem a : f ⟨1, 2⟩ =\n    {x := 1}",
        ),
        ("theorem a : p", "theorem a : p"),
    ],
)
def test_statements_end_where_proofs_begin(code: str, said: str) -> None:
    assert statement(code) == said


def test_words_that_declare() -> None:
    assert keyword("@[simp] protected theorem defines : instance_of x") == "theorem"
    assert keyword("noncomputable instance : Add R where") == "instance"
    assert keyword("class inductive C where") == "class inductive"
    assert keyword("left : p") == ""
    assert Source("a\nbc\n").piece(Span((2, 1), (2, 3))) == "bc"


def test_goals_are_read() -> None:
    printed = "\n".join(
        [
            "[Elab.info] ",
            "  • [Command] @ ⟨1, 0⟩-⟨2, 5⟩ @ Lean.Elab.Command.elabDeclaration",
            "    • [Tactic] @ ⟨3, 2⟩-⟨4, 9⟩ @ Lean.Elab.Tactic.evalTacticSeq",
            "      before ",
            "      ⊢ p",
            "      after no goals",
            "      • [Tactic] @ ⟨3, 2⟩-⟨3, 8⟩ @ Lean.Elab.Tactic.evalConstructor",
            '        (Tactic.constructor "before ")',
            "        before ",
            "        x y : Nat",
            "        ⊢ p x ∧",
            "            q y",
            "        after ",
            "        case left",
            "        x y : Nat",
            "        ⊢ p x",
            "        case right",
            "        ⊢ q y",
            "        • [Tactic] @ ⟨9, 2⟩†-⟨9, 8⟩† @ Lean.Elab.Tactic.evalExact",
            "          before no goals",
            "          after no goals",
        ]
    )
    assert steps_of(printed) == [
        Step(
            Span((3, 3), (3, 9)),
            "x y : Nat\n⊢ p x ∧\n    q y",
            "case left\nx y : Nat\n⊢ p x\n\ncase right\n⊢ q y",
        )
    ]
    assert goals(["no goals"]) == "no goals"


def test_lean_prints_goals(tmp_path: Path) -> None:
    """Of a file on top of the theory, with the tactics that it has."""
    (tmp_path / "Scratch.lean").write_text(
        f"prelude\nimport {tactics()}\n"
        "theorem scratch (a b : Nat) (h : a = b) : b = a := by\n  symm\n  exact h\n"
    )
    builder = Builder(toolchain(), [theory_root(), SourceRoot("Scratch", tmp_path)])
    theory = load_theory(builder, ["Scratch"])
    modules = load_modules(["Scratch"], builder.roots)
    [(name, [first, second])] = goal_states(builder, modules, ["Scratch"])
    assert name == "Scratch"
    assert first.before == "a b : Nat\nh : a = b\n⊢ b = a"
    assert first.after == second.before == "a b : Nat\nh : a = b\n⊢ a = b"
    assert second.after == "no goals"
    assert theory.modules[-1].source.piece(second.span) == "exact h"


def tactics() -> str:
    """The module of the theory that declares `symm`, wherever it is."""
    files = sorted(theory_root().directory.rglob("*.lean"), key=lambda path: len(path.parts))
    declaring = (path for path in files if '"symm"' in path.read_text())
    found = next(declaring).relative_to(theory_root().directory)
    return ".".join(found.with_suffix("").parts)


def test_without_lean_dojo_one_line_says_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "lean_dojo", None)
    assert main(["write", str(tmp_path / "out")]) == 3
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("error: lean-dojo cannot be imported: ")
    assert "pip install -e '.[dojo]'" in line


def test_words() -> None:
    assert words("Nat.le_of_lt (h : a<b)") == [
        *("nat", ".", "le", "of", "lt", "(", "h", ":", "a", "<", "b", ")"),
    ]


def test_novel_premises_are_novel() -> None:
    """Each theorem that is held out uses a premise that nothing in train uses."""

    def theorem(name: int, *premises: str) -> dict[str, Any]:
        return {"full_name": f"t{name}", "premises": [{"full_name": p} for p in premises]}

    theorems = [theorem(i, "common", f"rare{i // 2}") for i in range(40)]
    splits = by_novel_premises(theorems)
    assert [len(part) for part in splits] == [32, 4, 4]
    assert are_novel(*splits)
    assert not are_novel(theorems[1:], theorems[:1], [])


def are_novel(*splits: list[dict[str, Any]]) -> bool:
    used = {p["full_name"] for each in splits[0] for p in each["premises"]}
    return all(
        any(p["full_name"] not in used for p in each["premises"])
        for part in splits[1:]
        for each in part
    )


Written = tuple[Path, Path, Any]


@pytest.fixture
def written(mini: Path, tmp_path: Path) -> Any:
    """The corpus of the small theory, and lean-dojo with its repository."""
    pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    theory, out = theory_of(mini), tmp_path / "out"
    # A tactic that Lean did not see: the small theory has none.
    span = theory.declarations["Mini.both"].span
    step = Step(
        Span((span.start[0], SECOND.split("\n")[6].index("Both.intro") + 1), span.end),
        "a : N\n⊢ p",
        "no goals",
    )
    with library.lean_dojo(mini) as dojo:
        Writer(theory, dojo, mini, {"Mini.Second": [step]}).corpus().write(out)
        yield out, mini, dojo


def test_a_corpus_is_read_back_and_counted(written: Written) -> None:
    out, root, dojo = written
    found = read_corpus(out, root, dojo)
    assert found.counts() == {
        "files": 2,
        "imports": 1,
        "premises": 11,
        "theorems": 4,
        "edges": 3 + 4 + 5 + 5,
        "tactics": 1,
    }
    metadata = json.loads((out / "metadata.json").read_text())
    assert metadata["from_repo"] == {"url": str(root), "commit": dojo.repo.commit}
    assert metadata["lean_version"] == "v4.35.0"
    assert metadata["uncommitted"] == []
    by_name = {each["full_name"]: each for each in found.theorems}
    [step] = by_name["Mini.both"]["traced_tactics"]
    marked, premises = step["annotated_tactic"]
    assert step["tactic"] == "Both.intro (δεζ a) Same.refl"
    assert marked == "<a>Both.intro</a> (<a>δεζ</a> a) <a>Same.refl</a>"
    names = [each["full_name"] for each in premises]
    assert names == ["Mini.Both", "_private.Mini.Second.0.Mini.δεζ", "Mini.Same"]
    assert premises[2]["def_path"] == "lean/Mini/First.lean"


def test_uncommitted_changes_are_named(mini: Path) -> None:
    pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    path = mini / "lean" / "Mini" / "Second.lean"
    path.write_text(
        path.read_text() + "theorem more : Mini.Same Mini.N.zero Mini.N.zero := Mini.Same.refl\n"
    )
    with library.lean_dojo(mini) as dojo:
        metadata = Writer(theory_of(mini), dojo, mini, {}).corpus().metadata
    assert metadata["uncommitted"] == ["lean/Mini/Second.lean"]


def test_lean_dojo_gets_a_clone_and_its_cache_is_left_as_it_was(mini: Path) -> None:
    pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    (mini / "built").mkdir()
    with library.lean_dojo(mini) as dojo:
        copy = Path(dojo.repo.repo.working_dir)
        assert (copy / "lean" / "Mini" / "First.lean").is_file()
        assert not (copy / "built").exists()
    assert copy != mini
    assert not copy.parent.exists()


def move(record: dict[str, Any]) -> None:
    record["start"] = [1, 1]


def rename(record: dict[str, Any]) -> None:
    record["full_name"] += "'"


def elsewhere(record: dict[str, Any]) -> None:
    record["premises"][0]["def_pos"] = [1, 1]


def commit(record: dict[str, Any]) -> None:
    record["commit"] = "0" * 40


def no_goals(record: dict[str, Any]) -> None:
    record["traced_tactics"] = [{"state_before": "?", "state_after": "no goals"}]


def no_file(record: dict[str, Any]) -> None:
    record["file_path"] = "lean/Mini/Third.lean"


@pytest.mark.parametrize("spoil", [move, rename, elsewhere, commit, no_goals, no_file])
def test_a_corpus_that_does_not_fit_is_refused(
    written: Written, spoil: Callable[[dict[str, Any]], None]
) -> None:
    """In one theorem of one split; `read_corpus` says no."""
    out, root, dojo = written
    path = next(path for path in (out / "random").glob("*.json") if json.loads(path.read_text()))
    theorems = json.loads(path.read_text())
    spoil(theorems[0])
    path.write_text(json.dumps(theorems))
    with pytest.raises(MalformedInput, match="not a corpus of"):
        read_corpus(out, root, dojo)


def test_a_corpus_of_other_sources_is_refused(written: Written) -> None:
    out, root, dojo = written
    path = root / "lean" / "Mini" / "First.lean"
    path.write_text(path.read_text().replace("theorem next_eq", "\n\ntheorem next_eq"))
    with pytest.raises(MalformedInput, match=r"Mini\.next_eq is not where it is said to be"):
        read_corpus(out, root, dojo)
    shutil.rmtree(out / "random")
    with pytest.raises(MalformedInput, match="not a corpus of"):
        read_corpus(out, root, dojo)


def test_retrieval_of_a_small_theory(written: Written) -> None:
    pytest.importorskip("bm25s", reason="the extra `dojo` is not installed")
    recall = measure(read_corpus(*written), at=(1, 100))
    assert recall.theorems == 4
    assert recall.candidates == (6 + 8 + 9 + 10) / 4
    assert recall.bm25[100] == recall.random[100] == 1
    assert 0 < recall.bm25[1] < 1


def test_the_whole_theory(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Written, read back and counted; and BM25 finds far more than chance does."""
    pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    assert main(["write", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    counts, recall = found["counts"], found["recall"]
    assert counts["files"] > 100
    assert counts["premises"] > counts["theorems"] > 1000
    assert counts["edges"] > 5 * counts["theorems"]
    assert recall["theorems"] > 1000
    folder = tmp_path / "out" / "novel_premises"
    parts = [json.loads((folder / f"{part}.json").read_text()) for part in SPLITS]
    assert are_novel(*parts)
    assert min(len(part) for part in parts) > counts["theorems"] // 20
    for at in ("1", "10", "50"):
        assert recall["bm25"][at] > 4 * recall["random"][at] > 0


@pytest.mark.parametrize(("arguments", "message"), [
    (["write", "OUT", "--goals", "Nobody"], "'Nobody' is not a module of the theory"),
    (["cone", "Nobody"], "the theory has no declaration 'Nobody'"),
])  # fmt: skip
def test_errors_are_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if "write" in arguments:
        pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    assert main([each.replace("OUT", str(tmp_path / "out")) for each in arguments]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"error: {message}"


def test_a_folder_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    (tmp_path / "out").write_text("a file")
    assert main(["write", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.endswith(
        f"error: cannot write {str(tmp_path / 'out')!a}: File exists\n"
    )


def test_cone_by_short_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cone", "Nat.add_comm"]) == 0
    out = capsys.readouterr().out
    assert "Nat.add_succ" in out or "theorems" in out
    assert out.splitlines()[-1].endswith("of them theorems")


def test_the_page_can_be_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(commands, "PAGE", page)
    assert main(["graph", "--check"]) == 1
    assert main(["graph"]) == 0
    assert main(["graph", "--check"]) == 0
    page.write_text(page.read_text() + "\n")
    assert main(["graph", "--check"]) == 1
    assert capsys.readouterr().out.count("out of date") == 2


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    refused = pytest.raises(MalformedInput, match="cannot be read as a git repository")
    with refused, library.lean_dojo(tmp_path):
        pass


def test_another_version_of_lean_dojo_is_refused(
    monkeypatch: pytest.MonkeyPatch, mini: Path
) -> None:
    module = pytest.importorskip("lean_dojo", reason="the extra `dojo` is not installed")
    monkeypatch.setattr(module, "__version__", "0.0")
    refused = pytest.raises(ToolingMissing, match=r"lean-dojo is 0\.0")
    with refused, library.lean_dojo(mini):
        pass
