"""Attacks on the emitted Lean files, with the manifest's digests as they were or made to fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from attack import numbers
from attack.case import Mutant
from attack.manifests import flipped
from attack.subjects import Subject, genuine

SNIPPETS = (
    "axiom cheat : False\n",
    'notation "AtLeast" => Nat.le\n',
    "set_option debug.skipKernelTC true\n",
    "open Compact in\n",
    "local instance : OfNat Nat 9 where ofNat := nat_lit 0\n",
    "unsafe def x : Nat := 0\n",
    "@[implemented_by x] def y : Nat := 0\n",
    "macro_rules | `(tactic| decide) => `(tactic| sorry)\n",
    "#eval 0\n",
    "/- -/",
    "-- a comment\n",
    "/- /- -/",
    "end Compact\n",
    "namespace Compact\n",
    "import Compact.Transformer.Statement\n",
    "theorem bruteForce_correct : True := trivial\n",
    "\0",
    "\u200b",
    "\t",
    "nat_lit 0, ",
)
REPLACED = (
    ("by decide +kernel", "by sorry"),
    ("by decide +kernel", "by native_decide"),
    ("by decide +kernel", "lcProof"),
    ("prelude\n", ""),
    ("AtLeast", "AtMost"),
    ("Correct R", "Valid"),
    ("weights", "Weights"),
    ("[ExpField R]", ""),
    ("nat_lit ", ""),
    ("0x", "0X"),
    ("theorem", "axiom"),
    ("theorem", "def"),
    ("def ", "abbrev "),
    ("\n", "\r\n"),
    ("W_Q := W_Q", "W_Q := W_K"),
    ("Strategy", "Statement"),
    ("«", ""),
)


def _numeral(random: Random, text: str) -> tuple[str, str]:
    """Another number somewhere."""
    found = random.choice(list(re.finditer(r"nat_lit (0x[0-9a-f]+|\d+)", text)))
    n = numbers.number(random, int(found[1], 0))
    written = random.choice([f"{n}", f"{n:#x}", f"{n:#o}", f"0{n}", f"-{n}", f"{n:_}"])
    return "numeral", f"{text[: found.start(1)]}{written[:4000]}{text[found.end(1) :]}"


def _lines(random: Random, text: str) -> tuple[str, str]:
    """A line dropped, doubled, moved."""
    lines = text.splitlines(keepends=True)
    i, j = random.randrange(len(lines)), random.randrange(len(lines))
    way = random.choice(["dropped", "doubled", "exchanged"])
    if way == "dropped":
        del lines[i]
    elif way == "doubled":
        lines.insert(i, lines[i])
    else:
        lines[i], lines[j] = lines[j], lines[i]
    return f"line {way}", "".join(lines)


def _snippet(random: Random, text: str) -> tuple[str, str]:
    """Something hostile between two lines, or anywhere."""
    snippet = random.choice(SNIPPETS)
    breaks = [found.end() for found in re.finditer(r"\n", text)]
    at = random.choice(breaks) if random.random() < 0.8 else random.randrange(len(text))
    return f"inserted {snippet!a}", text[:at] + snippet + text[at:]


def _replace(random: Random, text: str) -> tuple[str, str]:
    old, new = random.choice([pair for pair in REPLACED if pair[0] in text])
    return f"{old!a} for {new!a}", text.replace(old, new, random.choice([1, -1]))


def mutant(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """A certificate with another Lean file."""
    case = genuine(random.choice(subjects))
    name = random.choice(["Weights.lean", case.theorem_name])
    content = case.files[name]
    if random.random() < 0.3:
        ways = {
            "flipped bit": flipped(random, content),
            "truncated": content[: random.randrange(len(content))],
            "concatenated": content + content,
            "empty": b"",
            "not UTF-8": content + b"\xff",
        }
        what = random.choice(list(ways))
        changed = ways[what]
    else:
        way = random.choice([_numeral, _numeral, _lines, _snippet, _replace])
        what, text = way(random, content.decode())
        changed = text.encode()
    fitting = random.random() < 0.7
    kind = "Lean files, digests made to fit" if fitting else "Lean files"
    return Mutant(kind, f"{what} in {name}", case.with_file(name, changed, digest=fitting))
