"""The numbers of an axis, read back, are its ticks; none is cut, touches another or meets the name."""

import itertools
import math

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QCoreApplication, QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from logreg_gui.views.axis import (
    PlotAxis,
    fitting_text,
    major_ticks,
    nice_spacing,
    set_margins,
    style_axis,
    tick_strings,
    tick_values,
)
from logreg_gui.views.style import LIGHT, Look, load_fonts

LOOKS = {
    "720p": Look(LIGHT, 720),
    "stage": Look(LIGHT, 720, 1.0, stage=True),
    "1080p stage": Look(LIGHT, 1080, 1.0, stage=True),
    "zoomed": Look(LIGHT, 720, 1.75),
}


@pytest.mark.parametrize(
    ("values", "spacing", "texts"),
    [
        ([0, 20, 40, 60], 20, ["0", "20", "40", "60"]),
        ([-200, -100, 0], 100, ["−200", "−100", "0"]),
        ([0, 4000, 8000], 4000, ["0", "4,000", "8,000"]),
        ([-9000, -8000], 1000, ["−9,000", "−8,000"]),
        ([0, 5000, 10000], 5000, ["0", "5k", "10k"]),
        ([0, 2500, 12500], 2500, ["0", "2.5k", "12.5k"]),
        ([-100000, -50000, 0], 50000, ["−100k", "−50k", "0"]),
        ([0, 500000, 1000000, 1500000], 500000, ["0", "0.5M", "1M", "1.5M"]),
        ([-2e9, -1e9], 1e9, ["−2G", "−1G"]),
        ([-0.5, -5.5e-17, 0.30000000000000004], 0.1, ["−0.5", "0", "0.3"]),
        ([-0.002, -0.001, 0.0], 0.001, ["−0.002", "−0.001", "0"]),
        ([2e-9, 4e-9, 1e-24], 2e-9, ["2×10⁻⁹", "4×10⁻⁹", "0"]),
        ([-1e17, 0.0], 1e17, ["−1×10¹⁷", "0"]),
        ([], 1, []),
    ],
)
def test_numbers_are_short_and_in_one_unit(values, spacing, texts):
    assert tick_strings(values, spacing) == texts


def read(text):
    units = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    digits = text.rstrip("kMGT").replace(",", "").replace("−", "-")
    mantissa, _, power = digits.partition("×10")
    exponent = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(f"{mantissa}e{exponent or 0}") * units.get(text[-1], 1.0)


@pytest.mark.parametrize("seed", range(200))
def test_a_number_read_back_is_its_tick(seed):
    rng = np.random.default_rng(seed)
    spacing = float(f"{rng.choice([1, 2, 5])}e{rng.integers(-12, 18)}")
    first = int(rng.integers(-400, 400))
    values = [index * spacing for index in range(first, first + 6)]
    texts = tick_strings(values, spacing)
    np.testing.assert_allclose([read(text) for text in texts], values, rtol=1e-12, atol=1e-9 * spacing)
    assert not set("e+-") & set("".join(texts))
    assert len({text[-1] for text in texts if text != "0" and text[-1] in "kMGT"}) <= 1


@pytest.mark.parametrize("seed", range(50))
def test_the_spacing_is_the_smallest_round_one_that_fits(seed):
    rng = np.random.default_rng(seed)
    span, most = 10.0 ** rng.uniform(-8, 12), int(rng.integers(2, 12))
    spacing = nice_spacing(span, most, 0.0, lambda one: span / one <= most)
    assert f"{spacing:e}"[:8] in ("1.000000", "2.000000", "5.000000")
    assert span / spacing <= most
    assert span / (spacing / 2.5) > most


def test_steps_have_no_numbers_between_them():
    assert nice_spacing(2.0, 6, 1.0, lambda one: True) == 1.0


def test_when_nothing_fits_the_search_ends_beyond_the_axis():
    assert nice_spacing(3.0, 6, 0.0, lambda one: False) > 30.0


def test_ticks_include_both_ends_in_spite_of_rounding():
    assert tick_values(0.0, 60.0, 20.0) == [0.0, 20.0, 40.0, 60.0]
    assert len(tick_values(-0.3, 0.3, 0.1)) == 7
    assert tick_values(0.1, 0.9, 1.0) == []


def test_the_longest_text_that_fits_is_taken():
    assert [fitting_text(("maximum", "max", "m"), len, room) for room in (9, 7, 6, 2, 0)] == [
        "maximum",
        "maximum",
        "max",
        "m",
        "m",
    ]


@pytest.fixture
def make_plot(qtbot):
    load_fonts()

    def make(look, size, x_range, y_range):
        axes = {"bottom": PlotAxis("bottom", most=6, whole=True), "left": PlotAxis("left", most=6)}
        plot = pg.PlotWidget(axisItems=axes)
        qtbot.addWidget(plot)
        style_axis(axes["bottom"], look, "step t")
        style_axis(axes["left"], look, "log-likelihood ℓ(w)", short="ℓ(w)", widest="−9,000")
        set_margins(plot, look, 1.7)
        plot.resize(*size)
        plot.getViewBox().setRange(xRange=x_range, yRange=y_range, padding=0.0)
        plot.show()
        QCoreApplication.processEvents()
        return plot

    return make


def numbers(plot, name):
    """Text and rectangle, in the widget's pixels, of each number that the axis draws."""
    axis = plot.getAxis(name)
    pixmap = QPixmap(10, 10)
    painter = QPainter(pixmap)
    _, _, texts = axis.generateDrawSpecs(painter)
    painter.end()
    return [(text, axis.mapRectToScene(rect)) for rect, _, text in texts]


SIZES = [(400, 300), (700, 420), (330, 200)]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("last", [1, 2, 3, 60, 200, 9_000, 10_000, 100_000_000])
def test_numbers_of_steps_are_few_apart_and_whole(make_plot, look, size, last):
    plot = make_plot(look, size, (-0.03 * last, 1.03 * last), (-1.0, 0.0))
    shown = numbers(plot, "bottom")
    assert 1 <= len(shown) <= 6
    for (_, one), (_, other) in itertools.pairwise(shown):
        assert one.right() < other.left()
    ticks = major_ticks(plot.getAxis("bottom"), -0.03 * last, 1.03 * last, 1.0)
    assert [read(text) for text, _ in shown] == pytest.approx(ticks)
    assert all(tick == round(tick) for tick in ticks)
    assert shown[-1][1].right() <= plot.width()


@pytest.mark.parametrize(("last", "text"), [(60, "60"), (10_000, "10k")])
def test_the_last_number_stands_at_the_right_end(make_plot, last, text):
    plot = make_plot(LOOKS["1080p stage"], (730, 420), (-0.02 * last, 1.02 * last), (-1.0, 0.0))
    assert numbers(plot, "bottom")[-1][0] == text


RANGES = [(-250, -40), (-9_900, 100), (-54_000, 0), (-130_000, 20_000), (-3e9, 0), (-0.0083, 0.001)]
TOO_PRECISE = (-1032.1661, -1032.1653)


def has_ink(picture, rectangle):
    """Whether anything but the plot's white is there."""
    area = rectangle.toAlignedRect().intersected(picture.rect())
    return any(
        picture.pixelColor(x, y) != picture.pixelColor(0, picture.height() - 1)
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("y_range", [*RANGES, TOO_PRECISE])
def test_the_name_of_the_axis_never_lies_over_its_numbers(make_plot, look, y_range):
    plot = make_plot(look, (500, 330), (0.0, 1.0), y_range)
    plot.setBackground(look.color("plot"))
    axis = plot.getAxis("left")
    label = axis.label.mapRectToScene(axis.label.boundingRect())
    # The name has a margin of 4 pixels in its rectangle; between it and the widest number nothing is drawn.
    right = plot.getViewBox().sceneBoundingRect().left() - 0.35 * look.base - axis._text_room
    assert label.right() - 4 <= right
    gap = QRectF(label.right() - 4, 0.0, right - label.right() + 4, plot.height())
    assert not has_ink(plot.grab().toImage(), gap.adjusted(1, 0, -1, 0))


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("y_range", RANGES)
@pytest.mark.parametrize("height", [330, 190])
def test_values_that_are_likely_fit_their_axis_unsqueezed(make_plot, look, y_range, height):
    plot = make_plot(look, (500, height), (0.0, 1.0), y_range)
    shown = numbers(plot, "left")
    assert 1 <= len(shown) <= 6
    assert max(rect.width() for _, rect in shown) <= plot.getAxis("left")._text_room
    for (_, one), (_, other) in itertools.pairwise(shown):
        assert one.top() > other.bottom() or other.top() > one.bottom()


def test_a_name_that_is_longer_than_its_axis_is_shortened_and_comes_back(make_plot):
    plot = make_plot(LOOKS["zoomed"], (330, 200), (0.0, 1.0), (-1.0, 0.0))
    assert plot.getAxis("left").labelText == "ℓ(w)"
    plot.resize(330, 600)
    QCoreApplication.processEvents()
    assert plot.getAxis("left").labelText == "log-likelihood ℓ(w)"


def test_an_axis_without_extent_has_no_ticks():
    assert major_ticks(PlotAxis("left"), 1.0, 1.0, 100.0) == []


def test_minor_ticks_of_steps_are_steps():
    (major, _), (minor, _) = PlotAxis("bottom", whole=True).tickSpacing(0.0, 60.0, 600.0)
    assert (major / minor, minor) == (round(major / minor), math.floor(minor))


def test_an_axis_of_which_a_part_is_painted_looks_there_as_the_whole(make_plot):
    plot = make_plot(LOOKS["720p"], (640, 480), (0.0, 1000.0), (-500.0, 0.0))
    rng = np.random.default_rng(2)
    for limits in ((0.0, 1000.0), (0.0, 700.0)):
        plot.getViewBox().setRange(xRange=limits, padding=0.0)
        whole = plot.grab().toImage()
        for _ in range(60):
            (left, right), (top, bottom) = (np.sort(rng.integers(0, size, 2)) for size in (640, 480))
            part = QRect(int(left), int(top), int(right - left) + 1, int(bottom - top) + 1)
            assert plot.grab(part).toImage() == whole.copy(part)


def test_numbers_are_not_drawn_where_only_the_plot_is_painted(make_plot, monkeypatch):
    plot = make_plot(LOOKS["720p"], (640, 480), (0.0, 1000.0), (-500.0, 0.0))
    plot.grab()
    drawn = []
    monkeypatch.setattr(pg.AxisItem, "paint", lambda axis, *_: drawn.append(axis.orientation))
    box = plot.getViewBox()
    view = plot.viewportTransform().mapRect(box.mapRectToScene(box.rect())).toRect()
    plot.grab(view)
    assert drawn == []
    plot.grab(view.adjusted(-30, 0, 0, 0))
    assert drawn == ["left"]
    plot.grab(view.adjusted(0, 0, 0, 30))
    assert drawn == ["left", "bottom"]
