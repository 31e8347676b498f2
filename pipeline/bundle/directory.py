"""Writing a certificate into a directory: all of it or nothing, and one writer at a time.

New files are written under temporary names next to their targets and then renamed, the manifest
last.  When anything goes wrong on the way, Ctrl-C included, what was there before is put back.
A process that is killed outright can leave temporary files, which the next writer removes, or Lean
files without a manifest, which are no certificate; if it was killed among the renames, the next
writer finishes them (`journal`), so that neither the old certificate nor the new one is lost.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.bundle.journal import JOURNAL_FILE, TEMPORARY, Journal, read_journal
from pipeline.bundle.layout import WEIGHTS_FILE, explained_files, manifest_file, theorem_file
from pipeline.errors import MalformedInput
from pipeline.families import certificate_names

LOCK_FILE = ".export.lock"
_CURE_OTHER = "choose another --out"


class OutputDirectory:
    """A certificate directory that this process has locked; get one from `open_output`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def conflict(self, strategy: str, weights: bytes) -> MalformedInput | None:
        """What speaks against writing this certificate here: files that are not its own."""
        present = self._content(WEIGHTS_FILE)
        if present is not None and present != weights:
            return MalformedInput(
                f"{self.path} holds a certificate of other weights",
                cure=f"{_CURE_OTHER}, or --force to replace it",
            )
        if (
            self._content(theorem_file(strategy)) is not None
            and self._content(manifest_file(strategy)) is None
        ):
            return MalformedInput(
                f"{self.path / theorem_file(strategy)} is there without a manifest",
                cure=f"remove it, {_CURE_OTHER}, or --force to replace it",
            )
        return None

    def commit(self, files: Mapping[str, bytes]) -> list[str]:
        """Make these files appear, the last one last; returns the files removed as outdated.

        If the weights change, the certificates of other strategies here must go.
        """
        weights = files.get(WEIGHTS_FILE)
        outdated = []
        if weights is not None and self._content(WEIGHTS_FILE) not in (None, weights):
            own = [
                name
                for each in certificate_names()
                for name in (manifest_file(each), theorem_file(each))
            ]
            own += explained_files(self.path)
            outdated = [
                name for name in own if name not in files and self._content(name) is not None
            ]
        before = {name: self._content(name) for name in [*outdated, *files]}
        changed = [name for name, content in files.items() if before[name] != content]
        journal = self.path / JOURNAL_FILE
        staged: dict[str, Path] = {}
        touched: list[str] = []
        try:
            for name in changed:
                staged[name] = self._stage(name, files[name])
            todo = Journal.of(outdated, staged)
            staged[JOURNAL_FILE] = self._stage(JOURNAL_FILE, todo.encode())
            staged[JOURNAL_FILE].replace(journal)
            _flush(self.path)
            touched = [*outdated, *changed]
            todo.carry_out(self.path)
            _flush(self.path)
            journal.unlink(missing_ok=True)
        except BaseException as error:
            with contextlib.suppress(OSError):
                journal.unlink(missing_ok=True)
            self._restore({name: before[name] for name in touched}, staged)
            if isinstance(error, OSError):
                raise _cannot_write(self.path, error) from error
            raise
        return outdated

    def recover(self) -> None:
        """Finish the commit of a writer that was killed, and remove its temporary files."""
        journal = read_journal(self.path)
        if journal is not None:
            journal.carry_out(self.path)
            _flush(self.path)
        (self.path / JOURNAL_FILE).unlink(missing_ok=True)
        for path in self.path.iterdir():
            if TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def _content(self, name: str) -> bytes | None:
        path = self.path / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MalformedInput(
                f"{path}: {error.strerror}", cure=f"remove it, or {_CURE_OTHER}"
            ) from error

    def _stage(self, name: str, content: bytes) -> Path:
        path = self.path / f".{name}.{secrets.token_hex(8)}.tmp"
        try:
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _restore(self, before: Mapping[str, bytes | None], staged: Mapping[str, Path]) -> None:
        """Put back what was there, as far as the file system lets us; manifests last."""
        for path in staged.values():
            path.unlink(missing_ok=True)
        for name, content in sorted(before.items(), key=lambda item: item[0].endswith(".json")):
            with contextlib.suppress(OSError, MalformedInput):
                if self._content(name) == content:
                    continue
                (self.path / name).unlink(missing_ok=True)
                if content is not None:
                    self._stage(name, content).replace(self.path / name)


@contextmanager
def open_output(path: Path) -> Iterator[OutputDirectory]:
    """Create the directory if need be and lock it; if it stays empty it is removed again."""
    created: list[Path] = []
    lock = path / LOCK_FILE
    try:
        created = _make_directories(path)
        descriptor = _lock(lock)
    except OSError as error:
        _remove_empty(created)
        raise _cannot_write(path, error) from error
    try:
        output = OutputDirectory(path)
        try:
            output.recover()
        except OSError as error:
            raise _cannot_write(path, error) from error
        yield output
    finally:
        with contextlib.suppress(OSError):  # the next writer can take a lock file that is left
            lock.unlink(missing_ok=True)
        os.close(descriptor)
        _remove_empty(created)


def _make_directories(path: Path) -> list[Path]:
    """Create a directory with its parents; the new ones, innermost first."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    made: list[Path] = []
    try:
        for directory in reversed(missing):
            directory.mkdir(exist_ok=True)
            made.insert(0, directory)
        if not path.is_dir():
            raise NotADirectoryError(20, "Not a directory")
    except OSError:
        _remove_empty(made)
        raise
    return made


def _remove_empty(directories: list[Path]) -> None:
    for directory in directories:
        with contextlib.suppress(OSError):
            directory.rmdir()


def _lock(path: Path) -> int:
    """Lock a file for this process; `MalformedInput` if another one has it."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise MalformedInput(
                f"another export is writing into {path.parent}",
                cure=f"wait until it is done, or {_CURE_OTHER}",
            ) from None
        except OSError:
            os.close(descriptor)
            raise
        if os.fstat(descriptor).st_nlink > 0:
            return descriptor
        os.close(descriptor)  # its last owner removed it in this instant


def _flush(directory: Path) -> None:
    """Make the renames durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_write(path: Path, error: OSError) -> MalformedInput:
    return MalformedInput(f"cannot write {path}: {error.strerror}", cure=_CURE_OTHER)
