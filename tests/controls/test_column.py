"""The control column as a whole: showing is not editing, everything fits, everything can be reached."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.section import Section
from logreg_gui.controls.switch import Switch
from logreg_gui.core.models import build
from logreg_gui.core.samples import draw
from logreg_gui.presets import PRESETS, preset
from logreg_gui.scenario import Iris, with_class_count, with_model
from logreg_gui.views.style import THEMES, Look
from tests.controls.find import number

SIX = with_class_count(PRESETS["three-gaussians"], 6)
NET = with_model(PRESETS["moons"], penalty="elasticnet", C=0.01)
SCENARIOS = [*PRESETS.values(), replace(SIX, preset="six"), replace(NET, preset="net")]
FIELDS = (NumberField, ChoiceField, Switch, QPushButton)


def visible(parent, *kinds):
    return [widget for kind in kinds for widget in parent.findChildren(kind) if widget.isVisible()]


def corner(widget, window):
    return widget.mapTo(window, QPoint(0, 0))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.preset)
def test_showing_a_preset_emits_nothing(column, scenario):
    column.show(scenario)
    column.show(PRESETS["overlapping"])
    assert column.told == []


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_clipped_whatever_is_shown(make_column, theme):
    column = make_column(look=Look(THEMES[theme]))
    for scenario in SCENARIOS:
        column.show(scenario)
        QApplication.processEvents()
        for widget in visible(column.widget, QLabel, *FIELDS):
            right = corner(widget, column.widget).x() + widget.width()
            assert right <= column.widget.width(), f"{scenario.preset}: {widget} is cut off"
            least = widget.minimumSizeHint()
            assert widget.width() >= least.width(), f"{scenario.preset}: {widget} is too narrow"
            if isinstance(widget, QLabel):
                wanted = max(least.height(), widget.heightForWidth(widget.width()))
                assert widget.height() >= wanted, f"{scenario.preset}: {widget.text()} is too low"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.preset)
def test_the_column_is_no_wider_than_its_place_in_a_small_window(make_column, scenario):
    column = make_column(scenario)
    assert column.widget.layout().minimumSize().width() <= 272


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.preset)
def test_no_two_fields_lie_on_each_other(make_column, scenario):
    column = make_column(scenario)
    areas = [
        (w, w.rect().translated(corner(w, column.widget))) for w in visible(column.widget, QLabel, *FIELDS)
    ]
    for index, (widget, area) in enumerate(areas):
        for other, place in areas[:index]:
            assert not area.intersects(place), f"{widget} lies on {other}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.preset)
def test_every_control_has_a_name_a_tooltip_and_a_size_to_hit(make_column, scenario):
    column = make_column(scenario)
    for widget in visible(column.widget, *FIELDS, QAbstractButton):
        name = widget.accessibleName() or widget.text()
        assert name
        assert widget.toolTip(), f"{name} has no tooltip"
        assert min(widget.width(), widget.height()) >= 24, f"{name} is too small"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.preset)
def test_tab_goes_through_the_column_as_it_is_read(make_column, scenario):
    column = make_column(scenario)
    # In this order the window makes the chain.
    chain = [
        widget
        for panel in column.panels
        for widget in panel.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not isinstance(widget, QLineEdit)  # the inside of a number field
    ]
    middles = [corner(w, column.widget) + w.rect().center() for w in chain]
    rows = [(middle.y() // 8, middle.x()) for middle in middles]
    assert len(rows) > 10
    for (row, x), (next_row, next_x) in pairwise(rows):
        assert next_row > row or (abs(next_row - row) <= 1 and next_x > x)


def test_rows_stay_where_they_are_while_it_trains(make_column):
    column = make_column(PRESETS["moons"])
    before = [widget.geometry() for widget in visible(column.widget, QWidget)]
    column.optimizer.show_learning_rate(0.00123456)
    column.optimizer.show_stable_rates(0.00123456, 0.0123456)
    QApplication.processEvents()
    column.optimizer.show_stable_rates(1.23456e-7, None)
    QApplication.processEvents()
    assert [widget.geometry() for widget in visible(column.widget, QWidget)] == before


def test_folds_outlive_other_data_and_can_be_put_back(qtbot, column):
    section = column.data.section
    heading = section.findChild(QAbstractButton)
    with qtbot.waitSignal(section.fold_changed, check_params_cb=lambda is_open: not is_open):
        qtbot.mouseClick(heading, Qt.MouseButton.LeftButton)
    for scenario in SCENARIOS:
        column.show(scenario)
        assert not visible(section.content, *FIELDS)
    with qtbot.assertNotEmitted(section.fold_changed):
        section.show_open(True)
    assert section.is_open
    assert visible(section.content, *FIELDS)
    assert [panel.section.title for panel in column.panels] == ["1  Data", "2  Model", "3  Optimizer"]


def test_every_panel_is_a_section(column):
    assert len(visible(column.widget, Section)) == 3


def test_what_was_typed_for_other_data_is_forgotten_with_them(qtbot, column):
    field = column.data.field(0, "μ₁")
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "5")
    column.show(PRESETS["moons"])
    field.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))
    assert column.told == []


def test_a_refusal_is_taken_back_when_its_field_goes_away(column, retype):
    retype(column.data.field(0, "μ₁"), "wide")
    assert column.told[-1] == ("rejected", "μ₁ of class 0 must be a number, got wide")
    column.show(PRESETS["moons"])
    assert column.told[-1] == ("rejected", "")


def test_a_refusal_is_taken_back_when_its_setting_no_longer_applies(column, retype):
    column.show(with_model(PRESETS["overlapping"], penalty="l2"))
    retype(number(column.model, "C"), "none")
    assert column.told[-1] == ("rejected", "C must be a number, got none")
    column.show(PRESETS["overlapping"])
    assert column.told[-1] == ("rejected", "")


def offers(column):
    """Every choice and switch that a person could make now: (field's name, value, how to make it)."""
    for field in visible(column.widget, ChoiceField):
        if field.accessibleName() in ("Preset", "speed"):
            continue
        for index, choice in enumerate(field.choices):
            if not choice.obstacle:
                yield field.accessibleName(), choice.value, lambda f=field, i=index: f.activated.emit(i)
    for switch in visible(column.widget, Switch):
        if switch.isEnabled():
            yield switch.accessibleName(), not switch.isChecked(), switch.click


def smaller(scenario):
    """The same choices on fewer rows, so that every combination can be built."""
    data = scenario.data
    if hasattr(data, "size"):
        data = replace(data, size=30)
    elif not isinstance(data, Iris):
        data = replace(data, classes=tuple(replace(one, size=20) for one in data.classes))
    return replace(scenario, data=data)


@pytest.mark.parametrize(
    "name", ["overlapping", "three-gaussians", "moons", "iris", "outlier", "noisy-curve"]
)
def test_every_pair_of_choices_that_the_column_offers_can_be_trained(column, name):
    start = replace(smaller(preset(name)), speed=10.0)
    column.show(start)
    column.optimizer.show_learning_rate(0.01)
    reached = set()
    for first in range(len(list(offers(column)))):
        column.show(start)
        column.optimizer.show_learning_rate(0.01)
        list(offers(column))[first][2]()
        middle = column.scenario
        for second in range(len(list(offers(column)))):
            column.show(middle)
            what, value, make = list(offers(column))[second]
            column.edits.clear()
            make()
            assert column.edits, f"{what}: {value} of {middle} was refused"
            assert column.told[-1][:1] != ("rejected",) or column.told[-1][1] == ""
            reached.add(column.scenario)
    assert len(reached) > 40
    for scenario in {replace(one, speed=1.0, steps=1) for one in reached}:
        sample = draw(scenario.data, scenario.inputs)
        model = build(scenario.model, sample.features, sample.target, sample.n_classes or None)
        assert model.n_weights >= 2
