"""What two processes tell each other, as bytes.

A message is any value of this package: a tuple of a name and what goes with it. It is pickled, which is safe
here because both ends are this program. Three things make it cheap, whatever the number of rows:

* Large arrays are not written into the pipe. They are files of a folder in memory where the system has one,
  which the reader maps and deletes: no copy is made on its side, and none waits for the interpreter.
* Values of the classes in `SHARED` cross once. From then on their name does, until the sender has forgotten
  them, so that a reader can tell by identity what is still the same.
* Arrays that were read-only are so on the other side, too.
"""

from __future__ import annotations

import copyreg
import io
import itertools
import mmap
import pickle
import struct
import tempfile
import weakref
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logreg_gui.core.csv_files import Column
from logreg_gui.core.maxima import Maximum
from logreg_gui.frames import DataSnapshot, Ghost, ReferenceLines, Surface
from logreg_gui.scenario import Table

SHARED = (Table, DataSnapshot, Ghost, Maximum, ReferenceLines, Surface)

LARGE = 1 << 14
"""Bytes of an array from which on it is a file."""

MANY_TEXTS = 1000
"""Different cells of a column from which on they cross in one piece."""

MEMORY_FOLDER = Path("/dev/shm")

TEXT_END = "\0"

LENGTH = struct.Struct("<Q")

MOST_BYTES = 1 << 40
"""No message is as long: something else has got between."""


def make_folder() -> Path:
    """A new folder for large arrays, in memory if possible; whoever makes it deletes it."""
    place = MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None
    try:
        return Path(tempfile.mkdtemp(prefix="logreg-gui-", dir=place))
    except OSError:
        return Path(tempfile.mkdtemp(prefix="logreg-gui-"))


class Writer:
    """Makes bytes of messages; `prefix` tells the files of two writers in one folder apart."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder, self._prefix = folder, prefix
        self._file_numbers, self._numbers = itertools.count(), itertools.count()
        self._names: weakref.WeakKeyDictionary[object, int] = weakref.WeakKeyDictionary()
        self._forgotten: deque[int] = deque()

    def encode(self, message: object) -> bytes:
        """The message, its length in front."""
        # From the left, one by one: another thread may let go of something meanwhile.
        forgotten = [self._forgotten.popleft() for _ in range(len(self._forgotten))]
        files: list[str] = []
        body = _pickled((forgotten, message), self, files)
        data = pickle.dumps(files, protocol=5) + body
        return LENGTH.pack(len(data)) + data

    def name_of(self, thing: object) -> tuple[int, bool]:
        """The name of a shared value, and whether the reader knows it already."""
        name = self._names.get(thing)
        if name is not None:
            return name, True
        name = self._names[thing] = next(self._numbers)
        weakref.finalize(thing, self._forgotten.append, name).atexit = False
        return name, False

    def write_file(self, data: memoryview) -> str | None:
        """A new file that holds `data`; None when there is no room for it."""
        path = self._folder / f"{self._prefix}{next(self._file_numbers)}"
        try:
            path.write_bytes(data)
        except OSError:
            path.unlink(missing_ok=True)
            return None
        return path.name


class Reader:
    """Makes messages of the bytes of a writer with the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._things: dict[int, Any] = {}
        self._read: list[Path] = []

    def decode(self, data: bytes) -> Any:
        """The message, from its bytes without the length."""
        stream = io.BytesIO(data)
        files: list[str] = pickle.load(stream)
        forgotten, message = _unpickled(stream, self, map(self._mapped, files))
        for name in forgotten:
            self._things.pop(name, None)
        return message

    def remember(self, name: int, thing: object) -> None:
        """Keep a shared value until the writer has forgotten it."""
        self._things[name] = thing

    def recall(self, name: int) -> Any:
        """The shared value of that name."""
        return self._things[name]

    def _mapped(self, name: str) -> mmap.mmap:
        path = self._folder / name
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Where a mapped file cannot be deleted, it goes when its rows have gone, and another one comes.
        self._read = [one for one in (*self._read, path) if not _is_deleted(one)]
        return mapped


def _is_deleted(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return not path.exists()
    return True


def messages_in(buffer: bytearray) -> Iterator[bytes]:
    """Take the complete messages off the beginning of what has been read so far.

    Raises:
        ValueError: these are no messages.
    """
    while len(buffer) >= LENGTH.size:
        (length,) = LENGTH.unpack_from(buffer)
        if length > MOST_BYTES:
            raise ValueError(f"a message of {length:,} bytes cannot be")
        end = LENGTH.size + length
        if len(buffer) < end:
            return
        message = bytes(memoryview(buffer)[LENGTH.size : end])
        del buffer[:end]
        yield message


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, writer: Writer, files: list[str]) -> None:
        # No method of its own: in a cycle with it the pickler would keep what it has pickled.
        super().__init__(stream, protocol=5, buffer_callback=partial(_stays, writer, files))
        self._writer, self._files = writer, files

    def persistent_id(self, thing: object) -> tuple[int, bytes | None] | None:
        if not isinstance(thing, SHARED):
            return None
        name, is_known = self._writer.name_of(thing)
        if is_known:
            return name, None
        return name, _pickled((type(thing), dict(thing.__dict__)), self._writer, self._files)

    def reducer_override(self, thing: object) -> Any:
        if isinstance(thing, Column) and len(thing.distinct) > MANY_TEXTS:
            return _packed(thing)
        if hasattr(type(thing), "__dataclass_fields__"):
            return _copied(thing)
        if not isinstance(thing, np.ndarray) or thing.flags.forc:
            return NotImplemented
        # numpy leaves a part of an array neither read-only nor out of the pickle.
        compact = np.ascontiguousarray(thing)
        compact.setflags(write=thing.flags.writeable)
        return compact.__reduce_ex__(5)


def _copied(thing: object) -> tuple[Any, ...]:
    """How to pickle a value which another thread may let find out something about itself meanwhile."""
    return copyreg.__newobj__, (type(thing),), dict(thing.__dict__)  # type: ignore[attr-defined]


def _packed(column: Column) -> tuple[Any, ...]:
    """How to pickle a column of a million names: one by one that takes 0.6 s, in which no window paints."""
    texts = TEXT_END.join((*column.distinct, "")).encode("utf-8", "surrogatepass")
    if texts.count(TEXT_END.encode()) != len(column.distinct):
        return _copied(column)
    known = dict(column.__dict__)
    values = {name: value for name, value in known.items() if name not in ("distinct", "texts")}
    return _unpacked, (values, np.frombuffer(texts, dtype=np.uint8))


def _unpacked(values: dict[str, Any], texts: NDArray[np.uint8]) -> Column:
    distinct = tuple(texts.tobytes().decode("utf-8", "surrogatepass").split(TEXT_END)[:-1])
    column = object.__new__(Column)
    column.__dict__.update(values, distinct=distinct)
    return column


def _stays(writer: Writer, files: list[str], buffer: pickle.PickleBuffer) -> bool:
    """Whether a buffer stays in the pickle; else it is a file now."""
    data = buffer.raw()
    name = writer.write_file(data) if data.nbytes >= LARGE else None
    if name is not None:
        files.append(name)
    return name is None


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, reader: Reader, buffers: Iterator[mmap.mmap]) -> None:
        super().__init__(stream, buffers=buffers)
        self._reader, self._buffers = reader, buffers

    def persistent_load(self, pid: tuple[int, bytes | None]) -> Any:
        name, state = pid
        if state is None:
            return self._reader.recall(name)
        kind, values = _unpickled(io.BytesIO(state), self._reader, self._buffers)
        # As it was made there: checked, and with what it has found out about itself.
        thing = object.__new__(kind)
        thing.__dict__.update(values)
        self._reader.remember(name, thing)
        return thing


def _pickled(value: object, writer: Writer, files: list[str]) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream, writer, files).dump(value)
    return stream.getvalue()


def _unpickled(stream: io.BytesIO, reader: Reader, buffers: Iterator[mmap.mmap]) -> Any:
    return _Unpickler(stream, reader, buffers).load()
