"""The control column as the window lays it out, without the window."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from logreg_gui.controls.data_panel import DataPanel
from logreg_gui.controls.model_panel import ModelPanel
from logreg_gui.controls.optimizer_panel import OptimizerPanel
from logreg_gui.presets import PRESETS
from logreg_gui.views.style import THEMES, Look, load_fonts
from logreg_gui.views.stylesheet import SHEET


@dataclass
class Column:
    """The three panels, and what they told."""

    widget: QWidget
    data: DataPanel
    model: ModelPanel
    optimizer: OptimizerPanel
    edits: list = field(default_factory=list)
    told: list = field(default_factory=list)

    @property
    def panels(self):
        return self.data, self.model, self.optimizer

    @property
    def scenario(self):
        return self.data.editor.scenario

    def take(self, edit):
        """As the session does: what changes nothing is not shown again."""
        is_other = edit.scenario != self.scenario
        self.edits.append(edit)
        if is_other:
            self.show(edit.scenario)

    def show(self, scenario):
        for panel in self.panels:
            panel.show_scenario(scenario)


@pytest.fixture
def make_column(qtbot):
    """Makes a column of a height and width; its edits are shown at once, as the session does."""

    def make(scenario=PRESETS["overlapping"], look=None, width=266):
        look = look or Look(THEMES["light"])
        load_fonts()
        QApplication.setFont(look.font(look.base))
        QApplication.setPalette(look.palette())
        widget = QWidget()
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = Column(widget, DataPanel(scenario), ModelPanel(scenario), OptimizerPanel(scenario))
        layout = QVBoxLayout(widget)
        for panel in column.panels:
            layout.addWidget(panel)
            panel.scenario_edited.connect(column.take)
            for name in ("scenario_edited", "field_finished", "rejected"):
                getattr(panel, name).connect(lambda *values, name=name: column.told.append((name, *values)))
        for name in ("preset_chosen", "new_sample_requested"):
            getattr(column.data, name).connect(lambda *values, name=name: column.told.append((name, *values)))
        layout.addStretch(1)
        layout.setContentsMargins(9, 4, 9, 0)
        widget.setStyleSheet(SHEET)
        for part in (layout, *widget.findChildren(QVBoxLayout)):
            part.setSpacing(round(0.3 * look.base))
        column.data.show_class_colors([look.class_color(index) for index in range(6)])
        qtbot.addWidget(widget)
        widget.resize(width, 1400)
        widget.show()
        QApplication.processEvents()
        return column

    font, palette = QApplication.font(), QApplication.palette()
    yield make
    QApplication.setFont(font)
    QApplication.setPalette(palette)


@pytest.fixture
def column(make_column):
    return make_column()


@pytest.fixture
def retype(qtbot):
    """Types a text into a field, and Enter."""

    def type_in(field, text, key=Qt.Key.Key_Return):
        field.lineEdit().selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, key)

    return type_in


@pytest.fixture
def choose():
    """Picks an entry as a person can: one that is there and not barred."""

    def pick(field, value):
        index = [choice.value for choice in field.choices].index(value)
        assert not field.choices[index].obstacle
        field.setCurrentIndex(index)
        field.activated.emit(index)

    return pick
