"""What Lean has built is used again only if nobody else can have put it there; with --fresh not at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.errors import ToolingMissing
from pipeline.lean import PROJECT, Builder, SourceRoot, default_out_dir
from pipeline.lean.digest import remembered_sha256_of, sha256_of
from pipeline.lean.modules import load_modules
from pipeline.lean.private import make_private, private_temporary_directory
from pipeline.verify import app as verify_app
from tests.conftest import Runner
from tests.lean_support import STRATEGY, tiny_bundle, tiny_model, toolchain
from tests.tiny_models import random_arrays, write_model

TRUE = "prelude\ninductive True : Prop where\n  | intro : True\n"
SOURCES = {"S": f"{TRUE}theorem genuine : True := True.intro\n"}
FORGED = {"S": f"{TRUE}inductive False : Prop\naxiom forged : False\n"}


def builder(directory: Path, files: dict[str, str], out: Path) -> Builder:
    for name, text in files.items():
        path = directory / f"{name}.lean"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Builder(toolchain(), [SourceRoot("S", directory)], out)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A directory of which everything can be made worse."""
    return make_private(tmp_path / "store")


# Where the store may be


def test_the_store_is_not_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIPELINE_STORE", raising=False)
    assert not default_out_dir().resolve().is_relative_to(PROJECT)
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(tracked) > 300
    built = {".olean", ".ilean", ".pyc", ".so"}
    assert not [name for name in tracked if Path(name).suffix in built or ".build/" in name]


@pytest.mark.parametrize("mark", [".git", ".hg", ".svn"])
def test_a_store_inside_a_checkout_is_refused(tmp_path: Path, mark: str) -> None:
    """The attack: two entries committed under `.build` of a clone."""
    (tmp_path / "clone" / mark).mkdir(parents=True)
    with pytest.raises(ToolingMissing, match="inside the checkout") as caught:
        make_private(tmp_path / "clone" / ".build" / "lean")
    assert "PIPELINE_STORE" in str(caught.value)


def test_a_worktree_is_a_checkout_too(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    with pytest.raises(ToolingMissing, match="inside the checkout"):
        make_private(tmp_path / "deep" / "store")


def test_a_link_into_a_checkout_is_looked_through(tmp_path: Path) -> None:
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    (tmp_path / "clone" / "store").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "clone" / "store")
    with pytest.raises(ToolingMissing, match="inside the checkout"):
        make_private(tmp_path / "store")


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_a_store_that_others_may_write_is_refused(private: Path, mode: int) -> None:
    private.chmod(mode)
    with pytest.raises(ToolingMissing, match="others may write it"):
        make_private(private)


def test_a_store_below_a_directory_that_others_may_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(ToolingMissing, match="could put another directory in its place"):
        make_private(tmp_path / "open" / "store")
    (tmp_path / "open").chmod(0o1777)  # as /tmp is: nobody can rename what is not theirs
    make_private(tmp_path / "open" / "store")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_store_of_another_user_is_refused(private: Path) -> None:
    os.chown(private, 12345, 12345)
    with pytest.raises(ToolingMissing, match="belongs to another user"):
        make_private(private)


def test_what_is_made_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        out = tmp_path / "a" / "b"
        builder(tmp_path / "src", SOURCES, out).build(["S"])
        again = builder(tmp_path / "src", SOURCES, out).build(["S"])
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert again["S"].cached


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ToolingMissing, match="cannot write the directory for built modules"):
        make_private(tmp_path / "closed" / "store")


# What is in it


@pytest.mark.parametrize("mode", [0o666, 0o646, 0o664])
def test_an_entry_that_others_may_write_is_built_again(tmp_path: Path, mode: int) -> None:
    """And so is the entry of another user: it is the same test."""
    project = builder(tmp_path / "src", SOURCES, tmp_path / "out")
    project.build(["S"])
    [olean] = (tmp_path / "out").glob("store/*/*/module.olean")
    olean.chmod(mode)
    assert not project.build(["S"])["S"].cached
    assert project.build(["S"])["S"].cached


def test_an_entry_that_is_a_link_is_built_again(tmp_path: Path) -> None:
    project = builder(tmp_path / "src", SOURCES, tmp_path / "out")
    project.build(["S"])
    [entry] = (tmp_path / "out").glob("store/*/*")
    shutil.move(entry, tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    assert not project.build(["S"])["S"].cached


def test_a_remembered_digest_is_not_taken_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: a file of digests that says of another Lean that it is the pinned one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "library"
    file.write_bytes(b"not Lean")
    genuine = remembered_sha256_of(file)
    memory = tmp_path / "cache" / "compact-proofs" / "digests.json"
    [key] = json.loads(memory.read_text())
    memory.write_text(json.dumps({key: "f" * 64}))
    assert remembered_sha256_of(file) == "f" * 64  # the control: it would be believed
    memory.chmod(0o666)
    assert remembered_sha256_of(file) == genuine == sha256_of(file)


def test_what_lean_is_to_read_is_not_where_others_could_change_it(
    program: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of a certificate are compared, written down, and then read by Lean."""
    (tmp_path / "certificate").mkdir()
    for name, content in tiny_bundle().files.items():
        (tmp_path / "certificate" / name).write_bytes(content)
    model = write_model(tmp_path / "tiny.safetensors", random_arrays(17, 2, 3))
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "open"))
    ran = program(verify_app, model, tmp_path / "certificate", "--json")
    assert ran.exit_code == 3, ran.err
    assert "not used for temporary files" in ran.err
    assert "others may write" in ran.err
    assert "TMPDIR" in ran.err
    (tmp_path / "open").chmod(0o1777)  # as /tmp is
    with private_temporary_directory() as directory:
        assert directory.parent == tmp_path / "open"
    assert not directory.exists()


# The attack itself, and --fresh


@pytest.fixture
def forged_store(tmp_path: Path) -> Path:
    """A store in which the entry of one module of the theory holds what Lean has built of other sources.

    Only the user could do this.  The forged module is one that the checker of the certificate imports.
    """
    store = tmp_path / "store"
    root = theory_root()
    genuine = Builder(toolchain(), [root], store)
    victim = "Compact.Foundation.Core.Eq"
    genuine.build([victim])
    other = builder(tmp_path / "src", FORGED, tmp_path / "other")
    other.build(["S"])
    key = genuine.keys(load_modules([victim], [root]))[victim]
    [entry] = (tmp_path / "other").glob("store/*/*")
    shutil.rmtree(store / "store" / key[:2] / key)
    shutil.copytree(entry, store / "store" / key[:2] / key)
    return store


def test_fresh_uses_nothing_that_was_built_before(
    program: Runner, forged_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "certificate"
    certificate.mkdir()
    for name, content in tiny_bundle().files.items():
        (certificate / name).write_bytes(content)
    model = write_model(tmp_path / "tiny.safetensors", random_arrays(17, 2, 3))
    assert tiny_model().d_vocab == 3
    monkeypatch.setenv("PIPELINE_STORE", str(forged_store))
    believed = program(verify_app, model, certificate / f"{STRATEGY}.json", "--json")
    assert (
        believed.exit_code != 0
    )  # the control: the forged module was used, and Lean stumbled over it
    fresh = program(verify_app, model, certificate / f"{STRATEGY}.json", "--fresh")
    assert fresh.exit_code == 0, fresh.err
    assert "Lean accepts Compact.Foundation.Core.Eq" in fresh.err
    assert "built anew for this run" in fresh.out
