"""The tiny models that are attacked, with a genuine certificate by each strategy that takes them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import safetensors.numpy

from attack.case import MODEL, Case
from attack.claims import ALL
from pipeline.bundle.bundle import make_bundle
from pipeline.bundle.theory import theory_digest
from pipeline.emit.names import model_name
from pipeline.errors import MalformedInput
from pipeline.families import family_of
from pipeline.lean import ROOT_MODULE, SourceRoot
from pipeline.model import Model
from pipeline.network.family import NETWORK
from pipeline.transformer.family import FORM, read_subject
from pipeline.transformer.strategies import Certificate
from tests.tiny_models import Arrays, noisy_arrays, perfect_arrays, random_arrays


@dataclass(frozen=True)
class Subject:
    """A model, and a certificate of it."""

    arrays: Arrays
    model: Any
    """Of any family."""
    certificate: Certificate
    metadata: Mapping[str, str] | None = None
    """What its file says besides."""

    @property
    def content(self) -> bytes:
        """Its file."""
        return safetensors.numpy.save(
            dict(self.arrays), metadata=None if self.metadata is None else dict(self.metadata)
        )


def models(seed: int) -> list[Arrays]:
    """Right about everything, about some inputs, about few; with one position, and with one token; and random ones."""
    random = Random(f"models {seed}")
    sizes = [(2, 3), (2, 4), (3, 2), (3, 3), (4, 2)]
    return [
        perfect_arrays(2, 3),
        noisy_arrays(2, 2, 3, 1.0),
        random_arrays(17, 2, 3),
        random_arrays(3, 1, 3),
        random_arrays(4, 2, 1),
        *(noisy_arrays(random.randrange(1 << 30), *size, 1.0) for size in sizes),
        *(random_arrays(random.randrange(1 << 30), *size, 1.5) for size in sizes),
    ]


@cache
def subjects(seed: int) -> Sequence[Subject]:
    """All models, by all strategies that take them."""
    found = []
    for arrays in models(seed):
        model = read_bytes(safetensors.numpy.save(dict(arrays)))
        for strategy in ALL.values():
            try:
                certificate = strategy.search(model, lambda _: None)
            except MalformedInput:  # too small for this strategy
                continue
            found.append(Subject(arrays, model, certificate))
    return found


def read_bytes(content: bytes) -> Model:
    """The model in a file of this content, as it stands in certificates."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        path = Path(folder) / MODEL
        path.write_bytes(content)
        return read_subject(path)


@cache
def small_theory() -> SourceRoot:
    """A theory of empty files in place of the real one: only its digest matters here, and that it is read quickly.

    (Lean gets the real theory; see `attack.kernel`.)
    """
    folder = Path(tempfile.mkdtemp(prefix="attack-theory-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    root = SourceRoot(ROOT_MODULE, folder)
    modules = [FORM.strategy_module(each.checker) for each in ALL.values()]
    modules += [NETWORK.form.strategy_module(each.checker) for each in NETWORK.strategies.values()]
    for module in modules:
        path = root.path_of(module)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("prelude\n")
    return root


def make_case(model: Any, certificate: Certificate, content: bytes, name: str = MODEL) -> Case:
    """The files of a certificate that fits together in everything."""
    family = family_of(model).name
    digest = theory_digest(family, certificate.strategy, small_theory())
    bundle = make_bundle(model, model_name(Path(name)), name, certificate, digest)
    return Case(name, content, list(bundle.files)[-1], bundle.files, family=family)


def genuine(subject: Subject) -> Case:
    """The files of a genuine certificate."""
    return make_case(subject.model, subject.certificate, subject.content)
