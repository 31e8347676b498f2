"""`python -m kernel2 MODULE...`: check compiled Lean modules, and all that they import, with the second kernel.

The modules lie in trees of .olean files (--path) or in a list (--list, JSON: {module: [file, SHA-256]}).  Each
--certificate MODULE=THEOREM is checked on top of MODULE..., in a process of its own: the module is checked, the theorem
has to be there, and what it says is printed from the bytes (with --json: with all that it rests on, and its data).
With --arithmetic MODULE (its theorems `Nat.Kernel.*` allow to compute with numbers) that module comes first.

Exit codes: 0 everything is accepted, 1 something is refused, 2 a file or an argument is not what it should be,
4 a limit on time, memory or depth was reached: no verdict.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from kernel2.arithmetic import BINARY, UNARY
from kernel2.check import Session, Verdict
from kernel2.errors import EXIT_ACCEPTED, EXIT_MALFORMED, EXIT_REFUSED, Malformed
from kernel2.limits import Limits, Result, isolated
from kernel2.modules import Library, read_list
from kernel2.order import cone
from kernel2.statement import axioms_of, read_statement
from kernel2.usual import AXIOMS

SHOWN = 20
"""So many refused declarations are named."""


class Run:
    """One run of the program."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.limits = Limits(arguments.timeout, arguments.memory)
        listed = read_list(arguments.list) if arguments.list else {}
        self.library = Library(arguments.path, listed)
        self.session = Session(arguments.axiom)

    def run(self) -> Result:
        """Check the modules, then each certificate, in a process each."""
        return isolated(self._all, self.limits)

    def _all(self) -> Result:
        modules = [*self.arguments.arithmetic, *self.arguments.modules]
        result = self._check(modules)
        result["certificates"] = [self._certificate(module, theorem) for module, theorem in self.arguments.certificate]
        codes = [each["exit_code"] for each in result["certificates"]]
        result["exit_code"] = next((code for code in [result["exit_code"], *codes] if code), EXIT_ACCEPTED)
        return result

    def _certificate(self, module: str, theorem: str) -> Result:
        result = isolated(lambda: self._judge(module, theorem), self.limits)
        return {"module": module, "theorem": theorem} | result

    def _judge(self, module: str, theorem: str) -> Result:
        result = self._check([module])
        if result["exit_code"]:
            return result | {"problem": result["refused"][0]}
        constants, modules = self.session.env.constants, self.library.modules
        base = {*self.arguments.arithmetic, *self.arguments.modules}
        own = [name for name in modules if name not in self._before]
        axioms = axioms_of(constants, cone(constants, [theorem]))
        if not own or module in base:
            raise Malformed(f"{module} is a certificate and cannot be among the modules that come first")
        return result | asdict(read_statement(self.session.env, modules, own, theorem, axioms))

    def _check(self, names: Sequence[str]) -> Result:
        self._before = set(self.library.modules)
        found = self.library.load(names)
        verdicts: list[Verdict] = []
        self.session.check([c for module in found for c in module.declarations], verdicts.append)
        refused = [f"{v.kind} {v.name}: {v.problem}" for v in verdicts if v.problem is not None]
        kinds = Counter(v.kind for v in verdicts if v.checked and v.problem is None)
        return {
            "exit_code": EXIT_REFUSED if refused else EXIT_ACCEPTED,
            "modules": len(found),
            "accepted": dict(sorted(kinds.items())),
            "unsafe": sum(not v.checked for v in verdicts),
            "refused": refused[:SHOWN],
            "refused_in_all": len(refused),
            "computed": sorted(self.session.env.computed),
        }


def show(result: Result) -> None:
    """The result for people."""
    for line in result.get("refused", []):
        print(f"REFUSED {line}")
    if "accepted" in result:
        kinds = ", ".join(f"{n} {kind}" for kind, n in result["accepted"].items()) or "nothing"
        print(f"accepted: {kinds}; refused: {result['refused_in_all']}; unsafe, not checked: {result['unsafe']}")
        print(f"computed: {len(result['computed'])} of {len(BINARY) + len(UNARY)} functions on numbers")
    if "problem" in result:
        print(f"kernel2: {result['problem']}", file=sys.stderr)
    print(f"{result['cpu_seconds']} s of processor time, {result['memory_mb']} MB")
    for each in result.get("certificates", []):
        print(f"\n{each['module']}, {each['theorem']}")
        show(each)
        if "theorem" in each and each["exit_code"] == EXIT_ACCEPTED:
            print(each["says"])
            print(f"axioms: {', '.join(each['axioms']) or 'none'}")


def _certificate(text: str) -> tuple[str, str]:
    module, equals, theorem = text.partition("=")
    if not equals or not module or not theorem:
        raise argparse.ArgumentTypeError("MODULE=THEOREM")
    return module, theorem


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a positive number")
    return number


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m kernel2",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("modules", nargs="*", metavar="MODULE")
    found.add_argument("--path", type=Path, action="append", default=[], metavar="DIR")
    found.add_argument("--list", type=Path, metavar="FILE")
    found.add_argument("--arithmetic", action="append", default=[], metavar="MODULE")
    found.add_argument("--certificate", type=_certificate, action="append", default=[], metavar="M=T")
    found.add_argument("--axiom", action="append", default=[], choices=sorted(AXIOMS), help="allow it")
    found.add_argument("--timeout", type=_positive, default=Limits.seconds, metavar="S", help="for each process")
    found.add_argument("--memory", type=_positive, default=Limits.memory_mb, metavar="MB", help="for each process")
    found.add_argument("--json", action="store_true", help="print the result as JSON")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    options = parser().parse_args(arguments)
    try:
        if not options.modules and not options.certificate:
            raise Malformed("nothing to check: name a module or a certificate")
        result = Run(options).run()
    except Malformed as error:
        result = {
            "exit_code": EXIT_MALFORMED,
            "problem": str(error),
            "cpu_seconds": 0,
            "memory_mb": 0,
        }
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        show(result)
    return int(result["exit_code"])


if __name__ == "__main__":
    sys.exit(main())
