"""Fixtures shared by the tests."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from pipeline.cli.program import main
from tests.tiny_models import perfect_arrays, write_model

LAST = ("test_axioms.py", "test_special_names.py")
"""These import every committed certificate.  CI verifies them meanwhile: by the end, Lean has built them already."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move those tests to the end."""
    items.sort(key=lambda item: item.path.name in LAST)


# Started in the background, an interrupt is ignored, and so it would be by every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Ran:
    """What a command line program did."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        data = json.loads(self.out)
        assert isinstance(data, dict)
        return data


Runner = Callable[..., Ran]


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs an app with arguments, in this process."""
    monkeypatch.setattr("pipeline.cli.program.stop_on_sigterm", lambda: None)

    def run(app: typer.Typer, *arguments: object) -> Ran:
        capsys.readouterr()
        exit_code = main(app, [str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(exit_code, captured.out, captured.err)

    return run


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A model that is right about all 9 inputs."""
    return write_model(tmp_path / "tiny.safetensors", perfect_arrays(2, 3))
