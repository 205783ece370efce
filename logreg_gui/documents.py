"""The named file of a session: new, open, save, and the one question before something would be lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from logreg_gui.data_files import ENDINGS, DataOpener
from logreg_gui.frames import Frame, RunStatus
from logreg_gui.presets import preset
from logreg_gui.restoring import is_large
from logreg_gui.scenario import Scenario
from logreg_gui.scenario_json import (
    ENDING,
    Record,
    Saved,
    ScenarioFileError,
    is_same,
    is_same_course,
    load,
    pieces_of,
    shown,
)
from logreg_gui.session.reading import FileReader
from logreg_gui.session.session import TrainingSession
from logreg_gui.write_queue import WriteQueue

MOST_RECENT = 10

PATIENCE_MS = 200
"""After which it is looked whether somebody is still in a dialog."""

NEW_PRESET = "overlapping"

OPEN_FILTER = (
    f"Scenarios and tables (*{ENDING} {' '.join(f'*{ending}' for ending in ENDINGS)});;"
    f"Scenarios (*{ENDING});;All files (*)"
)
SAVE_FILTER = f"Scenarios (*{ENDING})"

Button = QMessageBox.StandardButton


class Document(QObject):
    """Knows which file the scenario belongs to, and whether it has changed since it was saved.

    A session without a name is nobody's work yet: it is autosaved, and never asked about.
    """

    changed = Signal()  # another name, or modified or not any more
    recent_changed = Signal()  # `recent` has other entries
    told = Signal(str)  # good news, in one sentence
    failed = Signal(str)  # one sentence: why a file was not opened or saved; nothing has changed
    busy_changed = Signal(bool)  # True while a large scenario or a table is read, which `cancel` would end

    def __init__(
        self, session: TrainingSession, opener: DataOpener, window: QWidget, recent: tuple[str, ...] = ()
    ) -> None:
        super().__init__(window)
        self._session = session
        self._opener = opener
        self._window = window
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._path = ""
        self._saved: Scenario | None = None
        self._is_modified = False
        self._expected: Record | None = None
        self._run_before = 0
        self._before: tuple[str, Scenario | None, Scenario] | None = None
        self._restored: Scenario | None = None
        self._being_read = ""
        self._later: Callable[[], object] | None = None
        self._reader = FileReader(load, ScenarioFileError, self)
        self._reader.file_read.connect(self._take)
        self._reader.failed.connect(self.failed)
        self._reader.busy_changed.connect(self._note_reading)
        opener.busy_changed.connect(self._note_table)
        self._comparer = FileReader(load, ScenarioFileError, self)
        self._comparer.file_read.connect(self._note_in_file)
        self.recent = recent[:MOST_RECENT]
        self.writer = WriteQueue(self)
        self.writer.finished.connect(self._note_saved)
        self.writer.failed.connect(self._note_not_saved)
        self.writer.cancelled.connect(self._note_cancelled)
        self.writer.rested.connect(self._leave)
        self._once_more = QTimer(self)
        self._once_more.setSingleShot(True)
        self._once_more.setInterval(PATIENCE_MS)
        self._once_more.timeout.connect(self._leave)
        session.scenario_changed.connect(self._compare)
        session.frame_changed.connect(self._look_at_course)

    @property
    def path(self) -> str:
        """Where the scenario is saved; empty while it has no name."""
        return self._path

    @property
    def name(self) -> str:
        """That of the file without its ending, or empty."""
        name = Path(self._path).name
        return name.removesuffix(ENDING) if name.lower().endswith(ENDING) else name

    @property
    def is_modified(self) -> bool:
        """Whether a named scenario is another than the one in its file."""
        return self._is_modified

    @property
    def is_reading(self) -> bool:
        """Whether a large scenario or a table is being read."""
        return self._reader.is_busy or self._opener.is_busy

    def state(self) -> Saved:
        """The session as it is now, for an autosave."""
        return Saved(self._session.scenario, _record_of(self._session.frame), self._path)

    # commands

    @Slot()
    def new(self) -> None:
        """Start over without a name."""
        if self.may_leave(self.new):
            self._reader.cancel()
            self._opener.cancel()
            self.failed.emit("")
            self._adopt("", None)
            self._session.load(preset(NEW_PRESET))

    @Slot()
    def ask_open(self) -> None:
        """Let the user pick a scenario or a table."""
        self._later = None
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", self._folder, OPEN_FILTER)
        if path:
            self.open(path)

    @Slot(str)
    def open(self, path: str) -> None:
        """Open the file at `path`: a scenario, beside everything else if large; a table by its preview."""
        self._folder = str(Path(path).parent)
        self._later = None
        self._reader.cancel()
        self._opener.cancel()
        if path.lower().endswith(ENDINGS):
            self.remember(path)
            self._opener.read(path)
            return
        self.failed.emit("")
        self._being_read = path
        if is_large(path):
            self._reader.read(path)
            return
        try:
            saved = load(path)
        except ScenarioFileError as error:
            self.failed.emit(str(error))
            return
        self._take(saved)

    @Slot()
    def cancel(self) -> None:
        """Give up the file that is being read."""
        if self.is_reading:
            self._reader.cancel()
            self._opener.cancel()
            self.told.emit("Cancelled: nothing was opened.")

    def shut_down(self) -> None:
        """End the threads that read, and write what is being saved to its end."""
        self._reader.shut_down()
        self._comparer.shut_down()
        self.writer.finish()

    @Slot()
    def _note_reading(self) -> None:
        self.busy_changed.emit(self.is_reading)

    @Slot(bool)
    def _note_table(self, is_busy: bool) -> None:
        """Of a scenario and a table the one asked for last is opened."""
        if is_busy:
            self._later = None
            self._reader.cancel()
        self._note_reading()

    @Slot(object)
    def _take(self, saved: Saved) -> None:
        self._take_from(self._being_read, saved)

    def _take_from(self, path: str, saved: Saved) -> None:
        if self.may_leave(partial(self._take_from, path, saved)):
            self.show(saved, path)

    def show(self, saved: Saved, path: str) -> None:
        """Take over what is in the file at `path`, and train to the step that it shows."""
        before = self._path, self._saved, self._session.scenario
        self._adopt(path, saved.scenario)
        self._before = before
        self._session.load(saved.scenario)
        self.remember(path)
        self._replay(saved.run)

    def begin(self, path: str, saved: Saved, step: int) -> None:
        """Start with the file at `path`, whose scenario the session has, perhaps with options of its own."""
        self._adopt(path, saved.scenario)
        self.remember(path)
        if step == saved.step:
            self._expect(saved.run)
        self._compare()
        if step:
            self._session.advance(step)

    @Slot(object)
    def restore_late(self, saved: Saved) -> None:
        """Take over an autosaved session that has been read while the window showed something else."""
        self._session.load(saved.scenario)
        self.restore(saved)

    def restore(self, saved: Saved) -> None:
        """Take over an autosaved session, whose scenario the session has already."""
        self._adopt(saved.named, None)
        self._restored = saved.scenario
        self._is_modified = bool(saved.named)  # as long as nobody knows better
        if saved.named and is_large(saved.named):
            self._comparer.read(saved.named)
        elif saved.named:
            with suppress(ScenarioFileError):  # gone or damaged: what was autosaved is all there is
                self._note_in_file(load(saved.named))
        self.changed.emit()
        self._replay(saved.run)

    @Slot(object)
    def _note_in_file(self, found: Saved) -> None:
        """What a restored session is compared with; it may have been edited since, or have another name."""
        restored, self._restored = self._restored, None
        if restored is not None:
            # A table that is read again is not equal to itself: undo leads back to the one restored.
            self._saved = restored if is_same(found.scenario, restored) else found.scenario
            self._compare()

    def _expect(self, run: Record | None) -> None:
        self._expected = run
        self._run_before = self._session.frame.run if self._session.frame is not None else 0

    def _replay(self, run: Record | None) -> None:
        self._expect(run)
        if run is not None and run.last_step:
            self._session.advance(run.last_step)

    @Slot()
    def save(self) -> None:
        """Save under the present name, or ask for one."""
        if self._path:
            self._write(self._path)
        else:
            self.save_as()

    @Slot()
    def save_as(self) -> None:
        """Ask for a name and save under it; a file that is being read would replace what is to be saved."""
        self.cancel()
        self._later = None
        suggested = self._path or str(Path(self._folder, self._session.scenario.preset + ENDING))
        path, _ = QFileDialog.getSaveFileName(self._window, "Save as", suggested, SAVE_FILTER)
        if not path:
            return
        if not path.lower().endswith(".json"):
            path += ENDING
            if Path(path).exists():
                # The dialog asked about the name without its ending.
                self.failed.emit(f"{path} is there already: pick it in the dialog to replace it.")
                return
        self._write(path)

    def may_leave(self, later: Callable[[], object]) -> bool:
        """Whether the scenario may be replaced: asks once when a named one has changed, and saves if told.

        Who leaves or is asked waits for no file any more. While a large one is being saved it may not, and
        `later` is called once it has been: what is saved belongs to this name. Of several the last one is
        called, and none when something is opened or saved under another name meanwhile.
        """
        if self.writer.is_busy:
            self.cancel()
            self._later = later
            return False
        if not self._path or not self._is_modified:
            return True
        self.cancel()  # a file that arrives now would ask once more, on top
        answer = QMessageBox.question(
            self._window,
            "Unsaved changes",
            f"{Path(self._path).name} has changed since it was saved. Save the changes?",
            Button.Save | Button.Discard | Button.Cancel,
            Button.Save,
        )
        if answer == Button.Save:
            self.save()
            if self.writer.is_busy:
                self._later = later
            return not self.writer.is_busy and not self._is_modified
        return bool(answer == Button.Discard)

    @Slot()
    def clear_recent(self) -> None:
        """Forget the recent files."""
        self.recent = ()
        self.recent_changed.emit()

    def remember(self, path: str) -> None:
        """Put a file first among the recent ones."""
        path = str(Path(path).absolute())
        self.recent = (path, *(one for one in self.recent if one != path))[:MOST_RECENT]
        self.recent_changed.emit()

    # internals

    def _write(self, path: str) -> None:
        scenario, frame = self._session.scenario, self._session.frame
        self._folder = str(Path(path).parent)
        try:
            pieces = pieces_of(scenario, _record_of(frame))
        except ScenarioFileError as error:
            self.failed.emit(str(error))
            return
        self.failed.emit("")
        self.writer.add(path, pieces, scenario)

    @Slot(str, object)
    def _note_saved(self, path: str, scenario: Scenario) -> None:
        self._adopt(path, scenario)
        self._compare()
        self.remember(path)
        self.told.emit(f"Saved as {path}.")

    @Slot(str)
    def _note_not_saved(self, reason: str) -> None:
        self._later = None
        self.failed.emit(reason)

    @Slot()
    def _note_cancelled(self) -> None:
        self._later = None
        self.told.emit("Cancelled: the file is as it was.")

    @Slot()
    def _leave(self) -> None:
        """Do what has waited for the files; while somebody is in a dialog, what is said there comes first."""
        if self._later is None:
            return
        if QApplication.activeModalWidget() is not None:
            self._once_more.start()
            return
        later, self._later = self._later, None
        later()

    def _adopt(self, path: str, saved: Scenario | None) -> None:
        self._path, self._saved, self._is_modified = path, saved, False
        self._expected = self._before = self._restored = None
        self.changed.emit()

    @Slot()
    def _compare(self) -> None:
        if self._before is not None and self._session.scenario is self._before[2]:
            # Its rows were refused, or not waited for: the name goes with what is still there.
            self._adopt(*self._before[:2])
        is_modified = bool(self._path) and self._session.scenario != self._saved
        if is_modified:
            self._expected = None
        if is_modified != self._is_modified:
            self._is_modified = is_modified
            self.changed.emit()

    @Slot(object)
    def _look_at_course(self, frame: Frame) -> None:
        """Say so when training from the start did not lead where the file says the run had come."""
        if frame.run <= self._run_before:
            return  # of what was there before
        self._before = None
        expected = self._expected
        if expected is None or frame.status is RunStatus.RUNNING:
            return
        if frame.step != expected.last_step:
            return
        self._expected = None
        if not is_same_course(expected, frame.weights):
            self.told.emit(
                f"Trained again to step {frame.step:,}, with other weights than in the file: settings had "
                "been changed on the way."
            )


def _record_of(frame: Frame | None) -> Record | None:
    return None if frame is None else shown(frame.step, frame.weights, frame.log_likelihood)
