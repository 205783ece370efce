"""The fixture that watches every test must itself be able to fail."""

import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QSettings, QThread, QTimer
from PySide6.QtWidgets import QWidget

from tests.leaks import Witness


def words(witness):
    return [leak.words for leak in witness.leaks()]


def end(witness):
    for leak in witness.leaks():
        leak.end()


@pytest.mark.usefixtures("qapp")
class TestWitness:
    def test_sees_nothing_where_nothing_came(self):
        assert words(Witness()) == []

    def test_sees_a_plain_thread(self):
        witness, finish = Witness(), threading.Event()
        thread = threading.Thread(target=finish.wait, name="reader")
        thread.start()
        assert words(witness) == ['a running thread "reader"']
        finish.set()
        end(witness)
        assert not thread.is_alive()

    def test_does_not_mind_a_daemon_thread(self):
        witness, finish = Witness(), threading.Event()
        thread = threading.Thread(target=finish.wait, daemon=True)
        thread.start()
        assert words(witness) == []
        finish.set()
        thread.join()

    def test_sees_a_qthread_and_ends_it(self):
        witness, thread = Witness(), QThread(objectName="worker")
        thread.start()
        assert words(witness) == ['a running QThread "worker"']
        end(witness)
        assert thread.isFinished()

    def test_sees_a_timer_and_stops_it(self):
        witness, timer = Witness(), QTimer()
        timer.start(60_000)
        assert words(witness) == ["an active QTimer"]
        end(witness)
        assert not timer.isActive()

    def test_sees_a_window_and_closes_it(self):
        witness, window = Witness(), QWidget()
        window.show()
        assert words(witness) == ["a visible QWidget"]
        end(witness)
        assert not window.isVisible()

    def test_does_not_blame_a_test_for_what_was_there_before(self):
        timer = QTimer()
        timer.start(60_000)
        assert words(Witness()) == []
        timer.stop()


@pytest.mark.parametrize("value", ["first", "second"])
def test_settings_are_empty_at_the_start_of_every_test(value):
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "logreg_gui", "logreg_gui")
    assert settings.allKeys() == []
    settings.setValue("written by", value)
    settings.sync()


def test_a_test_that_leaks_fails_alone_and_what_is_closed_is_gone_in_the_next(pytestconfig, tmp_path):
    file = tmp_path / "test_leaking.py"
    file.write_text(
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QWidget\n"
        "from shiboken6 import isValid\n"
        "timer, windows = QTimer(), []\n"
        "def test_before(qapp): pass\n"
        "def test_leaking(qapp): timer.start(60_000)\n"
        "def test_after(qapp): pass\n"
        "def test_window(qtbot):\n"
        "    windows.append(QWidget())\n"
        "    qtbot.addWidget(windows[0])\n"
        "def test_window_is_gone(qapp): assert not isValid(windows[0])\n",
        encoding="utf-8",
    )
    root = pytestconfig.rootpath
    pytest_here = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", root / "pyproject.toml"]
    done = subprocess.run(
        [*pytest_here, "-p", "tests.conftest", file],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "5 passed, 1 error" in done.stdout, done.stdout
    assert "ERROR at teardown of test_leaking" in done.stdout
    assert "the test left behind: an active QTimer" in done.stdout
