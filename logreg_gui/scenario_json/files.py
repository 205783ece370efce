"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

SYNC_SECONDS = 0.005
"""Longest wait for the disk in one go."""


def write_atomically(path: str | Path, pieces: Iterable[str | bytes]) -> None:
    """Make `pieces` the content of the file at `path`; until the last one is on the disk the old one stays.

    Raises:
        OSError: it cannot be written.
    """
    for _ in written_atomically(path, pieces):
        pass


def written_atomically(path: str | Path, pieces: Iterable[str | bytes]) -> Iterator[int]:
    """`write_atomically` piece by piece, with the bytes so far; closed before its end it leaves no trace."""
    # Through a link to the file it points to; a rename would replace the link.
    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                raw = piece.encode("utf-8") if isinstance(piece, str) else piece
                file.write(raw)
                size += len(raw)
                yield size
            file.flush()
            yield from _synced(file.fileno(), size)
        _keep_permissions(path, name)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _synced(handle: int, size: int) -> Iterator[int]:
    """Wait for the disk, which may take a second, without keeping anybody else waiting."""
    thread = ThreadPoolExecutor(1)
    # Of its own: closed early, the file is left before the disk is done.
    synced = thread.submit(_sync_and_close, os.dup(handle))
    try:
        while not wait([synced], SYNC_SECONDS).done:
            yield size
        synced.result()
    finally:
        thread.shutdown(wait=synced.done())


def _sync_and_close(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_permissions(path: Path, temporary: str) -> None:
    # mkstemp makes files for the owner alone; what is saved is like any other new file, or as it was.
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        os.chmod(temporary, mode)
