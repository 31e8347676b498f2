"""The notebook runs, cell by cell, and what it says of its results is so."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.lean import PROJECT

NOTEBOOK = PROJECT / "examples" / "explain.ipynb"


def test_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, as from the folder of the examples."""
    (tmp_path / "work").mkdir()
    (tmp_path / "examples").symlink_to(PROJECT / "examples")
    monkeypatch.chdir(tmp_path / "work")
    names: dict[str, Any] = {}
    shown = []
    for cell in json.loads(NOTEBOOK.read_text())["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"], (
                "outputs are not committed: they would be believed without being run"
            )
            shown.append(_run("".join(cell["source"]), names))
    everything, explained, wrong = (names[name] for name in ("everything", "explained", "wrong"))
    assert everything.proved
    assert everything.bound == everything.total
    assert explained.proved
    assert wrong.bound < explained.bound < everything.bound
    assert explained.gap == sum(explained.losses.values())
    assert sum(hasattr(each, "_repr_html_") for each in shown) == 6
    assert shown[-1].proved
    assert shown[-1].bound == explained.bound


def _run(source: str, names: dict[str, Any]) -> Any:
    """As Jupyter runs a cell: the value of its last expression is shown."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
