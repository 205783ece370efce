"""The window as a person meets it: real controls are turned, real keys pressed, and the outcome looked at."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from logreg_gui import settings as stored
from logreg_gui.actions import COMMANDS, MENUS, SUBMENUS, Scope, shortcuts_page
from logreg_gui.app import make_application
from logreg_gui.controls.table_page import TablePage
from logreg_gui.core.samples import draw
from logreg_gui.dialogs import Page
from logreg_gui.frames import RunStatus
from logreg_gui.main_window import MainWindow
from logreg_gui.presets import PRESETS, preset
from logreg_gui.scenario import UNLIMITED, Edit, with_model
from logreg_gui.session.session import TrainingSession
from logreg_gui.settings import Settings
from logreg_gui.views.style import THEMES, probability_color


@pytest.fixture
def make_window(qtbot):
    make_application()
    made = []

    def make(scenario=PRESETS["overlapping"], settings=None, store=None, size=(1280, 720)):
        window = MainWindow(TrainingSession(scenario), settings or Settings(theme="light"), store)
        made.append(window)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        rest_at(qtbot, window, 0)
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def window(make_window):
    return make_window(replace(PRESETS["overlapping"], speed=UNLIMITED))


def rest_at(qtbot, window, step):
    """Wait until training rests at that step and its references are known."""

    def is_there():
        frame = window.session.frame
        return (
            frame is not None
            and frame.step == step
            and frame.status is not RunStatus.RUNNING
            and frame.maximum is not None
        )

    qtbot.waitUntil(is_there, timeout=20_000)


def retype(qtbot, field, text):
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_click_on_play_trains_and_the_numbers_follow(qtbot, window):
    before = window.column.numbers.tiles(window.session.frame)
    play = window.transport.findChild(QToolButton, "play")
    qtbot.mouseClick(play, Qt.MouseButton.LeftButton)
    rest_at(qtbot, window, 60)
    after = window.column.numbers.tiles(window.session.frame)
    assert (before[0][1], after[0][1]) == ("0", "60")
    assert "Finished" in window.status.text()
    assert window.column.curve.points.steps[-1] == 60
    assert np.all(np.diff(window.column.curve.points.values) > 0)


def test_a_click_on_new_sample_draws_other_points_and_shows_their_seed(qtbot, window):
    old = window.session.frame.data.sample.features
    button = next(b for b in window.data_panel.findChildren(QPushButton) if "New sample" in b.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.frame.data.seed == 8)
    assert not np.array_equal(window.session.frame.data.sample.features, old)
    assert window.data_panel._seed.lineEdit().text() == "8"


def test_typing_a_learning_rate_changes_training_and_moves_the_slider(qtbot, window):
    position = window.optimizer_panel.slider.value()
    retype(qtbot, window.optimizer_panel.learning_rate, "3e-1")
    qtbot.waitUntil(lambda: window.session.frame.learning_rate == 0.3)
    assert window.optimizer_panel.slider.value() > position
    assert window.plane.hasFocus()


def test_dragging_the_slider_changes_the_field(qtbot, window):
    slider = window.optimizer_panel.slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 20, slider.height() // 3))
    assert window.session.scenario.learning_rate > 1
    shown = float(window.optimizer_panel.learning_rate.lineEdit().text())
    assert shown == window.session.scenario.learning_rate


@pytest.mark.parametrize("symbol", ["μ₁", "μ₂", "σ₁", "σ₂", "ρ", "n"])
def test_every_field_of_a_class_changes_that_quantity_alone(qtbot, window, symbol):
    def quantities():
        gaussian = window.session.scenario.data.classes[1]
        first, second = gaussian.standard_deviations
        return {
            "μ₁": gaussian.mean[0],
            "μ₂": gaussian.mean[1],
            "σ₁": first,
            "σ₂": second,
            "ρ": gaussian.correlation,
            "n": gaussian.size,
        }

    before = quantities()
    retype(qtbot, window.data_panel.field(1, symbol), "40" if symbol == "n" else "0.5")
    after = quantities()
    assert after[symbol] == pytest.approx(40 if symbol == "n" else 0.5)
    for other in before.keys() - {symbol}:
        assert after[other] == pytest.approx(before[other])
    qtbot.waitUntil(lambda: window.session.frame.data.classes == window.session.scenario.data.classes)


@pytest.mark.parametrize(
    ("symbol", "text", "words"),
    [
        ("n", "0", "n of class 0 must be a whole number from 1 to 1,000,000, got 0"),
        ("n", "-3", "n of class 0 must be a whole number from 1 to 1,000,000, got -3"),
        ("n", "2.5", "n of class 0 must be a whole number from 1 to 1,000,000, got 2.5"),
        ("n", "1e9", "n of class 0 must be a whole number from 1 to 1,000,000, got 1e9"),
        ("σ₁", "0", "σ₁ of class 0 must be a positive number, got 0"),
        ("σ₂", "-1", "σ₂ of class 0 must be a positive number, got -1"),
        ("σ₁", "inf", "σ₁ of class 0 must be a positive number, got inf"),
        ("ρ", "1", "ρ of class 0 must be a number between −1 and 1, both excluded, got 1"),
        ("ρ", "-1.2", "ρ of class 0 must be a number between −1 and 1, both excluded, got -1.2"),
        ("μ₁", "nan", "μ₁ of class 0 must be a number up to 10³⁰, got nan"),
        ("μ₂", "left", "μ₂ of class 0 must be a number, got left"),
        ("μ₂", " ", "μ₂ of class 0 must be a number, got nothing"),
    ],
)
def test_a_bad_entry_is_explained_and_the_last_good_data_stay(qtbot, window, symbol, text, words):
    scenario = window.session.scenario
    field = window.data_panel.field(0, symbol)
    retype(qtbot, field, text)
    assert window.banner.isVisible()
    assert window.banner.text == words
    assert field.error == words
    assert field.hasFocus()
    assert window.session.scenario == scenario
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.error
    assert not window.banner.isVisible()
    assert window.plane.hasFocus()


@pytest.mark.parametrize("text", ["0", "-0.1", "nan", "inf", "fast"])
def test_a_bad_learning_rate_is_explained_and_the_last_good_one_stays(qtbot, window, text):
    scenario = window.session.scenario
    retype(qtbot, window.optimizer_panel.learning_rate, text)
    assert "learning rate η must be" in window.banner.text
    assert window.banner.text.endswith(f"got {text}")
    assert window.session.scenario == scenario


@pytest.mark.parametrize("text", ["0", "2.5", "1e12"])
def test_a_bad_step_budget_is_explained(qtbot, window, text):
    retype(qtbot, window.optimizer_panel.steps, text)
    assert window.banner.text == f"steps must be a whole number from 1 to 100,000,000, got {text}"


def test_a_good_entry_takes_the_complaint_away(qtbot, window):
    retype(qtbot, window.optimizer_panel.learning_rate, "-1")
    assert window.banner.isVisible()
    retype(qtbot, window.optimizer_panel.learning_rate, "0.5")
    assert not window.banner.isVisible()


def test_nothing_moves_when_the_window_has_something_to_say(window):
    before = [part.geometry() for part in (window.splitter, window.transport, window.plane, window.controls)]
    window.show_failure("something broke")
    assert [
        part.geometry() for part in (window.splitter, window.transport, window.plane, window.controls)
    ] == before


def test_a_click_on_a_control_leaves_the_keys_to_the_plots(qtbot, window):
    window.plane.setFocus()
    qtbot.mouseClick(window.data_panel._new_sample, Qt.MouseButton.LeftButton)
    slider = window.optimizer_panel.slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, 8))
    assert window.plane.hasFocus()


@pytest.mark.parametrize("widget", ["number field", "choice", "button", "learning rate slider"])
def test_escape_leads_back_to_the_plots_from_every_control(qtbot, window, widget):
    focused = focusable(window)[widget]
    focused.setFocus()
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert window.plane.hasFocus()


def test_no_letter_is_underlined_twice(window):
    def letters(texts):
        found = [text[text.index("&") + 1].lower() for text in texts if "&" in text.replace("&&", "")]
        return sorted(found)

    taken = letters(
        [*(title for title, _ in MENUS), *(label.text() for label in window.findChildren(QLabel))]
    )
    taken += [
        key[-1].lower()
        for command in COMMANDS
        for key in command.keys
        if key.startswith("Alt+") and len(key) == 5
    ]
    assert len(taken) == len(set(taken))
    for menu in window.menus.values():
        inside = letters([action.text() for action in menu.actions()])
        assert len(inside) == len(set(inside)), menu.title()


def test_reset_all_is_heard_from_everywhere(qtbot, window):
    retype(qtbot, window.optimizer_panel.learning_rate, "0.5")
    for focused in focusable(window).values():
        window.session.apply(
            Edit(with_model(window.session.scenario, learning_rate=0.25), "Change the learning rate")
        )
        focused.setFocus()
        qtbot.keyClick(focused, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
        assert window.session.scenario.learning_rate == PRESETS["overlapping"].learning_rate


@pytest.mark.parametrize("size", [(960, 600), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("zoom", [0.8, 1.0, 1.75])
def test_no_field_is_cut_off_at_any_size_and_zoom(qtbot, make_window, size, zoom):
    window = make_window(size=size)
    window.wardrobe.set_zoom(zoom)
    qtbot.waitUntil(window.updatesEnabled)
    edge = window.controls.mapToGlobal(window.controls.rect().topRight()).x()
    for kind in (QAbstractSpinBox, QComboBox, QPushButton):
        shown = [widget for widget in window.controls.findChildren(kind) if widget.isVisible()]
        assert shown
        for widget in shown:
            assert widget.mapToGlobal(widget.rect().topRight()).x() <= edge
    assert window.column.curve.height() >= 8 * window.look.base


def test_showing_a_scenario_in_the_panels_is_no_edit(qtbot, window):
    for panel in (window.data_panel, window.model_panel, window.optimizer_panel):
        with qtbot.assertNotEmitted(panel.scenario_edited):
            panel.show_scenario(PRESETS["tutorial-becker"])


def test_undo_takes_an_edit_back_in_the_fields_too(qtbot, window):
    retype(qtbot, window.data_panel.field(0, "μ₁"), "3")
    undo = window.actions_by_name["undo"]
    assert undo.text() == "&Undo Change μ₁ of class 0"
    undo.trigger()
    assert window.data_panel.field(0, "μ₁").lineEdit().text() == "−0.9"
    assert not undo.isEnabled()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_of_the_data_menu_loads_and_trains(qtbot, window, name):
    window._preset_actions[name].trigger()
    sample = draw(PRESETS[name].data)
    qtbot.waitUntil(
        lambda: (
            window.session.frame.data.sample.class_names == sample.class_names
            and np.array_equal(window.session.frame.data.sample.features, sample.features)
        ),
        timeout=20_000,
    )
    assert window._preset_actions[name].isChecked()
    window.session.advance(3)
    rest_at(qtbot, window, 3)


# keys by scope

KEYS_ON_THE_PLOTS = [
    (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 21),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 30),
    (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 19),
    (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 10),
    (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
    (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 30),
    (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 10),
    (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, 60),
    (Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier, 60),
    (Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier, 0),
]


@pytest.mark.parametrize(("key", "modifier", "step"), KEYS_ON_THE_PLOTS)
def test_keys_walk_through_the_steps_while_the_plots_have_the_focus(qtbot, window, key, modifier, step):
    window.session.advance(20)
    rest_at(qtbot, window, 20)
    window.activateWindow()
    window.plane.setFocus()
    qtbot.keyClick(window.plane, key, modifier)
    rest_at(qtbot, window, step)


def focusable(window):
    return {
        "number field": window.data_panel.field(0, "μ₁"),
        "choice": window.optimizer_panel.speed,
        "button": window.data_panel._new_sample,
        "learning rate slider": window.optimizer_panel.slider,
    }


@pytest.mark.parametrize("widget", ["number field", "choice", "button", "learning rate slider"])
@pytest.mark.parametrize(
    "key", [Qt.Key.Key_N, Qt.Key.Key_BracketLeft, Qt.Key.Key_G, Qt.Key.Key_H, Qt.Key.Key_B]
)
def test_single_keys_do_nothing_elsewhere(qtbot, window, widget, key):
    scenario = window.session.scenario
    focused = focusable(window)[widget]
    focused.setFocus()
    qtbot.keyClick(focused, key)
    assert window.session.scenario == scenario
    assert window.actions_by_name["gaussians"].isChecked()
    assert window.controls.isVisible()
    assert not window.blank.isVisible()


@pytest.mark.parametrize("widget", ["number field", "button", "learning rate slider"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End])
def test_fields_buttons_and_sliders_keep_their_own_keys(qtbot, window, widget, key):
    window.session.advance(20)
    rest_at(qtbot, window, 20)
    run = window.session.frame.run
    focused = focusable(window)[widget]
    focused.setFocus()
    qtbot.keyClick(focused, key)
    settled = window.session.frame
    # Whatever the key meant there, one answered command later the run has not moved.
    window.session.pause()
    window.session.apply(Edit(replace(window.session.scenario, steps=61), "Change the steps"))
    qtbot.waitUntil(lambda: window.session.frame is not settled)
    assert (window.session.frame.step, window.session.frame.run) == (20, run)


@pytest.mark.parametrize("widget", ["number field", "choice", "button", "learning rate slider"])
def test_clicker_keys_work_wherever_the_focus_is(qtbot, window, widget):
    focused = focusable(window)[widget]
    focused.setFocus()
    qtbot.keyClick(focused, Qt.Key.Key_PageDown)
    rest_at(qtbot, window, 10)
    qtbot.keyClick(focused, Qt.Key.Key_F5)
    assert not window.menuBar().isVisible()


def test_speed_keys_change_the_speed_everywhere_it_is_shown(qtbot, window):
    qtbot.keyClick(window.plane, Qt.Key.Key_BracketLeft)
    assert window.session.scenario.speed == 600
    assert window.transport.speed.currentText() == window.optimizer_panel.speed.currentText() == "600 steps/s"


# stage view, blank, themes, zoom


def test_f5_and_escape_are_a_pair_that_a_clicker_may_repeat(qtbot, window):
    for _ in range(2):
        qtbot.keyClick(window.plane, Qt.Key.Key_F5)
        qtbot.waitUntil(window.updatesEnabled)
        assert (window.menuBar().isVisible(), window.controls.isVisible()) == (False, False)
        assert window.transport.isVisible()
    for _ in range(2):
        qtbot.keyClick(window.plane, Qt.Key.Key_Escape)
        qtbot.waitUntil(window.updatesEnabled)
        assert (window.menuBar().isVisible(), window.controls.isVisible()) == (True, True)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_on_the_stage_is_smaller_than_the_last_row_can_read(qtbot, make_window, size):
    window = make_window(size=size)
    window.enter_stage()
    qtbot.waitUntil(window.updatesEnabled)
    smallest = 0.028 * window.height()
    for kind in (QLabel, QComboBox, QAbstractSpinBox, QPushButton):
        for widget in window.findChildren(kind):
            if widget.isVisible():
                assert widget.fontInfo().pixelSize() >= smallest, widget
    for view in (window.plane, window.column.curve):
        for axis in ("left", "bottom"):
            assert view.getAxis(axis).style["tickFont"].pixelSize() >= smallest
    assert window.column.numbers.look.key >= 0.041 * window.height()


def test_good_news_does_not_look_like_trouble(window):
    window.status_row.say_briefly("all is well")
    assert window.banner.property("news")
    window.enter_stage()
    assert (window.transport._badge.text(), window.transport._badge.property("news")) == ("i", True)
    window.show_failure("something broke")
    assert not window.banner.property("news")
    assert (window.transport._badge.text(), window.transport._badge.property("news")) == ("!", False)


def test_in_the_stage_view_trouble_is_a_badge_and_no_banner(qtbot, window):
    window.enter_stage()
    window.show_failure("something broke")
    assert not window.banner.isVisible()
    assert window.transport._badge.isVisible()
    assert window.transport._badge.toolTip() == "something broke"


def test_trouble_is_a_banner_that_can_be_put_away(qtbot, window):
    window.show_failure("something broke")
    assert window.banner.isVisible()
    assert window.banner.text == "something broke"
    qtbot.mouseClick(window.banner.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()


def test_trouble_with_one_scenario_is_forgotten_with_the_next(window):
    window.show_failure("the disk is full")
    window.session.failed.emit("training broke")
    assert window.banner.text == "training broke"
    window.session.load(preset("iris"))
    assert window.banner.text == "the disk is full"  # which it still is
    window.session.maximum_missed.emit("the maximum is unknown")
    assert window.banner.text == "the maximum is unknown"


def test_a_rate_that_never_settles_is_told_with_the_stable_one(qtbot, window):
    retype(qtbot, window.optimizer_panel.learning_rate, "20")
    window.session.advance(60)
    qtbot.waitUntil(lambda: "largest stable rate" in window.banner.text, timeout=20_000)


def test_an_error_in_the_worker_shows_and_the_window_still_trains(qtbot, window, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr("logreg_gui.session.run.TrainingRun.train", lambda self, steps, **_: 1 / 0)
        window.session.play()
        qtbot.waitUntil(lambda: "ZeroDivisionError" in window.banner.text)
    window.session.advance(2)
    rest_at(qtbot, window, 2)


@pytest.mark.qt_log_ignore("This plugin does not support")  # popups of the offscreen platform
@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_N, Qt.Key.Key_Space, Qt.Key.Key_E])
def test_keys_belong_to_a_menu_that_is_open(qtbot, window, key):
    before = window.session.scenario
    menu = window.menus["Edit"]
    menu.popup(window.mapToGlobal(QPoint(5, 5)))
    for receiver in (window.plane, menu):  # which of them is asked depends on the platform
        override = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        override.ignore()
        QApplication.sendEvent(receiver, override)
        assert override.isAccepted()
    qtbot.keyClick(window.plane, key)
    menu.hide()
    assert window.session.scenario == before
    window.session.advance(1)  # the next command is the first one that is carried out
    rest_at(qtbot, window, 1)


@pytest.mark.parametrize("key", [Qt.Key.Key_Period, Qt.Key.Key_B, Qt.Key.Key_W])
@pytest.mark.parametrize("restoring", [Qt.Key.Key_PageDown, Qt.Key.Key_Tab, Qt.Key.Key_N, Qt.Key.Key_Escape])
def test_a_blank_screen_pauses_and_any_key_ends_it_and_does_nothing_else(qtbot, window, key, restoring):
    window.session.play()
    qtbot.keyClick(window.plane, key)
    assert window.blank.isVisible()
    assert window.blank.geometry() == window.rect()
    expected = QColor("white" if key == Qt.Key.Key_W else "black")
    picture = window.picture().toImage()
    assert {picture.pixelColor(x, y).name() for x in (5, 600) for y in (5, 300, 700)} == {expected.name()}
    qtbot.waitUntil(lambda: window.session.frame.status is not RunStatus.RUNNING)
    step = window.session.frame.step
    qtbot.keyClick(window.blank, restoring)
    assert not window.blank.isVisible()
    assert window.session.frame.step == step
    assert window.plane.hasFocus()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_reaches_the_corners_of_the_picture(window, theme):
    window.wardrobe.set_theme(theme)
    image = window.picture().toImage()
    expected = QColor(THEMES[theme].window)
    assert image.pixelColor(2, image.height() - 2).name() == expected.name()
    assert window._theme_actions[theme].isChecked()


@pytest.mark.parametrize("theme", THEMES)
def test_the_two_sides_of_the_boundary_wear_their_classes_tints(qtbot, window, theme):
    window.wardrobe.set_theme(theme)
    window.session.advance(60)
    rest_at(qtbot, window, 60)
    window.plane.finish_entrance()
    qtbot.waitUntil(window.updatesEnabled)  # the look is complete
    image = window.plane.grab().toImage()
    view = window.plane.getViewBox()
    area = view.sceneBoundingRect()
    for x, y in ((area.left() + 6, area.bottom() - 6), (area.right() - 6, area.top() + 6)):
        spot = view.mapSceneToView(QPointF(x, y))
        weights = window.session.frame.weights
        probability = 1 / (1 + np.exp(-(weights[0] + weights[1] * spot.x() + weights[2] * spot.y())))
        expected = probability_color(window.look, float(probability))
        painted = image.pixelColor(round(x), round(y))
        assert np.abs(np.subtract(painted.getRgb(), expected.getRgb())).max() <= 3


def test_a_look_that_fails_half_way_leaves_a_window_that_is_painted(qtbot, window, monkeypatch):
    def fail(look):
        raise RuntimeError("no such look")

    qtbot.waitUntil(window.updatesEnabled)
    with monkeypatch.context() as patch, qtbot.capture_exceptions() as errors:
        patch.setattr(window.column, "set_look", fail)
        window.wardrobe.set_theme("dark")
        qtbot.waitUntil(lambda: bool(errors))
    assert "no such look" in str(errors[0][1])
    assert window.updatesEnabled()
    window.wardrobe.set_theme("light")
    qtbot.waitUntil(window.updatesEnabled)
    assert window.look.theme.name == "light"


def test_zoom_changes_type_and_is_bounded(window):
    base = window.look.base
    window.actions_by_name["zoom_in"].trigger()
    assert window.look.base > base
    for _ in range(30):
        window.actions_by_name["zoom_in"].trigger()
    assert window.settings.zoom == 1.75
    window.actions_by_name["zoom_reset"].trigger()
    assert window.look.base == base


def test_the_plane_stays_at_one_to_one(make_window):
    for size in ((1280, 720), (1000, 900), (1920, 1080)):
        window = make_window(size=size)
        (left, right), (bottom, top) = window.plane.getViewBox().viewRange()
        area = window.plane.getViewBox().size()
        assert (right - left) / area.width() == pytest.approx((top - bottom) / area.height(), rel=0.01)


# memory, menus, accessibility, end


def test_theme_zoom_and_widths_are_remembered(make_window, tmp_path):
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    window = make_window(store=store)
    window.wardrobe.set_theme("projector")
    window.wardrobe.set_zoom(1.25)
    window.splitter.setSizes([400, 500, 380])
    window._remember_shares()
    window.close()
    again = stored.load(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert (again.theme, again.zoom) == ("projector", 1.25)
    assert again.shares == pytest.approx(window.settings.shares, abs=1e-3)
    assert not again.geometry.isEmpty()


@pytest.mark.parametrize(
    ("key", "value"),
    [("theme", "pink"), ("zoom", "huge"), ("zoom", "99"), ("shares", "1 2"), ("geometry", "x")],
)
def test_damaged_settings_fall_back_to_the_defaults(tmp_path, key, value):
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store.setValue(f"v{stored.VERSION}/{key}", value)
    assert stored.load(store) == Settings()


def test_every_command_is_in_a_menu_or_on_the_transport_bar_and_says_what_it_does(window):
    in_menus = {name for _, names in (*MENUS, *SUBMENUS.values()) for name in names if name}
    assert {command.name for command in COMMANDS} - in_menus == {"toggle_stage"}
    assert in_menus - {command.name for command in COMMANDS} == set(SUBMENUS)
    for command in COMMANDS:
        action = window.actions_by_name[command.name]
        assert action.statusTip()
        assert action.toolTip()


def test_no_two_commands_share_a_key():
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_single_keys_are_heard_on_the_plots_only():
    for command in COMMANDS:
        for key in command.keys:
            is_single = len(key) == 1 or key in (
                "Space",
                "Home",
                "End",
                "Left",
                "Right",
                "Shift+Left",
                "Shift+Right",
            )
            assert (command.scope is Scope.CANVAS) == is_single


def test_the_page_of_shortcuts_names_every_key():
    page = shortcuts_page()
    for command in COMMANDS:
        if command.keys:
            assert command.tip in page


@pytest.mark.parametrize("name", ["shortcuts", "about"])
def test_help_pages_open_beside_the_window_once_and_do_not_block_it(qtbot, window, name):
    for _ in range(2):
        window.actions_by_name[name].trigger()
    (page,) = window.findChildren(Page)
    assert page.isVisible()
    assert not page.isModal()
    assert page.text.toPlainText().strip()
    page.close()


def test_every_control_has_a_name_and_is_large_enough_to_hit(window):
    for kind in (QAbstractSpinBox, QComboBox, QPushButton, QToolButton):
        for widget in window.findChildren(kind):
            if widget.isVisible() and widget.objectName() != "qt_menubar_ext_button":
                assert (widget.accessibleName() or widget.text()).strip(), widget
                assert min(widget.width(), widget.height()) >= 24, widget


def test_closing_while_it_trains_at_full_speed_ends_the_thread(qtbot, make_window):
    window = make_window(replace(PRESETS["tutorial-becker"], steps=10_000_000))
    window.session.play()
    qtbot.waitUntil(lambda: window.session.is_playing)
    window.close()
    assert window.session._thread.isFinished()


def test_a_hundred_windows_opened_played_and_closed_leave_no_thread_and_no_warning(qtbot, qtlog):
    make_application()
    scenario = replace(PRESETS["overlapping"], speed=UNLIMITED, steps=10_000_000)
    threads = []
    for _ in range(100):
        window = MainWindow(TrainingSession(scenario), Settings(theme="light"))
        window.show()
        window.session.play()
        with qtbot.waitSignal(window.session.frame_changed, timeout=20_000):
            pass
        threads.append(window.session._thread)
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert all(thread.isFinished() for thread in threads)
    assert not [record for record in qtlog.records if not record.ignored]


def digest(window):
    """All that a command can change, as one value."""
    frame = window.session.frame
    return (
        window.session.scenario,
        (frame.step, frame.run, frame.status, frame.data.seed),
        (window.look, window.settings.shares, window.isFullScreen()),
        (window.controls.isVisible(), window.blank.isVisible(), len(window.findChildren(Page))),
        window.actions_by_name["gaussians"].isChecked(),
        window.banner.text,
        window.plane.visible_rectangle,
        (window.plane.hands._selected, window.plane.hands._placing),
    )


PREPARATIONS = {
    "undo": ("new_sample",),
    "redo": ("new_sample", "undo"),
    "leave": ("stage",),
    "zoom_reset": ("zoom_in",),
    "faster": ("slower",),
    "latest": ("start",),
    "reset_all": ("slower",),
}
ELSEWHERE: dict[str, str] = {
    "quit": "ends the program: the tests of closing",
    "open_data": "opens the system's own dialog: a test of its own",
    "save_picture": "opens the system's own dialog",
    "new": "in tests/test_documents.py, as all that follow",
    "open": "opens the system's own dialog",
    "clear_recent": "has nothing to clear here",
    "save": "opens the system's own dialog",
    "save_as": "opens the system's own dialog",
    "export_png": "opens the system's own dialog",
    "export_svg": "opens the system's own dialog",
    "export_data": "opens the system's own dialog",
    "export_history": "opens the system's own dialog",
    "cancel_export": "has nothing to cancel here",
    "reset_layout": "puts widths back: a test of its own",
}


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if command.name not in ELSEWHERE])
def test_every_command_does_something(qtbot, window, name):
    window.session.advance(25)
    rest_at(qtbot, window, 25)
    for preparation in PREPARATIONS.get(name, ()):
        window.actions_by_name[preparation].trigger()
        qtbot.waitUntil(lambda: window.session.frame.status is not RunStatus.RUNNING)
    if name == "latest":
        rest_at(qtbot, window, 0)
    if name == "fit_view":
        window.plane.zoom_by(2.0)
    before = digest(window)
    window.actions_by_name[name].trigger()
    qtbot.waitUntil(lambda: digest(window) != before, timeout=20_000)
    for page in window.findChildren(Page):
        page.close()


@pytest.fixture
def own_file(tmp_path):
    path = tmp_path / "leaves.csv"
    rows = [f"{0.1 * k},{(k * 7) % 11},{'oak' if k % 3 else 'ash'}" for k in range(40)]
    path.write_text("length,width,tree\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def wait_for_preview(qtbot, window):
    qtbot.waitUntil(lambda: any(page.isVisible() for page in window.findChildren(TablePage)), timeout=20_000)
    (page,) = window.findChildren(TablePage)
    return page


def take_the_data(qtbot, window):
    """Wait for the preview and use what it suggests."""
    page = wait_for_preview(qtbot, window)
    qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.frame.data.sample.n_rows == 40, timeout=20_000)


def test_a_file_of_data_is_opened_previewed_and_trained_on(qtbot, window, own_file, monkeypatch):
    before = window.session.scenario
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(own_file), ""))
    window.actions_by_name["open_data"].trigger()
    take_the_data(qtbot, window)
    assert window.windowTitle() == "leaves.csv – logreg_gui"
    assert window.session.frame.data.sample.class_names == ("ash", "oak")
    assert window.plane.getAxis("bottom").labelText == "length"
    window.session.advance(5)
    rest_at(qtbot, window, 5)
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.session.frame.data.sample.n_rows == 200)
    assert window.session.scenario == before


def test_the_columns_of_a_preview_follow_the_zoom(qtbot, window, own_file, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(own_file), ""))
    window.actions_by_name["open_data"].trigger()
    page = wait_for_preview(qtbot, window)

    def sizes():
        preview = page.preview
        return [preview.columnWidth(column) for column in range(3)], preview.rowHeight(0)

    columns, height = sizes()
    window.wardrobe.set_zoom(1.5)
    qtbot.waitUntil(window.updatesEnabled)
    larger, higher = sizes()
    assert all(large > 1.2 * column for large, column in zip(larger, columns, strict=True))
    assert higher > 1.2 * height
    page._fit_columns()
    assert sizes() == (larger, higher)
    window.wardrobe.set_zoom(1.0)
    qtbot.waitUntil(window.updatesEnabled)
    assert sizes() == (columns, height)
    page.close()


def test_a_file_dropped_on_the_window_is_previewed_too(qtbot, window, own_file):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(own_file))])
    place = QPointF(300, 300)
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(place.toPoint(), *arguments)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, *arguments))
    take_the_data(qtbot, window)


def test_a_file_that_holds_no_table_is_refused_in_words(qtbot, window, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text("a,b\n1,2\n1,2,3\n", encoding="utf-8")
    before = window.session.scenario
    window.opener.read(str(path))
    qtbot.waitUntil(lambda: "broken.csv" in window.banner.text, timeout=20_000)
    assert "line 3" in window.banner.text
    assert window.session.scenario == before


def test_reset_layout_puts_the_widths_back(window):
    window.splitter.setSizes([500, 300, 480])
    window._remember_shares()
    assert window.settings.shares != Settings().shares
    window.actions_by_name["reset_layout"].trigger()
    assert window.settings.shares == Settings().shares


@pytest.mark.parametrize("hand", ["click on the plots", "key", "New sample", "nothing"])
def test_the_opening_show_goes_on_by_itself_until_somebody_takes_over(qtbot, window, hand):
    window.greet()
    if hand == "click on the plots":
        qtbot.mouseClick(window.plane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    elif hand == "key":
        qtbot.keyClick(window.plane, Qt.Key.Key_G)
    elif hand == "New sample":
        qtbot.mouseClick(window.data_panel._new_sample, Qt.MouseButton.LeftButton)
    window.play_if_untouched()
    if hand == "nothing":
        rest_at(qtbot, window, 60)
    else:
        with qtbot.assertNotEmitted(window.session.playing_changed, wait=60):
            pass
        assert window.session.frame.step == 0
    window.plane.finish_entrance()


class Restyled(QObject):
    """Counts how often a widget was given another style."""

    def __init__(self, widget):
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.StyleChange
        return False


def places_of(window):
    return [widget.geometry() for widget in window.findChildren(QWidget) if widget.isVisible()]


class Painted(QObject):
    """What is to be seen when parts of a window are painted: their type size, that wanted, and all places."""

    def __init__(self, window):
        super().__init__()
        self.seen = []
        self._window = window
        self._parts = (window.transport, window.status_row.status, window.data_panel, window.menuBar())
        for part in self._parts:
            part.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            sizes = watched.font().pixelSize(), self._window.look.base
            self.seen.append((watched, *sizes, places_of(self._window)))
        return False

    def has_seen_all(self):
        return {one[0] for one in self.seen} == {part for part in self._parts if part.isVisible()}


def test_all_is_dressed_and_in_its_place_before_other_looks_are_painted(qtbot, window):
    painted = Painted(window)
    for change in (
        window.enter_stage,
        window.leave_stage,
        lambda: window.wardrobe.set_zoom(1.21),
        lambda: window.wardrobe.set_theme("dark"),
        lambda: window.resize(1300, 900),
    ):
        change()
        painted.seen.clear()
        qtbot.waitUntil(painted.has_seen_all)
        QApplication.processEvents()
        at_rest = places_of(window)
        for _, size, wanted, places in painted.seen:
            assert size == wanted
            assert places == at_rest
        rows = [row for row in (window.splitter, window.transport, window.status_row) if row.isVisible()]
        assert window.transport.height() == window.transport.sizeHint().height()
        assert sum(row.height() for row in rows) == window.canvas.height()
        assert {row.width() for row in rows} == {window.width()}
        assert window.plane.height() == window.column.height() == window.splitter.height()


def test_a_look_that_is_through_is_painted_whatever_requests_have_gone_by(window):
    painted = Painted(window)
    window.wardrobe.set_zoom(1.3)
    assert painted.seen == []
    window.wardrobe.finish()  # no event is processed
    assert painted.has_seen_all()


def test_a_hand_that_drags_the_edge_has_the_window_dressed_when_it_rests(qtbot, window, monkeypatch):
    sizes = []
    change = window.wardrobe.change
    monkeypatch.setattr(window.wardrobe, "change", lambda: (sizes.append(window.height()), change()))
    window.wardrobe._settling.setInterval(60_000)
    for height in (700, 690, 680, 670):
        window.windowHandle().resize(1280, height)
        QApplication.processEvents()
        assert window.height() == height
        assert window.pictures.height() < height
    assert sizes == [700] == [window.look.height]
    window.wardrobe._settling.start(0)
    qtbot.waitUntil(lambda: window.look.height == 670)
    assert sizes == [700, 670]


def test_the_stage_leaves_the_controls_alone_and_they_come_back_in_present_looks(qtbot, window):
    restyled = Restyled(window.data_panel)
    type_size = window.transport.font().pixelSize()
    window.enter_stage()
    qtbot.waitUntil(window.updatesEnabled)
    assert window.transport.font().pixelSize() == window.look.base > type_size
    window._show_shortcuts()
    (page,) = window.findChildren(Page)
    qtbot.waitUntil(lambda: page.font().pixelSize() == window.look.base)
    window.leave_stage()
    qtbot.waitUntil(window.updatesEnabled)
    assert restyled.count == 0, "styling all controls takes two frames"
    assert window.transport.font().pixelSize() == page.font().pixelSize() == type_size
    page.close()
    window.enter_stage()
    qtbot.waitUntil(window.updatesEnabled)
    window.wardrobe.set_zoom(1.5)
    with qtbot.waitSignal(window.session.frame_changed):
        window.session.load(PRESETS["spirals"])  # whose fields are made now
    window.leave_stage()
    qtbot.waitUntil(window.updatesEnabled)
    fields = [one for one in window.data_panel.findChildren(QAbstractSpinBox) if one.isVisible()]
    assert len(fields) > 3
    assert {one.font().pixelSize() for one in fields} == {window.look.base}
    assert window.look.base > type_size


@pytest.mark.parametrize("name", ["spirals", "overlapping"])
def test_tab_leads_through_the_fields_of_data_that_came_later(make_window, name):
    window = make_window(PRESETS["iris"])
    window.session.load(PRESETS[name])
    window.data_panel.section.content.findChild(QPushButton).setFocus()
    passed = []
    for _ in range(40):
        passed.append(QApplication.focusWidget())
        window.focusNextChild()
    names = [one.accessibleName() for one in passed if window.data_panel.isAncestorOf(one)]
    seed, first, last = (names.index(one) for one in ("seed", *EDGE_FIELDS[name]))
    assert seed < first < last < names.index("test set")


EDGE_FIELDS = {"spirals": ("noise", "turns"), "overlapping": ("μ₁ of class 0", "π of class 1")}
"""The first and the last field of the data's own, in the order in which they are read."""
