"""Attacks on the model: other numbers, other shapes, other names, and a certificate that is kept or made to fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import numpy as np
import numpy.typing as npt
import safetensors.numpy

from attack import networks
from attack.case import Case, Mutant
from attack.subjects import Subject, genuine, make_case, read_bytes
from pipeline.errors import MalformedInput
from pipeline.model import TENSOR_NAMES
from tests.tiny_models import Arrays

NOT_FINITE = (float("nan"), float("inf"), float("-inf"))
ODD = (-0.0, 2.0**-149, -(2.0**-149), 2.0**-126, 2.0**127, 3.4028234663852886e38, 1 / 3, 2.0**-60)
HOSTILE = (
    'W_E"', "W_E\n", "W_E'; drop", "nat_lit 0]\ntheorem x : False := sorry\n--", "../W_E", "/etc/passwd",
    "«W_E»", "W_E\0", "", "blocks.1.attn.W_Q", "ln_final.w", "mlp.W_in", "b_Q", "attn_scale", "x" * 5000,
    "-/ axiom cheat : False /-", "embed.W_E", "W_\u0435", "__class__",
)  # fmt: skip

Way = Callable[[Random, Arrays], str]
"""Changes the arrays in place and says how."""


def _place(random: Random, arrays: Arrays) -> tuple[str, npt.NDArray[np.float32], tuple[int, ...]]:
    name = random.choice(list(arrays))
    array = arrays[name]
    return name, array, tuple(random.randrange(size) for size in array.shape)


def _bit(random: Random, arrays: Arrays) -> str:
    """A bit of one number."""
    name, array, place = _place(random, arrays)
    raw = array.view(np.uint32)
    bit = random.randrange(32)
    raw[place] ^= np.uint32(1 << bit)
    return f"bit {bit} of {name}"


def _not_finite(random: Random, arrays: Arrays) -> str:
    name, array, place = _place(random, arrays)
    array[place] = random.choice(NOT_FINITE)
    return f"{array[place]} in {name}"


def _odd(random: Random, arrays: Arrays) -> str:
    name, array, place = _place(random, arrays)
    array[place] = random.choice(ODD)
    return f"{array[place]} in {name}"


def _rows(random: Random, arrays: Arrays) -> str:
    """Rows exchanged, repeated, dropped, added."""
    name, array, (i, _) = _place(random, arrays)
    j, way = random.randrange(len(array)), random.randrange(4)
    if way == 0:
        array[[i, j]] = array[[j, i]]
    elif way == 1:
        array[i] = array[j]
    elif way == 2:
        arrays[name] = np.delete(array, i, axis=0)
    else:
        arrays[name] = np.insert(array, i, array[j], axis=0)
    return f"rows of {name}"


def _exchange(random: Random, arrays: Arrays) -> str:
    a, b = random.sample(list(arrays), 2)
    arrays[a], arrays[b] = arrays[b], arrays[a]
    return f"{a} and {b}"


def _shape(random: Random, arrays: Arrays) -> str:
    """No rows, no columns, another order, another dimension."""
    name, array, _ = _place(random, arrays)
    shapes = (array[:0], array[:, :0], array.T, array[None], array.reshape(-1), array[None, None])
    arrays[name] = np.ascontiguousarray(random.choice(shapes))
    return f"shape of {name}"


def _cut(random: Random, arrays: Arrays) -> str:
    """Fewer tokens or positions, everywhere that it shows."""
    tokens, places = random.randrange(3), random.randrange(3)
    if random.random() < 0.5:
        arrays["W_E"], arrays["W_U"] = arrays["W_E"][:tokens], arrays["W_U"][:, :tokens].copy()
        return f"{tokens} tokens"
    arrays["W_pos"] = arrays["W_pos"][:places]
    return f"{places} positions"


def _named(random: Random, arrays: Arrays) -> str:
    """A hostile name of a tensor, instead of one or besides it."""
    name, key = random.choice(list(arrays)), random.choice(HOSTILE)
    arrays[key] = arrays[name] if random.random() < 0.5 else arrays.pop(name)
    return f"{ascii(key)[:40]} for {name}"


def _missing(random: Random, arrays: Arrays) -> str:
    name = random.choice(TENSOR_NAMES)
    del arrays[name]
    return f"no {name}"


def _scale(random: Random, arrays: Arrays) -> str:
    value = random.choice([0.0, -0.0, -1.0, 2.0**-149, *NOT_FINITE, 2.0**120, 1.5])
    arrays["attn_scale"] = np.array([value], dtype=np.float32)
    return f"attn_scale {value}"


def _wider(random: Random, arrays: Arrays) -> str:
    """Another type of entries."""
    name, array, _ = _place(random, arrays)
    dtype = random.choice([np.float64, np.float16, np.int32, np.uint8, np.bool_])
    with np.errstate(all="ignore"):
        arrays[name] = array.astype(dtype)
    return f"{name} as {np.dtype(dtype).name}"


WAYS: tuple[Way, ...] = (
    _bit, _bit, _bit, _not_finite, _odd, _odd, _rows, _rows, _exchange, _shape, _cut, _named, _missing, _scale, _wider,
)  # fmt: skip
ANY_WAYS: tuple[Way, ...] = (
    _bit, _bit, _bit, _not_finite, _odd, _odd, _rows, _rows, _shape, _named, _wider,
)  # fmt: skip
"""Those that are about any model's arrays."""


def altered(random: Random, subject: Subject) -> tuple[str, bytes]:
    """Another model's file, and what was done."""
    arrays = {name: array.copy() for name, array in subject.arrays.items()}
    if subject.metadata is None:
        what = random.choice(WAYS)(random, arrays)
        return what, safetensors.numpy.save(arrays)
    what, metadata = "", dict(subject.metadata)
    if random.random() < 0.3:
        what, metadata = networks.other_metadata(random, metadata)
    else:
        arrays = {name: array for name, array in arrays.items() if array.ndim == 2 and array.size}
        kept = {name: array for name, array in subject.arrays.items() if name not in arrays}
        what = random.choice(ANY_WAYS)(random, arrays) if arrays else "nothing"
        arrays |= kept
    return what, safetensors.numpy.save(arrays, metadata=metadata)


def mutant(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """Another model with the same certificate, or with one that was made to fit it."""
    subject = random.choice(subjects)
    what, content = altered(random, subject)
    if random.random() < 0.5:
        try:
            read = read_bytes if subject.metadata is None else networks.read_bytes
            case: Case = make_case(read(content), subject.certificate, content)
        except MalformedInput:  # there is nothing to make it fit
            pass
        else:
            return Mutant("weights, certificate made to fit", what, case)
    case = genuine(subject)
    return Mutant("weights", what, replace(case, model=content))


def swapped(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """The certificate of another model, as it is or with the files of one mixed into the other's."""
    first, second = random.sample(list(subjects), 2)
    a, b = genuine(first), genuine(second)
    files = dict(b.files)
    for name in files:
        if name in a.files and random.random() < 0.3:
            files[name] = a.files[name]
    return Mutant("swapped models", "", replace(a, manifest_name=b.manifest_name, files=files))
