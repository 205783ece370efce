"""The data panel: what each kind of data offers, and what an edit of it entails."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from logreg_gui.controls.class_marks import ClassButton, ClassTitle
from logreg_gui.controls.data_panel import PRESET_TITLES
from logreg_gui.core.csv_files import parse_csv
from logreg_gui.core.datasets import Dataset
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import (
    PAINTED,
    ModelSpec,
    Scenario,
    TableData,
    scenario_of_table,
    with_class_count,
    with_model,
)
from logreg_gui.views.style import THEMES, Look
from tests.controls.find import choice, names, number


def test_every_preset_and_painted_points_have_a_title_of_their_own():
    assert set(PRESET_TITLES) == {*PRESETS, PAINTED}
    assert len(set(PRESET_TITLES.values())) == len(PRESETS) + 1


def test_choosing_a_preset_tells_its_scenario(qtbot, column, choose):
    with qtbot.waitSignal(column.data.preset_chosen, check_params_cb=lambda s: s is PRESETS["moons"]):
        choose(choice(column.data, "Preset"), "moons")


OWN = {
    "moons": {"number of points", "noise"},
    "circles": {"number of points", "noise", "factor"},
    "xor": {"number of points", "noise"},
    "spirals": {"number of points", "noise", "turns", "number of classes"},
    "outlier": {"number of points", "outliers"},
    "noisy-curve": {"number of points", "noise"},
    "iris": {"species", "feature x₁", "feature x₂"},
}


@pytest.mark.parametrize("name", OWN)
def test_each_kind_of_data_shows_its_own_fields_and_the_common_ones(make_column, name):
    common = {"Preset", "test set", "seed"}
    if name != "noisy-curve":  # one feature, and no labels to be wrong
        common |= {"inputs", "wrong labels"}
    assert names(make_column(PRESETS[name]).data) == OWN[name] | common


@pytest.mark.parametrize(
    ("name", "field", "text", "attribute", "value"),
    [
        ("moons", "number of points", "50", "size", 50),
        ("moons", "noise", "0,5", "noise", 0.5),
        ("circles", "factor", "0.7", "factor", 0.7),
        ("spirals", "turns", "2", "turns", 2.0),
        ("outlier", "outliers", "3", "outliers", 3),
        ("noisy-curve", "noise", "0", "noise", 0.0),
    ],
)
def test_fields_of_shapes_change_the_data(make_column, retype, name, field, text, attribute, value):
    column = make_column(PRESETS[name])
    retype(number(column.data, field), text)
    assert [edit.label for edit in column.edits] == [f"Change {field}"]
    assert column.scenario.data == replace(PRESETS[name].data, **{attribute: value})


@pytest.mark.parametrize(
    ("name", "field", "text"),
    [
        ("moons", "number of points", "1"),
        ("moons", "number of points", "2.5"),
        ("moons", "noise", "-1"),
        ("circles", "factor", "1"),
        ("spirals", "turns", "101"),
        ("spirals", "number of classes", "7"),
        ("outlier", "outliers", "-1"),
        ("moons", "test set", "100"),
        ("moons", "wrong labels", "-5"),
        ("moons", "seed", "1.5"),
    ],
)
def test_what_the_data_cannot_be_is_refused_in_words_and_stays_for_mending(
    make_column, retype, name, field, text
):
    column = make_column(PRESETS[name])
    place = number(column.data, field)
    retype(place, text)
    assert column.edits == []
    kind, reason = column.told[-1]
    assert kind == "rejected"
    assert reason.startswith(f"{field} must be")
    assert reason.endswith(f"got {text}")
    assert place.lineEdit().text() == text


def test_percentages_are_shares_in_the_scenario(column, retype):
    retype(number(column.data, "test set"), "20")
    retype(number(column.data, "wrong labels"), "7.5 %")
    assert (column.scenario.test_size, column.scenario.label_noise) == (0.2, 0.075)
    assert number(column.data, "test set").lineEdit().text() == "20\N{NO-BREAK SPACE}%"


def test_one_input_can_be_chosen_and_all_only_where_there_are_more(make_column, choose):
    column = make_column(PRESETS["moons"])
    assert [entry.value for entry in choice(column.data, "inputs").choices] == ["first", "both"]
    choose(choice(column.data, "inputs"), "first")
    assert column.scenario.inputs == "first"
    column.show(PRESETS["iris"])
    assert [entry.value for entry in choice(column.data, "inputs").choices] == ["first", "both", "all"]


def test_two_species_are_told_apart_by_logistic_regression_and_three_by_softmax(make_column, choose):
    column = make_column(PRESETS["iris"])
    choose(choice(column.data, "species"), ("versicolor", "virginica"))
    assert column.scenario.data.classes == ("versicolor", "virginica")
    assert column.scenario.model.objective == "logistic"
    choose(choice(column.data, "species"), PRESETS["iris"].data.classes)
    assert column.scenario.model.objective == "softmax"


def test_the_same_feature_for_both_axes_swaps_them(make_column, choose):
    column = make_column(PRESETS["iris"])
    choose(choice(column.data, "feature x₁"), "petal width")
    assert (column.scenario.data.x1, column.scenario.data.x2) == ("petal width", "petal length")
    choose(choice(column.data, "feature x₂"), "sepal width")
    assert (column.scenario.data.x1, column.scenario.data.x2) == ("petal width", "sepal width")


def test_measured_data_have_nothing_to_draw_again_until_a_test_set_is_drawn(qtbot, make_column, retype):
    column = make_column(PRESETS["iris"])
    button = next(b for b in column.data.findChildren(QPushButton) if b.text() == "New sample")
    for widget in (button, number(column.data, "seed")):
        assert not widget.isEnabled()
        assert "measured" in widget.toolTip()
    retype(number(column.data, "test set"), "30")
    assert number(column.data, "seed").isEnabled()
    with qtbot.waitSignal(column.data.new_sample_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_prior_is_a_share_of_all_points(column, retype):
    assert column.data.field(0, "π").lineEdit().text() == "0.5"
    retype(column.data.field(1, "π"), "0.25")
    assert [gaussian.size for gaussian in column.scenario.data.classes] == [150, 50]
    assert column.data.field(0, "π").lineEdit().text() == "0.75"
    assert column.data.field(1, "n").lineEdit().text() == "50"


def test_a_prior_that_sizes_cannot_meet_any_closer_is_shown_as_it_is(column, retype):
    retype(column.data.field(0, "π"), "0.5001")
    assert column.scenario.data == PRESETS["overlapping"].data
    assert column.data.field(0, "π").lineEdit().text() == "0.5"


@pytest.mark.parametrize("text", ["0", "1", "-0.5", "2"])
def test_a_prior_of_nothing_or_everything_is_refused(column, retype, text):
    retype(column.data.field(0, "π"), text)
    assert column.edits == []
    assert column.told[-1][1].startswith("π of class 0 must be a number between 0 and 1")


def test_more_classes_ask_for_softmax_and_two_again_for_the_logistic_model(column, retype):
    retype(number(column.data, "number of classes"), "4")
    assert len(column.scenario.data.classes) == 4
    assert column.scenario.model.objective == "softmax"
    retype(number(column.data, "number of classes"), "2")
    assert column.scenario.model.objective == "logistic"


def test_buttons_choose_which_neighbouring_classes_the_columns_show(qtbot, make_column, retype):
    column = make_column(with_class_count(PRESETS["three-gaussians"], 5))
    buttons = [b for b in column.data.findChildren(ClassButton) if b.isVisible()]
    assert [b.accessibleName() for b in buttons] == [f"class {k}" for k in range(5)]
    for pressed, pair in ((2, (2, 3)), (4, (3, 4)), (0, (0, 1))):
        qtbot.mouseClick(buttons[pressed], Qt.MouseButton.LeftButton)
        assert tuple(k for k, b in enumerate(buttons) if b.isChecked()) == pair
        titles = [title.accessibleName() for title in column.data.findChildren(ClassTitle)]
        assert titles == [f"class {k}" for k in pair]
        assert f"μ₁ of class {pair[1]}" in names(column.data)
    assert column.edits == []
    retype(column.data.field(4, "μ₁"), "9")
    assert column.scenario.data.classes[4].mean[0] == 9.0
    assert column.edits[-1].label == "Change μ₁ of class 4"


def test_two_classes_need_no_buttons(column):
    assert not [b for b in column.data.findChildren(ClassButton) if b.isVisible()]


def test_what_is_being_typed_belongs_to_the_class_that_was_shown(qtbot, make_column):
    column = make_column(PRESETS["three-gaussians"])
    field = column.data.field(0, "μ₁")
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "7")
    button = next(b for b in column.data.findChildren(ClassButton) if b.accessibleName() == "class 2")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [gaussian.mean[0] for gaussian in column.scenario.data.classes] == [7.0, 4.0, 2.0]
    assert "μ₁ of class 2" in names(column.data)


@pytest.mark.parametrize("theme", THEMES)
def test_every_class_has_its_mark_in_its_colour(make_column, theme):
    look = Look(THEMES[theme])
    column = make_column(with_class_count(PRESETS["three-gaussians"], 6), look)
    pictures = []
    for index in range(6):
        column.data.field(index, "n")
        title = next(
            t for t in column.data.findChildren(ClassTitle) if t.accessibleName() == f"class {index}"
        )
        image = title.grab().toImage()
        mark = image.copy(0, 0, image.height(), image.height())
        colors = {mark.pixelColor(x, y).name() for x in range(mark.width()) for y in range(mark.height())}
        assert QColor(look.theme.class_colors[index]).name() in colors
        ink = QColor(look.theme.class_colors[index])
        pictures.append(
            np.array(
                [
                    [mark.pixelColor(x, y) == ink for x in range(mark.width() - 5)]
                    for y in range(mark.height())
                ]
            )
        )
    for index, picture in enumerate(pictures):
        for other in pictures[:index]:
            assert np.count_nonzero(picture != other) >= 10


PATIENTS = """height,weight,age,ill
170,60,30,yes
180,80,41,no
165,70,52,yes
175,90,63,no
160,55,74,yes
190,85,25,no
"""


@pytest.fixture
def table_column(make_column):
    table = parse_csv(PATIENTS, "patients.csv")
    return make_column(scenario_of_table(TableData(table, "height", "weight", "ill"), standardise=True))


def test_a_table_offers_its_columns_along_the_axes_and_as_the_label(table_column, choose):
    data = table_column.data
    features = ["height", "weight", "age"]
    assert [entry.value for entry in choice(data, "feature x₁").choices] == features
    assert [entry.value for entry in choice(data, "label").choices] == [*features, "ill"]
    choose(choice(data, "feature x₁"), "weight")
    assert (table_column.scenario.data.x1, table_column.scenario.data.x2) == ("weight", "height")
    choose(choice(data, "feature x₂"), "age")
    assert (table_column.scenario.data.x1, table_column.scenario.data.x2) == ("weight", "age")


def test_a_label_of_numbers_makes_a_regression_over_one_axis_and_back(table_column, choose):
    many = "\n".join(f"{k},{k * k},{k % 7},{k % 2}" for k in range(20))
    table = parse_csv(f"a,b,c,kind\n{many}\n", "numbers.csv")
    table_column.show(scenario_of_table(TableData(table, "a", "b", "kind"), standardise=True))
    choose(choice(table_column.data, "label"), "a")
    assert table_column.scenario.data.x1 != "a"
    assert table_column.scenario.model.objective == "squared-error"
    assert not {"feature x₂", "inputs", "wrong labels"} & names(table_column.data)
    choose(choice(table_column.data, "label"), "kind")
    assert table_column.scenario.model.objective == "logistic"
    assert "feature x₂" in names(table_column.data)


def test_inputs_that_make_too_many_terms_are_barred_and_say_why(make_column):
    head = ",".join(f"x{k}" for k in range(20))
    rows = "\n".join(",".join(str((k * i) % 13 + k / 7) for k in range(20)) + f",{i % 2}" for i in range(20))
    table = parse_csv(f"{head},kind\n{rows}\n", "wide.csv")
    scenario = scenario_of_table(TableData(table, "x1", "x2", "kind"), standardise=True)
    column = make_column(with_model(scenario, degree=3))
    barred = {entry.value: entry.obstacle for entry in choice(column.data, "inputs").choices}
    assert "500 terms" in barred.pop("all")
    assert set(barred.values()) == {""}


@dataclass(frozen=True)
class Foreign:
    """Data of a kind that the panel has no body for."""

    input_names: tuple[str, ...] = ("height", "weight", "age")
    class_names: tuple[str, ...] = ("ill", "well")

    def sample(self):
        return Dataset(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]))

    def all_inputs(self):
        return np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])


def test_data_of_any_other_kind_say_where_they_come_from_and_keep_the_common_fields(make_column):
    column = make_column(Scenario("visits <2019>.csv", Foreign(), ModelSpec()))
    assert names(column.data) == {"Preset", "inputs", "test set", "wrong labels", "seed"}
    words = "\n".join(label.text() for label in column.data.findChildren(QLabel) if label.isVisible())
    assert "visits <2019>.csv" in words
    assert "height, weight, age" in words
    assert "ill, well" in words
    assert choice(column.data, "Preset").currentIndex() == -1
    assert choice(column.data, "Preset").placeholderText().startswith("visits")


def test_a_field_that_goes_while_another_window_is_active_takes_no_more_keys(qtbot, column):
    column.show(PRESETS["moons"])
    qtbot.addWidget(other := QLabel("a page of help"))
    column.widget.activateWindow()
    number(column.data, "noise").setFocus()
    qtbot.waitUntil(number(column.data, "noise").hasFocus)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    column.show(PRESETS["tutorial-sagar"])
    QTest.keyClick(column.widget.windowHandle(), Qt.Key.Key_Up)
    assert column.edits == []


def test_a_field_that_goes_in_the_active_window_hands_the_focus_on(qtbot, column):
    column.show(PRESETS["moons"])
    column.widget.activateWindow()
    number(column.data, "noise").setFocus()
    qtbot.waitUntil(number(column.data, "noise").hasFocus)
    column.show(PRESETS["tutorial-sagar"])
    assert column.widget.focusWidget() is not None
    assert column.widget.focusWidget().isVisible()
