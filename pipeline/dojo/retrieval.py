"""A baseline: which premises does a theorem's proof use?  Guessed by BM25 from its statement.

As in LeanDojo, the premises to choose from are those that the theorem could use: what its file imports, directly or
not, and what stands before it in the file.  Recall at `k`: the share of a theorem's premises that are among the `k`
best guesses, averaged over the theorems that use any.  A guess at random is measured alike, to compare with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.dojo.readback import Corpus
from pipeline.errors import ToolingMissing

AT = (1, 10, 50)
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_CURE = "pip install -e '.[dojo]'"

Scores = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Recall:
    """Measured."""

    theorems: int
    candidates: float
    """On average."""
    bm25: Mapping[int, float]
    random: Mapping[int, float]

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "theorems": self.theorems,
            "candidates": round(self.candidates, 1),
            "bm25": {str(k): round(share, 4) for k, share in self.bm25.items()},
            "random": {str(k): round(share, 4) for k, share in self.random.items()},
        }

    def __str__(self) -> str:
        def listed(shares: Mapping[int, float]) -> str:
            return ", ".join(f"{100 * share:.1f} % at {k}" for k, share in shares.items())

        return (
            f"premises of {self.theorems:,} theorems, out of {self.candidates:,.0f} candidates each on average:"
            f" recall of BM25 {listed(self.bm25)}; of chance {listed(self.random)}"
        )


def words(code: str) -> list[str]:
    """Code as words: parts of names (`Nat.le_of_lt` has four), numbers, symbols."""
    return [word.lower() for word in _WORD.findall(code)]


def bm25(documents: Sequence[Sequence[str]]) -> Callable[[Sequence[str]], Scores]:
    """How well each document fits a query, by the library `bm25s`."""
    try:
        import bm25s
    except ImportError as error:
        raise ToolingMissing(f"the retrieval baseline needs bm25s: {error}", cure=_CURE) from None
    index = bm25s.BM25()
    index.index([list(document) for document in documents], show_progress=False)

    def scores(query: Sequence[str]) -> Scores:
        known = [word for word in query if word in index.vocab_dict]
        found: Scores = index.get_scores(known) if known else np.zeros(len(documents))
        return found

    return scores


def measure(corpus: Corpus, at: Sequence[int] = AT) -> Recall:
    """Recall over all theorems that use premises."""
    premises = [(file["path"], each) for file in corpus.files for each in file["premises"]]
    number = {each["full_name"]: i for i, (_, each) in enumerate(premises)}
    accessible = _accessible(corpus)
    scores = bm25([words(each["code"]) for _, each in premises])
    random, hits, by_chance, sizes = Random(0), [], [], []
    for theorem in corpus.theorems:
        own = number[theorem["full_name"]]
        before = [i for i in accessible[theorem["file_path"]] if i < own]
        used = {number[each["full_name"]] for each in theorem["premises"]} & set(before)
        if used:
            scored = scores(words(theorem["statement"]))
            ranked = sorted(before, key=lambda i: (-scored[i], i))
            guessed = random.sample(before, len(before))
            hits.append([_share(used, ranked[:k]) for k in at])
            by_chance.append([_share(used, guessed[:k]) for k in at])
            sizes.append(len(before))
    means = (np.mean(each, axis=0) if each else np.zeros(len(at)) for each in (hits, by_chance))
    best, worst = (dict(zip(at, map(float, mean), strict=True)) for mean in means)
    return Recall(len(hits), float(np.mean(sizes)) if sizes else 0.0, best, worst)


def _share(used: set[int], guessed: Sequence[int]) -> float:
    return len(used & set(guessed)) / len(used)


def _accessible(corpus: Corpus) -> dict[str, list[int]]:
    """The premises of each file and of all that it imports (files come after their imports)."""
    first, own = 0, dict[str, range]()
    for file in corpus.files:
        own[file["path"]] = range(first, first + len(file["premises"]))
        first += len(file["premises"])
    below: dict[str, set[str]] = {}
    for file in corpus.files:
        direct = file["imports"]
        below[file["path"]] = {file["path"]}.union(*(below[path] for path in direct))
    return {path: [i for p in sorted(paths) for i in own[p]] for path, paths in below.items()}
