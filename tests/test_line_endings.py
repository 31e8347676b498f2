"""What is hashed byte for byte survives a clone that makes Windows line endings, or is named for what it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.bundle.theory import theory_digest
from pipeline.errors import ToolingMissing
from pipeline.lean import PROJECT, SourceRoot
from pipeline.verify import app
from tests.conftest import Runner
from tests.lean_support import STRATEGY, tiny_bundle
from tests.tiny_models import random_arrays, write_model


def git(directory: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True)


@pytest.mark.parametrize("attributes", [True, False], ids=["ours", "without"])
def test_a_clone_with_autocrlf(tmp_path: Path, attributes: bool) -> None:
    """Without `.gitattributes` the same clone has other bytes: the control."""
    files = {f"certificate/{name}": each for name, each in tiny_bundle().files.items()}
    source = tmp_path / "source"
    (source / "certificate").mkdir(parents=True)
    for name, content in files.items():
        (source / name).write_bytes(content)
    (source / "model.safetensors").write_bytes(b"a\nb\n")
    if attributes:
        shutil.copy(PROJECT / ".gitattributes", source)
    git(source, "init", "-q")
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "all")
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", "source", "clone")
    same = all((tmp_path / "clone" / name).read_bytes() == each for name, each in files.items())
    assert same is attributes
    if attributes:
        assert (tmp_path / "clone" / "model.safetensors").read_bytes() == b"a\nb\n"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_certificate_with_them_is_told_so(program: Runner, tmp_path: Path, number: int) -> None:
    for place, (name, content) in enumerate(tiny_bundle().files.items()):
        crlf = content.replace(b"\n", b"\r\n") if place == number else content
        (tmp_path / name).write_bytes(crlf)
    model = write_model(tmp_path / "tiny.safetensors", random_arrays(17, 2, 3))
    ran = program(app, model, tmp_path / f"{STRATEGY}.json", "--json")
    assert ran.exit_code == 2
    [outcome] = ran.json["certificates"]
    assert outcome["error"].endswith("has Windows line endings")
    assert "core.autocrlf false" in outcome["cure"]


def test_a_theory_with_them_is_told_so(tmp_path: Path) -> None:
    theory = tmp_path / "lean"
    shutil.copytree(PROJECT / "lean", theory, ignore=shutil.ignore_patterns("Certificates"))
    path = theory / "Compact" / "Foundation" / "Core" / "Eq.lean"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(ToolingMissing, match="Windows line endings"):
        theory_digest("transformer", STRATEGY, SourceRoot("Compact", theory))
