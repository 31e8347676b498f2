"""Built modules on disk, found by the content they were built from.

    OUT/store/ab/abcd.../module.olean     what Lean wrote
    OUT/store/ab/abcd.../module.ilean     where it says what it declares and uses (entries of old builds have none)
    OUT/store/ab/abcd.../result.json      its SHA-256, Lean's messages, the cost
    OUT/stage/TOKEN/, OUT/stage/TOKEN.lock  the private work space of one running build

An entry is written in the work space and then renamed into place as a whole, so a reader sees all of it or nothing,
whoever is killed whenever.  Entries never change; two builders that make the same one have made the same thing,
and the second throws its own away.  A work space is locked (`flock`) while its build runs; what a killed
build left behind is not locked and the next build removes it.

Whoever can write here can make Lean say anything, so the directory has to be private (`private`), and so has every
entry.  The key of an entry names the very Lean that built it, by its SHA-256, and the source (`build`).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.lean.digest import sha256_of
from pipeline.lean.messages import Message
from pipeline.lean.private import is_ours, make_private

OLEAN = "module.olean"
ILEAN_SUFFIX = ".ilean"
ILEAN = f"module{ILEAN_SUFFIX}"
RESULT = "result.json"


@dataclass(frozen=True)
class Artefact:
    """What building a module gave, besides its olean."""

    messages: tuple[Message, ...]
    output: str
    """Lines that Lean printed and that are no messages."""
    seconds: float
    cpu_seconds: float
    peak_rss_mb: float


class Store:
    """The store in one output directory."""

    def __init__(self, out_dir: Path) -> None:
        out_dir = make_private(out_dir)
        self._entries = make_private(out_dir / "store")
        self._stages = make_private(out_dir / "stage")

    def get(self, key: str, olean: Path) -> Artefact | None:
        """The entry of this key, if it is there and whole; its olean then appears as the file `olean`."""
        entry = self._entry(key)
        try:
            if not all(map(is_ours, (entry.parent, entry, entry / OLEAN, entry / RESULT))):
                return None  # it is built again, and replaces this one
            _link(entry / OLEAN, olean)
            data = json.loads((entry / RESULT).read_text())
            if sha256_of(olean) != data.pop("olean_sha256"):
                raise ValueError
            messages = tuple(Message(**message) for message in data.pop("messages"))
            artefact = Artefact(messages=messages, **data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            olean.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(entry)  # used now: `prune` goes by this
        return artefact

    def has(self, key: str) -> bool:
        """Is there an entry of this key?  (Whether it is whole, `get` finds out.)"""
        return (self._entry(key) / RESULT).is_file()

    def ilean(self, key: str) -> bytes | None:
        """What Lean wrote about the declarations of the module, if it was kept."""
        try:
            return (self._entry(key) / ILEAN).read_bytes()
        except OSError:
            return None

    def put(self, key: str, built: Artefact, olean: Path, stage: Path) -> None:
        """Keep what was built in the work space `stage`, in place of what is there."""
        new = stage / f"entry-{secrets.token_hex(8)}"
        new.mkdir(mode=0o700)
        _link(olean, new / OLEAN)
        with suppress(FileNotFoundError):
            _link(olean.with_suffix(ILEAN_SUFFIX), new / ILEAN)
        data = asdict(built) | {"olean_sha256": sha256_of(olean)}
        (new / RESULT).write_text(json.dumps(data))
        for name in (OLEAN, RESULT):
            (new / name).chmod(0o644)  # whatever the umask
            _flush(new / name)
        entry = self._entry(key)
        entry.parent.mkdir(mode=0o700, exist_ok=True)
        _move_away(entry, stage)
        with suppress(
            OSError
        ):  # fails if another builder was quicker, and then its entry is as good
            os.rename(new, entry)

    @contextmanager
    def stage(self) -> Iterator[Path]:
        """A private work space, removed at the end."""
        self._sweep()
        while True:
            token = secrets.token_hex(8)
            lock = self._stages / f"{token}.lock"
            descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
            if _try_lock(descriptor) and os.fstat(descriptor).st_nlink > 0:
                break
            os.close(descriptor)  # another build swept it away in this instant
        stage = self._stages / token
        stage.mkdir()
        try:
            yield stage
        finally:
            _remove(stage)
            lock.unlink(missing_ok=True)
            os.close(descriptor)

    def prune(self, unused_days: float) -> int:
        """Remove the entries that no build has used for so many days; how many those were."""
        oldest = time.time() - unused_days * 86400
        removed = 0
        with self.stage() as stage:
            for entry in self._entries.glob("??/*"):
                try:
                    unused = entry.stat().st_mtime <= oldest
                except OSError:
                    continue
                if unused:
                    _move_away(entry, stage)
                    removed += 1
        return removed

    def _entry(self, key: str) -> Path:
        return self._entries / key[:2] / key

    def _sweep(self) -> None:
        """Remove the work spaces of builds that did not live to do it."""
        for lock in self._stages.glob("*.lock"):
            try:
                descriptor = os.open(lock, os.O_RDWR)
            except OSError:
                continue
            if _try_lock(descriptor):
                _remove(lock.with_suffix(""))
                lock.unlink(missing_ok=True)
            os.close(descriptor)
        for stage in self._stages.iterdir():
            # Its lock came before it and goes after it: without one, nobody works here any more.
            if stage.is_dir() and not stage.with_suffix(".lock").exists():
                _remove(stage)


def _remove(stage: Path) -> None:
    """Remove a work space, with a second try where a disk fails once; what stays, a later build removes."""
    for _ in range(2):
        shutil.rmtree(stage, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy of it where links are not to be had."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def _move_away(entry: Path, stage: Path) -> None:
    """Take an entry, if there is one, out of the store in one step; it goes when the stage goes."""
    with suppress(OSError):
        os.rename(entry, stage / f"old-{secrets.token_hex(8)}")


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
