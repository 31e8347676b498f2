"""Errors of the operating system that are nobody's bug: a full disk, a read-only directory, too many open files."""

from __future__ import annotations

import errno

from pipeline.errors import MalformedInput, PipelineError, ResourceLimit

_ROOM = "make room on the disk, or let TMPDIR name a directory on another one"
_LIMITS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "run fewer programs at once",
    errno.ENOMEM: "make more memory available",
    errno.EAGAIN: "run fewer programs at once",
    errno.EPIPE: "let somebody read what it prints",
    errno.EIO: "look at the disk's health, and run again",
}
_NO_TEMPORARY = "No usable temporary directory"
"""What `tempfile` says, as if a file were missing, when no disk takes a file."""

_REFUSALS = (errno.EROFS, errno.EACCES, errno.EPERM)


def of_system(error: OSError) -> PipelineError | None:
    """The error as people should see it; `None` if it does not look like the system's doing."""
    if error.strerror and error.strerror.startswith(_NO_TEMPORARY):
        return ResourceLimit(error.strerror, cure=_ROOM)
    what = f"{error.filename or 'the system'}: {error.strerror}"
    if error.errno in _LIMITS:
        return ResourceLimit(what, cure=_LIMITS[error.errno])
    if error.errno in _REFUSALS:
        return MalformedInput(what, cure="make it writable for this user, or run somewhere else")
    return None
