"""A written corpus, read back with lean-dojo's classes and counted: whatever does not fit together is an error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.dojo.corpus import SPLITS
from pipeline.dojo.library import LeanDojo
from pipeline.errors import MalformedInput

Json = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """What was read."""

    files: Sequence[Json]
    theorems: Sequence[Json]

    def counts(self) -> dict[str, int]:
        """How much there is."""
        return {
            "files": len(self.files),
            "imports": sum(len(file["imports"]) for file in self.files),
            "premises": sum(len(file["premises"]) for file in self.files),
            "theorems": len(self.theorems),
            "edges": sum(len(each["premises"]) for each in self.theorems),
            "tactics": sum(len(each["traced_tactics"]) for each in self.theorems),
        }


def read_corpus(out: Path, root: Path, dojo: LeanDojo) -> Corpus:
    """Read everything, and compare it with the sources in the repository."""
    try:
        lines = (out / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
        files = [json.loads(line) for line in lines]
        splits = {
            name: [json.loads((out / name / f"{part}.json").read_text()) for part in SPLITS]
            for name in ("random", "novel_premises")
        }
        return _checked(files, splits, root, dojo)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AssertionError) as error:
        raise MalformedInput(f"{out}: not a corpus of {root}: {error!r}") from None


def _checked(
    files: Sequence[Json], splits: dict[str, list[list[Json]]], root: Path, dojo: LeanDojo
) -> Corpus:
    premises = {}
    opened = {file["path"]: dojo.LeanFile(root.resolve(), Path(file["path"])) for file in files}
    for file in files:
        if not all(path in opened for path in file["imports"]):
            raise ValueError(f"{file['path']} imports a file that is not there")
        for premise in file["premises"]:
            text = opened[file["path"]][dojo.Pos(*premise["start"]) : dojo.Pos(*premise["end"])]
            word = premise["code"].split()[0]
            if word not in text:
                raise ValueError(f"{premise['full_name']} is not where it is said to be")
            premises[premise["full_name"]] = (file["path"], premise["start"], premise["end"])
    one, other = ([each for part in splits[name] for each in part] for name in splits)
    names = sorted(each["full_name"] for each in one)
    if len(set(names)) != len(names) or names != sorted(each["full_name"] for each in other):
        raise ValueError("the two splits do not hold the same theorems, each once")
    for each in one:
        theorem = dojo.Theorem(dojo.repo, Path(each["file_path"]), each["full_name"])
        where = (str(theorem.file_path), each["start"], each["end"])
        if premises.get(theorem.full_name) != where or each["commit"] != dojo.repo.commit:
            raise ValueError(f"{theorem.uid} is not in the corpus")
        for used in each["premises"]:
            found = (used["def_path"], used["def_pos"], used["def_end_pos"])
            if premises.get(used["full_name"]) != found:
                raise ValueError(f"{theorem.uid} uses {used['full_name']}, which is elsewhere")
        for step in each["traced_tactics"]:
            for state in (step["state_before"], step["state_after"]):
                if state != "no goals" and not dojo.parse_goals(state):
                    raise ValueError(f"{theorem.uid}: goals that cannot be read")
    order = {name: i for i, name in enumerate(premises)}
    return Corpus(files, sorted(one, key=lambda each: order[each["full_name"]]))
