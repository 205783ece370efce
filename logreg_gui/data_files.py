"""Opening data of one's own: a file is picked or dropped, read beside everything else, and previewed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from logreg_gui.controls.table_page import TablePage
from logreg_gui.scenario import CsvError, Table
from logreg_gui.session.reading import FileReader, read_table

ENDINGS = (".csv", ".tsv", ".txt", ".dat")
FILTER = "Tables (*.csv *.tsv *.txt *.dat);;All files (*)"


class DataOpener(QObject):
    """Leads from a file to a scenario, without ever stopping the window."""

    scenario_chosen = Signal(object)  # Scenario of the table that the user takes
    failed = Signal(str)  # one sentence: why a file gives no data; empty when another one is being read
    busy_changed = Signal(bool)  # True while a file is read

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._reader = FileReader(read_table, CsvError, self)
        self._reader.file_read.connect(self._show_page)
        self._reader.failed.connect(self.failed)
        self._reader.busy_changed.connect(self.busy_changed)

    @Slot()
    def ask(self) -> None:
        """Let the user pick a file."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open data", self._folder, FILTER)
        if path:
            self.read(path)

    def read(self, path: str) -> None:
        """Read the file at `path` and show what it holds."""
        self._folder = str(Path(path).parent)
        self.failed.emit("")
        self._reader.read(path)

    @property
    def is_busy(self) -> bool:
        """Whether a file is read."""
        return self._reader.is_busy

    @Slot()
    def cancel(self) -> None:
        """Give up the file that is read."""
        self._reader.cancel()

    def shut_down(self) -> None:
        """End the thread that reads."""
        self._reader.shut_down()

    @Slot(object)
    def _show_page(self, table: Table) -> None:
        for page in self._window.findChildren(TablePage):
            page.close()
        page = TablePage(table, self._window)
        page.data_chosen.connect(self.scenario_chosen)
        page.show()
        page.activateWindow()


def dropped_path(mime: QMimeData) -> str:
    """The path of the one table or scenario that is being dropped, or empty."""
    paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()] if mime.hasUrls() else []
    return paths[0] if len(paths) == 1 and paths[0].lower().endswith((*ENDINGS, ".json")) else ""
