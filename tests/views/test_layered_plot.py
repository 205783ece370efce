"""Layers painted by themselves look as the scene paints them with all else, to a few of 255 levels."""

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion

from logreg_gui.views.axis import PlotAxis, style_axis
from logreg_gui.views.curve import CurveView
from logreg_gui.views.fit import FitView
from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.layers import Layer, PictureLayer
from logreg_gui.views.pictures import without_copies
from logreg_gui.views.plane import PlaneView
from logreg_gui.views.style import DARK, LIGHT, Look, load_fonts
from tests.views.frames_for_tests import IN_THE_PLANE, ONE_INPUT, frames_of

LOOKS = [Look(LIGHT, 720), Look(DARK, 1080, stage=True)]

VIEWS = [(PlaneView, name) for name in IN_THE_PLANE] + [(FitView, name) for name in ONE_INPUT]
VIEWS += [(CurveView, name) for name in ("logistic", "lasso, degree 3", "logistic with a test set")]


class Band(Layer):
    """A band across the view between two heights in pixels."""

    def __init__(self, z_value, color, top, bottom):
        super().__init__(z_value)
        self.color, self.top, self.bottom = color, top, bottom
        self.drawn = 0

    def draw(self, painter, to_pixels, rectangle):
        self.drawn += 1
        left, right = (to_pixels.map(x, 0.0)[0] for x in rectangle[:2])
        painter.fillRect(QRectF(left, self.top, right - left, self.bottom - self.top), QColor(self.color))


class Broken(Layer):
    """Cannot be drawn."""

    def draw(self, painter, to_pixels, rectangle):
        painter.translate(50.0, 50.0)
        raise RuntimeError("no ink")


@pytest.fixture
def scene_paintings(monkeypatch):
    """The names of plots that the scene has painted."""
    paint, seen = pg.GraphicsView.paintEvent, []

    def noted(plot, event):
        seen.append(type(plot).__name__)
        paint(plot, event)

    monkeypatch.setattr(pg.GraphicsView, "paintEvent", noted)
    return seen


@pytest.fixture
def show(qtbot):
    load_fonts()

    def make(plot, width=420, height=330):
        qtbot.addWidget(plot)
        plot.resize(width, height)
        plot.show()
        for _ in range(3):
            QCoreApplication.processEvents()
        return plot

    return make


def by_layers(plot):
    """The area of the layers, painted by itself."""
    area = plot.view_area.toRect()
    image = QImage(area.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    plot.viewport().render(image, QPoint(0, 0), QRegion(area))
    return image


def by_scene(plot):
    """The same, cut out of all that there is."""
    whole = QImage(plot.viewport().size(), QImage.Format.Format_RGB32)
    plot.viewport().render(whole, QPoint(0, 0), QRegion(plot.viewport().rect()))
    return whole.copy(plot.view_area.toRect())


def are_alike(one, other, most=4):
    """Whether pictures are the same, but for pixels where a copy is a few levels beside the drawing."""
    return one.size() == other.size() and np.abs(levels(one) - levels(other)).max() <= most


def levels(image):
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), :3].astype(int)


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark stage"])
@pytest.mark.parametrize(("kind", "name"), VIEWS)
def test_layers_by_themselves_are_what_the_scene_paints(show, scene_paintings, kind, name, look):
    view = kind()
    view.set_look(look)
    frames = frames_of((ONE_INPUT if kind is FitView else IN_THE_PLANE)[name], (1, 2, 9, 40))
    view.show_frame(frames[0])
    show(view)
    seen = []
    for frame in frames[1:]:
        view.show_frame(frame)
        QCoreApplication.processEvents()
        whole = by_scene(view)
        scene_paintings.clear()
        alone = by_layers(view)
        assert scene_paintings == []
        assert are_alike(alone, whole)
        assert by_scene(view) == whole
        seen.append(whole)
    assert any(one != other for one, other in pairwise(seen))


def test_a_frame_is_painted_by_the_layers_and_other_axes_by_the_scene(show, scene_paintings):
    view = PlaneView()
    view.set_look(Look())
    frames = frames_of(IN_THE_PLANE["logistic"], (0, 1, 2, 3, 4))
    view.show_frame(frames[0])
    show(view)
    view.finish_entrance()
    QCoreApplication.processEvents()
    scene_paintings.clear()
    drawn = []
    draw = view.lines.draw
    view.lines.draw = lambda *rest: (drawn.append(1), draw(*rest))
    for frame in frames[1:]:
        view.show_frame(frame)
        QCoreApplication.processEvents()
    assert scene_paintings == []
    assert len(drawn) == 4
    view.zoom_by(1.5)
    QCoreApplication.processEvents()
    assert scene_paintings == ["PlaneView"]
    assert are_alike(by_layers(view), by_scene(view))


def test_labels_of_an_earlier_painting_are_not_in_the_way_while_the_tint_is_not_there(show):
    view = PlaneView()
    view.set_look(Look())
    view.show_frame(frames_of(IN_THE_PLANE["logistic"], (3,))[0])
    show(view)
    view.tint.setOpacity(0.0)
    counts = []
    for _ in range(4):
        by_layers(view)
        counts.append(len(view.names.space.plates))
    assert counts[0] > 0
    assert len(set(counts)) == 1


def test_the_size_of_the_plot_can_change_between_frames(show):
    view = CurveView()
    view.set_look(Look())
    frames = frames_of(IN_THE_PLANE["logistic"], (0, 1, 2, 3))
    view.show_frame(frames[0])
    show(view)
    for frame, width in zip(frames[1:], (391, 500, 407), strict=True):
        view.resize(width, 301)
        view.show_frame(frame)
        QCoreApplication.processEvents()
        assert are_alike(by_layers(view), by_scene(view))


def bands(show, *layers):
    plot = LayeredPlot({name: PlotAxis(name) for name in ("bottom", "left")})
    plot.setBackground("white")
    for name in ("bottom", "left"):
        style_axis(plot.getAxis(name), Look(), name)
    plot.add_layers(*layers)
    show(plot)
    assert plot.view_area == QRectF(plot.view_area.toRect()), "on whole pixels"
    return plot


def color_at(plot, x, y):
    return by_layers(plot).pixelColor(x, y).name()


def test_only_on_whole_pixels_layers_are_painted_by_themselves(show, scene_paintings):
    plot = bands(show, Band(1.0, "#ff0000", 0, 400))
    plot.update_layers()
    scene_paintings.clear()
    by_layers(plot)
    assert scene_paintings == []
    plot.getPlotItem().layout.setContentsMargins(0.25, 0, 0, 0)
    for _ in range(3):
        QCoreApplication.processEvents()
    plot.update_layers()
    scene_paintings.clear()
    by_layers(plot)
    assert scene_paintings == ["LayeredPlot"]


def test_a_painting_of_more_than_the_layers_is_the_scene_s(show, scene_paintings):
    plot = bands(show, Band(1.0, "#ff0000", 0, 400))
    area, whole = plot.view_area.toRect(), plot.viewport().rect()
    plot.update_layers()
    for region in (whole, area.adjusted(-1, 0, 0, 0), area.adjusted(0, 0, 0, 1), QRegion(area).united(whole)):
        scene_paintings.clear()
        plot.viewport().render(QPixmap(whole.size()), QPoint(0, 0), QRegion(region))
        assert scene_paintings == ["LayeredPlot"]
    for region in (area, area.adjusted(5, 5, -20, -30)):
        scene_paintings.clear()
        plot.viewport().render(QPixmap(whole.size()), QPoint(0, 0), QRegion(region))
        assert scene_paintings == []


def test_an_axis_that_is_not_drawn_yet_is_drawn_by_the_scene(show, scene_paintings):
    plot = bands(show, Band(1.0, "#ff0000", 0, 400))
    plot.update_layers()
    plot.getAxis("left").picture = None
    scene_paintings.clear()
    by_layers(plot)
    assert scene_paintings == ["LayeredPlot"]
    by_layers(plot)
    assert scene_paintings == ["LayeredPlot"]


def test_layers_by_themselves_are_the_same_on_two_pixels_for_one(show, scene_paintings):
    view = PlaneView()
    view.set_look(Look())
    frames = frames_of(IN_THE_PLANE["logistic"], (1, 5))
    view.show_frame(frames[0])
    show(view)
    view.show_frame(frames[1])
    area = view.view_area.toRect()
    images = []
    for region, size in ((area, area.size()), (view.viewport().rect(), view.viewport().size())):
        image = QImage(2 * size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2.0)
        for _ in range(2):
            view.viewport().render(image, QPoint(0, 0), QRegion(region))
        images.append(image)
    left, top, width, height = (2 * value for value in area.getRect())
    assert are_alike(images[0], images[1].copy(left, top, width, height))


def test_the_layer_with_the_larger_z_lies_on_top_whatever_came_first(show):
    plot = bands(show, Band(2.0, "#ff0000", 0, 100), Band(1.0, "#00ff00", 0, 200))
    assert plot.layers == tuple(sorted(plot.layers, key=lambda layer: layer.z_value))
    top = int(plot.view_area.top())
    assert color_at(plot, 30, 50 - top) == "#ff0000"
    assert color_at(plot, 30, 150 - top) == "#00ff00"
    assert color_at(plot, 30, 220 - top) == "#ffffff"
    plot.add_layers(Band(1.5, "#0000ff", 120, 200))
    assert color_at(plot, 30, 150 - top) == "#0000ff"


def test_a_layer_is_hidden_fades_and_comes_back_with_a_painting_each(show):
    below, above = Band(1.0, "#ffffff", 0, 400), Band(2.0, "#ff0000", 0, 400)
    plot = bands(show, below, above)
    for change, expected in (
        (lambda: above.hide(), "#ffffff"),
        (lambda: above.show(), "#ff0000"),
        (lambda: above.setOpacity(0.5), "#ff8080"),
        (lambda: above.setOpacity(0.0), "#ffffff"),
        (lambda: above.setOpacity(1.0), "#ff0000"),
        (lambda: above.setVisible(False), "#ffffff"),
    ):
        before = below.drawn
        change()
        QCoreApplication.processEvents()
        assert below.drawn == before + 1
        change()
        QCoreApplication.processEvents()
        assert below.drawn == before + 1, "nothing has changed"
        found = QColor(color_at(plot, 30, 60))
        assert np.abs(np.subtract(found.getRgb(), QColor(expected).getRgb())).max() <= 1
        assert are_alike(by_layers(plot), by_scene(plot))
    before = above.drawn
    by_layers(plot)
    assert above.drawn == before, "what is hidden is not drawn"


def test_a_layer_that_fails_is_reported_once_and_the_others_are_painted(show, monkeypatch):
    reported = []
    monkeypatch.setattr("sys.excepthook", lambda _kind, error, _trace: reported.append(str(error)))
    plot = bands(show, Broken(1.0), Band(2.0, "#ff0000", 0, 400))
    assert color_at(plot, 30, 60) == "#ff0000"
    assert color_at(plot, 30, 60) == "#ff0000"
    assert reported == ["no ink"]


def test_a_closed_plot_takes_updates_that_come_late(show):
    layer = Band(1.0, "#ff0000", 0, 400)
    plot = bands(show, layer)
    plot.close()
    assert plot.is_closed
    layer.update()
    layer.hide()
    QCoreApplication.processEvents()


def saved(view):
    """The view as it is painted into a file of twice as many pixels."""
    image = QImage(2 * view.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(2.0)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.render(painter, QRectF(view.rect()), view.viewport().rect())
    painter.end()
    return image


@pytest.mark.parametrize(
    ("kind", "name"), [(PlaneView, "logistic with a test set"), (FitView, "softmax of three")]
)
def test_what_is_saved_is_the_same_without_copies_and_leaves_those_of_the_screen(show, kind, name):
    view = kind()
    view.set_look(Look())
    view.show_frame(frames_of((ONE_INPUT if kind is FitView else IN_THE_PLANE)[name], (5,))[0])
    show(view)
    shown = by_scene(view)
    layers = [layer for layer in view.layers if isinstance(layer, PictureLayer)]
    pictures = [layer._picture for layer in layers]
    with without_copies(view):
        alone = saved(view)
    assert [layer._picture for layer in layers] == pictures
    assert by_scene(view) == shown
    other = saved(view)
    assert [layer._picture for layer in layers] != pictures
    assert are_alike(alone, other, most=8)
    assert not any(layer.is_saved for layer in layers)
