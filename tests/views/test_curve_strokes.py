"""A curve that is drawn as lines looks like the path it is, and takes no time where nobody sees it."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPicture

from logreg_gui.views import curve_strokes
from logreg_gui.views.curve_strokes import (
    MOST_TRAVEL,
    MOST_TURNS,
    RESTLESS,
    cut_to_rows,
    draw_curve,
    is_covered,
    reversals,
    unrest,
    without_plateaus,
)

AREA = QRectF(0.0, 0.0, 400.0, 200.0)


def painted(pixels, width=3.0, size=(400, 200), area=AREA, restless=None):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    pen = QPen(QColor("black"), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    draw_curve(painter, np.asarray(pixels, dtype=float), area, restless=restless)
    painter.end()
    return 255 - (np.frombuffer(image.constBits(), np.uint32).reshape(size[::-1]) & 255).astype(int)


def zigzag(count, amplitude=40.0):
    x = np.linspace(10.0, 390.0, count)
    return np.column_stack((x, 100.0 + amplitude * np.where(np.arange(count) % 2, 1.0, -1.0)))


def test_the_turns_of_a_curve_are_counted():
    assert reversals(np.array([0.0, 5.0, 3.0, 8.0, 9.0])) == 2
    assert reversals(np.array([0.0, 5.0, 4.9, 5.0, 9.0])) == 0
    assert reversals(np.array([0.0, 5.0, np.nan, 5.0, 9.0])) == 0
    assert reversals(np.array([])) == 0


def test_unrest_is_what_turns_and_breaks_and_the_way_in_view_add_up_to():
    # Sixty lines from 60 to 140, with a turn between each two.
    turns, travel = 59 / MOST_TURNS, 60 * 80.0 / MOST_TRAVEL
    assert unrest(zigzag(61), AREA) == pytest.approx(turns + travel)
    assert unrest(zigzag(61), AREA.adjusted(0.0, 100.0, 0.0, 0.0)) == pytest.approx(turns + travel / 2.0)
    assert unrest(zigzag(61, 1e5), AREA) == pytest.approx(turns + 60 * 200.0 / MOST_TRAVEL)
    broken = zigzag(61)
    broken[30] = np.nan
    # Two lines less, and no turn at their ends; the way stops at the break.
    assert unrest(broken, AREA) == pytest.approx((57 + 1) / MOST_TURNS + 58 * 80.0 / MOST_TRAVEL, abs=0.02)


@pytest.mark.parametrize(("amplitude", "most"), [(0.5, 61), (5.0, 54), (40.0, 28)])
def test_a_restless_curve_looks_like_the_path_it_is(amplitude, most):
    # The last of them that is still a path, and the first that is not.
    last, first = zigzag(most, amplitude), zigzag(most + 1, amplitude)
    assert unrest(last, AREA) <= RESTLESS < unrest(first, AREA)
    path, lines = painted(last), painted(first)
    top, bottom = round(100 - amplitude - 5), round(100 + amplitude + 5)
    for picture in (path, lines):
        assert picture[top:bottom, 12:388].mean() == pytest.approx(path[top:bottom, 12:388].mean(), rel=0.05)
        assert not picture[: top - 5].any()
        assert not picture[bottom + 5 :].any()


@pytest.mark.parametrize(("pieces", "is_path"), [(MOST_TURNS - 10, True), (10 * MOST_TURNS, False)])
def test_a_curve_of_many_pieces_is_drawn_as_lines_and_looks_like_the_path_it_is(monkeypatch, pieces, is_path):
    x = np.linspace(10.0, 390.0, 3 * pieces)
    pixels = np.column_stack((x, 60.0 + 0.2 * x))
    pixels[2::3, 1] = np.nan
    made, path = [], curve_strokes.pg.functions.arrayToQPath
    monkeypatch.setattr(
        curve_strokes.pg.functions, "arrayToQPath", lambda *a, **k: (made.append(1), path(*a, **k))[1]
    )
    picture = painted(pixels)
    assert bool(made) is is_path
    monkeypatch.setattr(curve_strokes, "MOST_TURNS", 10_000)
    assert picture.mean() == pytest.approx(painted(pixels).mean(), rel=0.1)


def test_of_a_level_stretch_only_the_ends_are_drawn():
    heights = np.array([5.0, 5.0, 5.0, 9.0, np.nan, 7.0, 7.01, 7.0, 7.02, 8.0, 8.0])
    pixels = np.column_stack((np.arange(11.0), heights))
    np.testing.assert_array_equal(without_plateaus(pixels)[:, 0], [0, 2, 3, 4, 5, 8, 9, 10])
    for few in (pixels[:0], pixels[:1], pixels[:2]):
        np.testing.assert_array_equal(without_plateaus(few), few)


def test_lines_within_a_column_that_another_covers_are_left_out():
    column = np.array([(5.0, 50.0), (5.2, 40.0), (5.4, 90.0), (5.6, 60.0)])
    ends = np.hstack((column[:-1], column[1:]))
    assert is_covered(ends).tolist() == [True, False, True]
    # As far apart as points of a curve that is not crowded.
    far = ends * np.array([10.0, 1.0, 10.0, 1.0])
    assert not is_covered(far).any()
    twice = np.array([(5.0, 40.0, 5.1, 90.0), (5.1, 90.0, 5.2, 40.0)])
    assert is_covered(twice).sum() == 1


def test_a_crowded_curve_looks_as_with_all_its_lines(monkeypatch):
    rng = np.random.default_rng(1)
    crowded = np.column_stack((np.linspace(10.0, 390.0, 1500), 100.0 + 30.0 * rng.normal(size=1500)))
    some = painted(crowded)
    monkeypatch.setattr(curve_strokes, "is_covered", lambda ends: np.zeros(len(ends), dtype=bool))
    every = painted(crowded)
    assert every.max() == 255
    assert some.mean() == pytest.approx(every.mean(), rel=0.08)
    # What is missing lies beside what is there.
    near = np.maximum.reduce([np.roll(some, shift, axis=1) for shift in (-2, -1, 0, 1, 2)])
    assert np.mean(near + 128 < every) < 0.001


def test_a_break_is_left_out_of_a_restless_curve_too():
    pixels = zigzag(200)
    pixels[97:104, 1] = np.nan
    picture = painted(pixels)
    middle = round(pixels[100, 0])
    assert not picture[:, middle].any()
    assert picture[:, middle - 12].any()
    assert picture[:, middle + 12].any()


def test_no_points_and_one_point_draw_nothing():
    assert not painted(np.empty((0, 2))).any()
    assert not painted([(200.0, 100.0)]).any()


class TestCut:
    def lines(self):
        rng = np.random.default_rng(5)
        heights = rng.choice([-3e4, -60.0, 20.0, 70.0, 130.0, 199.0, 260.0, 5e4], (400, 2))
        across = rng.uniform(0.0, 400.0, (400, 2))
        return np.column_stack((across[:, 0], heights[:, 0], across[:, 1], heights[:, 1]))

    def test_what_lies_between_the_rows_stays_and_nothing_else(self):
        lines = self.lines()
        # By the samples of each line that lie inside.
        shares = np.linspace(0.0, 1.0, 100_001)
        expected = []
        for x0, y0, x1, y1 in lines.tolist():
            heights = y0 + shares * (y1 - y0)
            inside = shares[(heights >= 0.0) & (heights <= 200.0)]
            if len(inside):
                expected.append([x0 + share * (x1 - x0) for share in (inside[0], inside[-1])])
        cut = cut_to_rows(lines, 0.0, 200.0)
        assert len(cut) == len(expected) < len(lines)
        np.testing.assert_allclose(cut[:, [0, 2]], expected, atol=0.01)
        assert cut[:, [1, 3]].min() >= -1e-6
        assert cut[:, [1, 3]].max() <= 200.0 + 1e-6

    def test_lines_that_are_inside_are_left_alone(self):
        lines = self.lines()
        np.testing.assert_array_equal(cut_to_rows(lines, -1e6, 1e6), lines)
        level = np.array([(0.0, 5.0, 9.0, 5.0), (0.0, 50.0, 9.0, 50.0)])
        np.testing.assert_array_equal(cut_to_rows(level, 0.0, 20.0), level[:1])
        assert cut_to_rows(level[:0], 0.0, 20.0).shape == (0, 4)

    def test_it_is_not_seen(self, monkeypatch):
        area = AREA.adjusted(20.0, 30.0, -40.0, -60.0)
        wild = zigzag(300, 900.0)
        wild[:, 1] += 800.0 * np.sin(wild[:, 0])
        seen = painted(wild, area=area)
        assert seen.max() == 255
        monkeypatch.setattr(curve_strokes, "cut_to_rows", lambda ends, *_: ends)
        assert np.abs(seen - painted(wild, area=area)).max() <= 2

    @pytest.mark.parametrize("style", [Qt.PenStyle.SolidLine, Qt.PenStyle.DotLine])
    def test_nothing_is_stroked_far_from_the_picture(self, style):
        picture = QPicture()
        painter = QPainter(picture)
        painter.setPen(QPen(QColor("black"), 3.0, style))
        draw_curve(painter, zigzag(300, 1e5), AREA)
        painter.end()
        bounds = picture.boundingRect()
        assert AREA.height() <= bounds.height() <= AREA.height() + 30
