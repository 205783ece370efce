"""A picture is remade when it must be; a costly one lags behind the hand, and is exact when that rests."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from logreg_gui.views import layers
from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.layers import (
    CHEAP_SECONDS,
    LEAST_PAUSES,
    MOST_REVERSALS,
    PictureLayer,
    data_rectangle,
    draw_curve,
    is_cheap,
    is_covered,
    pixel_area,
    reversals,
    without_plateaus,
)
from logreg_gui.views.style import DARK, Look


class Square(PictureLayer):
    """A square from (0, 0) to (1, 1); a making takes `cost` seconds of its own clock, and is noted."""

    may_lag = True

    def __init__(self, cost):
        super().__init__(0)
        self.cost, self.now = cost, 100.0
        self.makings = []

    def clock(self):
        return self.now

    def draw_picture(self, painter, to_pixels, area):
        self.now += 0.001 if self.is_draft else self.cost
        self.makings.append("draft" if self.is_draft else "exact")
        painter.fillRect(to_pixels.mapRect(QRectF(0, 0, 1, 1)), QColor("red"))


@pytest.fixture
def show(qtbot):
    def make(layer):
        plot = LayeredPlot({})
        qtbot.addWidget(plot)
        plot.hideAxis("left")
        plot.hideAxis("bottom")
        plot.setBackground("white")
        plot.resize(300, 300)
        view = plot.getViewBox()
        view.setRange(xRange=(-1, 2), yRange=(-1, 2), padding=0)
        plot.add_layers(layer)
        plot.show()
        QCoreApplication.processEvents()
        plot.viewport().repaint()
        return plot

    return make


def shown_square(plot):
    """Left, right, bottom, top of what is red, in data units."""
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    rows, columns = np.nonzero((pixels & 0xFFFFFF) == 0xFF0000)
    if not len(rows):
        return None
    box = plot.getViewBox()
    low = box.mapSceneToView(QPointF(columns.min(), rows.max() + 1))
    high = box.mapSceneToView(QPointF(columns.max() + 1, rows.min()))
    return low.x(), high.x(), low.y(), high.y()


def shift(plot, way):
    plot.getViewBox().translateBy(x=way)
    plot.viewport().repaint()


def test_the_same_picture_is_painted_again_and_again(show):
    layer = Square(0.05)
    plot = show(layer)
    for _ in range(5):
        layer.update()
        plot.viewport().repaint()
    assert layer.makings == ["exact"]


def test_a_cheap_picture_follows_at_once(show):
    layer = Square(0.5 * CHEAP_SECONDS)
    plot = show(layer)
    for _ in range(3):
        shift(plot, 0.1)
        layer.forget_picture()
        plot.viewport().repaint()
    assert layer.makings == ["exact"] * 7


def test_a_costly_picture_is_moved_with_the_plane_and_remade_when_the_hand_rests(show, qtbot):
    layer = Square(0.05)
    plot = show(layer)
    for _ in range(4):
        shift(plot, -0.25)
    assert layer.makings == ["exact"]
    assert shown_square(plot) == pytest.approx((0, 1, 0, 1), abs=0.03)
    qtbot.waitUntil(lambda: len(layer.makings) > 1)
    assert layer.makings == ["exact", "exact"]
    assert shown_square(plot) == pytest.approx((0, 1, 0, 1), abs=0.03)


@pytest.mark.parametrize("factor", [0.4, 0.9, 3.0, 40.0])
def test_a_costly_picture_is_enlarged_with_the_plane(show, factor):
    layer = Square(0.05)
    plot = show(layer)
    plot.getViewBox().scaleBy((1 / factor, 1 / factor), center=QPointF(0, 0))
    plot.viewport().repaint()
    assert layer.makings == ["exact"]
    left, right, bottom, top = shown_square(plot)
    seen_right = min(1.0, plot.getViewBox().viewRange()[0][1])
    assert (left, bottom) == pytest.approx((0, 0), abs=0.04)
    assert (right, top) == pytest.approx((seen_right, seen_right), abs=0.04)


def test_a_picture_that_is_out_of_sight_is_not_painted(show):
    layer = Square(0.05)
    plot = show(layer)
    shift(plot, 50.0)
    assert shown_square(plot) is None
    assert layer.makings == ["exact"]


def test_other_content_is_drawn_as_a_draft_until_the_hand_rests(show, qtbot):
    layer = Square(0.05)
    plot = show(layer)
    for _ in range(3):
        layer.forget_picture()
        plot.viewport().repaint()
    assert layer.makings == ["exact", "draft", "draft", "draft"]
    qtbot.waitUntil(lambda: layer.makings[-1] == "exact")


def test_painting_a_draft_again_does_not_put_off_the_rest(show, qtbot):
    layer = Square(0.05)
    plot = show(layer)
    layer.forget_picture()
    plot.viewport().repaint()
    painted = 0

    def is_exact():
        # As training does: the plane is painted all the time.
        nonlocal painted
        layer.update()
        plot.viewport().repaint()
        painted += 1
        return layer.makings[-1] == "exact"

    qtbot.waitUntil(is_exact)
    assert painted > 1
    assert layer.makings == ["exact", "draft", "exact"]


def test_even_a_costly_picture_is_remade_now_and_then_while_the_hand_moves(show):
    layer = Square(0.05)
    plot = show(layer)
    for _ in range(40):
        layer.now += 0.02
        shift(plot, 0.001)
    exact = layer.makings.count("exact") - 1
    assert 2 <= exact <= 0.8 / (LEAST_PAUSES * layer.cost)


def test_a_picture_in_other_colours_is_made_at_once(show):
    layer = Square(0.05)
    plot = show(layer)
    layer.set_look(Look(DARK))
    plot.viewport().repaint()
    assert layer.makings == ["exact", "exact"]


def test_a_hidden_plot_is_saved_exactly(show):
    layer = Square(0.05)
    plot = show(layer)
    plot.hide()
    layer.forget_picture()
    plot.grab()
    assert layer.makings == ["exact", "exact"]


def test_a_layer_that_may_not_lag_never_does(show):
    layer = Square(0.05)
    layer.may_lag = False
    plot = show(layer)
    for _ in range(3):
        shift(plot, 0.1)
    assert layer.makings == ["exact"] * 4


@pytest.mark.parametrize(
    ("cost", "since", "cheap"),
    [(0.0, 0.0, True), (0.015, 0.0, True), (0.016, 0.05, False), (0.016, 0.064, True), (1.0, 3.9, False)],
)
def test_a_picture_is_cheap_when_it_is_quick_or_long_ago(cost, since, cheap):
    assert is_cheap(cost, since) is cheap


def test_pixels_and_data_are_mapped_there_and_back(show):
    layer = Square(0.0)
    seen = []
    layer.draw_picture = lambda painter, to_pixels, area: seen.append((to_pixels, area))
    show(layer)
    (to_pixels, area), *_ = seen
    rectangle = data_rectangle(to_pixels, area)
    assert rectangle == pytest.approx((-1, 2, -1, 2))
    assert pixel_area(to_pixels, rectangle).getRect() == pytest.approx(area.getRect())


# curves


def painted(pixels, width=3.0, size=(400, 200)):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor("black"), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    draw_curve(painter, np.asarray(pixels, dtype=float))
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


def test_a_restless_curve_looks_like_the_path_it_is():
    # One turn less than what is still a path, and one more.
    path, lines = (painted(zigzag(count)) for count in (MOST_REVERSALS + 2, MOST_REVERSALS + 3))
    for picture in (path, lines):
        assert picture[55:145, 12:388].mean() == pytest.approx(path[55:145, 12:388].mean(), rel=0.05)
        assert not picture[:50].any()
        assert not picture[150:].any()


@pytest.mark.parametrize(("pieces", "is_path"), [(MOST_REVERSALS - 10, True), (10 * MOST_REVERSALS, False)])
def test_a_curve_of_many_pieces_is_drawn_as_lines_and_looks_like_the_path_it_is(monkeypatch, pieces, is_path):
    x = np.linspace(10.0, 390.0, 3 * pieces)
    pixels = np.column_stack((x, 60.0 + 0.2 * x))
    pixels[2::3, 1] = np.nan
    made, path = [], layers.pg.functions.arrayToQPath
    monkeypatch.setattr(
        layers.pg.functions, "arrayToQPath", lambda *a, **k: (made.append(1), path(*a, **k))[1]
    )
    picture = painted(pixels)
    assert bool(made) is is_path
    monkeypatch.setattr(layers, "MOST_REVERSALS", 10_000)
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
    monkeypatch.setattr(layers, "is_covered", lambda ends: np.zeros(len(ends), dtype=bool))
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
