"""What searches of strategies came to, kept in a file so that a run that was stopped need not search again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec

from pipeline.explain.point import Point, searched
from pipeline.model import Model
from pipeline.strategy import Strategy

POINTS = "points.json"
SOURCES = Path(__file__).parent.parent / "transformer"


class Remembered:
    """The points of a model, as the sources at hand find them: what other sources found is not taken."""

    def __init__(self, path: Path, model: Model) -> None:
        self._path, self._model = path, model
        self._about = hashlib.sha256(model.digest.encode())
        for source in sorted(SOURCES.rglob("*.py")):
            self._about.update(source.read_bytes())
        try:
            self._known = msgspec.json.decode(path.read_bytes(), type=dict[str, tuple[int, int]])
        except (OSError, ValueError, msgspec.MsgspecError):
            self._known = {}

    def searched(self, strategy: Strategy, said: str = "") -> Point:
        """What a strategy's search finds; `said` is what tells it from others of its name."""
        about = self._about.copy()
        about.update(f"{strategy.name}\n{said}".encode())
        key = about.hexdigest()
        if key not in self._known:
            point = searched(strategy, self._model, lambda _: None)
            self._known[key] = point.bound, point.length
            staged = self._path.with_suffix(".tmp")
            staged.write_text(json.dumps(self._known))
            staged.replace(self._path)
        return Point(strategy.name, *self._known[key])
