"""Safetensors files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import safetensors

from pipeline.errors import MalformedInput
from pipeline.model.container import Container, StoredTensor
from pipeline.model.damage import damaged


def parse_safetensors(path: Path, content: bytes) -> Container:
    """The tensors, and the metadata in the header."""
    try:
        entries: list[tuple[str, dict[str, Any]]]
        entries = safetensors.deserialize(content)  # type: ignore[no-untyped-call]
        header = json.loads(
            content[8 : 8 + int.from_bytes(content[:8], "little")], object_pairs_hook=_once
        )
    except (safetensors.SafetensorError, ValueError, RecursionError) as error:
        raise damaged(path, "safetensors", error) from error
    tensors = {
        name: StoredTensor(entry["dtype"], tuple(entry["shape"]), bytes(entry["data"]))
        for name, entry in entries
    }
    return Container(tensors, _metadata(path, header))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table in which nothing is said twice: readers differ in which of two they believe."""
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{ascii(twice)[:60]} is given twice")
    return table


def _metadata(path: Path, header: dict[str, Any]) -> dict[str, object]:
    """Text by name, as the format says; absent is empty, anything else is malformed."""
    metadata = header.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        shown = ascii(metadata)[:60]
        raise MalformedInput(
            f"{path}: the metadata is {shown}, not text by name",
            cure="save the file again, with a dict of strings as metadata, or without",
        )
    return metadata
