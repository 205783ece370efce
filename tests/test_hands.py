"""The real mouse on the real plot: press, move and release, and see what became of the data."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton

from logreg_gui.app import make_application
from logreg_gui.controls.gestures import PaintTool
from logreg_gui.exports import png_of
from logreg_gui.main_window import MainWindow
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import UNLIMITED, Edit, painted, with_class, with_model
from logreg_gui.session.session import TrainingSession
from logreg_gui.settings import Settings
from logreg_gui.views import geometry, hit_test
from logreg_gui.views.plane_hands import NUDGE_PIXELS, round_step

LEFT = Qt.MouseButton.LeftButton
NOTHING = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def make_window(qtbot):
    make_application()
    made = []

    def make(scenario=PRESETS["overlapping"], size=(1280, 720)):
        window = MainWindow(TrainingSession(scenario), Settings(theme="light"))
        made.append(window)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.session.frame is not None and window.session.frame.maximum is not None)
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def window(make_window):
    return make_window()


def classes(window):
    return window.session.scenario.data.classes


def grip(window, index, part):
    """Where the handle is on the screen, computed from the scenario."""
    found = hit_test.grips(classes(window), window.plane.mapping, window.plane.visible_area)
    place = next(one.place for one in found if (one.owner, one.part) == (index, part))
    return QPoint(*map(round, place))


def pixel_of(window, x, y):
    point = window.plane.mapFromScene(window.plane.getViewBox().mapViewToScene(QPoint(0, 0).toPointF()))
    unit = window.plane.getViewBox().viewPixelSize()
    return QPoint(round(point.x() + x / unit[0]), round(point.y() - y / unit[1]))


def press(qtbot, window, place, modifiers=NOTHING):
    viewport = window.plane.viewport()
    qtbot.mouseMove(viewport, place)
    qtbot.mousePress(viewport, LEFT, modifiers, place)


def move(qtbot, window, place, modifiers=NOTHING):
    # mouseMove of the test library sends no modifiers.
    viewport = window.plane.viewport()
    where = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, viewport.mapToGlobal(where), Qt.MouseButton.NoButton, LEFT, modifiers
    )
    QApplication.sendEvent(viewport, event)


def release(qtbot, window, place):
    qtbot.mouseRelease(window.plane.viewport(), LEFT, NOTHING, place)


def drag(qtbot, window, start, way, modifiers=NOTHING):
    end = start + QPoint(*way)
    press(qtbot, window, start, modifiers)
    move(qtbot, window, start + QPoint(way[0] // 2, way[1] // 2), modifiers)
    move(qtbot, window, end, modifiers)
    release(qtbot, window, end)


def shown(window, index, symbol):
    text = window.data_panel.field(index, symbol).lineEdit().text()
    return float(text.replace("\N{MINUS SIGN}", "-"))


def fields_agree(window):
    for index, gaussian in enumerate(classes(window)):
        deviations = gaussian.standard_deviations
        numbers = (*gaussian.mean, *deviations, gaussian.correlation)
        for symbol, number in zip(("μ₁", "μ₂", "σ₁", "σ₂", "ρ"), numbers, strict=True):
            assert shown(window, index, symbol) == pytest.approx(number, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("size", [(1280, 720), (1000, 900)])
@pytest.mark.parametrize("zoom", [0.4, 1.0, 2.5])
def test_a_mean_follows_the_mouse_at_every_zoom_and_aspect(qtbot, make_window, zoom, size):
    window = make_window(size=size)
    window.plane.zoom_by(zoom, classes(window)[0].mean)
    before = classes(window)
    across, up = window.plane.getViewBox().viewPixelSize()
    # 13 pixels beside the middle of the handle: still on it.
    start = grip(window, 0, "mean") + QPoint(9, 9)
    drag(qtbot, window, start, (40, -26))
    moved = classes(window)[0]
    expected = (before[0].mean[0] + 40 * across, before[0].mean[1] + 26 * up)
    assert moved.mean == pytest.approx(expected, abs=across)
    assert moved.covariance == before[0].covariance
    assert classes(window)[1] == before[1]
    fields_agree(window)
    assert window.session._undo.undo_label == "Move class 0"


@pytest.mark.parametrize("size", [(1280, 720), (1000, 900)])
@pytest.mark.parametrize("zoom", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("part", ["long", "short"])
def test_the_handles_of_the_axes_shape_the_ellipse_at_every_zoom_and_aspect(
    qtbot, make_window, zoom, size, part
):
    window = make_window(size=size)
    window.plane.zoom_by(zoom, classes(window)[0].mean)
    before = classes(window)[0]
    centre, handle = grip(window, 0, "mean"), grip(window, 0, part)
    outwards = np.array([handle.x() - centre.x(), handle.y() - centre.y()])
    inwards = np.rint(-0.3 * outwards).astype(int)
    drag(qtbot, window, handle, tuple(inwards.tolist()))
    after = classes(window)[0]
    across, _ = window.plane.getViewBox().viewPixelSize()
    shrunk = np.linalg.norm(inwards) * across / 2.0
    which = 0 if part == "long" else 1
    expected = list(before.axis_lengths)
    expected[which] -= shrunk
    if expected[which] > 0.05 * expected[1 - which]:
        assert sorted(after.axis_lengths) == pytest.approx(sorted(expected), rel=0.03)
    assert after.mean == before.mean
    assert after.axis_lengths[1] > 0.0
    fields_agree(window)


def test_a_handle_can_be_hit_thirteen_pixels_beside_it_and_not_at_sixteen(qtbot, window):
    window.plane.zoom_by(0.5)
    handle = grip(window, 0, "long")
    hands = window.plane.hands
    for way, is_hit in ((13, True), (16, False)):
        centre = grip(window, 0, "mean")
        outwards = np.array([handle.x() - centre.x(), handle.y() - centre.y()], dtype=float)
        outwards *= way / np.linalg.norm(outwards)
        qtbot.mouseMove(window.plane.viewport(), handle + QPoint(*map(int, outwards)))
        assert (hands._hovered is not None and hands._hovered.part == "long") is is_hit


def test_the_body_drags_the_whole_class(qtbot, window):
    before = classes(window)[0]
    drag(qtbot, window, pixel_of(window, -1.6, -1.2), (-20, 15))
    after = classes(window)[0]
    assert after.mean[0] < before.mean[0]
    assert after.mean[1] < before.mean[1]
    assert after.covariance == before.covariance


def test_shift_snaps_and_control_keeps_the_angle(qtbot, window):
    drag(qtbot, window, grip(window, 0, "mean"), (31, 17), SHIFT)
    assert [4 * value for value in classes(window)[0].mean] == [round(4 * v) for v in classes(window)[0].mean]
    angle = classes(window)[1].angle
    drag(qtbot, window, grip(window, 1, "long"), (9, -30), CTRL)
    assert classes(window)[1].angle == pytest.approx(angle, abs=0.002)


def test_escape_takes_a_drag_back_and_leaves_no_entry_and_what_could_be_redone(qtbot, window):
    original = window.session.scenario
    drag(qtbot, window, grip(window, 1, "mean"), (20, 20))
    drag(qtbot, window, grip(window, 0, "mean"), (20, 20))
    window.session.undo()
    before = window.session.scenario
    start = grip(window, 1, "mean")
    window.plane.setFocus()
    press(qtbot, window, start)
    move(qtbot, window, start + QPoint(50, 10))
    assert window.session.scenario != before
    qtbot.keyClick(window.plane, Qt.Key.Key_Escape)
    assert window.session.scenario == before
    assert not window.plane.hands.is_down
    release(qtbot, window, start + QPoint(50, 10))
    assert window.session.scenario == before
    assert (window.session._undo.undo_label, window.session._undo.redo_label) == (
        "Move class 1", "Move class 0",
    )  # fmt: skip
    window.session.undo()
    assert window.session.scenario == original


def test_a_drag_is_one_entry_however_many_moves_it_has(qtbot, window):
    before = window.session.scenario
    start = grip(window, 0, "mean")
    press(qtbot, window, start)
    for step in range(1, 12):
        move(qtbot, window, start + QPoint(3 * step, -2 * step))
        if step % 4 == 0:
            with qtbot.waitSignal(window.session.frame_changed):
                pass
    release(qtbot, window, start + QPoint(33, -22))
    window.session.undo()
    assert window.session.scenario == before
    window.session.redo()
    assert window.session.scenario != before


def test_the_same_cloud_deforms_and_the_references_follow(qtbot, window):
    first = window.session.frame
    drag(qtbot, window, grip(window, 1, "mean"), (50, -30))

    def has_followed():
        frame = window.session.frame
        return frame.data.classes == classes(window) and frame.maximum is not None

    qtbot.waitUntil(has_followed)
    frame = window.session.frame
    way = np.array(classes(window)[1].mean) - first.data.classes[1].mean
    rows = frame.data.sample.target == 1
    moved = frame.data.sample.features[rows] - first.data.sample.features[rows]
    assert moved == pytest.approx(np.broadcast_to(way, moved.shape), abs=1e-5)
    assert np.array_equal(frame.data.sample.features[~rows], first.data.sample.features[~rows])
    assert not np.allclose(frame.maximum.weights, first.maximum.weights)
    assert frame.data.bayes != first.data.bayes


def test_training_goes_on_under_the_hand(qtbot, make_window):
    window = make_window(replace(PRESETS["overlapping"], speed=UNLIMITED, steps=10_000_000))
    window.session.play()
    qtbot.waitUntil(lambda: window.session.is_playing)
    start = grip(window, 0, "mean")
    press(qtbot, window, start)
    move(qtbot, window, start + QPoint(20, 0))
    step = window.session.frame.step
    qtbot.waitUntil(lambda: window.session.frame.step > step)
    assert window.session.is_playing
    release(qtbot, window, start + QPoint(20, 0))
    assert window.session.is_playing


def test_the_view_holds_still_while_the_hand_is_down_and_finds_its_class_after(qtbot, window):
    view = window.plane.visible_rectangle
    start = grip(window, 1, "mean")
    press(qtbot, window, start)
    end = QPoint(window.plane.viewport().width() - 12, 60)
    move(qtbot, window, end)
    qtbot.waitUntil(lambda: window.session.frame.data.classes == classes(window))
    assert window.plane.visible_rectangle == view
    release(qtbot, window, end)
    assert window.plane.visible_rectangle != view


def test_the_left_button_on_the_empty_plane_does_nothing(qtbot, window):
    before, view = window.session.scenario, window.plane.visible_rectangle
    drag(qtbot, window, pixel_of(window, 3.3, -3.3), (30, 20))
    assert window.session.scenario == before
    assert window.plane.visible_rectangle == view


def test_arrow_keys_belong_to_a_selected_handle_and_else_to_time(qtbot, window):
    window.plane.setFocus()
    before = classes(window)[0]
    qtbot.keyClick(window.plane, Qt.Key.Key_M)
    qtbot.keyClick(window.plane, Qt.Key.Key_Right)
    qtbot.keyClick(window.plane, Qt.Key.Key_Up)
    coarse = classes(window)[0].mean[0] - before.mean[0]
    assert coarse > 0.0
    assert classes(window)[0].mean[1] > before.mean[1]
    qtbot.keyClick(window.plane, Qt.Key.Key_Right, SHIFT)
    fine = classes(window)[0].mean[0] - before.mean[0] - coarse
    assert 0.0 < fine <= 0.2 * coarse
    qtbot.keyClick(window.plane, Qt.Key.Key_M)
    qtbot.keyClick(window.plane, Qt.Key.Key_Right)
    assert classes(window)[0].covariance != before.covariance
    fields_agree(window)
    qtbot.keyClick(window.plane, Qt.Key.Key_Escape)
    still = window.session.scenario
    qtbot.keyClick(window.plane, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.session.frame.step == 1)
    assert window.session.scenario == still
    window.session.undo()
    assert classes(window)[0] == before


def test_a_click_places_a_mean(qtbot, window):
    window.plane.setFocus()
    qtbot.keyClick(window.plane, Qt.Key.Key_C)
    qtbot.keyClick(window.plane, Qt.Key.Key_C)
    assert "class 1" in window.banner.text
    place = pixel_of(window, 2.0, -1.0)
    qtbot.mouseClick(window.plane.viewport(), LEFT, NOTHING, place)
    across, _ = window.plane.getViewBox().viewPixelSize()
    assert classes(window)[1].mean == pytest.approx((2.0, -1.0), abs=2 * across)
    assert window.banner.text == ""
    assert window.session._undo.undo_label == "Place class 1"
    after = window.session.scenario
    qtbot.mouseClick(window.plane.viewport(), LEFT, NOTHING, pixel_of(window, 3.3, -3.3))
    assert window.session.scenario == after


@pytest.mark.parametrize(("presses", "part", "label"), [(2, "long", "Stretch"), (3, "short", "Widen")])
def test_a_click_places_the_end_of_an_axis(qtbot, window, presses, part, label):
    window.plane.setFocus()
    before = classes(window)[0]
    for _ in range(presses):
        qtbot.keyClick(window.plane, Qt.Key.Key_M)
    qtbot.keyClick(window.plane, Qt.Key.Key_C)
    assert f"{part} axis of class 0" in window.banner.text
    centre, handle = grip(window, 0, "mean"), grip(window, 0, part)
    place = centre + QPoint(*(round(1.2 * way) for way in (handle - centre).toTuple()))
    qtbot.mouseClick(window.plane.viewport(), LEFT, NOTHING, place)
    after = classes(window)[0]
    which = 0 if part == "long" else 1
    assert after.axis_lengths[which] == pytest.approx(1.2 * before.axis_lengths[which], rel=0.03)
    assert after.axis_lengths[1 - which] == pytest.approx(before.axis_lengths[1 - which], rel=0.01)
    assert after.mean == before.mean
    assert window.session._undo.undo_label == f"{label} class 0"
    assert window.banner.text == ""
    fields_agree(window)


def test_behind_the_view_over_one_input_there_is_nothing_to_place_or_to_move(qtbot, make_window):
    window = make_window(replace(PRESETS["overlapping"], inputs="first"))
    for name in ("place_mean", "next_handle"):
        window.actions_by_name[name].trigger()
    assert window.banner.text == ""
    assert window.plane.hands._selected is None


def test_typing_moves_the_handles_too(qtbot, window):
    before = grip(window, 0, "mean")
    field = window.data_panel.field(0, "μ₁")
    field.setFocus()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), "-2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.plane.hands._gaussians == classes(window)
    assert grip(window, 0, "mean").x() < before.x()


def test_hidden_ellipses_cannot_be_dragged(qtbot, window):
    window.actions_by_name["gaussians"].trigger()
    before = window.session.scenario
    drag(qtbot, window, grip(window, 0, "mean"), (20, 20))
    assert window.session.scenario == before
    assert not window.plane.handles.isVisible()


def test_handles_hide_during_a_run_and_are_there_when_it_rests_or_the_pointer_comes(qtbot, make_window):
    window = make_window(replace(PRESETS["overlapping"], speed=1, steps=1000))
    hands = window.plane.hands
    assert hands._opacity_wanted == 1.0
    window.session.play()
    qtbot.waitUntil(lambda: window.session.is_playing)
    assert hands._opacity_wanted == 0.0
    qtbot.mouseMove(window.plane.viewport(), QPoint(200, 200))
    assert hands._opacity_wanted == 1.0
    window.session.pause()


def test_handles_fade_with_the_frames_and_by_themselves_when_there_are_none(window, monkeypatch):
    hands, layer = window.plane.hands, window.plane.handles
    module = "logreg_gui.views.plane_hands.BESIDE_FRAMES_MS"
    monkeypatch.setattr(module, 60_000)
    hands.show_running(True, 1)
    half = hands._fade.duration() // 2
    hands._fade.setCurrentTime(half)
    assert layer.opacity() == 1.0, "the next frame brings it along"
    hands.show_running(True, 2)
    assert layer.opacity() == 0.5
    monkeypatch.setattr(module, -1)
    for time in range(half, hands._fade.duration()):
        hands._fade.setCurrentTime(time)
        assert layer.opacity() * 8 == round(layer.opacity() * 8)
    assert layer.opacity() == 0.0
    monkeypatch.setattr(module, 60_000)
    hands.show_running(False, 3)
    hands._fade.setCurrentTime(half)
    assert layer.opacity() == 0.5, "at rest no frame comes"


def test_a_fade_that_ends_beside_frames_ends_where_it_should(window, monkeypatch):
    hands = window.plane.hands
    monkeypatch.setattr("logreg_gui.views.plane_hands.BESIDE_FRAMES_MS", 60_000)
    hands.show_running(True, 1)
    hands._fade.setCurrentTime(hands._fade.duration())
    assert window.plane.handles.opacity() == 0.0


def test_the_cue_is_there_after_the_opening_show_until_the_first_drag(qtbot, window):
    window.greet()
    window.plane.finish_entrance()
    assert window.plane.handles._cued is None
    window.session.advance(3)
    qtbot.waitUntil(lambda: window.session.frame.step == 3 and not window.session.is_playing)
    assert window.plane.handles._cued == 1
    drag(qtbot, window, grip(window, 0, "mean"), (20, 20))
    assert window.plane.handles._cued is None


def test_an_undo_in_the_middle_of_a_drag_takes_the_class_out_of_the_hand(qtbot, window):
    before = window.session.scenario
    start = grip(window, 0, "mean")
    press(qtbot, window, start)
    move(qtbot, window, start + QPoint(30, 0))
    window.session.load(PRESETS["separated"])
    move(qtbot, window, start + QPoint(60, 0))
    release(qtbot, window, start + QPoint(60, 0))
    assert window.session.scenario == PRESETS["separated"]
    window.session.undo()
    window.session.undo()
    assert window.session.scenario == before


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_random_edits_lead_back_and_forth(qtbot, window, seed):
    rng = np.random.default_rng(seed)
    first = window.session.scenario
    editor = window.plane_editor
    for number in range(200):
        data = window.session.scenario.data
        index = int(rng.integers(2))
        kind = rng.integers(4)
        x, y = (float(value) for value in rng.normal(0, 2, 2))
        if kind == 0:
            editor.place(index, x, y, 0.01, bool(rng.integers(2)))
        elif kind == 1:
            editor.nudge(index, "long", 2.0, 0.1, 0.2 + 0.001 * number)
        elif kind == 2:
            editor.grab(
                index,
                str(rng.choice(["mean", "body", "long", "short"])),
                *data.classes[index].mean,
                2.0,
                0.01,
            )
            for _ in range(3):
                editor.drag(x, y, bool(rng.integers(2)), bool(rng.integers(2)))
                x, y = x + 0.1, y - 0.2
            if rng.integers(4):
                editor.release()
            else:
                editor.cancel()
        else:
            window.session.set_speed(float(rng.integers(1, 600)))
        fields_agree(window)
    last = window.session.scenario
    steps = 0
    while window.session._undo.undo_label:
        window.session.undo()
        steps += 1
    assert steps > 50
    assert repr(window.session.scenario) == repr(first)
    for _ in range(steps):
        window.session.redo()
    assert repr(window.session.scenario) == repr(last)
    assert window.session._undo.redo_label == ""


@pytest.fixture
def paper(qtbot, window):
    """A window with painted points on it, and the paint tool in the hand."""
    window.plane.setFocus()
    qtbot.keyClick(window.plane, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: window.session.frame.data.classes == ())
    return window


def points(window):
    return window.session.scenario.data


def test_points_are_made_of_many_rows_beside_everything_else(qtbot, window, monkeypatch):
    monkeypatch.setattr("logreg_gui.controls.hands.SLICE_SECONDS", -1.0)
    before = window.session.scenario
    window.plane_editor.paint()
    assert window.session.scenario == before, "a piece at a time"
    window.session.load(PRESETS["moons"])
    QApplication.processEvents()
    qtbot.waitUntil(lambda: window.session.frame.data.sample.class_names == ("class 0", "class 1"))
    assert window.session.scenario == PRESETS["moons"], "given up with the rows it was about"
    window.plane_editor.paint()
    other = with_model(PRESETS["moons"], learning_rate=0.125)
    window.session.apply(Edit(other, "Change the learning rate"))
    qtbot.waitUntil(lambda: window.session.scenario.preset == "painted points")
    assert window.session.scenario == painted(other), "of the same rows, with what is set meanwhile"


def tool(window, name):
    return next(b for b in window.data_panel.painting.findChildren(QPushButton) if b.text() == name)


def class_button(window, index):
    buttons = window.data_panel.painting.findChildren(QPushButton)
    return next(b for b in buttons if b.accessibleName() == f"class {index}")


def test_present_rows_become_points_and_a_click_adds_one(qtbot, paper):
    before = points(paper)
    assert before.n_rows == 200
    qtbot.mouseClick(class_button(paper, 1), LEFT)
    qtbot.mouseClick(paper.plane.viewport(), LEFT, NOTHING, pixel_of(paper, 2.5, -2.0))
    after = points(paper)
    across, _ = paper.plane.getViewBox().viewPixelSize()
    assert after.n_rows == 201
    assert after.features[-1] == pytest.approx((2.5, -2.0), abs=2 * across)
    assert after.labels[-1] == 1
    qtbot.waitUntil(lambda: paper.session.frame.data.sample.n_rows == 201)
    paper.session.undo()
    assert points(paper) == before
    paper.session.undo()
    assert paper.session.scenario == PRESETS["overlapping"]


def test_a_stroke_paints_many_points_and_is_one_entry(qtbot, paper):
    before = points(paper)
    drag(qtbot, paper, pixel_of(paper, 1.5, -2.0), (120, 0))
    assert points(paper).n_rows > before.n_rows + 20
    added = points(paper).features[before.n_rows :]
    across, _ = paper.plane.getViewBox().viewPixelSize()
    assert np.ptp(added[:, 0]) > 90 * across
    assert np.abs(added[:, 1] + 2.0).max() < 20 * across
    assert paper.session._undo.undo_label == "Paint points"
    paper.session.undo()
    assert points(paper) == before


def test_a_new_class_is_painted_with_the_button_after_the_last(qtbot, paper):
    qtbot.mouseClick(class_button(paper, 2), LEFT)
    qtbot.mouseClick(paper.plane.viewport(), LEFT, NOTHING, pixel_of(paper, 2.5, -2.0))
    assert points(paper).n_classes == 3
    assert paper.session.scenario.model.objective == "softmax"
    qtbot.waitUntil(lambda: paper.session.frame.data.sample.n_classes == 3)
    assert class_button(paper, 3).isVisible()


def test_erase_flip_and_move_do_what_they_say(qtbot, paper):
    before = points(paper)
    target = before.features[7]
    place = pixel_of(paper, *map(float, target))
    qtbot.mouseClick(tool(paper, "Flip"), LEFT)
    qtbot.mouseClick(paper.plane.viewport(), LEFT, NOTHING, place)
    assert points(paper).labels[7] == 1 - before.labels[7]
    paper.session.undo()
    qtbot.mouseClick(tool(paper, "Move"), LEFT)
    drag(qtbot, paper, place, (30, 0))
    across, _ = paper.plane.getViewBox().viewPixelSize()
    assert points(paper).features[7] == pytest.approx((target[0] + 30 * across, target[1]), abs=1e-5)
    paper.session.undo()
    assert points(paper) == before
    qtbot.mouseClick(tool(paper, "Erase"), LEFT)
    qtbot.mouseClick(paper.plane.viewport(), LEFT, NOTHING, place)
    assert points(paper).n_rows < before.n_rows
    assert target.tolist() not in points(paper).features.tolist()


def test_the_last_point_of_a_class_stays_and_the_window_says_why(qtbot, paper):
    qtbot.mouseClick(tool(paper, "Clear"), LEFT)
    assert points(paper).labels.tolist() == [0, 1]
    qtbot.waitUntil(lambda: paper.session.frame.data.sample.n_rows == 2)
    qtbot.mouseClick(tool(paper, "Erase"), LEFT)
    place = pixel_of(paper, *map(float, points(paper).features[0]))
    qtbot.mouseClick(paper.plane.viewport(), LEFT, NOTHING, place)
    assert points(paper).labels.tolist() == [0, 1]
    assert "keeps one point" in paper.banner.text


def test_jitter_is_an_edit_and_a_tool_put_away_paints_nothing(qtbot, paper):
    before = points(paper)
    qtbot.mouseClick(tool(paper, "Jitter"), LEFT)
    assert points(paper) != before
    assert paper.session._undo.undo_label == "Jitter points"
    still = points(paper)
    qtbot.mouseClick(tool(paper, "Paint"), LEFT)
    qtbot.mouseClick(paper.plane.viewport(), LEFT, NOTHING, pixel_of(paper, 2.5, -2.0))
    assert points(paper) == still


def test_escape_takes_a_stroke_back(qtbot, paper):
    before = paper.session.scenario
    label = paper.session._undo.undo_label
    start = pixel_of(paper, 1.5, -2.0)
    press(qtbot, paper, start)
    move(qtbot, paper, start + QPoint(60, 0))
    qtbot.keyClick(paper.plane, Qt.Key.Key_Escape)
    release(qtbot, paper, start + QPoint(60, 0))
    assert paper.session.scenario == before
    assert paper.session._undo.undo_label == label


@pytest.fixture
def key_brush(qtbot, paper):
    """A window whose brush the arrow keys move, from the middle of the plane on."""
    paper.plane.setFocus()
    qtbot.keyClick(paper.plane, Qt.Key.Key_M)
    assert "Arrows move the brush" in paper.banner.text
    return paper


def type_keys(qtbot, window, *keys, modifiers=NOTHING):
    for key in keys:
        qtbot.keyClick(window.plane, key, modifiers)
        QCoreApplication.processEvents()


RIGHT, UP, RETURN, ESCAPE = Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Escape


def middle_in_data(window):
    (left, right), (bottom, top) = window.plane.getViewBox().viewRange()
    return 0.5 * (left + right), 0.5 * (bottom + top)


def test_the_keys_paint_as_the_mouse_does(qtbot, key_brush):
    before, (x, y) = points(key_brush), middle_in_data(key_brush)
    across, up = key_brush.plane.getViewBox().viewPixelSize()
    type_keys(qtbot, key_brush, RIGHT, RIGHT, UP)
    assert points(key_brush) == before
    type_keys(qtbot, key_brush, RETURN, RETURN)
    assert points(key_brush).n_rows == before.n_rows + 1
    assert points(key_brush).features[-1] == pytest.approx((x + 20 * across, y + 10 * up), rel=1e-5)
    type_keys(qtbot, key_brush, RETURN, *[RIGHT] * 12)
    type_keys(qtbot, key_brush, UP, modifiers=SHIFT)
    type_keys(qtbot, key_brush, RETURN)
    added = points(key_brush).features[before.n_rows + 1 :]
    assert len(added) > 20
    assert np.ptp(added[:, 0]) > 90 * across
    assert np.abs(added[:, 1] - (y + 10 * up)).max() < 20 * up
    assert key_brush.session._undo.undo_label == "Paint points"
    key_brush.session.undo()
    assert points(key_brush).n_rows == before.n_rows + 1
    assert key_brush.session.frame.step == 0, "the arrows are no steps of training meanwhile"


def test_the_brush_of_the_keys_stays_in_view_and_is_seen(qtbot, key_brush):
    plane = key_brush.plane
    type_keys(qtbot, key_brush, *[UP] * 90)
    plane.viewport().repaint()
    place = plane.hover._pointer
    assert place.y() == pytest.approx(plane.visible_area.top)
    ring = plane.grab().toImage().copy(round(place.x()) - 30, round(place.y()), 60, 30)
    type_keys(qtbot, key_brush, *[RIGHT] * 8)
    plane.viewport().repaint()
    assert ring != plane.grab().toImage().copy(round(place.x()) - 30, round(place.y()), 60, 30)
    type_keys(qtbot, key_brush, ESCAPE)
    assert plane.hover._pointer is None


@pytest.mark.parametrize("name", ["Erase", "Flip", "Move"])
def test_the_keys_use_every_tool(qtbot, key_brush, name):
    qtbot.mouseClick(class_button(key_brush, 1), LEFT)
    type_keys(qtbot, key_brush, RETURN, RETURN)
    before = points(key_brush)
    qtbot.mouseClick(tool(key_brush, name), LEFT)
    type_keys(qtbot, key_brush, RETURN, RIGHT, RETURN)
    after = points(key_brush)
    assert after != before
    assert key_brush.session._undo.undo_label == ("Flip labels" if name == "Flip" else f"{name} points")
    if name == "Move":
        across, _ = key_brush.plane.getViewBox().viewPixelSize()
        assert after.features[-1][0] - before.features[-1][0] == pytest.approx(10 * across, rel=1e-3)


def test_escape_takes_back_what_the_keys_paint_and_then_gives_the_arrows_back(qtbot, key_brush):
    before = key_brush.session.scenario
    type_keys(qtbot, key_brush, RETURN, RIGHT, RIGHT, RIGHT)
    assert key_brush.session.scenario != before
    type_keys(qtbot, key_brush, ESCAPE)
    assert key_brush.session.scenario == before
    type_keys(qtbot, key_brush, ESCAPE, RIGHT)
    qtbot.waitUntil(lambda: key_brush.session.frame.step == 1)
    type_keys(qtbot, key_brush, RETURN)
    assert key_brush.session.scenario == before


@pytest.mark.parametrize(
    "leave",
    [
        lambda qtbot, window: tool(window, "Paint").setFocus(),
        lambda qtbot, window: qtbot.keyClick(window.plane, Qt.Key.Key_M),
        lambda qtbot, window: qtbot.mouseClick(tool(window, "Paint"), LEFT),
    ],
    ids=["other focus", "next handle", "no tool"],
)
def test_a_brush_that_the_keys_have_put_down_is_lifted_when_they_go_elsewhere(qtbot, key_brush, leave):
    before = points(key_brush)
    type_keys(qtbot, key_brush, RETURN, *[RIGHT] * 4)
    assert key_brush.plane.hands.is_down
    leave(qtbot, key_brush)
    assert not key_brush.plane.hands.is_down
    assert points(key_brush).n_rows > before.n_rows + 1
    key_brush.session.undo()
    assert points(key_brush) == before


def test_the_mouse_takes_over_from_the_keys_and_paints_with_its_button_alone(qtbot, key_brush):
    type_keys(qtbot, key_brush, RETURN)
    before = points(key_brush).n_rows
    corner = QPoint(round(key_brush.plane.visible_area.left) + 40, 60)
    qtbot.mouseMove(key_brush.plane.viewport(), corner)
    QApplication.processEvents()
    assert not key_brush.plane.hands.is_down
    assert points(key_brush).n_rows == before
    # The keys go on from there; Esc leaves the ring to the mouse.
    type_keys(qtbot, key_brush, RIGHT)
    assert key_brush.plane.hover._pointer == QPointF(corner) + QPointF(10, 0)
    type_keys(qtbot, key_brush, ESCAPE)
    assert key_brush.plane.hover._pointer == QPointF(corner)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [(RETURN, NOTHING), (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)],
    ids=["Return", "Enter"],
)
def test_a_key_that_is_held_down_presses_the_brush_once(qtbot, key_brush, key, modifiers):
    before = points(key_brush).n_rows
    for is_repeated in (False, *[True] * 9):
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, "", is_repeated, 1)
        QApplication.sendEvent(key_brush.plane, event)
    assert points(key_brush).n_rows == before + 1
    assert key_brush.plane.hands.is_down


def test_the_keys_move_the_brush_to_every_edge_and_no_further(qtbot, key_brush):
    area, plane = key_brush.plane.visible_area, key_brush.plane
    keys = (RIGHT, UP, Qt.Key.Key_Left, Qt.Key.Key_Down)
    for key, edge in zip(keys, (area.right, area.top, area.left, area.bottom), strict=True):
        type_keys(qtbot, key_brush, *[key] * 90)
        place = plane.hover._pointer
        assert edge in (pytest.approx(place.x()), pytest.approx(place.y()))
    type_keys(qtbot, key_brush, ESCAPE)
    assert key_brush.banner.text == "", "what the keys do is said no longer"


@pytest.mark.parametrize("way", ["axis", "size"])
def test_the_keys_paint_in_view_alone(qtbot, paper, way):
    plane = paper.plane
    plane.setFocus()
    if way == "axis":
        qtbot.mouseMove(plane.viewport(), QPoint(3, plane.viewport().height() - 3))
    type_keys(qtbot, paper, Qt.Key.Key_M)
    if way == "size":
        type_keys(qtbot, paper, *[RIGHT] * 90)
        paper.resize(1000, 620)
        qtbot.waitUntil(lambda: plane.width() < 450)
    (left, right), (bottom, top) = plane.getViewBox().viewRange()
    before = points(paper).n_rows
    type_keys(qtbot, paper, RETURN, RETURN)
    x, y = points(paper).features[-1]
    assert points(paper).n_rows == before + 1
    assert left <= x <= right
    assert bottom <= y <= top


@pytest.mark.parametrize(
    "change",
    [
        lambda window: window.enter_stage(),
        lambda window: window.plane.zoom_by(2.0),
        lambda window: class_button(window, 1).click(),
        lambda window: tool(window, "Erase").click(),
    ],
    ids=["stage", "zoom", "class", "tool"],
)
def test_a_stroke_of_the_keys_ends_where_pixels_or_the_brush_are_others(qtbot, key_brush, change):
    type_keys(qtbot, key_brush, *[RIGHT] * 9, RETURN, RIGHT)
    assert key_brush.plane.hands.is_down
    change(key_brush)
    qtbot.waitUntil(key_brush.updatesEnabled)
    assert not key_brush.plane.hands.is_down


@pytest.mark.parametrize("by", ["keys", "mouse"])
def test_undo_takes_back_the_stroke_that_is_being_painted(qtbot, key_brush, by):
    before = points(key_brush)
    if by == "keys":
        type_keys(qtbot, key_brush, RETURN, *[RIGHT] * 6)
    else:
        press(qtbot, key_brush, QPoint(300, 200))
        move(qtbot, key_brush, QPoint(380, 200))
    qtbot.waitUntil(lambda: points(key_brush).n_rows > before.n_rows + 1)
    painted_so_far = points(key_brush)
    key_brush.actions_by_name["undo"].trigger()
    assert points(key_brush) == before
    key_brush.session.advance(3)
    qtbot.waitUntil(lambda: key_brush.session.frame.step == 3)
    assert points(key_brush) == before, "frames bring nothing of it back"
    key_brush.actions_by_name["redo"].trigger()
    assert points(key_brush).n_rows >= painted_so_far.n_rows


def test_after_the_brush_the_keys_have_the_boundary(qtbot, key_brush):
    hands = key_brush.plane.hands
    selected = []
    for _ in range(4):
        selected.append(hands._selected)
        qtbot.keyClick(key_brush.plane, Qt.Key.Key_M)
    assert selected == [(-2, "brush"), (-1, "line"), (-1, "turn"), None]
    # Again the brush: what the next click places is the boundary, there are no means.
    qtbot.keyClick(key_brush.plane, Qt.Key.Key_C)
    assert "a point of the boundary" in key_brush.banner.text


def test_other_data_take_the_brush_out_of_the_keys(qtbot, key_brush):
    key_brush.session.load(PRESETS["overlapping"])
    qtbot.waitUntil(lambda: key_brush.session.frame.data.classes != ())
    assert key_brush.plane.hands._selected is None
    type_keys(qtbot, key_brush, RETURN, RIGHT)
    qtbot.waitUntil(lambda: key_brush.session.frame.step == 1)


def test_the_test_set_and_any_model_take_painted_points(qtbot, paper):
    scenario = paper.session.scenario
    paper.session.apply(Edit(replace(with_model(scenario, degree=2), test_size=0.3), "more"))
    qtbot.waitUntil(lambda: paper.session.frame.data.sample.n_test == 60)
    paper.session.advance(5)
    qtbot.waitUntil(lambda: paper.session.frame.step == 5)
    assert paper.session.frame.test_accuracy is not None


def settled_story(window):
    window.plane.viewport().repaint()
    return window.plane.hover.story


def test_hovering_a_point_tells_its_numbers(qtbot, window):
    window.session.advance(4)
    qtbot.waitUntil(lambda: window.session.frame.step == 4)
    frame = window.session.frame
    row = int(np.argmax(frame.data.sample.features[:, 0]))
    x1, x2 = map(float, frame.data.sample.features[row])
    window.plane.zoom_by(8.0, (x1, x2))
    qtbot.mouseMove(window.plane.viewport(), pixel_of(window, x1, x2))
    story = settled_story(window)
    assert story.place == pytest.approx((x1, x2))
    label = int(frame.data.sample.target[row])
    score = float(frame.weights @ (1.0, x1, x2))
    p = 1.0 / (1.0 + np.exp(-score))
    height = np.log(p if label else 1.0 - p)
    text = "\n".join(story.lines).replace("\N{MINUS SIGN}", "-")
    assert f"p = {p:.4f}" in text
    assert f"{label - p:.4f}" in text
    assert f"{height:.4f}" in text
    assert f"{100 * height / frame.log_likelihood:.1f}" in text
    assert f"class {label}" in text


def test_hovering_the_plane_tells_the_probability_of_the_place_and_leaving_tells_nothing(qtbot, window):
    place = pixel_of(window, 3.3, -3.3)
    qtbot.mouseMove(window.plane.viewport(), place)
    story = settled_story(window)
    x, y = window.plane.mapping.back(place.x(), place.y())
    p = 1.0 / (1.0 + np.exp(-float(window.session.frame.weights @ (1.0, x, y))))
    assert story.lines == (f"P(y = 1 | x) = {p:.3f}",)
    QApplication.sendEvent(window.plane.viewport(), QEvent(QEvent.Type.Leave))
    assert settled_story(window) is None


def test_nothing_is_told_during_the_opening_show(qtbot, window):
    window.greet()
    qtbot.mouseMove(window.plane.viewport(), pixel_of(window, 3.3, -3.3))
    assert settled_story(window) is None
    window.plane.finish_entrance()
    qtbot.mouseMove(window.plane.viewport(), pixel_of(window, 3.2, -3.2))
    assert settled_story(window) is not None


def test_hovering_the_curve_tells_step_and_value(qtbot, window):
    with qtbot.waitSignal(window.session.settled, check_params_cb=lambda frame: frame.step == 30):
        window.session.advance(30)
    curve = window.column.curve
    values = {}
    for step, value in zip(curve.points.steps, curve.points.values, strict=True):
        values[int(step)] = float(value)
    scene = curve.getViewBox().mapViewToScene(QPointF(12.2, values[12]))
    qtbot.mouseMove(curve.viewport(), curve.mapFromScene(scene))
    curve.viewport().repaint()
    text = f"ℓ = {values[12]:.6f}".replace("-", "\N{MINUS SIGN}")
    assert curve.hover.lines == ("step 12", text)
    QApplication.sendEvent(curve.viewport(), QEvent(QEvent.Type.Leave))
    curve.viewport().repaint()
    assert curve.hover.lines == ()


def test_two_hundred_strokes_and_other_edits_lead_back_and_forth(qtbot, window):
    rng = np.random.default_rng(5)
    first = window.session.scenario
    editor = window.plane_editor
    editor.paint()
    kinds = ("paint", "erase", "move", "flip")
    for _ in range(200):
        editor.take_tool(
            PaintTool(str(rng.choice(kinds)), int(rng.integers(2)), 18.0, int(rng.integers(1, 4)))
        )
        x, y = (float(value) for value in rng.normal(0, 1.5, 2))
        editor.begin_stroke(x, y, 0.3, 0.3)
        for _ in range(int(rng.integers(1, 4))):
            x, y = x + 0.2, y - 0.1
            editor.drag(x, y, False, False)
            editor.go_on()
        if rng.integers(5):
            editor.release()
        else:
            editor.cancel()
    last = window.session.scenario
    steps = 0
    while window.session._undo.undo_label:
        window.session.undo()
        steps += 1
    assert steps > 100
    assert repr(window.session.scenario) == repr(first)
    for _ in range(steps):
        window.session.redo()
    assert window.session.scenario == last
    assert repr(window.session.scenario) == repr(last)


def boundary_pixel(window, share=0.5):
    """A pixel of the visible decision boundary."""
    area, mapping = window.plane.visible_area, window.plane.mapping
    left, top = mapping.back(area.left, area.top)
    right, bottom = mapping.back(area.right, area.bottom)
    ends = geometry.clipped_line(window.session.frame.weights, (left, right, bottom, top))
    return QPoint(*map(round, mapping.map(*(ends[0] + share * (ends[1] - ends[0])).tolist())))


@pytest.mark.parametrize("share", [0.5, 0.12])
def test_the_boundary_can_be_taken_and_training_starts_from_there(qtbot, window, share):
    before = window.session.scenario
    frame = window.session.frame
    drag(qtbot, window, boundary_pixel(window, share), (50, -35))
    qtbot.waitUntil(lambda: window.session.frame.run > frame.run and not window.plane.hands.is_down)
    qtbot.waitUntil(lambda: tuple(window.session.frame.weights) == window.session.scenario.initial_weights)
    weights = window.session.scenario.initial_weights
    assert window.session.frame.step == 0
    assert np.hypot(*weights[1:]) == pytest.approx(np.hypot(*frame.weights[1:]), rel=1e-3)
    if share == 0.5:
        np.testing.assert_allclose(weights[1:], frame.weights[1:], rtol=1e-4)
    sample = window.session.frame.data.sample
    scores = weights[0] + sample.features.astype(float) @ weights[1:]
    expected = (sample.target * scores - np.logaddexp(0.0, scores)).sum()
    assert window.session.frame.log_likelihood == pytest.approx(expected)
    window.session.undo()
    assert window.session.scenario == before


def test_a_boundary_that_is_no_line_of_the_weights_cannot_be_taken(make_window):
    window = make_window(with_model(PRESETS["overlapping"], degree=2))
    assert window.plane.hands._line is None
    plain = make_window()
    assert plain.plane.hands._line is not None


def start_fields(window):
    texts = [field.lineEdit().text() for field in window.model_panel.start_weights.fields]
    return tuple(float(text.replace("\N{MINUS SIGN}", "-")) for text in texts)


def started(qtbot, window):
    """The weights of the scenario, once training stands at them."""
    weights = window.session.scenario.initial_weights
    qtbot.waitUntil(lambda: window.session.frame.weights.tolist() == list(weights))
    assert window.session.frame.step == 0
    return weights


def test_the_boundary_has_keys_clicks_and_fields_that_agree_with_the_hand(qtbot, window):
    window.plane.setFocus()
    first = started(qtbot, window)
    drag(qtbot, window, boundary_pixel(window), (30, -20))
    dragged = started(qtbot, window)
    assert start_fields(window) == dragged != first

    for _ in range(7):
        qtbot.keyClick(window.plane, Qt.Key.Key_M)
    before = boundary_pixel(window)
    step = round_step(NUDGE_PIXELS * window.plane.mapping.pixel)
    for _ in range(3):
        for _ in range(2):  # faster than frames come
            qtbot.keyClick(window.plane, Qt.Key.Key_Up)
        with qtbot.waitSignal(window.session.frame_changed):
            pass  # of the first press, while the second is under way
        qtbot.keyClick(window.plane, Qt.Key.Key_Up)
    moved = started(qtbot, window)
    assert moved[1:] == dragged[1:]
    rise = -(moved[0] - dragged[0]) / moved[2]
    assert rise == pytest.approx(9 * step, rel=1e-3), "nine presses, none lost"
    assert start_fields(window) == moved
    assert boundary_pixel(window) != before

    qtbot.keyClick(window.plane, Qt.Key.Key_M)
    qtbot.keyClick(window.plane, Qt.Key.Key_Up)
    turned = started(qtbot, window)
    assert np.hypot(*turned[1:]) == pytest.approx(np.hypot(*moved[1:]), rel=1e-3)
    # The right end went up.
    assert -turned[1] / turned[2] > -moved[1] / moved[2]
    assert window.session._undo.undo_label == "Nudge the boundary"
    qtbot.keyClick(window.plane, Qt.Key.Key_M)
    qtbot.keyClick(window.plane, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.session.frame.step == 1)
    window.session.undo()
    assert started(qtbot, window) == dragged == start_fields(window)

    for _ in range(3):
        qtbot.keyClick(window.plane, Qt.Key.Key_C)
    assert "boundary" in window.banner.text
    for x, y in ((-2.0, 1.0), (2.0, 0.0)):
        qtbot.mouseClick(window.plane.viewport(), LEFT, NOTHING, pixel_of(window, x, y))
    placed = started(qtbot, window)
    across, _ = window.plane.getViewBox().viewPixelSize()
    for x, y in ((-2.0, 1.0), (2.0, 0.0)):
        distance = abs(placed[0] + placed[1] * x + placed[2] * y) / np.hypot(*placed[1:])
        assert distance < 2 * across
    assert window.banner.text == ""
    assert start_fields(window) == placed

    field = window.model_panel.start_weights.fields[2]
    field.stepBy(3)
    stepped = started(qtbot, window)
    assert stepped[:2] == placed[:2]
    assert stepped[2] == round(stepped[2], 1) > placed[2]
    window.session.advance(4)
    qtbot.waitUntil(lambda: window.session.frame.step == 4)
    window.session.reset_weights()
    qtbot.waitUntil(lambda: window.session.frame.step == 0)
    assert started(qtbot, window) == stepped == start_fields(window)


def test_the_boundary_of_the_last_key_is_waited_for_and_not_that_of_one_before(window):
    hands, run = window.plane.hands, window.session.frame.run
    first, second, third = (1.0, 2.0, 3.0), (2.0, 2.0, 3.0), (3.0, 2.0, 3.0)
    hands.show_line_ahead(first)
    hands.show_line_ahead(second)
    for line, later in ((third, 0), (first, 1)):
        hands.show_line(line, run + later, 0)
        assert hands._line == second
    hands.show_line(second, run + 2, 0)
    hands.show_line(third, run + 2, 1)
    assert hands._line == third, "it has come, and trains"
    hands.show_line_ahead(first)
    hands.show_line(second, run + 3, 4)
    assert hands._line == second, "nobody has seen the later run before it trained"
    hands.show_line_ahead(first)
    hands.show_line(None, run + 4, 0)
    assert hands._line is None, "the model has no such line any more"


def test_a_boundary_that_never_comes_is_not_waited_for(qtbot, window):
    hands, session = window.plane.hands, window.session
    first, frame = hands._line, session.frame
    hands.show_line_ahead((1.0, 2.0, 3.0))
    hands.show_line((4.0, 5.0, 6.0), frame.run, 0)
    assert hands._line == (1.0, 2.0, 3.0)
    session.failed.emit("cancelled")
    assert hands._line == (4.0, 5.0, 6.0)

    hands.show_line(first, frame.run, 0)
    before = session.scenario
    window.plane.setFocus()
    for _ in range(7):
        qtbot.keyClick(window.plane, Qt.Key.Key_M)
    qtbot.keyClick(window.plane, Qt.Key.Key_Up)
    qtbot.keyClick(window.plane, Qt.Key.Key_Up)
    assert hands._line == session.scenario.initial_weights != first
    session.undo()
    assert session.scenario == before
    assert hands._line == first
    with qtbot.waitSignal(session.settled, check_params_cb=lambda frame: tuple(frame.weights) == first):
        pass

    many = with_class(before, 0, replace(classes(window)[0], size=400_000))
    with qtbot.waitSignal(session.failed):
        session.apply(Edit(many, "Many rows"))
        qtbot.keyClick(window.plane, Qt.Key.Key_Up)
        assert hands._line == session.scenario.initial_weights != first
        session.cancel()
    assert session.scenario == before
    assert hands._line == first


def test_training_waits_while_the_boundary_is_held_and_goes_on_from_there(qtbot, make_window):
    window = make_window(replace(PRESETS["overlapping"], speed=UNLIMITED, steps=10_000_000))
    window.session.play()
    qtbot.waitUntil(lambda: window.session.frame.step > 0)
    start = boundary_pixel(window)
    press(qtbot, window, start)
    assert window.plane.hands._holds_line
    move(qtbot, window, start + QPoint(25, 0))
    held = started(qtbot, window)
    release(qtbot, window, start + QPoint(25, 0))
    qtbot.waitUntil(lambda: window.session.frame.step > 0)
    assert window.session.is_playing
    assert window.session.scenario.initial_weights == held


def test_a_click_on_the_boundary_does_not_stop_the_steps_that_were_asked_for(qtbot, window):
    with qtbot.waitSignal(window.session.settled, check_params_cb=lambda frame: frame.step == 20_000):
        window.session.advance(20_000)
        qtbot.waitUntil(lambda: window.session.frame.step > 1000)
        place = boundary_pixel(window)
        press(qtbot, window, place)
        assert window.plane.hands._holds_line
        release(qtbot, window, place)


def test_escape_trains_again_to_the_step_that_was_seen_when_the_hand_began_to_move(qtbot, make_window):
    window = make_window(replace(PRESETS["overlapping"], speed=UNLIMITED, steps=10_000_000))
    session = window.session
    window.plane.setFocus()
    session.play()
    qtbot.waitUntil(lambda: session.frame.step > 0)
    start, step = boundary_pixel(window), session.frame.step
    press(qtbot, window, start)
    qtbot.waitUntil(lambda: session.frame.step > step)
    seen = session.frame
    move(qtbot, window, start + QPoint(25, 0))
    started(qtbot, window)
    with qtbot.waitSignal(session.settled, check_params_cb=lambda frame: frame.step == seen.step):
        qtbot.keyClick(window.plane, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(session.frame.weights, seen.weights)


def test_another_scenario_takes_the_boundary_out_of_the_hand(qtbot, window):
    window.plane.setFocus()
    before = window.session.scenario
    start = boundary_pixel(window)
    press(qtbot, window, start)
    move(qtbot, window, start + QPoint(25, 0))
    held = started(qtbot, window)
    assert window.plane.hands._holds_line
    window.session.undo()
    assert not window.plane.hands.is_down
    assert started(qtbot, window) == before.initial_weights != held
    assert window.session.scenario == before

    start = boundary_pixel(window)
    press(qtbot, window, start)
    move(qtbot, window, start + QPoint(25, 0))
    assert window.plane.hands._holds_line
    window.session.load(PRESETS["three-gaussians"])
    move(qtbot, window, start + QPoint(60, 0))
    qtbot.keyClick(window.plane, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(window.session.frame.weights) == 9)
    release(qtbot, window, start + QPoint(60, 0))
    assert window.session.scenario == PRESETS["three-gaussians"]


def test_escape_gives_the_boundary_back_with_the_steps_it_had_been_trained(qtbot, window):
    window.plane.setFocus()
    window.session.advance(40)
    qtbot.waitUntil(lambda: window.session.frame.step == 40 and not window.session.is_playing)
    before, weights = window.session.scenario, window.session.frame.weights
    start = boundary_pixel(window)
    press(qtbot, window, start)
    move(qtbot, window, start + QPoint(25, 0))
    started(qtbot, window)
    qtbot.keyClick(window.plane, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.session.frame.step == 40)
    assert window.session.scenario == before
    np.testing.assert_array_equal(window.session.frame.weights, weights)
    release(qtbot, window, start + QPoint(25, 0))


def test_without_ellipses_the_boundary_can_still_be_held_and_pictures_have_no_hands(qtbot, window):
    window.plane.setFocus()
    hands = window.plane.hands
    layers = (window.plane.handles, window.plane.handles.below, window.plane.handles.line, window.plane.hover)
    # Where an earlier test has left the pointer, a move to there would be none.
    qtbot.mouseMove(window.plane.viewport(), boundary_pixel(window) + QPoint(60, 40))
    qtbot.mouseMove(window.plane.viewport(), boundary_pixel(window))
    assert hands.layer.line._marks is not None
    seen = dict.fromkeys(layers, 0)

    def count(layer, draw):
        def counted(*arguments):
            seen[layer] += 1
            draw(*arguments)

        return counted

    for layer in layers:
        layer.draw = count(layer, layer.draw)
    window.picture()
    png_of(window._shown_views(), QColor("white"))
    assert seen == dict.fromkeys(layers, 0)
    window.plane.viewport().repaint()
    assert seen == dict.fromkeys(layers, 1)
    window.actions_by_name["gaussians"].trigger()
    before = window.session.scenario
    drag(qtbot, window, boundary_pixel(window), (30, 20))
    assert window.session.scenario.initial_weights != before.initial_weights
    qtbot.keyClick(window.plane, Qt.Key.Key_M)
    assert hands._selected == (-1, "line")
