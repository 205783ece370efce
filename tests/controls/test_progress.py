"""The progress line: what it shows of several things under way, and what its button leaves."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton

from logreg_gui.controls import progress
from logreg_gui.controls.progress import ProgressLine


@pytest.fixture
def line(qtbot, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_MS", 0)
    line = ProgressLine()
    qtbot.addWidget(line)
    return line


def begin(qtbot, line, key, text):
    with qtbot.waitSignal(line.due):
        line.begin(key, text)


def test_it_shows_the_last_that_is_still_under_way(qtbot, line):
    assert not line.is_due
    for key in ("export", "rows", "file"):
        begin(qtbot, line, key, f"the {key} …")
        assert line.text == line.accessibleName() == f"the {key} …"
    line.show_text("export", "half of the export")
    assert line.text == "the file …", "what is not shown does not take the place"
    line.end("rows")
    line.end("rows")
    assert line.text == "the file …"
    line.end("file")
    assert line.text == line.accessibleName() == "half of the export"
    assert line.is_due
    line.show_text("export", "all of it")
    assert line.text == "all of it"
    with qtbot.waitSignal(line.over):
        line.end("export")
    assert not line.is_due
    line.show_text("export", "more than all")
    assert line.text == "all of it"


def test_the_button_leaves_what_is_shown_and_nothing_else(qtbot, line):
    left = []
    line.cancelled.connect(left.append)
    begin(qtbot, line, "export", "an export")
    begin(qtbot, line, "rows", "rows")
    for key in ("rows", "export"):
        qtbot.mouseClick(line.findChild(QPushButton), Qt.MouseButton.LeftButton)
        assert left.pop() == key
        assert left == []
        line.end(key)


def test_what_is_over_soon_is_never_shown(qtbot, line, monkeypatch):
    begin(qtbot, line, "export", "an export")
    monkeypatch.setattr(progress, "PATIENCE_MS", 1_000_000)
    line.begin("rows", "rows")
    assert line.text == "an export"
    line.begin("rows", "rows of another scenario")
    line.end("export")
    assert not line.is_due
    line.end("rows")
    assert not any(timer.isActive() for timer in line.findChildren(QTimer))
