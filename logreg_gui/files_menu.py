"""The commands of the File menu that lead out of the program: pictures, copies as text, and exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QGraphicsView, QWidget

from logreg_gui.as_command import NoCommandError, command_line
from logreg_gui.documents import Document
from logreg_gui.exports import Exporter, data_pieces, history_pieces, png_of, png_pieces, svg_of
from logreg_gui.frames import Frame
from logreg_gui.scenario_json import Record
from logreg_gui.session.python_script import NoScriptError, python_script
from logreg_gui.session.session import TrainingSession


class FileCommands(QObject):
    """Carries these commands out; `views` are the plots, `picture` is that of the whole window."""

    told = Signal(str)  # good news, in one sentence
    failed = Signal(str)  # one sentence: why there is nothing
    progressed = Signal(str)  # how far a long export is
    busy_changed = Signal(bool)  # True while a long export can be cancelled

    def __init__(
        self,
        session: TrainingSession,
        document: Document,
        views: Callable[[], Sequence[QGraphicsView]],
        picture: Callable[[], QPixmap],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._document = document
        self._views = views
        self._picture = picture
        self._window = window
        self._history_path = ""
        self.exporter = Exporter(self)
        self.exporter.told.connect(self.told)
        self.exporter.failed.connect(self.failed)
        self.exporter.progressed.connect(self.progressed)
        self.exporter.busy_changed.connect(self.busy_changed)
        session.record_ready.connect(self._write_history)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the commands of these names do."""
        document = self._document
        return {
            "new": document.new,
            "open": document.ask_open,
            "clear_recent": document.clear_recent,
            "save": document.save,
            "save_as": document.save_as,
            "copy_command": self.copy_command,
            "copy_python": self.copy_python,
            "save_picture": self.save_picture,
            "copy_picture": self.copy_picture,
            "export_png": self.export_png,
            "export_svg": self.export_svg,
            "export_data": self.export_data,
            "export_history": self.export_history,
            "cancel_export": self.exporter.cancel,
        }

    def shut_down(self) -> None:
        """Give up what is being written, and what waits."""
        self.exporter.shut_down()

    @Slot()
    def copy_command(self) -> None:
        """Put the command line of the present scenario and step on the clipboard."""
        document, frame = self._document, self._session.frame
        path = "" if document.is_modified else document.path
        try:
            text = command_line(self._session.scenario, frame.step if frame is not None else 0, path)
        except NoCommandError as error:
            self.failed.emit(f"There is no command line for this: {error}.")
            return
        QGuiApplication.clipboard().setText(text)
        self.told.emit("The command line is on the clipboard.")

    @Slot()
    def copy_python(self) -> None:
        """Put a script that prints the present numbers on the clipboard."""
        frame = self._session.frame
        if frame is None:
            return
        try:
            text = python_script(self._session.scenario, frame.step, frame.learning_rate)
        except NoScriptError as error:
            self.failed.emit(f"There is no script for this: {error}.")
            return
        QGuiApplication.clipboard().setText(text)
        self.told.emit("The numpy script is on the clipboard.")

    @Slot()
    def copy_picture(self) -> None:
        """Put the picture of the window on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._picture())
        self.told.emit("The picture is on the clipboard.")

    @Slot()
    def save_picture(self) -> None:
        """Write the picture of the window, as it was before anybody was asked where to."""
        picture = self._picture()
        path = self._ask("Save picture", ".png", "PNG pictures (*.png)", pictures=True)
        if path:
            image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
            self.exporter.write_picture(path, png_pieces(image))

    @Slot()
    def export_png(self) -> None:
        """Write the plots as pixels."""
        path = self._ask("Export picture", ".png", "PNG pictures (*.png)", pictures=True)
        if path:
            self.exporter.write_picture(path, png_of(self._views(), self._background()))

    @Slot()
    def export_svg(self) -> None:
        """Write the plots as vectors."""
        path = self._ask("Export picture", ".svg", "SVG pictures (*.svg)", pictures=True)
        if path:
            title = self._window.windowTitle().replace("[*]", "")
            self.exporter.write_picture(path, [svg_of(self._views(), self._background(), title)])

    @Slot()
    def export_data(self) -> None:
        """Write the rows."""
        frame = self._session.frame
        path = self._ask("Export data", "-data.csv", "Tables (*.csv)")
        if path and frame is not None:
            sample = frame.data.sample
            self.exporter.write_table(path, "table of the data", data_pieces(sample), sample.n_rows)

    @Slot()
    def export_history(self) -> None:
        """Write the remembered steps, once the session has sent them."""
        self._history_path = self._ask("Export history", "-history.csv", "Tables (*.csv)")
        if self._history_path:
            self._session.request_record()

    @Slot(object)
    def _write_history(self, record: Record) -> None:
        path, self._history_path = self._history_path, ""
        frame = self._session.frame
        if path and frame is not None:
            names = _names_for(record, frame)
            self.exporter.write_table(path, "history of the run", history_pieces(record, names), len(record))

    def _background(self) -> QColor:
        return self._window.palette().base().color()

    def _ask(self, title: str, ending: str, kind: str, *, pictures: bool = False) -> str:
        """The path that the user picks, or empty; suggested by what it takes to see the same again."""
        place = QStandardPaths.StandardLocation
        location = place.PicturesLocation if pictures else place.DocumentsLocation
        scenario, frame = self._session.scenario, self._session.frame
        name = self._document.name or f"{scenario.preset}-seed-{scenario.seed}"
        step = f"-step-{frame.step}" if frame is not None and ending != "-data.csv" else ""
        suggested = Path(QStandardPaths.writableLocation(location), f"{name}{step}{ending}")
        path, _ = QFileDialog.getSaveFileName(self._window, title, str(suggested), kind)
        return path


def _names_for(record: Record, frame: Frame) -> tuple[str, ...]:
    n_weights = record.weights.shape[1]
    if len(frame.weight_names) == n_weights:
        return frame.weight_names
    return tuple(f"weight {k}" for k in range(n_weights))  # the model has changed on the way here
