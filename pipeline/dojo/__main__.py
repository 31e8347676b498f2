"""`python -m pipeline.dojo`: the theory for other tools (docs/dojo.md).

    python -m pipeline.dojo write OUT               a corpus in LeanDojo's benchmark format, read back and counted
    python -m pipeline.dojo write OUT --goals M...  with the goals before and after each tactic of these modules
    python -m pipeline.dojo graph                   write docs/theory-graph.md anew
    python -m pipeline.dojo graph --check           is it up to date?
    python -m pipeline.dojo cone NAME               all theorems that a declaration rests on

Only `write` needs lean-dojo.  Exit codes: 0 done, 1 the page is out of date, 2 malformed input, 3 a tool is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.dojo.corpus import Writer
from pipeline.dojo.draw import page
from pipeline.dojo.goals import goal_states
from pipeline.dojo.graph import Graph, short
from pipeline.dojo.library import lean_dojo
from pipeline.dojo.readback import read_corpus
from pipeline.dojo.retrieval import measure
from pipeline.dojo.theory import Theory, load_theory
from pipeline.errors import EXIT_PROVED, MalformedInput, PipelineError
from pipeline.lean import PROJECT, ROOT_MODULE, Builder, SourceRoot, find_toolchain, theory_dir
from pipeline.lean.modules import load_modules
from pipeline.lean.result import ModuleResult

PAGE = PROJECT / "docs" / "theory-graph.md"
OUT_OF_DATE = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.dojo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    write = commands.add_parser("write", help="write the corpus")
    write.add_argument("out", type=Path, metavar="OUT", help="a folder")
    write.add_argument(
        "--goals", nargs="+", default=[], metavar="MODULE", help="their goal states, too"
    )
    write.add_argument("--json", action="store_true", help="print the counts as JSON")
    write.set_defaults(run=_write)
    graph = commands.add_parser("graph", help="write the page with the graph")
    graph.add_argument("--check", action="store_true", help="say whether it is up to date")
    graph.set_defaults(run=_graph)
    cone = commands.add_parser("cone", help="what a declaration rests on")
    cone.add_argument("name", metavar="NAME", help=f"a full name; {ROOT_MODULE}. may be left out")
    cone.set_defaults(run=_cone)
    return parser


def _builder() -> Builder:
    return Builder(find_toolchain(), [SourceRoot(ROOT_MODULE, theory_dir())])


def _theory(builder: Builder) -> Theory:
    def show(result: ModuleResult) -> None:
        if not result.cached:
            print(f"built {result.module}", file=sys.stderr, flush=True)

    return load_theory(builder, on_result=show)


def _write(args: argparse.Namespace) -> int:
    builder = _builder()
    with lean_dojo(PROJECT) as dojo:
        theory = _theory(builder)
        unknown = set(args.goals) - {module.name for module in theory.modules}
        if unknown:
            raise MalformedInput(f"{min(unknown)!a} is not a module of the theory")
        modules = load_modules(args.goals, builder.roots)
        steps = dict(goal_states(builder, modules, args.goals))
        corpus = Writer(theory, dojo, PROJECT, steps).corpus()
        try:
            corpus.write(args.out)
        except OSError as error:
            raise MalformedInput(f"cannot write {error.filename!a}: {error.strerror}") from None
        found = read_corpus(args.out, PROJECT, dojo)
    counts, recall = found.counts(), measure(found)
    if args.json:
        print(json.dumps({"counts": counts, "recall": recall.as_json()}))
        return EXIT_PROVED
    if corpus.metadata["uncommitted"]:
        print("note: Lean files differ from the commit that the corpus names")
    print(
        f"{args.out}: read back by lean-dojo: "
        + ", ".join(f"{n:,} {what}" for what, n in counts.items())
    )
    print(recall)
    return EXIT_PROVED


def _graph(args: argparse.Namespace) -> int:
    text = page(Graph(_theory(_builder())))
    if args.check:
        fresh = PAGE.is_file() and PAGE.read_text() == text
        print(f"{PAGE}: {'up to date' if fresh else 'out of date: python -m pipeline.dojo graph'}")
        return EXIT_PROVED if fresh else OUT_OF_DATE
    PAGE.write_text(text)
    print(f"wrote {PAGE}")
    return EXIT_PROVED


def _cone(args: argparse.Namespace) -> int:
    graph = Graph(_theory(_builder()))
    name = next((n for n in (args.name, f"{ROOT_MODULE}.{args.name}") if n in graph.edges), None)
    if name is None:
        raise MalformedInput(f"the theory has no declaration {args.name!a}")
    cone = graph.cone([name])
    for each in graph.theorems(cone - {name}):
        print(f"{short(each)}  ({graph.theory.declarations[each].module})")
    print(
        f"{len(cone) - 1:,} declarations, {len(graph.theorems(cone - {name})):,} of them theorems"
    )
    return EXIT_PROVED


if __name__ == "__main__":
    sys.exit(main())
