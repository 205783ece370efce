"""A curve that grew is the one that is drawn at once: no point is lost, and the cut cannot be seen."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPicture, QTransform

from logreg_gui.views.curve_points import CurvePoints
from logreg_gui.views.growing_curve import LONGEST_END, GrowingCurve

AREA = QRectF(30.0, 20.0, 400.0, 240.0)
PEN = QPen(QColor("#7a1fa2"), 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.RoundJoin)


def view(last, low, high):
    """Steps from 0 to `last` and values from `low` to `high` fill the area."""
    across, up = AREA.width() / last, AREA.height() / (high - low)
    return QTransform(across, 0.0, 0.0, -up, AREA.left(), AREA.bottom() + up * low)


VIEW = view(2_000.0, -100.0, 0.0)


def calm(steps):
    return -100.0 / (1.0 + 0.01 * steps)


def restless(steps):
    return calm(steps) - 20.0 * np.modf(np.abs(np.sin(12.9898 * steps)) * 43_758.5453)[0]


def grown(points, course, end, stride, begin=0):
    """Append a course to the points, `stride` steps at a time; yields after each."""
    for first in range(begin, end, stride):
        steps = np.arange(first, min(first + stride, end), dtype=float)
        points.extend(steps, course(steps), 1)
        yield


def painted(curve, pen=PEN, to_pixels=VIEW, area=AREA, ratio=1.0):
    image = QImage(round(460 * ratio), round(280 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    pixels, begin = curve.outline(to_pixels, area.width())
    curve.draw(painter, to_pixels, area, pen, pixels[begin:])
    painter.end()
    return image


def levels(image):
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), :3].astype(int)


@pytest.mark.parametrize("stride", [1, 7, 100, 2_000])
@pytest.mark.parametrize("course", [calm, restless])
def test_every_column_of_pixels_keeps_its_first_lowest_highest_and_last_point(course, stride):
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, course, 2_000, stride):
        pixels, begin = curve.outline(VIEW, AREA.width())
    assert begin == 0
    columns = np.floor(points.steps * VIEW.m11() + VIEW.dx())
    own = np.floor(pixels[:, 0])
    heights = points.values * VIEW.m22() + VIEW.dy()
    for column in np.unique(columns):
        expected, found = heights[columns == column], pixels[own == column, 1]
        assert (found.min(), found.max()) == (expected.min(), expected.max())
        assert (found[0], found[-1]) == (expected[0], expected[-1])
    assert (np.diff(pixels[:, 0]) >= 0.0).all()
    # With every look the last column has another last point.
    assert len(pixels) <= 4 * len(np.unique(columns)) + 2_000 // stride


def test_few_points_are_all_kept():
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, restless, 1_500, 50):
        pixels, _ = curve.outline(VIEW, AREA.width())
        np.testing.assert_array_equal(pixels[:, 1], points.values * VIEW.m22() + VIEW.dy())


def test_what_is_left_of_a_course_is_forgotten_with_it():
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, restless, 1_000, 50):
        curve.outline(VIEW, AREA.width())
    for _ in grown(points, calm, 800, 50, begin=300):
        curve.outline(VIEW, AREA.width())
    np.testing.assert_array_equal(
        curve.outline(VIEW, AREA.width())[0], GrowingCurve(points).outline(VIEW, AREA.width())[0]
    )
    assert curve.outline(VIEW, AREA.width())[0][-1, 0] == pytest.approx(799 * VIEW.m11() + VIEW.dx())
    points.clear()
    assert curve.outline(VIEW, AREA.width())[0].shape == (0, 2)


def test_a_break_is_kept_and_the_present_piece_begins_behind_it():
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, calm, 500, 50):
        curve.outline(VIEW, AREA.width())
    steps = np.array([499.0, 499.0, 500.0, 501.0])
    points.extend(steps, np.array([np.nan, -80.0, -79.0, -78.0]), 2)
    pixels, begin = curve.outline(VIEW, AREA.width())
    assert np.isnan(pixels[begin - 1, 1])
    assert np.isfinite(pixels[begin:, 1]).all()
    np.testing.assert_allclose(pixels[begin:, 1], np.array([-80.0, -79.0, -78.0]) * VIEW.m22() + VIEW.dy())


def test_points_that_were_thinned_out_for_good_are_looked_at_anew(monkeypatch):
    monkeypatch.setattr("logreg_gui.views.curve_points.MOST_KEPT", 4_096)
    points = CurvePoints()
    curve, wide = GrowingCurve(points), view(10_000.0, -120.0, 0.0)
    for _ in grown(points, restless, 10_000, 250):
        pixels, _ = curve.outline(wide, AREA.width())
        ends = np.floor(pixels[[0, -1], 0])
        assert ends.tolist() == np.floor(points.steps[[0, -1]] * wide.m11() + wide.dx()).tolist()
    assert len(points.steps) < 10_000
    np.testing.assert_array_equal(
        [pixels[:, 1].min(), pixels[:, 1].max()],
        [(points.values * wide.m22() + wide.dy()).min(), (points.values * wide.m22() + wide.dy()).max()],
    )


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(("course", "stride"), [(calm, 25), (restless, 25), (restless, 3), (calm, 400)])
def test_a_curve_that_grew_is_the_one_that_is_drawn_at_once(course, stride, ratio):
    points = CurvePoints()
    curve = GrowingCurve(points)
    for number, _ in enumerate(grown(points, course, 1_500, stride)):
        one = painted(curve, ratio=ratio)
        if number % 7 == 0:
            away = np.abs(levels(one) - levels(painted(GrowingCurve(points), ratio=ratio)))
            # Where strokes lie over each other on nothing, and then on the ground; at the cut one stroke may
            # hide another that is drawn elsewhere.
            assert np.count_nonzero(away.max(axis=2) > 3) <= 2, number
    assert curve._picture is not None


def test_only_the_end_is_drawn_while_a_curve_grows(monkeypatch):
    drawn = []
    module = "logreg_gui.views.growing_curve.draw_curve"
    monkeypatch.setattr(
        module, lambda _painter, pixels, _area, **_: drawn.append(float(pixels[-1, 0] - pixels[0, 0]))
    )
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, calm, 1_900, 20):
        painted(curve)
    most = LONGEST_END + 4.0 * (2.0 * PEN.widthF() + 2.0)
    assert sum(length > most for length in drawn) <= 1_900 / 5 / LONGEST_END + 5
    assert drawn[-1] <= most


@pytest.mark.parametrize("change", ["view", "area", "ink", "width", "ratio", "course"])
def test_whatever_a_curve_depends_on_draws_it_anew(change):
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, restless, 1_500, 50):
        painted(curve)
    other = {
        "view": {"to_pixels": view(1_800.0, -90.0, 10.0)},
        "area": {"area": AREA.adjusted(50.0, 10.0, -90.0, -30.0)},
        "ink": {"pen": QPen(QColor("#0072b2"), 3.0)},
        "width": {"pen": QPen(QColor("#7a1fa2"), 5.0)},
        "ratio": {"ratio": 2.0},
        "course": {},
    }[change]
    if change == "course":
        points.extend(np.arange(700.0, 1_200.0), restless(np.arange(700.0, 1_200.0)) + 15.0, 1)
    assert painted(curve, **other) == painted(GrowingCurve(points), **other)
    for one, second in itertools.pairwise(painted(curve, **other) for _ in range(3)):
        assert one == second


def test_on_vectors_all_of_it_is_drawn():
    points = CurvePoints()
    curve = GrowingCurve(points)
    for _ in grown(points, calm, 1_500, 50):
        painted(curve)
    picture = QPicture()
    painter = QPainter(picture)
    pixels, begin = curve.outline(VIEW, AREA.width())
    curve.draw(painter, VIEW, AREA, PEN, pixels[begin:])
    painter.end()
    bounds = picture.boundingRect()
    assert bounds.left() <= AREA.left() + 1
    assert bounds.right() >= pixels[-1, 0] - 1


def test_without_points_nothing_is_drawn():
    curve = GrowingCurve(CurvePoints())
    for _ in range(3):
        assert (levels(painted(curve)) == 255).all()
