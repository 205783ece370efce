"""What holds for every test: no screen, one BLAS thread, own settings, nothing left running."""

import os

# Before anything imports Qt or numpy: all of them are read once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["QT_NO_GUI_THREADPOOL"] = "1"

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks import Witness, finish_deletions


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail the test that leaves a thread, a timer or a window behind.

    Automatic, so it comes before `qtbot` and looks after it: what qtbot closes is no leak.
    """
    witness = Witness()
    yield
    finish_deletions()
    leaks = witness.leaks()
    for leak in leaks:
        leak.end()  # so that only the guilty test fails
    assert not leaks, f"the test left behind: {', '.join(leak.words for leak in leaks)}"


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test empty settings and no session: never those of a person, never another test's."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    if "PySide6.QtCore" in sys.modules:
        move_settings(folder)


def move_settings(folder: Path) -> None:
    """Qt reads XDG_CONFIG_HOME once in a process; later it only listens to this."""
    from PySide6.QtCore import QSettings

    for file_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(file_format, QSettings.Scope.UserScope, str(folder))
