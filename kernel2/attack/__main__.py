"""`python -m kernel2.attack MODULE...`: plant what must be refused, on top of these modules; exit code 1 if it is not.

Planted declarations, each refused for the right reason (and some that are accepted); faults at random places of
accepted declarations; compiled modules (--mutate) with changed bytes.
Where the modules are: as for `python -m kernel2`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel2 import declarations as d
from kernel2.attack.faults import Faults, Survivor
from kernel2.attack.lean_text import lean_declaration, lean_inductive
from kernel2.attack.mutants import attack_bytes
from kernel2.attack.planted import plant
from kernel2.check import Session, Verdict
from kernel2.limits import Limits, Result, isolated
from kernel2.modules import Library, read_list
from kernel2.usual import AXIOMS


def attack(options: argparse.Namespace) -> Result:
    """All of it, in this process."""
    library = Library(options.path, read_list(options.list) if options.list else {})
    # First the mutants: terms remember what was found of the genuine declarations that they mention.
    mutants = attack_bytes(library, options.mutate, options.mutants, options.seed, options.axiom)
    library.modules.clear()
    session = Session(options.axiom)
    verdicts: list[Verdict] = []
    found = [c for module in library.load(options.modules) for c in module.declarations]
    session.check(found, verdicts.append)
    refused = [f"{v.name}: {v.problem}" for v in verdicts if v.problem is not None]
    if refused:
        return {"exit_code": 1, "problem": f"the modules themselves are refused: {refused[0]}"}
    faults = Faults(session, options.seed).run(options.faults)
    planted = plant(session)
    wrong = [f"{each.label}: {each.said}" for each in planted if not each.right]
    open_faults = [f"{each.fault}: {each.name}" for each in faults.survivors if each.why == "open"]
    bad = wrong + mutants.open
    return {
        "exit_code": 1 if bad else 0,
        "planted": len(planted),
        "planted_right": len(planted) - len(wrong),
        "faults": faults.tried,
        "faults_refused": faults.refused.total(),
        "faults_without_verdict": faults.no_verdict.total(),
        "faults_survived": {why: sum(s.why == why for s in faults.survivors) for why in ("same", "admissible", "open")},
        "faults_by_kind": {kind: [n, refused] for kind, (n, refused) in sorted(faults.by_kind().items())},
        "mutants": mutants.outcomes.total(),
        "mutant_outcomes": dict(mutants.outcomes),
        "bad": bad,
        "open": open_faults,
        "survivors": [_survivor(i, each) for i, each in enumerate(faults.survivors)],
    }


def _survivor(number: int, each: Survivor) -> dict[str, str | None]:
    """With its Lean source, if it can be written."""
    name = f"survivor{number}"
    if each.kind in (d.DEFINITION, d.THEOREM):
        source = lean_declaration(each.unit[0], name)
    else:
        source = lean_inductive(each.unit, name)
    return {"fault": each.fault, "name": each.name, "why": each.why, "lean": source}


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m kernel2.attack",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    parser.add_argument("--path", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--list", type=Path, metavar="FILE")
    parser.add_argument("--axiom", action="append", default=[], choices=sorted(AXIOMS))
    parser.add_argument("--faults", type=int, default=3000, metavar="N")
    parser.add_argument("--mutate", action="append", default=[], metavar="MODULE")
    parser.add_argument("--mutants", type=int, default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print everything as JSON, survivors as Lean source")
    options = parser.parse_args(arguments)
    result = isolated(lambda: attack(options), Limits(seconds=7200))
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        for key, value in result.items():
            if key not in ("survivors", "open", "bad"):
                print(f"{key.replace('_', ' ')}: {value}")
        for line in result.get("bad", []):
            print(f"BAD {line}")
    return int(result["exit_code"])


if __name__ == "__main__":
    sys.exit(main())
