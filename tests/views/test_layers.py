"""A picture is remade when it must be; a costly one lags behind the hand, and is exact when that rests."""

from weakref import ref

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.layers import (
    CHEAP_SECONDS,
    LEAST_PAUSES,
    PictureLayer,
    data_rectangle,
    is_cheap,
    pixel_area,
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


def test_a_hidden_plot_keeps_no_pictures_and_makes_them_again(show):
    layer = Square(0.05)
    plot = show(layer)
    before = shown_square(plot)
    kept = ref(layer._picture)
    shift(plot, 0.1)  # the exact one is due when the hand rests
    plot.hide()
    assert kept() is None
    assert layer._picture is None
    assert not layer._rest.isActive()
    shift(plot, -0.1)
    plot.show()
    QCoreApplication.processEvents()
    layer.makings.clear()
    plot.hide()
    plot.show()
    QCoreApplication.processEvents()
    assert shown_square(plot) == before
    assert layer.makings == ["exact"]


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
