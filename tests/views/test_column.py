"""The column shows table or bars, and whatever it shows leaves the curve its room and nothing is cut."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication

from logreg_gui.frames import RunStatus
from logreg_gui.views.column import SMALLEST_CURVE, NumbersColumn
from logreg_gui.views.style import DARK, LIGHT, Look, load_fonts
from tests.views.frames_for_tests import EVERY_KIND, IN_THE_PLANE, ONE_INPUT, frame_of, frames_of

PLAIN, LASSO, WIDE = (IN_THE_PLANE[name] for name in ("logistic", "lasso, degree 3", "ridge, degree 6"))
LOOKS = {
    "720p": (Look(LIGHT, 720), (400, 590)),
    "1080p": (Look(DARK, 1080), (610, 900)),
    "small": (Look(LIGHT, 600), (330, 430)),
    "stage 720p": (Look(LIGHT, 720, 1.0, stage=True), (470, 640)),
    "stage 1080p": (Look(LIGHT, 1080, 1.0, stage=True), (730, 960)),
    "zoomed": (Look(LIGHT, 720, 1.75), (400, 520)),
}


@pytest.fixture
def make_column(qtbot):
    load_fonts()

    def make(frame, name="720p", **settings):
        look, size = LOOKS[name]
        column = NumbersColumn(**settings)
        qtbot.addWidget(column)
        column.set_look(look)
        column.resize(*size)
        column.show()
        show(column, frame)
        return column

    return make


def show(column, frame):
    column.show_frame(frame)
    QCoreApplication.processEvents()


def shown(column):
    return [
        name
        for name in ("numbers", "equation", "weights", "coefficients")
        if getattr(column, name).isVisible()
    ]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", EVERY_KIND)
def test_the_parts_fill_the_column_and_the_curve_keeps_its_room(make_column, name, look):
    frames = frames_of(EVERY_KIND[name], (0, 5))
    column = make_column(frames[0], look)
    show(column, frames[1])
    assert column.height() == LOOKS[look][1][1]
    parts = [column.curve, *(getattr(column, part) for part in shown(column))]
    assert sum(part.height() for part in parts) == column.height()
    assert column.curve.height() >= min(SMALLEST_CURVE * LOOKS[look][0].base, column.height() / 4) - 1
    for part in shown(column):
        panel = getattr(column, part)
        needed = (
            panel.least_height(column._look) if part == "coefficients" else panel.height_for(column._look)
        )
        assert panel.height() >= needed
    assert not column.grab().isNull()


def test_up_to_three_weights_are_a_table_and_more_are_bars(make_column):
    column = make_column(frame_of(PLAIN))
    assert shown(column) == ["numbers", "equation", "weights"]
    show(column, frame_of(LASSO))
    assert shown(column) == ["numbers", "equation", "coefficients"]
    show(column, frame_of(PLAIN))
    assert shown(column) == ["numbers", "equation", "weights"]


def test_on_the_stage_a_lasso_has_its_bars_and_a_table_gives_way(make_column):
    for look in ("stage 720p", "stage 1080p"):
        assert "coefficients" in shown(make_column(frame_of(LASSO), look))
        column = make_column(frame_of(PLAIN), look)
        column.resize(column.width(), 2000)
        QCoreApplication.processEvents()
        assert shown(column) == ["numbers", "equation"]


def test_the_bars_take_the_height_there_is_up_to_a_row_of_text_each(make_column):
    column = make_column(frame_of(WIDE))
    heights = []
    for height in (500, 600, 800, 1100, 1600):
        column.resize(400, height)
        QCoreApplication.processEvents()
        heights.append(column.coefficients.height())
    assert heights == sorted(heights)
    assert heights[0] < heights[2]
    assert heights[-1] == column.coefficients.height_for(column._look)


def test_what_the_symbols_mean_is_said_where_there_is_room(make_column):
    column = make_column(frame_of(LASSO))
    column.resize(400, 450)
    QCoreApplication.processEvents()
    short = column.equation.height()
    column.resize(400, 1000)
    QCoreApplication.processEvents()
    assert short == column.equation.needed_height(column._look, 0)
    assert column.equation.height() == column.equation.needed_height(column._look, 9) > short


@pytest.mark.parametrize("scenario", [PLAIN, LASSO, ONE_INPUT["softmax of three"]])
def test_training_does_not_move_the_parts(make_column, monkeypatch, scenario):
    frames = frames_of(scenario, tuple(range(0, 60, 3)))
    column = make_column(frames[0])
    before = [(part, getattr(column, part).geometry()) for part in shown(column)]
    monkeypatch.setattr(NumbersColumn, "_fold", lambda column: pytest.fail("laid out anew"))
    for frame in frames[1:]:
        show(column, frame)
        assert [(part, getattr(column, part).geometry()) for part in shown(column)] == before


def test_digits_stand_still_long_enough_to_be_read_while_it_trains(make_column):
    now = [0.0]
    first, second, third = frames_of(PLAIN, (1, 2, 3))
    running = [replace(frame, status=RunStatus.RUNNING) for frame in (first, second, third)]
    column = make_column(running[0], clock=lambda: now[0])
    now[0] = 0.03
    column.show_frame(running[1])
    assert column.numbers.frame is running[0]
    assert column.curve._frame is running[1], "the curve is not text"
    now[0] = 0.2
    column.show_frame(running[2])
    assert column.numbers.frame is column.equation.frame is running[2]
    now[0] = 0.21
    column.show_frame(second)
    assert column.numbers.frame is second, "at rest every number is right"


def test_another_run_is_told_at_once(make_column):
    first, second = (replace(frame, status=RunStatus.RUNNING) for frame in frames_of(PLAIN, (1, 2)))
    column = make_column(first, clock=lambda: 0.0)
    column.show_frame(replace(second, run=first.run + 1))
    assert column.numbers.frame.run == first.run + 1
