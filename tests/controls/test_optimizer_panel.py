"""The optimizer panel: each method with its own numbers, and a learning rate that may be automatic."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from logreg_gui.controls.remark import Remark
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import OPTIMIZERS, UNLIMITED, with_model
from tests.controls.find import choice, names, number

MANUAL = PRESETS["overlapping"]
AUTOMATIC = PRESETS["moons"]
RATE = {"learning rate η", "automatic learning rate η"}
OWN = {
    "gradient-ascent": RATE,
    "sgd": RATE | {"rows per step"},
    "momentum": RATE | {"momentum"},
    "nesterov": RATE | {"momentum"},
    "adagrad": RATE,
    "rmsprop": RATE,
    "adam": RATE,
    "newton": set(),
    "lbfgs": set(),
    "proximal": RATE,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_method_shows_the_numbers_it_has_and_no_others(column, choose, name):
    choose(choice(column.optimizer, "optimizer"), name)
    assert column.scenario.model.optimizer == name
    assert names(column.optimizer) == OWN[name] | {"optimizer", "steps", "speed"}
    assert column.optimizer.slider.isVisible() == bool(OWN[name])


def test_nothing_moves_whatever_method_is_chosen(column, choose):
    panel = column.optimizer
    places = set()
    for name in OPTIMIZERS:
        choose(choice(panel, "optimizer"), name)
        panel.layout().activate()
        places.add((panel.sizeHint().height(), panel.steps.mapTo(panel, QPoint()).y()))
    assert len(places) == 1


def test_methods_are_offered_by_their_titles(column):
    offered = [entry.text for entry in choice(column.optimizer, "optimizer").choices]
    assert offered == [info.title for info in OPTIMIZERS.values()]


@pytest.mark.parametrize(
    ("penalty", "barred"),
    [
        ("none", set()),
        ("l2", set()),
        ("l1", {"momentum", "nesterov", "adagrad", "rmsprop", "adam", "newton", "lbfgs"}),
    ],
)
def test_methods_that_cannot_climb_an_l1_penalty_are_barred_and_say_why(make_column, penalty, barred):
    field = choice(make_column(with_model(MANUAL, penalty=penalty)).optimizer, "optimizer")
    assert {entry.value for entry in field.choices if "l1" in entry.obstacle} == barred
    assert {
        field.itemData(k) for k in range(field.count()) if not field.model().item(k).isEnabled()
    } == barred


@pytest.mark.parametrize(
    ("optimizer", "field", "text", "attribute", "value"),
    [
        ("sgd", "rows per step", "8", "batch_size", 8),
        ("momentum", "momentum", "0,5", "momentum", 0.5),
        ("adam", "learning rate η", "3e-2", "learning_rate", 0.03),
    ],
)
def test_numbers_of_a_method_change_the_model(make_column, retype, optimizer, field, text, attribute, value):
    column = make_column(with_model(MANUAL, optimizer=optimizer))
    retype(number(column.optimizer, field), text)
    assert getattr(column.scenario.model, attribute) == value


@pytest.mark.parametrize(
    ("optimizer", "field", "text", "wanted"),
    [
        ("sgd", "rows per step", "2.5", "a whole number from 1 to 1,000,000"),
        ("momentum", "momentum", "1", "a number from 0 to 0.999"),
        ("gradient-ascent", "learning rate η", "-1", "a positive number from 10⁻¹² to 10¹²"),
        ("gradient-ascent", "steps", "0", "a whole number from 1 to 100,000,000"),
    ],
)
def test_what_no_method_can_take_is_refused_in_words(make_column, retype, optimizer, field, text, wanted):
    column = make_column(with_model(MANUAL, optimizer=optimizer))
    retype(number(column.optimizer, field), text)
    assert column.edits == []
    assert column.told[-1] == ("rejected", f"{field} must be {wanted}, got {text}")


def test_an_automatic_rate_is_shown_as_it_is_used_and_nothing_is_edited(make_column):
    column = make_column(AUTOMATIC)
    panel = column.optimizer
    assert panel.automatic.isChecked()
    assert panel.learning_rate.lineEdit().text() == ""
    assert panel.learning_rate.lineEdit().placeholderText() == "automatic"
    assert not panel.automatic.isEnabled()
    panel.show_learning_rate(0.00371234)
    assert panel.learning_rate.lineEdit().text() == "0.00371"
    position = panel.slider.value()
    panel.show_learning_rate(0.1)
    assert panel.learning_rate.lineEdit().text() == "0.1"
    assert panel.slider.value() > position
    assert column.told == []


def test_a_rate_of_ones_own_is_not_replaced_by_the_one_in_use(column):
    column.optimizer.show_learning_rate(0.5)
    assert column.optimizer.learning_rate.lineEdit().text() == "0.004"


def test_typing_a_rate_or_dragging_one_turns_automatic_off(qtbot, make_column, retype):
    column = make_column(AUTOMATIC)
    panel = column.optimizer
    panel.show_learning_rate(0.0037)
    retype(panel.learning_rate, "0.02")
    assert column.scenario.learning_rate == 0.02
    assert not panel.automatic.isChecked()
    panel.automatic.click()
    assert column.scenario.learning_rate is None
    assert panel.automatic.isChecked()
    middle = QPoint(panel.slider.width() // 2, panel.slider.height() // 3)
    qtbot.mouseClick(panel.slider, Qt.MouseButton.LeftButton, pos=middle)
    assert column.scenario.learning_rate == pytest.approx(1e-3, rel=0.2)
    assert not panel.automatic.isChecked()
    assert column.edits[-1].label == "Change learning rate η"


def test_turning_automatic_off_keeps_the_rate_that_is_shown(make_column):
    column = make_column(AUTOMATIC)
    column.optimizer.show_learning_rate(0.00371234)
    column.optimizer.automatic.click()
    assert column.scenario.learning_rate == 0.00371
    assert column.optimizer.learning_rate.lineEdit().text() == "0.00371"


def test_a_rate_that_is_being_typed_is_left_alone_by_the_one_in_use(qtbot, make_column):
    column = make_column(AUTOMATIC)
    field = column.optimizer.learning_rate
    column.optimizer.show_learning_rate(0.1)
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "0.0")
    column.optimizer.show_learning_rate(0.2)
    assert field.lineEdit().text() == "0.0"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.lineEdit().text() == "0.2"
    assert column.edits == []


def test_a_drag_of_the_slider_is_one_gesture(qtbot, column):
    slider = column.optimizer.slider
    row = slider.height() // 3
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, row))
    for x in (80, 120):
        qtbot.mouseMove(slider, QPoint(x, row))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(120, row))
    assert [edit.continues for edit in column.edits] == [False, True, True]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((None, None), "stable learning rates: computing"),
        ((0.01, 0.02), "always climbs below 0.0100; largest stable rate 0.0200"),
        ((0.01, None), "always climbs below 0.0100; separable: no largest stable rate"),
        ((None, 0.02), "largest stable rate 0.0200"),
        ((None, None, "no zones: Adam takes steps of its own length"),
         "no zones: Adam takes steps of its own length"),
    ],
)  # fmt: skip
def test_the_zones_are_put_in_words(column, arguments, words):
    column.optimizer.show_stable_rates(*arguments)
    assert words in [remark.text() for remark in column.optimizer.findChildren(Remark)]


def test_the_rates_of_adaptive_methods_lie_on_the_slider(make_column):
    column = make_column(with_model(MANUAL, optimizer="adam"))
    slider = column.optimizer.slider
    for rate in (1e-3, 0.29, 1.0):  # the papers' default, the automatic one on these data, and a large one
        column.optimizer.show_learning_rate(rate)
        assert slider.minimum() < slider.value() < slider.maximum()


def test_steps_and_speed_are_edited_and_an_odd_speed_is_shown_as_it_is(column, choose, retype):
    retype(column.optimizer.steps, "50")
    choose(column.optimizer.speed, UNLIMITED)
    assert (column.scenario.steps, column.scenario.speed) == (50, UNLIMITED)
    column.show(replace(MANUAL, speed=7))
    assert column.optimizer.speed.placeholderText() == "7 steps/s"
