"""A page that shows what a file of data holds and asks what to make of it; it blocks nothing."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.notation import whole
from logreg_gui.scenario import (
    Column,
    CsvError,
    Table,
    TableData,
    best_guess,
    likely_features,
    possible_labels,
    scenario_of_table,
)

PREVIEW_ROWS = 200
"""As many as anybody scrolls through; the file may have a million."""

LONGEST_CELL = 60
"""Characters of a cell that are shown: a text column may hold whole pages."""

CELLS_MEASURED = 300
"""For the widths of the columns: some 10 ms."""

SMALLEST_TARGET = 24
"""Pixels to hit with a pointer."""

Index = QModelIndex | QPersistentModelIndex


class PreviewModel(QAbstractTableModel):
    """The first rows of a table as text, each column headed by its name and what it holds."""

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else min(self._table.n_rows, PREVIEW_ROWS)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._table.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self._table.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _shortened(column.text(index.row()))
        if role == Qt.ItemDataRole.TextAlignmentRole and column.numbers is not None:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return whole(int(self._table.lines[section]))
        column = self._table.columns[section]
        return f"{_shortened(column.name)}\n{_kind(column)}"


class TablePage(QDialog):
    """Previews a table and makes a scenario of it: which columns are x₁, x₂ and the label."""

    data_chosen = Signal(object)  # Scenario, when the user takes the data as they stand

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._data: TableData | None = None
        self._fitted_for: tuple[int, ...] = ()
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Open data: {table.name}")

        # widgets
        size = QLabel(_size(table))
        size.setTextFormat(Qt.TextFormat.PlainText)
        size.setWordWrap(True)
        self.preview = QTableView()
        self.preview.setModel(PreviewModel(table, self))
        self.preview.setAccessibleName(f"First rows of {table.name}")
        self.preview.setToolTip(
            "The first rows as they were read; the numbers on the left are lines of the file"
        )
        self.preview.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.preview.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.preview.setTabKeyNavigation(False)
        self.preview.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.preview.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.preview.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        numbers = [column.name for column in table.columns if column.numbers is not None]
        self.x1 = _choice("Feature x₁", numbers, "The column along the horizontal axis")
        self.x2 = _choice(
            "Feature x₂",
            numbers,
            "The column along the vertical axis; that of x₁ again for one feature alone",
        )
        self.label = _choice(
            "Label",
            possible_labels(table),
            "The column to predict: classes if it has 2 to 6 different values, else numbers over x₁",
        )
        self.standardise = QCheckBox("&Standardise the features")
        self.standardise.setToolTip(
            "Give each feature mean 0 and standard deviation 1 before it is trained on: "
            "training is much faster where their units differ"
        )
        self.standardise.setChecked(True)
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = self._buttons.addButton("&Use these data", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setToolTip("Train on these columns; undo brings the present data back")
        self.use.setDefault(True)

        for control in (self.standardise, *self._buttons.buttons()):
            control.setMinimumHeight(SMALLEST_TARGET)

        # layout
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for place, (text, field) in enumerate((("x&₁", self.x1), ("x&₂", self.x2), ("&Label", self.label))):
            heading = QLabel(text)
            heading.setBuddy(field)
            grid.addWidget(heading, 0, place)
            grid.addWidget(field, 1, place)
        layout = QVBoxLayout(self)
        layout.addWidget(size)
        layout.addWidget(self.preview, 1)
        layout.addLayout(grid)
        layout.addWidget(self.standardise)
        layout.addWidget(self.sentence)
        layout.addWidget(self._buttons)

        # connections
        self.x1.value_chosen.connect(self._look)
        self.x2.value_chosen.connect(self._look)
        self.label.value_chosen.connect(self._look_at_label)
        self._buttons.accepted.connect(self._take)
        self._buttons.rejected.connect(self.reject)

        self._guess()
        self.resize(self.sizeHint())
        self._fit_columns()
        for header in (self.preview.horizontalHeader(), self.preview.verticalHeader()):
            header.installEventFilter(self)
        self.use.setFocus()

    def _fit_columns(self) -> None:
        """Columns as wide as what is in them, within bounds, measured by few rows where columns are many."""
        self.preview.ensurePolished()
        header, em = self.preview.horizontalHeader(), self.preview.fontMetrics().height()
        header.ensurePolished()
        self._fitted_for = self._type_sizes()
        header.setMinimumSectionSize(4 * em)
        header.setMaximumSectionSize(16 * em)
        header.setResizeContentsPrecision(max(1, CELLS_MEASURED // len(self._table.columns)))
        self.preview.resizeColumnsToContents()
        self.preview.verticalHeader().setDefaultSectionSize(round(1.5 * em))

    def _type_sizes(self) -> tuple[int, ...]:
        parts = (self.preview, self.preview.horizontalHeader(), self.preview.verticalHeader())
        return tuple(part.fontMetrics().height() for part in parts)

    def _guess(self) -> None:
        try:
            guess = best_guess(self._table)
        except CsvError as error:
            label = next(iter(possible_labels(self._table)), "")
            x1, x2 = (*likely_features(self._table, label), "", "")[:2]
            self._show_choice(x1, x2 or x1, label)
            self._tell(None, f"{error}.")
        else:
            self._show_choice(guess.x1, guess.x2, guess.label)
            self._tell(guess, describe(guess))

    def _show_choice(self, x1: str, x2: str, label: str) -> None:
        for field, name in ((self.x1, x1), (self.x2, x2), (self.label, label)):
            field.show_value(name)

    def _look_at_label(self) -> None:
        """A column that becomes the label leaves its place as a feature to another."""
        x1, x2, label = self._choice()
        kept = {name: column for name, column in (("x1", x1), ("x2", x2)) if column != label}
        with suppress(CsvError):  # there is no other: `_look` says so
            guess = best_guess(self._table, label=label, **kept)
            self._show_choice(guess.x1, guess.x2, label)
        self._look()

    def _look(self) -> None:
        """Say what the present choice gives."""
        try:
            data = TableData(self._table, *self._choice())
        except CsvError as error:
            self._tell(None, f"{error}.")
        else:
            self._tell(data, describe(data))

    def _choice(self) -> tuple[str, str, str]:
        """The names in the fields, empty where there is nothing to choose."""
        x1, x2, label = (str(field.currentData() or "") for field in (self.x1, self.x2, self.label))
        return x1, x2, label

    def _tell(self, data: TableData | None, sentence: str) -> None:
        self._data = data
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        self.sentence.setProperty("wrong", data is None)
        self.sentence.style().unpolish(self.sentence)
        self.sentence.style().polish(self.sentence)
        self.use.setEnabled(data is not None)
        for field in (self.x1, self.x2, self.label):
            field.setEnabled(field.count() > 0)
        if data is not None and data.is_regression:
            self.x2.setEnabled(False)

    def _take(self) -> None:
        if self._data is not None:
            self.data_chosen.emit(scenario_of_table(self._data, self.standardise.isChecked()))
            self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A header is told of another type size after the table.
        if event.type() == QEvent.Type.StyleChange and self._type_sizes() != self._fitted_for:
            self._fit_columns()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        around = self.parentWidget()
        if around is None:
            return QSize(720, 560)
        return QSize(round(0.62 * around.width()), round(0.85 * around.height()))


def describe(data: TableData) -> str:
    """What training will see, in a sentence or two."""
    rows = f"{whole(data.n_rows)} {'row' if data.n_rows == 1 else 'rows'}"
    if data.is_regression:
        what = f"{rows} of numbers: {data.label} over {data.x1}, a regression by least squares"
    else:
        names = ", ".join(_shortened(name) for name in data.class_names)
        what = f"{rows} of {len(data.class_names)} classes ({names})"
        if len(data.input_names) == 1:
            what += f", over {data.x1} alone"
    if data.n_dropped:
        many = (
            "1 row with a missing cell is"
            if data.n_dropped == 1
            else (f"{whole(data.n_dropped)} rows with missing cells are")
        )
        what += f"; {many} dropped"
    return what + "."


def _choice(what: str, names: tuple[str, ...] | list[str], tip: str) -> ChoiceField:
    field = ChoiceField(what, [(_shortened(name), name) for name in names])
    field.setToolTip(tip)
    return field


def _size(table: Table) -> str:
    rows = "1 row" if table.n_rows == 1 else f"{whole(table.n_rows)} rows"
    columns = "1 column" if len(table.columns) == 1 else f"{whole(len(table.columns))} columns"
    shown = f"; the first {PREVIEW_ROWS} are shown" if table.n_rows > PREVIEW_ROWS else ""
    return f"{table.name}: {rows} of {columns}{shown}"


def _kind(column: Column) -> str:
    kind = "text" if column.numbers is None else "numbers"
    if not column.n_missing:
        return kind
    return f"{kind}, {whole(column.n_missing)} missing"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CELL else line[: LONGEST_CELL - 1] + "…"
