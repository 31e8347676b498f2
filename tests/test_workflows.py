"""The GitHub workflow and the action are linted, as they cannot be run here, and name what exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.lean import PROJECT

ACTION = PROJECT / "action.yml"
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
_BIN = Path(sys.executable).parent
_PINNED = re.compile(r"uses: ([\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./)")

AS_WORKFLOW = """name: {name}
on:
  workflow_call:
    inputs:
{inputs}
permissions: {{}}
jobs:
  action:
    runs-on: ubuntu-latest
    steps:
{steps}
"""


def lint(path: Path) -> str:
    """What actionlint, with shellcheck, says about a workflow; nothing if it is fine."""
    env = os.environ | {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        ["actionlint", "-no-color", str(path)],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode == 0) is (ran.stdout == ""), ran.stderr
    return ran.stdout


def as_workflow(action: str) -> str:
    """A composite action as a workflow that can be called: the same inputs, the same steps."""
    inputs = re.findall(r"^  (\w+):\n    description:", action, re.MULTILINE)
    assert inputs
    lines = "\n".join(f"      {name}:\n        type: string" for name in inputs)
    _, _, steps = action.partition("  steps:\n")
    indented = "".join(f"  {line}" for line in steps.splitlines(keepends=True))
    return AS_WORKFLOW.format(name="action", inputs=lines, steps=indented.rstrip())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))
def test_workflows(path: Path) -> None:
    assert lint(path) == ""


def test_action(tmp_path: Path) -> None:
    path = tmp_path / "action-as-workflow.yml"
    path.write_text(as_workflow(ACTION.read_text()))
    assert lint(path) == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("inputs.lean ==", "inputs.lena ==", "lena"),
        ('"$CORPUS"', "$CORPUS", "SC2086"),
        ("shell: bash", "shel: bash", "shel"),
    ],
)
def test_mistakes_are_noticed(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The control."""
    text = ACTION.read_text()
    assert old in text
    path = tmp_path / "wrong.yml"
    path.write_text(as_workflow(text.replace(old, new)))
    assert message in lint(path)


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: str(path.name))
def test_other_actions_are_pinned_by_commit(path: Path) -> None:
    steps = [line.strip(" -") for line in path.read_text().splitlines() if "uses:" in line]
    used = [line for line in steps if not line.startswith("#")]
    assert [line for line in used if not _PINNED.fullmatch(line)] == []


def test_what_they_run_exists() -> None:
    text = "".join(path.read_text() for path in [ACTION, *WORKFLOWS])
    scripts = (PROJECT / "pyproject.toml").read_text()
    programs = re.findall(r"bin/(compact-[\w-]+)", text)
    assert programs
    assert all(f"\n{name} = " in scripts for name in programs)
    for module in re.findall(r"-m ((?:pipeline|tests)[\w.]*)", text):
        path = PROJECT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    for option in re.findall(r" (--[a-z]+) \"\$CORPUS\"", text):
        ran = subprocess.run(
            [sys.executable, "-m", "pipeline.verify", "--help"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert option in ran.stdout
