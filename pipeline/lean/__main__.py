"""`python -m pipeline.lean`: build Lean modules, with whichever Lean there is.

    python -m pipeline.lean build                  the whole theory
    python -m pipeline.lean build Compact.Margin   one module and what it imports
    python -m pipeline.lean build --hand-written   the theory without the certificates (`verify` builds each of them)
    python -m pipeline.lean which                  which Lean a build would use
    python -m pipeline.lean sync                   write Compact.lean and Compact.Real.Certificates anew (after
                                                   adding a module)
    python -m pipeline.lean clean                  forget built modules

Exit codes: 0 built, 1 rejected by Lean, 2 malformed input, 3 no usable Lean, 4 a resource limit, 70 a bug,
130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from pipeline.cli.system import of_system
from pipeline.errors import EXIT_PROVED, MalformedInput, PipelineError, ResourceLimit
from pipeline.lean.build import Builder
from pipeline.lean.hand_written import theory_modules
from pipeline.lean.modules import SourceRoot, is_module_name
from pipeline.lean.places import ROOT_MODULE, default_out_dir, theory_dir
from pipeline.lean.process import Limits
from pipeline.lean.real_module import REAL_CERTIFICATES, real_path, real_source
from pipeline.lean.result import ModuleResult
from pipeline.lean.root_module import root_source
from pipeline.lean.store import Store
from pipeline.lean.toolchain import find_toolchain

_EXIT_INTERRUPTED = 130
_EXIT_BUG = 70


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except PipelineError as error:
        return _failed(error)
    except (MemoryError, RecursionError):
        return _failed(ResourceLimit("out of memory, or nested too deeply for Python"))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _EXIT_INTERRUPTED
    except Exception as error:
        known = of_system(error) if isinstance(error, OSError) else None
        if known is not None:
            return _failed(known)
        traceback.print_exc(file=sys.stderr)
        print("error: this is a bug in the program, not a verdict", file=sys.stderr)
        return _EXIT_BUG


def _failed(error: PipelineError) -> int:
    print(f"error: {error}", file=sys.stderr)
    return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.lean",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    lean = argparse.ArgumentParser(add_help=False)
    lean.add_argument(
        "--lean",
        metavar="KIND",
        help="wheel or official (default: $PIPELINE_LEAN, then wheel)",
    )
    out = argparse.ArgumentParser(add_help=False)
    out.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where built modules are kept (default: $PIPELINE_STORE, then the user's cache)",
    )

    build = commands.add_parser("build", parents=[lean, out], help="build modules")
    build.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"default: {ROOT_MODULE}, the whole theory"
    )
    build.add_argument(
        "--hand-written",
        action="store_true",
        help="the theory without its certificates and what imports them",
    )
    build.add_argument(
        "--root",
        action="append",
        default=[],
        type=_source_root,
        metavar="PREFIX=DIR",
        help="where modules PREFIX and PREFIX.* live, besides the theory (DIR holds PREFIX.lean)",
    )
    build.add_argument(
        "--jobs", type=int, metavar="N", help="Lean processes at a time (default: one a core)"
    )
    build.add_argument(
        "--timeout",
        type=float,
        metavar="S",
        help=f"seconds a module (here: {Limits().timeout_s:g})",
    )
    build.add_argument(
        "--memory", type=int, metavar="MB", help=f"memory a module (here: {Limits().memory_mb})"
    )
    build.add_argument(
        "--force", action="store_true", help="build the named modules even if nothing has changed"
    )
    build.add_argument(
        "--quiet", action="store_true", help="print messages only, no line for each module"
    )
    build.add_argument(
        "--json", action="store_true", help="print the report as JSON on standard output"
    )
    build.set_defaults(run=_build)

    which = commands.add_parser("which", parents=[lean], help="say which Lean a build would use")
    which.set_defaults(run=_which)

    sync = commands.add_parser(
        "sync",
        help=f"write {ROOT_MODULE}.lean and {REAL_CERTIFICATES} anew from the files that are there",
    )
    sync.set_defaults(run=_sync)

    clean = commands.add_parser("clean", parents=[out], help="forget built modules")
    clean.add_argument(
        "--unused-days", type=float, default=0, metavar="N", help="only those not used for N days"
    )
    clean.set_defaults(run=_clean)
    return parser


def _source_root(text: str) -> SourceRoot:
    prefix, equals, directory = text.partition("=")
    if not equals or not is_module_name(prefix):
        raise argparse.ArgumentTypeError(f"{text!r} is not PREFIX=DIR")
    return SourceRoot(prefix, Path(directory))


def _build(args: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    toolchain = find_toolchain(args.lean)
    if not args.json:
        print(f"Lean: {toolchain.describe()}", flush=True)
    defaults = Limits()
    limits = Limits(
        defaults.timeout_s if args.timeout is None else args.timeout,
        defaults.memory_mb if args.memory is None else args.memory,
    )
    roots = [SourceRoot(ROOT_MODULE, theory_dir()), *args.root]
    builder = Builder(toolchain, roots, args.out, limits=limits, jobs=args.jobs)

    def show(result: ModuleResult) -> None:
        if not args.json:
            _show(result, quiet=args.quiet)

    report = builder.attempt(_targets(args, roots[0]), force=args.force, on_result=show)
    if args.json:
        print(json.dumps(report.as_json(), indent=1))
    report.require_ok()
    if not args.json:
        cached = sum(result.cached for result in report)
        print(
            f"{len(report.results)} modules ok, {cached} of them unchanged, {report.seconds:.1f} s"
        )
    return EXIT_PROVED


def _targets(args: argparse.Namespace, theory: SourceRoot) -> list[str]:
    if args.hand_written:
        return [*theory_modules(theory), *args.modules]
    return args.modules or [ROOT_MODULE]


def _show(result: ModuleResult, *, quiet: bool) -> None:
    lines = result.printable()
    if not quiet:
        cost = f"{result.seconds:.1f} s, {result.peak_rss_mb:.0f} MB"
        remark = "unchanged" if result.cached else cost if result.ok or lines else result.reason
        print(f"{result.status:8} {result.module} ({remark})")
    for line in lines:
        print(line)
    sys.stdout.flush()


def _which(args: argparse.Namespace) -> int:
    print(find_toolchain(args.lean).describe())
    return EXIT_PROVED


def _sync(_args: argparse.Namespace) -> int:
    directory = theory_dir()
    for path, source_of in (
        (real_path(directory), real_source),
        (directory / f"{ROOT_MODULE}.lean", root_source),
    ):
        source = source_of(directory)
        if not path.exists() or path.read_text() != source:
            path.write_text(source)
            print(f"wrote {path}")
    return EXIT_PROVED


def _clean(args: argparse.Namespace) -> int:
    if args.unused_days < 0:
        raise MalformedInput("--unused-days is negative")
    removed = Store(args.out or default_out_dir()).prune(args.unused_days)
    print(f"removed {removed} built modules")
    return EXIT_PROVED


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
