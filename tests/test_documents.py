"""Files and sessions as a person meets them: open, save, autosave, copies and exports, in a real window."""

import csv
import json
import os
import random
import re
import subprocess
import sys
import textwrap
import threading
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton

from logreg_gui import autosave, documents, restoring, scenario_json
from logreg_gui import settings as stored
from logreg_gui.app import make_application
from logreg_gui.as_command import NoCommandError, arguments_of, command_line
from logreg_gui.command_line import parse
from logreg_gui.controls.table_page import TablePage
from logreg_gui.core.csv_files import parse_csv
from logreg_gui.documents import MOST_RECENT
from logreg_gui.exports import Exporter, data_pieces, history_pieces, png_pieces
from logreg_gui.frames import RunStatus
from logreg_gui.main_window import MainWindow
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import (
    UNLIMITED,
    Edit,
    best_guess,
    draw,
    scenario_of_table,
    with_class_count,
    with_model,
    with_seed,
)
from logreg_gui.scenario_json import Record, load, save, shown, text_of
from logreg_gui.session.session import TrainingSession
from logreg_gui.settings import Settings
from logreg_gui.writing import FileWriter
from tests.test_scenario_json import mutated, random_scenario


@pytest.fixture
def make_window(qtbot):
    make_application()
    made = []

    def make(scenario=PRESETS["overlapping"], settings=None, **options):
        window = MainWindow(TrainingSession(scenario), settings or Settings(theme="light"), **options)
        made.append(window)
        qtbot.addWidget(window, before_close_func=forget_changes)
        window.show()
        rest_at(qtbot, window, 0)
        return window

    yield make
    for window in made:
        forget_changes(window)
        window.close()


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.fixture
def answers(monkeypatch):
    """What the next dialogs answer, and what they asked; a dialog that nobody expects fails the test."""

    class Answers:
        open_path = save_path = button = None
        asked = ()

        def take(self, name, *arguments):
            answer = getattr(self, name)
            assert answer is not None, f"a dialog that nobody expects: {arguments}"
            self.asked = (*self.asked, arguments[1:])
            return answer

    answers = Answers()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: (str(answers.take("open_path", *a)), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(answers.take("save_path", *a)), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *a: answers.take("button", *a))
    return answers


def forget_changes(window):
    """So that closing asks nobody, who is not here to answer."""
    window.document._is_modified = False


def rest_at(qtbot, window, step):
    def is_there():
        frame = window.session.frame
        return (
            frame is not None
            and frame.step == step
            and frame.status is not RunStatus.RUNNING
            and frame.maximum is not None
        )

    qtbot.waitUntil(is_there, timeout=20_000)


def trigger(window, name):
    window.actions_by_name[name].trigger()
    # On a busy machine even a short file may be written in several pieces.
    window.document.writer.finish()
    if name.startswith("export_"):
        window.files.exporter._queue.finish()


def write_now(window):
    """As if the seconds until the autosave were over."""
    window.autosave._timer.timeout.emit()
    window.autosave._writer.finish()


def edit(window, **changes):
    window.session.apply(Edit(replace(window.session.scenario, **changes), "Edit"))


class TestNamedFiles:
    def test_saved_and_opened_it_is_the_same_at_the_same_step(self, qtbot, window, answers, tmp_path):
        edit(window, steps=77)
        window.session.advance(12)
        rest_at(qtbot, window, 12)
        weights = window.session.frame.weights
        answers.save_path = tmp_path / "mine"
        trigger(window, "save")
        path = tmp_path / "mine.logreg.json"
        assert path.exists()
        assert window.document.path == str(path)
        assert window.windowTitle() == "mine[*] – logreg_gui"
        assert not window.isWindowModified()
        trigger(window, "new")
        rest_at(qtbot, window, 0)
        assert window.session.scenario == PRESETS["overlapping"]
        assert window.document.path == ""
        answers.open_path = path
        trigger(window, "open")
        rest_at(qtbot, window, 12)
        assert window.session.scenario == replace(PRESETS["overlapping"], steps=77)
        assert window.session.frame.weights.tobytes() == weights.tobytes()
        assert window.document.path == str(path)
        assert not window.banner.isVisible() or "other weights" not in window.banner.text

    def test_a_change_shows_in_the_title_and_saving_takes_it_away(self, window, answers, tmp_path):
        answers.save_path = tmp_path / "a.logreg.json"
        trigger(window, "save_as")
        assert not window.isWindowModified()
        edit(window, steps=5)
        assert window.isWindowModified()
        trigger(window, "undo")
        assert not window.isWindowModified()
        edit(window, steps=6)
        answers.save_path = None
        trigger(window, "save")
        assert not window.isWindowModified()
        assert load(answers.asked[0][1] and tmp_path / "a.logreg.json").scenario.steps == 6

    def test_training_is_no_change_of_the_file(self, qtbot, window, answers, tmp_path):
        answers.save_path = tmp_path / "a.logreg.json"
        trigger(window, "save_as")
        window.session.advance(3)
        rest_at(qtbot, window, 3)
        assert not window.isWindowModified()

    def test_a_dialog_that_is_given_up_changes_nothing(self, window, answers, tmp_path):
        answers.save_path = answers.open_path = ""
        trigger(window, "save")
        trigger(window, "save_as")
        trigger(window, "open")
        assert window.document.path == ""
        assert window.session.scenario == PRESETS["overlapping"]
        assert list(tmp_path.iterdir()) == []

    def test_a_name_without_its_ending_never_replaces_a_file_unasked(self, window, answers, tmp_path):
        path = tmp_path / "a.logreg.json"
        path.write_text("precious")
        answers.save_path = tmp_path / "a"
        trigger(window, "save_as")
        assert path.read_text() == "precious"
        assert "is there already" in window.banner.text

    @pytest.mark.parametrize("command", ["new", "open", "quit"])
    @pytest.mark.parametrize("button", ["Save", "Discard", "Cancel"])
    def test_unsaved_changes_are_asked_about_once(self, qtbot, window, answers, tmp_path, command, button):
        path, other = tmp_path / "a.logreg.json", tmp_path / "b.logreg.json"
        save(other, PRESETS["moons"])
        answers.save_path, answers.open_path = path, other
        trigger(window, "save_as")
        edit(window, steps=9)
        answers.asked = ()
        answers.button = getattr(QMessageBox.StandardButton, button)
        trigger(window, command)
        questions = [one for one in answers.asked if one[0] == "Unsaved changes"]
        assert len(questions) == 1
        assert questions[0][1].startswith("a.logreg.json has changed")
        assert load(path).scenario.steps == (9 if button == "Save" else 60)
        if button == "Cancel":
            assert window.session.scenario.steps == 9
            assert window.isVisible()
            assert window.document.path == str(path)
        elif command == "quit":
            assert not window.isVisible()
        else:
            expected = PRESETS["overlapping" if command == "new" else "moons"]
            assert window.session.scenario == expected
            assert window.document.path == ("" if command == "new" else str(other))

    def test_without_a_name_nothing_is_asked(self, window, answers):
        edit(window, steps=9)
        trigger(window, "quit")
        assert not window.isVisible()
        assert answers.asked == ()

    def test_what_cannot_be_written_is_told_and_stays_unsaved(self, window, answers, tmp_path):
        answers.save_path = tmp_path / "gone" / "a.logreg.json"
        trigger(window, "save_as")
        assert "cannot be written" in window.banner.text
        assert window.document.path == ""

    def test_closing_is_not_lost_when_saving_fails(self, window, answers, tmp_path, monkeypatch):
        answers.save_path = tmp_path / "a.logreg.json"
        trigger(window, "save_as")
        edit(window, steps=9)

        def full(*_):
            raise OSError(28, "No space left on device")
            yield

        monkeypatch.setattr("logreg_gui.writing.written_atomically", full)
        answers.button = QMessageBox.StandardButton.Save
        trigger(window, "quit")
        assert window.isVisible()
        assert "No space left on device" in window.banner.text

    @pytest.fixture
    def disk(self, monkeypatch):
        """Takes a piece at a time, and no end of them until it is `done`."""

        class Disk:
            is_done = False

            def pieces(self, *_):
                yield "{"
                while not self.is_done:
                    yield " "
                yield "}"

        start = FileWriter.start
        monkeypatch.setattr("logreg_gui.writing.SLICE_SECONDS", -1.0)
        monkeypatch.setattr(FileWriter, "start", lambda *arguments: start(*arguments[:3], -1.0))
        disk = Disk()
        yield disk
        disk.is_done = True

    @pytest.fixture
    def leave(self, window, answers, disk, monkeypatch, tmp_path):
        """Saves a named file, changes it, and leaves it with the answer Save; returns its path."""

        def leave(command):
            answers.save_path = path = tmp_path / "slow.logreg.json"
            window.actions_by_name["save"].trigger()
            window.document.writer.finish()
            edit(window, steps=77)
            monkeypatch.setattr(documents, "pieces_of", disk.pieces)
            answers.asked, answers.button = (), QMessageBox.StandardButton.Save
            window.actions_by_name[command].trigger()
            assert window.document.writer.is_busy
            assert len(answers.asked) == 1
            return path

        return leave

    def test_while_a_large_file_is_saved_the_window_lives_on_and_then_leaves_it(
        self, qtbot, window, answers, disk, leave
    ):
        path = leave("new")
        window.session.advance(3)
        rest_at(qtbot, window, 3)
        assert window.document.writer.is_busy
        assert window.session.scenario.steps == 77
        disk.is_done = True
        qtbot.waitUntil(lambda: window.document.path == "")
        assert window.session.scenario == PRESETS["overlapping"]
        assert path.read_text().replace(" ", "") == "{}"
        assert len(answers.asked) == 1

    def test_closing_waits_for_the_file_with_the_window_open(self, qtbot, window, disk, leave):
        path = leave("quit")
        qtbot.waitUntil(lambda: window.progress.is_due)
        assert "Saving" in window.progress.text
        assert window.isVisible()
        disk.is_done = True
        qtbot.waitUntil(lambda: not window.isVisible())
        assert path.read_text().replace(" ", "") == "{}"

    def test_who_changes_something_meanwhile_is_asked_again(self, qtbot, window, answers, disk, leave):
        leave("quit")
        edit(window, steps=78)
        answers.button = QMessageBox.StandardButton.Cancel
        disk.is_done = True
        qtbot.waitUntil(lambda: not window.document.writer.is_busy)
        assert len(answers.asked) == 2
        assert window.isVisible()
        assert window.session.scenario.steps == 78

    def test_saving_can_be_cancelled_and_nothing_is_left(self, qtbot, window, disk, leave):
        path = leave("quit")
        before = path.read_bytes()
        qtbot.waitUntil(lambda: window.progress.is_due)
        qtbot.mouseClick(window.progress.findChild(QPushButton), Qt.MouseButton.LeftButton)
        assert not window.document.writer.is_busy
        assert not window.progress.is_due
        assert window.isVisible()
        assert window.document.is_modified
        assert path.read_bytes() == before
        assert "Cancelled" in window.banner.text
        # What was to be done afterwards is forgotten.
        disk.is_done = True
        window.actions_by_name["save"].trigger()
        window.document.writer.finish()
        assert window.isVisible()

    def test_what_cannot_be_written_in_the_end_is_not_left(self, window, disk, leave, monkeypatch):
        def fail(*_):
            raise OSError(28, "No space left on device")

        leave("new")
        monkeypatch.setattr(os, "replace", fail)
        disk.is_done = True
        window.document.writer.finish()
        assert "No space left" in window.banner.text
        assert window.session.scenario.steps == 77
        assert window.document.is_modified

    @pytest.fixture
    def saving(self, window, answers, disk, monkeypatch, tmp_path):
        """The path of a file that is being saved; what is saved from now on is short."""
        pieces_of = documents.pieces_of
        monkeypatch.setattr(documents, "pieces_of", disk.pieces)
        answers.save_path = path = tmp_path / "a.logreg.json"
        window.actions_by_name["save"].trigger()
        assert window.document.writer.is_busy
        monkeypatch.setattr(documents, "pieces_of", pieces_of)
        answers.asked = ()
        return path

    def save_as(self, window, answers, path):
        answers.save_path = path
        window.actions_by_name["save_as"].trigger()

    def test_what_is_saved_meanwhile_is_written_as_it_was_and_before_the_window_closes(
        self, qtbot, window, answers, disk, saving, tmp_path
    ):
        paths = [tmp_path / f"{name}.logreg.json" for name in "bc"]
        for steps, path in zip((71, 72), paths, strict=True):
            edit(window, steps=steps)
            self.save_as(window, answers, path)
        window.close()
        assert window.isVisible()
        disk.is_done = True
        qtbot.waitUntil(lambda: not window.isVisible())
        assert saving.exists()
        assert [load(path).scenario.steps for path in paths] == [71, 72]
        assert not [one for one in answers.asked if one[0] == "Unsaved changes"]

    def test_saved_twice_under_one_name_the_file_holds_the_later_state(
        self, qtbot, window, answers, disk, saving
    ):
        for steps in (71, 72):
            edit(window, steps=steps)
            self.save_as(window, answers, saving)
        # Behind what is saved, so nobody is asked.
        window.close()
        disk.is_done = True
        qtbot.waitUntil(lambda: not window.isVisible())
        assert load(saving).scenario.steps == 72
        assert not [one for one in answers.asked if one[0] == "Unsaved changes"]

    @pytest.mark.parametrize("how", ["failed", "cancelled"])
    def test_a_file_that_is_not_written_keeps_no_other(
        self, qtbot, window, answers, disk, saving, tmp_path, monkeypatch, how
    ):
        other, replace_file = tmp_path / "b.logreg.json", os.replace

        def fail(source, target, *rest):
            if Path(target) == saving:
                raise OSError(28, "No space left on device")
            replace_file(source, target, *rest)

        self.save_as(window, answers, other)
        if how == "failed":
            monkeypatch.setattr(os, "replace", fail)
            disk.is_done = True
        else:
            window.document.writer.cancel()
        qtbot.waitUntil(lambda: not window.document.writer.is_busy)
        assert load(other).scenario == window.session.scenario
        assert not saving.exists()
        assert window.document.path == str(other)

    @pytest.mark.parametrize("command", ["quit", "new"])
    def test_who_leaves_while_a_file_is_saved_waits_for_none_that_is_read(
        self, qtbot, window, disk, saving, tmp_path, monkeypatch, command
    ):
        save(tmp_path / "b.logreg.json", PRESETS["spirals"])
        monkeypatch.setattr(documents, "is_large", lambda path: True)
        window.document.open(str(tmp_path / "b.logreg.json"))
        assert window.document.is_reading
        window.actions_by_name[command].trigger()
        assert not window.document.is_reading
        disk.is_done = True
        if command == "quit":
            qtbot.waitUntil(lambda: not window.isVisible())
        else:
            qtbot.waitUntil(lambda: window.document.path == "" and not window.document.writer.is_busy)
            assert window.session.scenario == PRESETS["overlapping"]

    @pytest.mark.parametrize("what", ["save as", "table", "data"])
    def test_something_else_that_is_asked_for_takes_the_place_of_leaving(
        self, qtbot, window, answers, disk, leave, tmp_path, monkeypatch, what
    ):
        pieces_of = documents.pieces_of
        leave("quit")
        monkeypatch.setattr(documents, "pieces_of", pieces_of)
        table = tmp_path / "t.csv"
        table.write_text("a,b,c\n" + "\n".join(f"{k},{k * k % 7},{k % 2}" for k in range(40)))
        if what == "save as":
            self.save_as(window, answers, tmp_path / "b.logreg.json")
        elif what == "table":
            window.document.open(str(table))
        else:
            window.opener.read(str(table))
        disk.is_done = True
        qtbot.waitUntil(lambda: not window.document.writer.is_busy and not window.document.is_reading)
        assert window.isVisible()
        assert (tmp_path / "b.logreg.json").exists() == (what == "save as")

    def test_nothing_is_left_while_somebody_is_in_a_dialog(self, qtbot, window, disk, leave):
        leave("new")
        dialog = QDialog(window)
        dialog.setModal(True)
        dialog.show()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
        disk.is_done = True
        qtbot.waitUntil(lambda: not window.document.writer.is_busy)
        qtbot.waitUntil(window.document._once_more.isActive)
        assert window.session.scenario.steps == 77
        dialog.close()
        qtbot.waitUntil(lambda: window.document.path == "")
        assert window.session.scenario == PRESETS["overlapping"]

    def test_a_course_that_was_changed_on_the_way_is_told(self, qtbot, window, tmp_path):
        path = tmp_path / "a.logreg.json"
        save(path, PRESETS["overlapping"], shown(5, np.array([9.0, 9.0, 9.0]), -1.0))
        window.document.open(str(path))
        rest_at(qtbot, window, 5)
        qtbot.waitUntil(lambda: "with other weights than in the file" in window.banner.text)

    @pytest.mark.parametrize(
        "raw", [b"", b"{", b"\xff\xfe", b'{"format": "logreg_gui scenario", "version": 9}']
    )
    def test_a_damaged_file_is_a_message_and_nothing_else_changes(self, qtbot, window, tmp_path, raw):
        window.session.advance(4)
        rest_at(qtbot, window, 4)
        before = (
            window.session.scenario,
            window.document.path,
            window.windowTitle(),
            window.session.frame.run,
        )
        path = tmp_path / "broken.logreg.json"
        path.write_bytes(raw)
        window.document.open(str(path))
        assert window.banner.text.startswith("broken.logreg.json")
        window.session.pause()
        rest_at(qtbot, window, 4)
        assert before == (
            window.session.scenario, window.document.path, window.windowTitle(), window.session.frame.run,
        )  # fmt: skip
        assert window.document.recent == ()

    def test_a_large_scenario_is_read_beside_everything_else(self, qtbot, make_window, tmp_path, monkeypatch):
        is_reading, may_go_on = threading.Event(), threading.Event()

        def slow(path, check):
            is_reading.set()
            assert may_go_on.wait(60)
            return load(path, check)

        monkeypatch.setattr(documents, "load", slow)
        monkeypatch.setattr(restoring, "QUICK_BYTES", 100)
        path = str(tmp_path / "large.logreg.json")
        save(path, PRESETS["xor"], shown(3, np.zeros(6), -1.0))
        window = make_window()
        before = window.session.scenario
        window.document.open(path)
        assert is_reading.wait(60)
        qtbot.waitUntil(lambda: window.progress.is_due)
        assert window.progress.text == "Reading the file …"
        window.session.advance(2)
        rest_at(qtbot, window, 2)
        qtbot.mouseClick(window.progress.findChild(QPushButton), Qt.MouseButton.LeftButton)
        may_go_on.set()
        assert window.banner.text == "Cancelled: nothing was opened."
        assert not window.document.is_reading
        window.document.open(path)
        assert window.session.scenario is before
        qtbot.waitUntil(lambda: window.document.path == path)
        assert window.session.scenario == PRESETS["xor"]
        rest_at(qtbot, window, 3)
        (tmp_path / "broken.logreg.json").write_text("{" + " " * 200)
        window.document.open(str(tmp_path / "broken.logreg.json"))
        qtbot.waitUntil(lambda: window.banner.text.startswith("broken.logreg.json, line 1"))
        assert window.document.path == path
        window.document.open(path)
        trigger(window, "new")
        assert not window.document.is_reading, "who starts over does not wait for a file"
        assert window.document.path == ""

    def test_a_large_scenario_does_not_arrive_while_somebody_is_asked(
        self, qtbot, window, tmp_path, monkeypatch
    ):
        asked = []

        def ask(title, answer):
            asked.append(title)
            qtbot.waitUntil(lambda: not window.document.is_reading)
            return answer

        monkeypatch.setattr(restoring, "QUICK_BYTES", 0)
        mine, large = tmp_path / "mine.logreg.json", str(tmp_path / "large.logreg.json")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: ask(a[1], (str(mine), "")))
        cancel = QMessageBox.StandardButton.Cancel
        monkeypatch.setattr(QMessageBox, "question", lambda *a: ask(a[1], cancel))
        save(large, PRESETS["xor"])
        for command in ("save_as", "new", "quit"):
            window.document.open(large)
            trigger(window, command)
            assert load(mine).scenario == PRESETS["overlapping"]
            assert window.document.path == str(mine)
            assert not window.document.is_reading
            edit(window, steps=window.session.scenario.steps + 1)
        assert asked == ["Save as", "Unsaved changes", "Unsaved changes"], "one box, and none on top"
        assert window.session.scenario == replace(PRESETS["overlapping"], steps=63)
        assert window.isVisible()

    def test_mutated_files_leave_the_session_as_it_was(self, qtbot, window, tmp_path):
        rng = random.Random(3)
        original = text_of(PRESETS["circles"]).encode()
        path = tmp_path / "broken.logreg.json"
        n_refused = 0
        for _ in range(100):
            path.write_bytes(mutated(original, rng))
            scenario = window.session.scenario
            window.document.open(str(path))
            qtbot.waitUntil(lambda: not window.document.is_reading)
            if window.banner.text.startswith("broken.logreg.json"):
                n_refused += 1
                assert window.session.scenario is scenario
            else:
                assert window.session.scenario == load(path).scenario
        assert n_refused > 60

    def test_a_scenario_whose_rows_are_not_waited_for_leaves_the_name_as_it_was(
        self, window, answers, tmp_path
    ):
        mine, other = tmp_path / "mine.logreg.json", tmp_path / "other.logreg.json"
        answers.save_path = mine
        trigger(window, "save_as")
        save(other, PRESETS["moons"])
        kept = window.session.scenario
        window.document.open(str(other))
        assert window.document.path == str(other)
        window.session._take_back("Cancelled: the data are as they were.", window.session.scenario, kept)
        assert window.session.scenario is kept
        assert window.document.path == str(mine)
        assert not window.isWindowModified()

    def test_once_it_is_there_the_name_stays_whatever_is_undone(self, qtbot, window, tmp_path):
        other = tmp_path / "other.logreg.json"
        save(other, PRESETS["moons"])
        window.document.open(str(other))
        qtbot.waitUntil(lambda: len(window.session.frame.weights) == 10)
        trigger(window, "undo")
        assert window.session.scenario == PRESETS["overlapping"]
        assert window.document.path == str(other)
        assert window.isWindowModified()


class TestManyWaysIn:
    def test_recent_files_are_remembered_at_once_and_can_be_cleared(self, make_window, tmp_path):
        place = str(tmp_path / "settings.ini")
        store = QSettings(place, QSettings.Format.IniFormat)
        window = make_window(store=store)
        paths = [tmp_path / f"{k}.logreg.json" for k in range(MOST_RECENT + 2)]
        for path in [*paths, paths[5]]:
            save(path, PRESETS["xor"])
            window.document.open(str(path))
        store.sync()
        kept = stored.load(QSettings(place, QSettings.Format.IniFormat)).recent
        expected = [paths[5], *(path for path in reversed(paths) if path != paths[5])][:MOST_RECENT]
        assert kept == tuple(map(str, expected)) == window.document.recent
        again = make_window(settings=Settings(theme="light", recent=kept))
        menu = again.menus["Open recent"]
        paths[5].unlink()
        menu.aboutToShow.emit()
        entries = [action for action in menu.actions() if ".json" in action.text()]
        assert [entry.text() for entry in entries[:2]] == ["&1  5.logreg.json", "&2  11.logreg.json"]
        assert [entry.isEnabled() for entry in entries] == [False] + [True] * 9
        entries[1].trigger()
        assert again.document.path == str(paths[11])
        trigger(again, "clear_recent")
        assert again.document.recent == ()
        assert not [action for action in menu.actions() if ".json" in action.text()]
        assert not again.actions_by_name["clear_recent"].isEnabled()

    def test_one_recent_file_survives_the_settings_file(self, tmp_path):
        place = str(tmp_path / "settings.ini")
        store = QSettings(place, QSettings.Format.IniFormat)
        stored.save(store, Settings(recent=("/a, b.logreg.json",)))
        store.sync()
        assert stored.load(QSettings(place, QSettings.Format.IniFormat)).recent == ("/a, b.logreg.json",)

    def test_a_scenario_is_dropped_on_the_window(self, qtbot, window, tmp_path):
        path = tmp_path / "dropped.logreg.json"
        save(path, PRESETS["xor"])
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
        window.dragEnterEvent(enter)
        assert enter.isAccepted()
        window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))
        assert window.session.scenario == PRESETS["xor"]
        assert window.document.name == "dropped"

    def test_the_same_dialog_opens_a_table_by_its_preview(self, qtbot, window, answers, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("a,b,label\n" + "".join(f"{k % 7}.5,{k % 5}.25,{k % 2}\n" for k in range(30)))
        answers.open_path = path
        trigger(window, "open")
        qtbot.waitUntil(lambda: any(page.isVisible() for page in window.findChildren(TablePage)))
        (page,) = window.findChildren(TablePage)
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.session.frame.data.sample.n_rows == 30)
        answers.save_path = tmp_path / "t.logreg.json"
        trigger(window, "save")
        path.unlink()  # the table is in the scenario
        again = load(tmp_path / "t.logreg.json").scenario
        assert draw(again.data).features.tobytes() == window.session.frame.data.sample.features.tobytes()

    def test_a_file_on_the_command_line(self, tmp_path):
        path = tmp_path / "a.logreg.json"
        save(path, PRESETS["moons"], shown(7, np.zeros(10), -1.0))
        request = parse([str(path)])
        assert (request.scenario, request.at_step, request.file) == (PRESETS["moons"], 7, path)
        assert not request.is_default
        changed = parse([str(path), "--steps", "5", "--at-step", "2", "--optimizer", "adam"])
        assert (changed.scenario.steps, changed.at_step, changed.scenario.model.optimizer) == (5, 2, "adam")
        table = tmp_path / "t.csv"
        table.write_text("a,b,label\n" + "".join(f"{k % 7},{k % 5},{k % 2}\n" for k in range(30)))
        assert parse([str(table)]).scenario.preset == "t.csv"
        assert parse([str(table)]).opened is None

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["gone.logreg.json"], "gone.logreg.json cannot be read"),
            (["gone.csv"], "gone.csv cannot be read"),
            (["a.logreg.json", "--preset", "moons"], "two things to start from"),
            (["--scenario-json", "{"], "--scenario-json, line 1, column 2: this is no JSON"),
        ],
    )
    def test_a_bad_file_on_the_command_line_is_one_line(self, arguments, words, capsys):
        with pytest.raises(SystemExit) as stopped:
            parse(arguments)
        message = capsys.readouterr().err
        assert stopped.value.code == 2
        assert words in message
        assert message.count("\n") == 1

    def test_a_script_trains_a_file_to_its_step_and_saves_it_again(self, tmp_path):
        first, second = tmp_path / "a.logreg.json", tmp_path / "b.logreg.json"
        save(first, PRESETS["xor"], shown(9, np.zeros(6), -1.0))
        done = subprocess.run(
            [
                sys.executable, "-m", "logreg_gui", str(first), "--no-settings",
                "--state", str(tmp_path / "state.json"), "--save", str(second),
            ],
            capture_output=True, text=True, check=False, timeout=120,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        state = json.loads((tmp_path / "state.json").read_text())
        assert state["step"] == 9
        saved = load(second)
        assert saved.scenario == PRESETS["xor"]
        assert saved.run.weights[-1].tolist() == state["weights"]


class TestAutosave:
    def test_it_is_written_some_seconds_after_a_change_and_rests_otherwise(self, make_window, tmp_path):
        path = tmp_path / "deep" / "session.logreg.json"
        window = make_window(autosave_path=str(path))
        timer = window.autosave._timer
        assert not timer.isActive()
        assert timer.interval() < 5000
        edit(window, steps=8)
        assert timer.isActive()
        left = timer.remainingTime()
        edit(window, steps=9)
        assert timer.remainingTime() <= left  # not put off by the next change
        assert not path.exists()
        write_now(window)
        assert load(path).scenario.steps == 9
        assert not timer.isActive()

    def test_a_crash_after_that_loses_nothing(self, qtbot, make_window, tmp_path):
        path = str(tmp_path / "session.logreg.json")
        window = make_window(autosave_path=path)
        trigger(window, "step_10")
        rest_at(qtbot, window, 10)
        edit(window, steps=33)
        write_now(window)
        weights = window.session.frame.weights
        window.session.shut_down()  # and no closeEvent
        window.autosave._timer.stop()
        left = restoring.restore(path)
        assert left.words == ""
        again = make_window(left.saved.scenario)
        again.document.restore(left.saved)
        rest_at(qtbot, again, 10)
        assert again.session.scenario.steps == 33
        assert not again.session.is_playing
        assert again.session.frame.weights.tobytes() == weights.tobytes()

    @pytest.mark.parametrize("quick_bytes", [0, 200_000])
    def test_a_named_file_comes_back_with_its_name_and_its_changes(
        self, qtbot, make_window, answers, tmp_path, monkeypatch, quick_bytes
    ):
        monkeypatch.setattr(restoring, "QUICK_BYTES", quick_bytes)
        path, named = str(tmp_path / "session.logreg.json"), tmp_path / "mine.logreg.json"
        window = make_window(autosave_path=path)
        answers.save_path = named
        trigger(window, "save_as")
        window.close()
        for steps, is_modified in ((60, False), (44, True)):
            saved = restoring.restore(path).saved
            saved = replace(saved, scenario=replace(saved.scenario, steps=steps))
            again = make_window(saved.scenario)
            again.document.restore(saved)
            assert again.document.path == str(named)
            assert again.isWindowModified() or not quick_bytes or not is_modified
            qtbot.waitUntil(lambda again=again: again.document._saved is not None)
            assert again.isWindowModified() is is_modified

    def test_what_is_edited_while_the_file_is_compared_can_be_undone(
        self, qtbot, make_window, tmp_path, monkeypatch
    ):
        may_go_on = threading.Event()

        def slow(path, check=lambda: None):
            assert may_go_on.wait(60)
            return load(path, check)

        monkeypatch.setattr(documents, "load", slow)
        monkeypatch.setattr(restoring, "QUICK_BYTES", 0)
        rows = "".join(f"{k % 7}.5,{k % 5}.25,{k % 2}\n" for k in range(30))
        scenario = scenario_of_table(best_guess(parse_csv("a,b,label\n" + rows)), standardise=False)
        named = tmp_path / "mine.logreg.json"
        save(named, scenario)
        window = make_window(scenario)
        window.document.restore(scenario_json.Saved(scenario, None, str(named)))
        edit(window, steps=44)
        with qtbot.waitSignal(window.document._comparer.file_read):
            may_go_on.set()
        assert window.isWindowModified()
        trigger(window, "undo")
        assert not window.isWindowModified(), "a table that is read again is the same table"

    def test_closing_writes_what_is_not_written_yet(self, make_window, tmp_path):
        path = tmp_path / "session.logreg.json"
        window = make_window(autosave_path=str(path))
        edit(window, steps=21)
        is_seen = []
        window.autosave._writer.finished.connect(lambda: is_seen.append(window.isVisible()))
        window.close()
        assert load(path).scenario.steps == 21
        assert is_seen == [False], "however long it takes, nobody watches a window that stands still"

    def test_a_window_that_nobody_touched_leaves_nothing(self, qtbot, make_window, tmp_path):
        path = tmp_path / "session.logreg.json"
        window = make_window(autosave_path=str(path))
        window.session.advance(5)  # as the opening show does
        rest_at(qtbot, window, 5)
        window.close()
        assert not path.exists()

    def test_a_damaged_session_is_put_aside_with_a_message(self, tmp_path):
        path = tmp_path / "session.logreg.json"
        assert restoring.restore(str(path)) == (None, "")
        path.write_text('{"format": "logreg_gui scenario", "version": 1, "scenario": {')
        left = restoring.restore(str(path))
        assert left.saved is None
        assert "could not be restored: session.logreg.json, line 1" in left.words
        assert not path.exists()
        assert Path(tmp_path, restoring.DAMAGED_NAME).exists()

    @pytest.fixture
    def slow_session(self, make_window, tmp_path, monkeypatch):
        """A window whose last session is still being read, until `may_go_on` is set."""
        may_go_on = threading.Event()

        def slow(path, check=lambda: None):
            while not may_go_on.wait(0.01):
                check()
            return load(path, check)

        monkeypatch.setattr(restoring, "load", slow)
        path = tmp_path / "session.logreg.json"
        run = scenario_json.shown(7, np.zeros(3), 0.0)
        save(path, replace(PRESETS["overlapping"], steps=17), run)
        window = make_window(autosave_path=str(path))
        window.restorer.begin(str(path))
        yield window, path, may_go_on
        may_go_on.set()

    def test_a_large_session_comes_back_beside_the_window(self, qtbot, slow_session):
        window, path, may_go_on = slow_session
        before = path.read_bytes()
        window.autosave.note_change()
        assert not window.autosave._timer.isActive(), "nothing is written in the place of what is read"
        with qtbot.waitSignal(window.restorer.restored):
            may_go_on.set()
        rest_at(qtbot, window, 7)
        assert window.session.scenario.steps == 17
        assert path.read_bytes() == before
        write_now(window)
        assert load(path).run.last_step == 7

    def test_an_edit_does_without_the_session_and_keeps_it(self, qtbot, slow_session):
        window, path, _ = slow_session
        before = path.read_bytes()
        edit(window, steps=44)
        aside = path.with_name(restoring.LEFT_NAME)
        assert aside.read_bytes() == before
        assert str(aside) in window.banner.text
        write_now(window)
        assert load(path).scenario.steps == 44

    def test_the_session_need_not_be_waited_for(self, slow_session):
        window, path, _ = slow_session
        window._cancel("session")
        assert "was not waited for" in window.banner.text
        assert path.with_name(restoring.LEFT_NAME).exists()

    def test_a_session_that_cannot_be_put_aside_is_not_said_to_be_kept(self, slow_session, monkeypatch):
        window, _, _ = slow_session

        def refuse(*_):
            raise PermissionError(13, "in use")

        monkeypatch.setattr("logreg_gui.restoring.os.replace", refuse)
        window._cancel("session")
        assert "could not be put aside" in window.banner.text
        assert "kept" not in window.banner.text

    def test_closing_before_the_session_is_back_leaves_it_for_the_next_time(self, slow_session):
        window, path, _ = slow_session
        before = path.read_bytes()
        window.close()
        assert path.read_bytes() == before
        assert [one.name for one in path.parent.glob("session*")] == [path.name]

    def test_a_large_damaged_session_is_put_aside_too(self, qtbot, make_window, tmp_path):
        path = tmp_path / "session.logreg.json"
        path.write_text('{"format": "logreg_gui scenario", "version": 1, "scenario": {')
        window = make_window(autosave_path=str(path))
        with qtbot.waitSignal(window.restorer.told):
            window.restorer.begin(str(path))
        assert "could not be restored: session.logreg.json, line 1" in window.banner.text
        assert path.with_name(restoring.DAMAGED_NAME).exists()
        window.autosave._timer.stop()

    def test_a_folder_that_cannot_be_written_is_told_once(self, make_window, tmp_path):
        Path(tmp_path, "file").write_text("")
        window = make_window(autosave_path=str(tmp_path / "file" / "session.logreg.json"))
        said = []
        window.autosave.failed.connect(said.append)
        for steps in (7, 8):
            edit(window, steps=steps)
            write_now(window)
        assert len(said) == 1
        assert "The session cannot be autosaved" in window.banner.text
        window.autosave._timer.stop()


class TestTheProgram:
    """`app` decides what is restored, and whether the opening show plays."""

    @pytest.fixture
    def start(self, qtbot, tmp_path, monkeypatch):
        make_application()
        path = tmp_path / "data" / "session.logreg.json"
        monkeypatch.setattr(autosave, "default_path", lambda: str(path))
        started = []

        def start(*arguments):
            from logreg_gui import app

            shows = []
            monkeypatch.setattr(app, "_catch_exceptions", lambda window: started.append(window))
            monkeypatch.setattr(app, "_open_the_show", shows.append)
            monkeypatch.setattr(app, "_close_on_interrupt", lambda window: None)  # the test run is not it
            application = make_application()
            monkeypatch.setattr(type(application), "exec", lambda *_: 0)
            app._run_window(parse(arguments))
            qtbot.addWidget(started[-1], before_close_func=forget_changes)
            rest = started[-1].session
            qtbot.waitUntil(lambda: rest.frame is not None and rest.frame.status is not RunStatus.RUNNING)
            return started[-1], bool(shows)

        start.path = path
        yield start
        for window in started:
            forget_changes(window)
            window.close()

    def test_the_first_start_plays_the_show_and_the_second_brings_the_session_back(self, qtbot, start):
        window, plays = start()
        assert plays
        edit(window, steps=17)
        trigger(window, "step_10")
        rest_at(qtbot, window, 10)
        window.close()
        window, plays = start()
        assert not plays
        assert window.session.scenario.steps == 17
        rest_at(qtbot, window, 10)
        window.close()

    def test_a_large_session_does_not_hold_up_the_window(self, qtbot, start, monkeypatch):
        start.path.parent.mkdir()
        save(start.path, replace(PRESETS["overlapping"], steps=17))
        monkeypatch.setattr(restoring, "QUICK_BYTES", 0)
        window, plays = start()
        assert not plays
        qtbot.waitUntil(lambda: window.session.scenario.steps == 17)

    @pytest.mark.parametrize("arguments", [["--no-settings"], ["--preset", "moons"], ["--at-step", "0"]])
    def test_nothing_is_restored_when_something_else_is_asked_for(self, start, arguments):
        start.path.parent.mkdir()
        save(start.path, replace(PRESETS["overlapping"], steps=17))
        window, plays = start(*arguments)
        assert window.session.scenario.steps != 17
        assert plays == (arguments == ["--no-settings"])

    def test_it_trains_in_another_process(self, start):
        window, _ = start("--no-settings")
        assert window.session.training_process_id not in (0, os.getpid())
        window.close()
        assert window.session.training_process_id == 0

    def test_when_no_window_can_be_made_no_process_is_left(self, qapp, monkeypatch):
        from logreg_gui import app

        made = []

        def make(*arguments, **options):
            made.append(TrainingSession(*arguments, **options))
            return made[-1]

        monkeypatch.setattr("logreg_gui.session.session.TrainingSession", make)
        monkeypatch.setattr("logreg_gui.main_window.MainWindow", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            app._make_window(parse(["--no-settings"]), Settings())
        was_running = made[0]._thread.isRunning()
        made[0].shut_down()
        assert not was_running

    @pytest.mark.skipif(sys.platform == "win32", reason="no process can interrupt itself there")
    def test_an_interrupt_from_the_keyboard_closes_the_window(self):
        program = """
            import os, signal
            from logreg_gui import app

            app.has_display = lambda *_: True
            app._open_the_show = lambda window: window.session.settled.connect(
                lambda frame: os.kill(os.getpid(), signal.SIGINT)
            )
            raise SystemExit(app.main(["--no-settings"]))
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            capture_output=True, text=True, timeout=60, check=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        assert "Traceback" not in done.stderr

    def test_without_settings_nothing_is_written(self, start):
        window, _ = start("--no-settings")
        edit(window, steps=17)
        window.close()
        assert not start.path.exists()

    def test_a_damaged_session_is_told_and_the_show_plays(self, start):
        start.path.parent.mkdir()
        start.path.write_bytes(b"\x00\x01")
        window, plays = start()
        assert plays
        assert "could not be restored" in window.banner.text
        assert window.session.scenario == PRESETS["overlapping"]

    def test_a_file_given_is_the_document(self, qtbot, start, tmp_path):
        path = tmp_path / "given.logreg.json"
        save(path, PRESETS["xor"], shown(4, np.zeros(6), -1.0))
        window, plays = start(str(path))
        rest_at(qtbot, window, 4)
        assert not plays
        assert window.document.path == str(path)
        assert not window.isWindowModified()
        window.close()
        window, _ = start(str(path), "--steps", "3")
        assert window.isWindowModified()


class TestCopies:
    @pytest.mark.parametrize("name", list(PRESETS))
    def test_every_preset_is_its_name_on_the_command_line(self, name):
        assert arguments_of(PRESETS[name]) == ["--preset", name]

    def test_every_scenario_that_has_no_table_is_a_command_line(self):
        rng = random.Random(4)
        n_options = 0
        for _ in range(60):
            scenario = random_scenario(rng)
            if hasattr(scenario.data, "table"):
                continue
            arguments = arguments_of(scenario)
            assert parse(arguments).scenario == scenario
        for name, preset in PRESETS.items():
            for changed in (
                with_seed(preset, 99) if preset.has_seed else replace(preset, steps=3),
                with_model(preset, optimizer="adam", degree=2),
                replace(preset, speed=UNLIMITED, test_size=0.25, inputs="first"),
                replace(with_model(preset, penalty="l2", C=0.125, standardise=True), label_noise=0.0),
            ):
                arguments = arguments_of(changed)
                assert parse(arguments).scenario == changed, name
                n_options += "--scenario-json" not in arguments
        assert n_options > 40
        three = with_class_count(PRESETS["overlapping"], 3)
        assert parse(arguments_of(three)).scenario == three

    def test_a_table_is_named_by_its_file_or_refused(self):
        rows = "".join(f"{k}.5,{k % 7},{k % 2}\n" for k in range(20_000))
        scenario = scenario_of_table(best_guess(parse_csv("a,b,label\n" + rows)), standardise=False)
        assert command_line(scenario, 3, "/a b.logreg.json") == "logreg-gui '/a b.logreg.json' --at-step 3"
        with pytest.raises(NoCommandError, match="too long for a command line: save the scenario"):
            command_line(scenario)

    def test_the_clipboard_holds_a_command_line(self, qtbot, window, answers, tmp_path):
        window.session.advance(6)
        rest_at(qtbot, window, 6)
        trigger(window, "copy_command")
        assert QGuiApplication.clipboard().text() == "logreg-gui --preset overlapping --at-step 6"
        answers.save_path = tmp_path / "a.logreg.json"
        trigger(window, "save")
        trigger(window, "copy_command")
        assert QGuiApplication.clipboard().text() == f"logreg-gui {answers.save_path} --at-step 6"

    def test_the_clipboard_holds_a_script_that_prints_the_same_weights(self, qtbot, window):
        window.session.advance(6)
        rest_at(qtbot, window, 6)
        trigger(window, "copy_python")
        script = QGuiApplication.clipboard().text()
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
        )
        weights = json.loads(re.search(r"weights = (.*)", done.stdout)[1])
        np.testing.assert_allclose(weights, window.session.frame.weights, rtol=1e-9)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


class TestExports:
    def test_the_rows(self, qtbot, make_window, answers, tmp_path):
        window = make_window(replace(PRESETS["iris"], test_size=0.2, inputs="all"))
        answers.save_path = tmp_path / "rows.csv"
        trigger(window, "export_data")
        sample = window.session.frame.data.sample
        header, *rows = rows_of(answers.save_path)
        assert header == [*sample.feature_names, "label", "split"]
        assert len(header) == 6
        features = np.array([row[:4] for row in rows], dtype=sample.features.dtype)
        assert features.tobytes() == np.ascontiguousarray(sample.features).tobytes()
        assert [row[4] for row in rows] == [sample.class_names[label] for label in sample.target]
        assert [k for k, row in enumerate(rows) if row[5] == "test"] == sample.test_rows.tolist()
        assert "The table of the data is in" in window.banner.text

    def test_the_rows_of_a_regression(self):
        sample = draw(PRESETS["noisy-curve"].data)
        text = "".join(piece for piece, _ in data_pieces(sample))
        rows = list(csv.reader(text.splitlines()))
        assert rows[0] == ["x", "label", "split"]
        assert [float(row[0]) for row in rows[1:]] == sample.features[:, 0].tolist()
        assert [float(row[1]) for row in rows[1:]] == sample.target.tolist()

    def test_the_history(self, qtbot, window, answers, tmp_path):
        window.session.advance(30)
        rest_at(qtbot, window, 30)
        answers.save_path = tmp_path / "history.csv"
        trigger(window, "export_history")
        qtbot.waitUntil(answers.save_path.exists)
        header, *rows = rows_of(answers.save_path)
        assert header == ["step", "log-likelihood", "intercept", "x₁", "x₂"]
        assert [int(row[0]) for row in rows] == list(range(31))
        frame = window.session.frame
        assert [float(cell) for cell in rows[-1][1:]] == [frame.log_likelihood, *frame.weights.tolist()]
        assert [float(cell) for cell in rows[0][2:]] == [0.3, -1.2, 0.9]

    def test_pictures_hold_what_the_window_shows(self, qtbot, window, answers, tmp_path):
        window.session.advance(30)
        rest_at(qtbot, window, 30)
        heights = [view.height() for view in window._shown_views()]
        answers.save_path = tmp_path / "a.png"
        trigger(window, "export_png")
        qtbot.waitUntil(answers.save_path.exists)
        image = QImage(str(answers.save_path))
        width = sum(view.width() for view in window._shown_views())
        assert (image.width(), image.height()) == (2 * width, 2 * max(heights))
        colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in (300, 600, 900)}
        assert window.look.class_color(0).name() in colors
        assert window.look.class_color(1).name() in colors
        assert [view.height() for view in window._shown_views()] == heights

    def test_a_png_in_pieces_is_the_image(self):
        noise = np.random.default_rng(3).integers(0, 256, (150, 67, 3), dtype=np.uint8)
        image = QImage(67, 150, QImage.Format.Format_RGB888)  # lines of 201 bytes, kept as 204
        image.setDotsPerMeterX(3000)
        image.setDotsPerMeterY(4000)
        for (y, x), (red, green, blue) in zip(
            np.ndindex(150, 67), noise.reshape(-1, 3).tolist(), strict=True
        ):
            image.setPixelColor(x, y, QColor(red, green, blue))
        pieces = list(png_pieces(image))
        read = QImage.fromData(b"".join(pieces), "PNG")
        assert read.convertToFormat(QImage.Format.Format_RGB888) == image
        assert (read.dotsPerMeterX(), read.dotsPerMeterY()) == (3000, 4000)
        assert len(pieces) >= 150 / 64, "between two pieces the window answers"

    @pytest.mark.parametrize("name", ["overlapping", "spirals", "noisy-curve"])
    def test_an_svg_has_true_vectors_for_curve_boundary_and_axes(
        self, qtbot, make_window, answers, tmp_path, name
    ):
        window = make_window(PRESETS[name])
        window.session.advance(20)
        rest_at(qtbot, window, 20)
        answers.save_path = tmp_path / "a.svg"
        trigger(window, "export_svg")
        tree = ElementTree.parse(answers.save_path)
        tag = "{http://www.w3.org/2000/svg}"
        strokes = {}
        for group in tree.iter(f"{tag}g"):
            for line in (*group.findall(f"{tag}path"), *group.findall(f"{tag}polyline")):
                n_points = len(re.findall(r"-?[\d.]+,-?[\d.]+", line.get("d") or line.get("points")))
                strokes.setdefault(group.get("stroke"), []).append(n_points)
        look = window.look
        # A point for each step that can be told apart: the squared error is at its end after a few.
        assert max(strokes[look.color("accent").name()]) >= (5 if name == "noisy-curve" else 20)
        boundary = strokes[look.color("boundary").name()]
        assert max(boundary) >= (2 if name == "overlapping" else 20)
        assert len(strokes[look.color("edge").name()]) > 20, "the axes and their ticks"
        assert len(list(tree.iter(f"{tag}text"))) > 15

    @pytest.mark.parametrize("way", ["button", "key"])
    def test_a_long_export_shows_its_progress_and_can_be_cancelled(self, qtbot, window, tmp_path, way):
        path = tmp_path / "long.csv"
        path.write_text("old")
        written = []

        def endless():
            for k in range(10**9):
                written.append(k)
                yield "row\n", 100

        busy, said = [], []
        window.files.busy_changed.connect(busy.append)
        window.files.told.connect(said.append)
        window.files.exporter.write_table(str(path), "table of the data", endless(), 10**9)
        assert busy == [True]
        count = len(written)
        qtbot.waitUntil(lambda: len(written) > count)  # it goes on by itself, between other events
        assert window.actions_by_name["cancel_export"].isEnabled()
        qtbot.waitUntil(window.progress.isVisible)  # told once it has taken a while
        assert re.fullmatch(
            r"Writing the table of the data: \d+ % of 1,000,000,000 rows", window.progress.text
        )
        if way == "button":
            qtbot.mouseClick(window.progress.findChild(QPushButton), Qt.MouseButton.LeftButton)
        else:
            trigger(window, "cancel_export")
        assert not window.progress.isVisible()
        assert said == ["The table of the data was not written: cancelled."]
        assert busy == [True, False]
        assert path.read_text() == "old"
        assert [one.name for one in tmp_path.iterdir()] == ["long.csv"]

    def test_what_is_done_beside_a_long_export_takes_nothing_away_from_it(
        self, qtbot, make_window, tmp_path, monkeypatch
    ):
        is_awaited = threading.Event()

        def slow(path, check):
            assert is_awaited.wait(60)
            return load(path, check)

        monkeypatch.setattr(documents, "load", slow)
        monkeypatch.setattr(restoring, "QUICK_BYTES", 0)
        table, scenario = tmp_path / "t.csv", tmp_path / "a.logreg.json"
        table.write_text("a,b,label\n" + "".join(f"{k % 7}.5,{k % 5}.25,{k % 2}\n" for k in range(30)))
        save(scenario, PRESETS["xor"])
        window = make_window()
        exporter, line = window.files.exporter, window.progress
        exporter.write_table(str(tmp_path / "long.csv"), "table", (("row\n", 1) for _ in range(10**9)), 10**9)
        qtbot.waitUntil(line.isVisible)
        window.document.open(str(table))
        qtbot.waitUntil(lambda: any(page.isVisible() for page in window.findChildren(TablePage)))
        assert line.isVisible()
        assert line.text.startswith("Writing the table")
        window.document.open(str(scenario))
        qtbot.waitUntil(lambda: line.text == "Reading the file …")
        qtbot.mouseClick(line.findChild(QPushButton), Qt.MouseButton.LeftButton)
        is_awaited.set()
        assert not window.document.is_reading
        window.session.busy_changed.emit(True)  # as while many rows are drawn
        qtbot.waitUntil(lambda: line.text.startswith("Preparing"))
        with qtbot.waitSignal(window.session._cancel_requested):
            qtbot.mouseClick(line.findChild(QPushButton), Qt.MouseButton.LeftButton)
        window.session.busy_changed.emit(False)
        assert exporter.is_busy
        assert line.isVisible()
        assert line.text.startswith("Writing the table")
        window.document.open(str(scenario))
        window.opener.read(str(table))
        qtbot.waitUntil(lambda: not window.document.is_reading)
        assert window.session.scenario == PRESETS["overlapping"], "of two files the last one is opened"

    @pytest.mark.parametrize("how_it_ends", ["written", "cancelled", "failed"])
    def test_an_export_waits_for_the_one_that_is_being_written(self, qtbot, tmp_path, how_it_ends):
        may_end = []

        def rows():
            while not may_end:
                yield "row\n", 0
            if how_it_ends == "failed":
                raise MemoryError
            yield "the last row\n", 1

        exporter, said, progress = Exporter(), [], []
        exporter.told.connect(said.append)
        exporter.progressed.connect(progress.append)
        exporter.failed.connect(said.append)
        table, picture, other = tmp_path / "rows.csv", tmp_path / "a.png", tmp_path / "b.csv"
        exporter.write_table(str(table), "table of the data", rows(), 1)
        exporter.write_picture(str(picture), [b"pic", b"ture"])
        exporter.write_table(str(other), "history of the run", [("step\n", 1)], 1)
        assert progress[-1].endswith(": 0 % of 1 rows, then the picture, then the history of the run")
        assert exporter.is_busy
        if how_it_ends == "cancelled":
            exporter.cancel()
        may_end.append(True)
        qtbot.waitUntil(lambda: len(said) == 3)
        words = {"written": "table of the data is in", "cancelled": "was not written", "failed": "memory"}
        assert words[how_it_ends] in said[0]
        assert said[1:] == [f"The picture is in {picture}.", f"The history of the run is in {other}."]
        assert table.exists() == (how_it_ends == "written")
        assert not table.exists() or table.read_text().endswith("row\nthe last row\n")
        assert (picture.read_bytes(), other.read_text()) == (b"picture", "step\n")
        assert not exporter.is_busy

    def test_closing_gives_a_long_export_up(self, window, tmp_path):
        path = tmp_path / "long.csv"
        pieces = (("row\n", 1) for _ in range(10**9))
        window.files.exporter.write_table(str(path), "table of the data", pieces, 10**9)
        window.files.exporter.write_picture(str(tmp_path / "a.png"), [b"picture"])
        window.close()
        assert list(tmp_path.iterdir()) == []

    def test_a_million_steps_are_written_in_small_pieces(self):
        record = Record(np.arange(5000), np.ones((5000, 3)), np.ones(5000))
        sizes = [n_rows for _, n_rows in history_pieces(record, ("a", "b", "c"))]
        assert sum(sizes) == 5000
        assert max(sizes) <= 1000


class TestFileWriter:
    def test_one_file_is_written_after_the_other(self, qtbot, tmp_path):
        writer = FileWriter()
        done = []
        writer.finished.connect(done.append)
        writer.start(str(tmp_path / "short"), ["a"])
        writer.finish()
        assert done == [str(tmp_path / "short")]
        writer.start(str(tmp_path / "long"), ("x" * 1_000_000 for _ in range(40)))
        writer.start(str(tmp_path / "next"), ["b"])  # finishes the one before
        writer.finish()
        assert [Path(path).name for path in done] == ["short", "long", "next"]
        assert (tmp_path / "long").stat().st_size == 40_000_000

    def test_what_has_no_room_is_told(self, tmp_path):
        def hungry():
            yield "a"
            raise MemoryError

        writer = FileWriter()
        said = []
        writer.failed.connect(said.append)
        writer.start(str(tmp_path / "a"), hungry())
        writer.finish()
        writer.start(str(tmp_path / "no" / "b"), ["x"])
        assert said == [
            f"{tmp_path / 'a'} cannot be written: there is not enough memory",
            f"{tmp_path / 'no' / 'b'} cannot be written: No such file or directory",
        ]


def test_the_ending_is_the_one_that_is_written_about():
    assert scenario_json.ENDING == ".logreg.json"
