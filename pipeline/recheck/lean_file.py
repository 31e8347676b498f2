"""The emitted Lean files read as data.  They have one layout; anything else in them is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.family import Family, Lift
from pipeline.recheck.refused import Refused

_COMMENT = re.compile(r"/-(?:(?!-/|/-).)*-/", re.DOTALL)
_NUMBER = r"nat_lit (?:0x[0-9a-f]+|[0-9]+)"
_PLAIN = rf"\[\s*(?:{_NUMBER}(?:,\s*{_NUMBER})*\s*)?\]"
_WIDENED = rf"widened \({_NUMBER}\) \({_NUMBER}\) \({_NUMBER}\) "
_LIST = rf"(?:{_WIDENED})?{_PLAIN}"
_MATRIX = rf"\[{_LIST}(?:, {_LIST})*\]"
FIELD = re.compile(rf"  ([A-Za-z]\w*) := ({_NUMBER}|{_LIST}|{_MATRIX})\n", re.ASCII)
NAME = r"[A-Za-z]\w*"
_HEADS = r"(?:HeadsQuartic|MlpHeads)\.(?:nextHead|lastHead)"
_JOINT = rf"\((?:Bool\.and_intro|(?:\w+\.)?next|{_HEADS}) \(by decide \+kernel\) "
DEPTH = r"(?:set_option maxRecDepth 1000000\s+)?"
_EVALUATED = rf"((?:{_JOINT})*)\(by decide \+kernel\)(\)*)"
"""The check is evaluated whole, or in parts that follow one another."""


@dataclass(frozen=True)
class TheoremFile:
    """What the file of a certificate says."""

    space: str
    """The namespace: `Compact.Certificates.<Model>`."""
    checker: str
    """The Lean namespace of the strategy; strategies may share one."""
    definition: str
    """The name of the certificate as data."""
    claimed: int
    """The number in the theorem's statement."""
    certificate: Certificate
    label: str | None = None
    """The task in the theorem's statement, where the family has several."""
    lifts: tuple[str, ...] = ()
    """The lemmas between the checker and the claim, by their names in the family."""


def read_theorem(
    content: bytes,
    family: Family,
    claimed: str | None = None,
    before: str = "",
    worded: str | None = None,
) -> TheoremFile:
    """The file of a strategy's certificate, of a model of this family; what it claims of an input is accuracy, unless
    something else is given; `before` is claimed besides; `worded` is what the theorem says of it, if not what the
    family says."""
    opened = re.escape(f"open {family.opened}\n") if family.opened else ""
    binders = re.escape(f" {family.binders}") if family.binders else ""
    said = re.escape((worded or family.claim).replace("{said}", claimed or family.property))
    said = said.replace(re.escape("{weights}"), r"([\w.]+)\.weights")
    said = said.replace(re.escape("{number}"), "([0-9]+)")
    besides = re.escape(before).replace(re.escape("{weights}"), r"\4\.weights")
    said = said.replace(re.escape("{label}"), f"(?P<label>{'|'.join(family.labels)})")
    found = re.fullmatch(
        rf"prelude\nimport Compact\.{family.folder}\.Strategy\.({NAME})\n"
        rf"(?P<lemmas>(?:import [\w.]+\.General\.\w+\n)*)"
        rf"(?:import Compact\.Packed\.Widen\n)?import ([\w.]+)\.Weights\s+"
        rf"namespace ([\w.]+)\s+{opened}\s*{DEPTH}"
        rf"noncomputable def («?{NAME}»?) : ({NAME})\.Certificate where\n((?:{FIELD.pattern})*)\s*"
        rf"(?:set_option maxHeartbeats 0\s+)?theorem ({NAME}){binders} :\s+"
        rf"{besides}{said} :=\s+"
        rf"(?P<lifted>(?:{NAME} {re.escape(family.arguments)}weights[\w.]* \(by decide \+kernel\) \()*)"
        rf"({NAME})\.sound {re.escape(family.arguments)}weights(?P<subject>[\w.]*) («?{NAME}»?) {_EVALUATED}\s+"
        r"end ([\w.]+)\n",
        code_of(content),
        re.ASCII,
    )
    if found is None:
        raise Refused("the certificate's Lean file is not of the layout that it should have")
    label = found["label"] if family.labels else None
    lookup = family.lookup if label is not None and "lookup" in label else None
    lifts = _lifts(found["subject"], found["lemmas"], found["lifted"], family, lookup)
    named = found.re.groupindex.values()
    groups = [found[i] for i in range(1, found.re.groups + 1) if i not in named]
    structure, imported, space, data, of, text, _, _, name, number, about, proof, proved, *rest = (
        groups
    )
    parts, closed, end = rest
    if len(re.findall(_JOINT, parts)) + len(lifts) + (lookup is not None) != len(closed):
        raise Refused("the brackets in the certificate's Lean file do not fit together")
    if (
        {imported, space, about, end} != {space}
        or {structure, of, proof} != {structure}
        or data != proved
    ):
        raise Refused("the names in the certificate's Lean file do not fit together")
    if name != data.strip("«»") + "_correct":
        raise Refused("the theorem does not have the name that it should have")
    definition = data.strip("«»")
    return TheoremFile(
        space, structure, definition, _number(number), Certificate(fields_of(text)), label, lifts
    )


def _lifts(
    subject: str, lemmas: str, lifted: str, family: Family, lookup: Lift | None
) -> tuple[str, ...]:
    """The lemmas between the checker and the claim; refuses any but those of the family, in their order."""
    names = tuple(subject.split(".")[1:])
    if names != tuple(name for name in family.lifts if name in names):
        raise Refused(
            "the checker is not evaluated on the model, nor on one that is known to answer as it does"
        )
    imports, proof, model = "", "", "weights"
    steps = [("", lookup)] if lookup is not None else []
    for name, lift in [*steps, *((f".{name}", family.lifts[name]) for name in names)]:
        imports += f"import {lift.module}\n"
        proof += f"{lift.lemma} {family.arguments}{model} (by decide +kernel) ("
        model += name
    if (imports, proof, model) != (lemmas, lifted, f"weights{subject}"):
        raise Refused("the lemmas in the certificate's Lean file do not fit together")
    return names


def code_of(content: bytes) -> str:
    """The text without block comments."""
    try:
        return _COMMENT.sub("", content.decode("ascii"))
    except UnicodeDecodeError:
        try:
            return _COMMENT.sub("", content.decode("utf-8"))
        except UnicodeDecodeError:
            raise Refused("a Lean file is not UTF-8") from None


def fields_of(text: str) -> Mapping[str, Field]:
    fields: dict[str, Field] = {}
    for name, value in FIELD.findall(text):
        if name in fields:
            raise Refused(f"the field {name} is given twice")
        fields[name] = _value(value)
    return fields


def _value(text: str) -> Field:
    if text.startswith(("[[", "[widened")):
        return [_list(each) for each in re.findall(_LIST, text[1:-1])]
    return _list(text) if text.startswith(("[", "widened")) else _numbers(text)[0]


def _list(text: str) -> list[int]:
    """A list of numbers; where it is of rows without gaps, with the gaps (`widened L l k [...]`: entries of `l` bits,
    at most `2^k` of them, go into lanes of `L` bits)."""
    if text.startswith("["):
        return _numbers(text)
    wide, narrow, doublings, *rows = _numbers(text)
    if (
        not 0 < narrow <= wide
        or doublings > 64
        or any(row.bit_length() > narrow << doublings for row in rows)
    ):
        raise Refused("a row does not fit into the lanes that it is said to have")
    return [_widened(row, wide, narrow) for row in rows]


def _widened(row: int, wide: int, narrow: int) -> int:
    lanes = 0
    for place in range(-(-row.bit_length() // narrow)):
        lanes |= (row >> (place * narrow) & ((1 << narrow) - 1)) << (place * wide)
    return lanes


def _numbers(text: str) -> list[int]:
    return [_number(each.removeprefix("nat_lit ")) for each in re.findall(_NUMBER, text)]


def _number(text: str) -> int:
    try:
        return int(text, 16 if text.startswith("0x") else 10)
    except ValueError:  # thousands of decimal digits
        raise Refused("a decimal number is too long") from None
