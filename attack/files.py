"""Attacks on files as such: damaged containers, zip tricks, links, hostile names."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from attack.case import Case, Mutant
from attack.claims import ALL
from attack.manifests import flipped
from attack.subjects import Subject, genuine, make_case

MODEL_NAMES = (
    'a"b.safetensors', "a\nb.safetensors", "a' or 1.safetensors", "-- x.safetensors", "- x -.safetensors",
    "..safetensors", "é.safetensors", "🙂.safetensors", "theorem.safetensors", "prefix.safetensors",
    "[red]x.safetensors", "%s%n.safetensors", "$(touch x).safetensors", "a b.npz",
    "x" * 200, "«x».safetensors", ".safetensors", "1.safetensors", "Compact.Statement.safetensors", "a.pt",
)  # fmt: skip


def _header(random: Random, content: bytes) -> tuple[str, bytes]:
    """Another header of a safetensors file."""
    size = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8 : 8 + size]), content[8 + size :]
    name = random.choice([key for key in header if key != "__metadata__"])
    way = random.randrange(8)
    if way == 0:
        return "length of the header", struct.pack(
            "<Q", random.choice([0, 1, size - 1, size + 1, 1 << 40, (1 << 64) - 1])
        ) + content[8:]
    if way == 1:
        start, end = header[name]["data_offsets"]
        header[name]["data_offsets"] = random.choice(
            [[start + 4, end + 4], [end, start], [0, end], [start, 1 << 62], [-4, 0]]
        )
    elif way == 2:
        header[name]["shape"] = random.choice(
            [[], [0], [-1, 3], [1 << 40, 1 << 40], [3.0, 3], ["3", 3], [1, 1, 1, 3]]
        )
    elif way == 3:
        header[name]["dtype"] = random.choice(
            ["F64", "F16", "BF16", "I32", "U8", "F8_E4M3", "f32", "", None]
        )
    elif way == 4:
        other = random.choice([key for key in header if key not in (name, "__metadata__")])
        header[name]["data_offsets"] = header[other]["data_offsets"]
    elif way == 5:
        header["__metadata__"] = random.choice(
            [
                {"attn_scale": text}
                for text in (
                    "nan",
                    "inf",
                    "0",
                    "-1",
                    "1e999",
                    "0x1p4",
                    "1_0",
                    " 2 ",
                    "٣",
                    "",
                    "1" * 5000,
                )
            ]
            + [{"attn_scale": 2}, {"x": None}, [], "x"]
        )
    elif way == 6:
        text = json.dumps(header)
        entry = json.dumps({name: header[name]})[1:-1]
        return "tensor given twice", _joined((text[:-1] + ", " + entry + "}").encode(), data)
    else:
        header[name]["extra"] = 1
    return f"header of {name}", _joined(json.dumps(header).encode(), data)


def _joined(header: bytes, data: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def _npz(random: Random, subject: Subject) -> tuple[str, bytes]:
    """The same weights in a zip archive, with a trick."""
    stream = io.BytesIO()
    tricks = ("none", "name twice", "traversal", "absolute", "object array", "big-endian", "fortran", "comment",
              "wrong checksum", "bomb", "extra member", "truncated array", "encrypted flag")  # fmt: skip
    trick = random.choice(tricks)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in subject.arrays.items():
            changed = array
            if trick == "big-endian":
                changed = array.astype(">f4")
            elif trick == "fortran":
                changed = np.asfortranarray(array)
            member = io.BytesIO()
            np.lib.format.write_array(member, changed, allow_pickle=False)
            data = member.getvalue()
            if trick == "truncated array" and name == "W_U":
                data = data[:-4]
            if trick == "bomb" and name == "W_U":
                data = bytes(1 << 20)
            path = {"traversal": f"../{name}.npy", "absolute": f"/{name}.npy"}.get(
                trick, f"{name}.npy"
            )
            archive.writestr(path, data)
        if trick == "name twice":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr("W_U.npy", b"")
        if trick == "object array":
            member = io.BytesIO()
            np.lib.format.write_array(member, np.array([{}], dtype=object), allow_pickle=True)
            archive.writestr("attn_scale.npy", member.getvalue())
        if trick == "extra member":
            archive.writestr("run.py", b"print(1)")
        if trick == "comment":
            archive.comment = b"PK\x05\x06" + b"x" * 100
    content = stream.getvalue()
    if trick == "wrong checksum":
        content = flipped(random, content)
    if trick == "encrypted flag":
        content = content.replace(
            b"PK\x01\x02\x14\x00\x14\x00\x00", b"PK\x01\x02\x14\x00\x14\x00\x01"
        )
    return f"npz: {trick}", content


def _bytes(random: Random, content: bytes) -> tuple[str, bytes]:
    ways = {
        "flipped bit": flipped(random, content),
        "truncated": content[: random.randrange(len(content))],
        "concatenated": content + content,
        "trailing byte": content + b"\0",
        "empty": b"",
        "pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
        "a zip": b"PK\x03\x04" + content,
        "text": b"W_E = [[1]]\n",
    }
    what = random.choice(list(ways))
    return what, ways[what]


def containers(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """A damaged or tricky model file, with the genuine certificate."""
    subject = random.choice(subjects)
    case = genuine(subject)
    way = random.randrange(3)
    if way == 0:
        what, content = _header(random, case.model)
    elif way == 1:
        what, content = _npz(random, subject)
    else:
        what, content = _bytes(random, case.model)
    return Mutant("model file", what, replace(case, model=content))


def places(random: Random, subjects: Sequence[Subject]) -> Mutant:
    """Links, missing and additional files, hostile names."""
    subject = random.choice(subjects)
    case = genuine(subject)
    ways = (_linked, _renamed, _without, _besides)
    if random.random() < 0.5:
        name = random.choice(MODEL_NAMES)
        return Mutant(
            "file names",
            f"{name!a}",
            make_case(subject.model, subject.certificate, case.model, name),
        )
    what, changed = random.choice(ways)(random, case)
    return Mutant("links and places", what, changed)


def _linked(random: Random, case: Case) -> tuple[str, Case]:
    """A link in place of a file: to itself, to another file, to nothing, out of the folder."""
    name = random.choice(list(case.files))
    target = random.choice(
        [name, "nowhere", "../" + case.model_name, "/etc/passwd", "/dev/zero", ".", *case.files]
    )
    return f"{name} -> {target}", replace(case, links={name: target})


def _renamed(random: Random, case: Case) -> tuple[str, Case]:
    """A file under the name of another."""
    name = random.choice(list(case.files))
    new = random.choice(
        [f"{each}.json" for each in ALL]
        + ["weights.lean", "x.json", ".json", "a\nb.json", "Prefix.lean"]
    )
    files = {new if key == name else key: content for key, content in case.files.items()}
    manifest = new if name == case.manifest_name else case.manifest_name
    return f"{name} as {new!a}", replace(case, files=files, manifest_name=manifest)


def _without(random: Random, case: Case) -> tuple[str, Case]:
    name = random.choice(list(case.files))
    return f"no {name}", replace(
        case, files={key: each for key, each in case.files.items() if key != name}
    )


def _besides(random: Random, case: Case) -> tuple[str, Case]:
    """Another file in the folder."""
    name = random.choice(
        ["Audit.lean", "x.json", "Compact.lean", ".hidden", "\n.json", "lakefile.lean", "Init.lean"]
    )
    return f"{name!a} besides", replace(case, files={**case.files, name: b"axiom cheat : False\n"})
