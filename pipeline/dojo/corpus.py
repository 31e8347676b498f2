"""The theory as a corpus in LeanDojo's benchmark format.

    OUT/corpus.jsonl                   a line for each file: path, imports, premises (what a proof could use)
    OUT/random/{train,val,test}.json   theorems with the premises that their proofs use, split at random
    OUT/novel_premises/...             the same; what is in val and test uses a premise that nothing in train uses
    OUT/metadata.json                  where it comes from

Paths are relative to the repository, and positions (line, column) from 1, as in LeanDojo.  A theorem has the
benchmark's keys, and two more: `statement`, and `premises`, all that its text names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from pipeline.dojo.goals import Step
from pipeline.dojo.library import VERSION, LeanDojo, git
from pipeline.dojo.theory import Declaration, Module, Theory

KIND = "commanddeclaration"
"""What LeanDojo's tracer calls every declaration; the word of the source stands in `keyword`."""

SPLITS = ("train", "val", "test")
HELD_OUT = 10
"""One theorem in so many goes to val, one to test."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """What is written."""

    files: Sequence[Json]
    theorems: Sequence[Json]
    metadata: Json

    def write(self, out: Path) -> None:
        """Write all files, each as a whole."""
        out.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(file, ensure_ascii=False) + "\n" for file in self.files)
        (out / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
        for name, split in (("random", by_chance), ("novel_premises", by_novel_premises)):
            (out / name).mkdir(exist_ok=True)
            for part, theorems in zip(SPLITS, split(self.theorems), strict=True):
                text = json.dumps(theorems, ensure_ascii=False, indent=1)
                (out / name / f"{part}.json").write_text(text + "\n", encoding="utf-8")
        text = json.dumps(self.metadata, ensure_ascii=False, indent=1)
        (out / "metadata.json").write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Writer:
    """Makes a corpus of a theory, whose files are in a repository that lean-dojo has opened."""

    theory: Theory
    dojo: LeanDojo
    root: Path
    """The folder of the repository."""
    steps: Mapping[str, Sequence[Step]]
    """Goal states, of the modules for which Lean was asked to print them."""

    def corpus(self) -> Corpus:
        """Everything."""
        theorems = [record for module in self.theory.modules for record in self._theorems(module)]
        uncommitted = git(self.root, "status", "--porcelain", "--", "*.lean").splitlines()
        metadata = {
            "creation": "python -m pipeline.dojo write",
            "lean_dojo_version": VERSION,
            "from_repo": {"url": self.dojo.repo.url, "commit": self.dojo.repo.commit},
            "lean_version": self.dojo.repo.lean_version,
            "uncommitted": [line[3:] for line in uncommitted],
            "goal_states": sorted(self.steps),
        }
        return Corpus([self._file(module) for module in self.theory.modules], theorems, metadata)

    def _path(self, module: str) -> Path:
        return self._paths[module]

    @cached_property
    def _paths(self) -> Mapping[str, Path]:
        root = self.root.resolve()
        return {each.name: each.path.resolve().relative_to(root) for each in self.theory.modules}

    def _declared(self, module: Module) -> Iterator[Declaration]:
        for name in module.spans:
            yield self.theory.declarations[name]

    def _file(self, module: Module) -> Json:
        return {
            "path": str(self._path(module.name)),
            "imports": [str(self._path(name)) for name in module.ilean.imports],
            "premises": [
                {
                    "full_name": each.name,
                    "code": each.statement,
                    "start": list(each.span.start),
                    "end": list(each.span.end),
                    "kind": KIND,
                    "keyword": each.keyword,
                }
                for each in self._declared(module)
            ],
        }

    def _theorems(self, module: Module) -> Iterator[Json]:
        file = self.dojo.LeanFile(self.root.resolve(), self._path(module.name))
        for each in self._declared(module):
            if each.is_theorem:
                theorem = self.dojo.Theorem(self.dojo.repo, file.path, each.name)
                steps = [s for s in self.steps.get(module.name, ()) if each.span.holds(s.span)]
                yield {
                    "url": theorem.repo.url,
                    "commit": theorem.repo.commit,
                    "file_path": str(theorem.file_path),
                    "full_name": theorem.full_name,
                    "start": list(each.span.start),
                    "end": list(each.span.end),
                    "traced_tactics": [self._step(file, each, step) for step in steps],
                    "statement": each.statement,
                    "premises": [self._provenance(name) for name in each.uses],
                }

    def _step(self, file: Any, theorem: Declaration, step: Step) -> Json:
        """A tactic, once more with the premises in it marked as LeanDojo marks them."""
        pos = self.dojo.Pos
        start, end = pos(*step.span.start), pos(*step.span.end)
        marked, provenances, here = "", [], start
        for name, span in theorem.mentions:
            if step.span.holds(span) and here <= pos(*span.start):
                a, b = pos(*span.start), pos(*span.end)
                marked += f"{file[here:a]}<a>{file[a:b]}</a>"
                provenances.append(self._provenance(name))
                here = b
        return {
            "tactic": file[start:end],
            "annotated_tactic": [marked + file[here:end], provenances],
            "state_before": step.before,
            "state_after": step.after,
        }

    def _provenance(self, name: str) -> Json:
        found = self.theory.declarations[name]
        return {
            "full_name": name,
            "def_path": str(self._path(found.module)),
            "def_pos": list(found.span.start),
            "def_end_pos": list(found.span.end),
        }


def by_chance(theorems: Sequence[Json]) -> tuple[list[Json], ...]:
    """Train, val and test; the same in every run."""
    shuffled = sorted(theorems, key=lambda each: str(each["full_name"]))
    Random(0).shuffle(shuffled)
    held = len(shuffled) // HELD_OUT
    return shuffled[2 * held :], shuffled[:held], shuffled[held : 2 * held]


def by_novel_premises(theorems: Sequence[Json]) -> tuple[list[Json], ...]:
    """Hold out theorems with all others that use some premise of theirs, as LeanDojo does: premise by premise, those
    that are used least first come out of train together."""
    users: dict[str, set[str]] = {}
    for each in theorems:
        for premise in each["premises"]:
            users.setdefault(premise["full_name"], set()).add(each["full_name"])
    held = len(theorems) // HELD_OUT
    premises = sorted(users)
    Random(0).shuffle(premises)
    out: list[str] = []
    for premise in sorted(premises, key=lambda name: len(users[name])):
        more = sorted(users[premise] - set(out))
        if len(out) + len(more) <= 2 * held:
            out += more
    Random(0).shuffle(out)
    held = len(out) // 2
    named = {str(each["full_name"]): each for each in theorems}
    train = [each for each in theorems if each["full_name"] not in out]
    return train, [named[name] for name in out[:held]], [named[name] for name in out[held:]]
