"""The plane moves by hand, but not by accident, and finds its way back."""

import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from logreg_gui.core.datasets import GaussianClass, GaussianData
from logreg_gui.frames import RunStatus
from logreg_gui.presets import PRESETS
from logreg_gui.session.run import TrainingRun
from logreg_gui.views import layers
from logreg_gui.views.hand import LEAST_SHARE, MOST_SHARE, NOTCH_FACTOR, shifted, within_reach, zoomed
from logreg_gui.views.plane import PlaneView
from logreg_gui.views.style import LIGHT, Look, load_fonts
from tests.views.frames_for_tests import frames_of

UNIT = ((1.0, 0.0), (0.0, 1.0))
CLASSES = (GaussianClass((0, 0), UNIT, 50), GaussianClass((1, 4), UNIT, 50))
ELSEWHERE = (GaussianClass((20, 0), UNIT, 50), GaussianClass((25, 4), UNIT, 50))


def frame_of(classes=CLASSES, run=1, revision=1):
    scenario = replace(PRESETS["tutorial-sagar"], data=GaussianData(classes, seed=revision))
    frame = TrainingRun.of(scenario).frame(RunStatus.PAUSED, 60, 0.0)
    return replace(frame, run=run, data=replace(frame.data, revision=revision))


@pytest.fixture
def plane(qtbot):
    load_fonts()
    view = PlaneView()
    qtbot.addWidget(view)
    view.set_look(Look(LIGHT))
    view.resize(640, 480)
    view.show()
    view.show_frame(frame_of())
    view.finish_entrance()
    QCoreApplication.processEvents()
    return view


def middle_of(rectangle):
    left, right, bottom, top = rectangle
    return (left + right) / 2, (bottom + top) / 2


def width_of(rectangle):
    return rectangle[1] - rectangle[0]


def turn_wheel(plane, notches, modifiers=Qt.KeyboardModifier.NoModifier, at=(300, 200)):
    viewport = plane.viewport()
    place = QPointF(*at)
    event = QWheelEvent(
        place,
        QPointF(viewport.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(viewport, event)


def send_mouse(plane, kind, place, button=Qt.MouseButton.NoButton, held=Qt.MouseButton.NoButton):
    # Not by qtbot, which warns of a press that nothing answers to.
    viewport, modifiers = plane.viewport(), Qt.KeyboardModifier.NoModifier
    place = QPointF(*place)
    event = QMouseEvent(kind, place, viewport.mapToGlobal(place), button, held, modifiers)
    QCoreApplication.sendEvent(viewport, event)


def drag(plane, button, way, begin=(300, 200)):
    (x, y), (dx, dy) = begin, way
    send_mouse(plane, QEvent.Type.MouseButtonPress, begin, button, button)
    for share in (0.5, 1.0):
        send_mouse(plane, QEvent.Type.MouseMove, (x + share * dx, y + share * dy), held=button)
    send_mouse(plane, QEvent.Type.MouseButtonRelease, (x + dx, y + dy), button)


def data_at(plane, x, y):
    point = plane.getViewBox().mapSceneToView(plane.mapToScene(QPoint(x, y)))
    return point.x(), point.y()


def test_the_plain_wheel_and_the_left_button_move_nothing(plane):
    before = plane.visible_rectangle
    turn_wheel(plane, 3)
    drag(plane, Qt.MouseButton.LeftButton, (80, 40))
    drag(plane, Qt.MouseButton.RightButton, (80, 40))
    assert plane.visible_rectangle == before


@pytest.mark.parametrize("notches", [1, -2, 0.5])
def test_the_wheel_with_ctrl_zooms_around_the_cursor(plane, notches):
    before, point = plane.visible_rectangle, data_at(plane, 300, 200)
    turn_wheel(plane, notches, Qt.KeyboardModifier.ControlModifier)
    assert width_of(plane.visible_rectangle) == pytest.approx(width_of(before) / NOTCH_FACTOR**notches)
    assert data_at(plane, 300, 200) == pytest.approx(point, abs=1e-6)


def test_the_middle_button_drags_what_is_under_the_cursor(plane):
    before, point = plane.visible_rectangle, data_at(plane, 300, 200)
    drag(plane, Qt.MouseButton.MiddleButton, (60, -35))
    assert data_at(plane, 360, 165) == pytest.approx(point, abs=1e-6)
    assert width_of(plane.visible_rectangle) == pytest.approx(width_of(before))
    held = plane.visible_rectangle
    send_mouse(plane, QEvent.Type.MouseMove, (100, 100))
    assert plane.visible_rectangle == held


def test_fit_leads_back(plane):
    before = plane.visible_rectangle
    plane.zoom_by(7.0)
    plane.pan_by(0.4, -0.2)
    plane.fit_view()
    assert plane.visible_rectangle == pytest.approx(before)


def test_zooming_keeps_the_middle_or_the_point_that_is_named(plane):
    before = plane.visible_rectangle
    plane.zoom_by(2.0)
    assert middle_of(plane.visible_rectangle) == pytest.approx(middle_of(before))
    plane.fit_view()
    plane.zoom_by(2.0, (0.0, 0.0))
    assert plane.visible_rectangle == pytest.approx(tuple(0.5 * edge for edge in before))


def test_panning_moves_by_units_of_the_data(plane):
    left, right, bottom, top = plane.visible_rectangle
    plane.pan_by(0.5, -0.25)
    assert plane.visible_rectangle == pytest.approx((left + 0.5, right + 0.5, bottom - 0.25, top - 0.25))


def test_every_change_of_the_view_is_told_a_new_size_too(qtbot, plane):
    for change in (
        lambda: plane.zoom_by(2.0),
        lambda: plane.pan_by(0.1, 0.1),
        plane.fit_view,
        lambda: plane.resize(700, 300),
    ):
        with qtbot.waitSignal(plane.view_changed) as seen:
            change()
        assert len(seen.args[0]) == 4
    QCoreApplication.processEvents()
    told = []
    plane.view_changed.connect(told.append)
    plane.zoom_by(1.5)
    assert told[-1] == plane.visible_rectangle


def test_a_view_by_hand_survives_a_new_sample_and_a_new_size(plane):
    plane.zoom_by(3.0, (0.0, 0.0))
    held = plane.visible_rectangle
    plane.show_frame(frame_of(revision=2))
    assert plane.visible_rectangle == pytest.approx(held)
    # At the end of a run a new sample starts another one.
    plane.show_frame(frame_of(run=2, revision=3))
    assert plane.visible_rectangle == pytest.approx(held)
    moved = (replace(CLASSES[0], mean=(0.1, 0.0)), CLASSES[1])
    plane.show_frame(frame_of(moved, run=2, revision=4))
    assert plane.visible_rectangle == pytest.approx(held)
    plane.resize(640, 300)
    QCoreApplication.processEvents()
    assert middle_of(plane.visible_rectangle) == pytest.approx(middle_of(held), abs=1e-6)
    assert plane.visible_rectangle[3] - plane.visible_rectangle[2] == pytest.approx(
        held[3] - held[2], rel=0.01
    )


def test_another_scenario_is_shown_whole(plane):
    plane.zoom_by(3.0)
    plane.show_frame(frame_of(ELSEWHERE, run=2, revision=2))
    left, right, bottom, top = plane.visible_rectangle
    assert left < 18
    assert right > 27
    assert bottom < -2
    assert top > 6


def test_before_the_first_frame_there_is_nothing_to_move(qtbot):
    view = PlaneView()
    qtbot.addWidget(view)
    before = view.visible_rectangle
    view.zoom_by(2.0)
    view.pan_by(1.0, 1.0)
    assert view.visible_rectangle == before


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_there_is_an_end_to_zooming(plane, factor):
    before = plane.visible_rectangle
    for _ in range(3):
        plane.zoom_by(factor)
    share = width_of(plane.visible_rectangle) / width_of(before)
    assert 0.5 * LEAST_SHARE < share < 2.0 * MOST_SHARE


def test_the_plane_cannot_be_lost(plane):
    before = plane.visible_rectangle
    plane.pan_by(1e9, -1e9)
    x, y = middle_of(plane.visible_rectangle)
    assert before[0] - 2 * width_of(before) < x < before[1] + 2 * width_of(before)
    assert abs(y - middle_of(before)[1]) < 2 * width_of(before)


def test_a_plane_that_is_hidden_waits_for_no_hand(monkeypatch, plane):
    monkeypatch.setattr(layers, "is_cheap", lambda cost, since: False)
    plane.pan_by(0.1, 0.0)
    plane.viewport().repaint()
    assert plane.points._rest.isActive()
    plane.hide()
    assert not plane.points._rest.isActive()


# rectangles


def test_what_is_zoomed_to_is_the_part_around_the_centre():
    assert zoomed((0.0, 8.0, 0.0, 4.0), 2.0, (2.0, 2.0)) == (1.0, 5.0, 1.0, 3.0)
    assert zoomed(zoomed((0.0, 8.0, 0.0, 4.0), 4.0, (1.0, 1.0)), 0.25, (1.0, 1.0)) == (0.0, 8.0, 0.0, 4.0)


def test_a_view_within_reach_is_left_as_it_is():
    automatic = (-1.0, 1.0, -1.0, 1.0)
    for view in (automatic, shifted(automatic, 0.7, -0.3), zoomed(automatic, 50.0, (0.9, 0.9))):
        assert within_reach(view, automatic) == pytest.approx(view)


def test_a_view_out_of_reach_is_brought_back():
    automatic = (-1.0, 1.0, -1.0, 1.0)
    far = within_reach((99.0, 101.0, -1.0, 1.0), automatic)
    assert far == pytest.approx((2.0, 4.0, -1.0, 1.0))
    tiny = within_reach((-1e-9, 1e-9, -1e-9, 1e-9), automatic)
    assert tiny == pytest.approx(tuple(LEAST_SHARE * edge for edge in automatic))
    huge = within_reach((-1e9, 1e9, -1e9, 1e9), automatic)
    assert huge == pytest.approx(tuple(MOST_SHARE * edge for edge in automatic))


def test_labels_that_are_placed_anew_lie_as_if_nothing_had_been_painted_before(qtbot):
    load_fonts()
    frames = frames_of(PRESETS["overlapping"], tuple(range(31)))

    def shown(*some):
        view = PlaneView()
        qtbot.addWidget(view)
        view.set_look(Look(LIGHT))
        view.resize(640, 480)
        view.show()
        for frame in some:
            view.show_frame(frame)
            view.finish_entrance()
            view.grab()
        return view

    wanted = shown(frames[-1]).grab().toImage()
    view = shown(*frames)
    assert view.grab().toImage() != wanted, "labels stay where they were while they can"
    view.place_labels_anew()
    assert view.grab().toImage() == wanted


def test_a_plane_that_is_collected_goes_in_silence(qapp, capfd):
    view = PlaneView()
    view.show()
    qapp.processEvents()
    # In a circle with its parts, which Python empties before Qt destroys them.
    del view
    gc.collect()
    qapp.processEvents()
    assert "Error" not in capfd.readouterr().err
