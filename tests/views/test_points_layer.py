"""The rows of every class can be seen, however many the others have."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from logreg_gui.views import density
from logreg_gui.views import points_layer as module
from logreg_gui.views.points_layer import (
    ALL_GLYPHS,
    DRAFT_ROWS,
    MOST_GLYPHS,
    MOST_RARE,
    PointsLayer,
    drawing_order,
    glyph_share,
    point_opacities,
    point_opacity,
    rare_classes,
    rare_rows,
)


def shuffled_labels(*sizes):
    labels = np.repeat(np.arange(len(sizes), dtype=np.int8), sizes)
    return np.random.default_rng(1).permutation(labels)


@pytest.mark.parametrize(
    ("sizes", "rare"),
    [
        ((100, 20), []),
        ((100, 19), [1]),
        ((19, 100), [0]),
        ((5, 1000, 60, 300), [2, 0]),
        ((1000, 0, 10), [2]),
        ((7,), []),
        ((), []),
    ],
)
def test_a_class_with_less_than_a_fifth_of_the_largest_is_rare(sizes, rare):
    assert rare_classes(shuffled_labels(*sizes)) == rare


def test_rare_classes_are_drawn_last_and_the_rarest_on_top():
    labels = shuffled_labels(5, 1000, 60, 300)
    order = drawing_order(labels)
    assert sorted(order) == list(range(1365))
    assert labels[order][-5:].tolist() == [0] * 5
    assert labels[order][-65:-5].tolist() == [2] * 60
    assert set(labels[order][:-65].tolist()) == {1, 3}


def test_classes_of_like_size_are_mixed():
    labels = np.repeat(np.array([0, 1], dtype=np.int8), (1000, 600))
    heights = np.empty(1600)
    heights[drawing_order(labels)] = np.arange(1600)
    # The mean height of 600 shuffled rows has a standard deviation of some 12.
    assert heights[labels == 0].mean() == pytest.approx(800, abs=60)
    assert heights[labels == 1].mean() == pytest.approx(800, abs=60)
    np.testing.assert_array_equal(drawing_order(labels), drawing_order(labels))


def test_a_rare_class_is_as_opaque_as_if_it_were_alone():
    labels = shuffled_labels(20_000, 100)
    opacities = point_opacities(labels)
    assert set(opacities[labels == 1]) == {1.0}
    assert set(opacities[labels == 0]) == {point_opacity(20_100)}
    assert point_opacity(20_100) < 0.6


@pytest.mark.parametrize("rare", [0, 1])
def test_a_few_points_amid_many_are_seen(rare):
    labels = np.full(20_000, 1 - rare, dtype=np.int8)
    labels[[0, 10_000]] = rare
    features = np.random.default_rng(2).uniform(-1, 1, (20_000, 2))
    features[[0, 10_000]] = [(-0.5, 0.0), (0.5, 0.0)]
    layer = PointsLayer()
    layer.show_rows(features, labels, np.zeros((2, 2)))
    image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    painter = QPainter(image)
    layer.draw_picture(painter, QTransform(100, 0, 0, -100, 100, 100), QRectF(0, 0, 200, 200))
    painter.end()
    for x in (50, 150):
        assert image.pixelColor(x, 100) == layer.look.class_color(rare)


def test_rows_of_the_test_set_are_hollow_in_the_colour_of_their_class():
    features = np.array([(-0.5, 0.5), (0.5, 0.5), (-0.5, -0.5), (0.5, -0.5)])
    labels = np.array([0, 1, 0, 1], dtype=np.int8)
    layer = PointsLayer()
    layer.show_rows(features, labels, np.zeros((2, 2)), np.array([False, False, True, True]))
    image = drawn(layer)
    for label, x in ((0, 50), (1, 150)):
        ink = layer.look.class_color(label)
        assert image.pixelColor(x, 50) == ink
        assert image.pixelColor(x, 150) == layer.look.color("plot")
        rim = [image.pixelColor(x, 150 + below) for below in range(1, 12)]
        assert min(abs(pixel.red() - ink.red()) + abs(pixel.blue() - ink.blue()) for pixel in rim) < 40


def test_no_rows_draw_nothing():
    layer = PointsLayer()
    layer.show_rows(np.empty((0, 2)), np.empty(0, dtype=np.int8), np.zeros((2, 2)))
    image = QImage(20, 20, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    before = image.copy()
    painter = QPainter(image)
    layer.draw_picture(painter, QTransform(), QRectF(0, 0, 20, 20))
    painter.end()
    assert image == before


def test_of_two_rows_the_same_lies_on_top_whichever_others_are_in_view():
    labels = shuffled_labels(700, 800)
    heights = np.empty(1500)
    heights[drawing_order(labels)] = np.arange(1500)
    rows = np.arange(200, 1500, 3)
    chosen = rows[drawing_order(labels[rows], rows)]
    np.testing.assert_array_equal(chosen, rows[np.argsort(heights[rows])])


# many rows


class Recorder(PointsLayer):
    """Notes what it draws instead of drawing it: rows of a density, numbers of glyphs and their share."""

    def __init__(self, monkeypatch):
        super().__init__()
        self.densities, self.glyphs = [], []
        counts = density.class_counts

        def observed(features, *rest):
            self.densities.append(len(features))
            return counts(features, *rest)

        monkeypatch.setattr(module.density, "class_counts", observed)

    def _draw_glyphs(self, painter, to_pixels, features, rows, share):
        self.glyphs.append((len(rows), share))
        super()._draw_glyphs(painter, to_pixels, features, rows, share)


def square(rows, rare=0):
    """Rows evenly over the square from -1 to 1, the last `rare` ones of class 1."""
    features = np.random.default_rng(3).uniform(-1, 1, (rows, 2)).astype(np.float32)
    labels = np.zeros(rows, dtype=np.int8)
    labels[rows - rare :] = 1
    return features, labels, np.zeros((2, 2))


def drawn(layer, zoom=1.0, background="white"):
    """A picture of 200 x 200 pixels of the square, or of the middle of it."""
    image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(background))
    painter = QPainter(image)
    layer.draw_picture(painter, QTransform(100 * zoom, 0, 0, -100 * zoom, 100, 100), QRectF(0, 0, 200, 200))
    painter.end()
    return image


@pytest.mark.parametrize(
    ("visible", "share"),
    [(0, 1.0), (ALL_GLYPHS, 1.0), (37_500, 0.5), (MOST_GLYPHS, 0.0), (10 * MOST_GLYPHS, 0.0)],
)
def test_glyphs_fade_in_as_fewer_rows_are_in_view(visible, share):
    assert glyph_share(visible) == share


def test_few_rows_are_glyphs_alone(monkeypatch):
    layer = Recorder(monkeypatch)
    layer.show_rows(*square(ALL_GLYPHS))
    drawn(layer)
    assert (layer.densities, layer.glyphs) == ([], [(ALL_GLYPHS, 1.0)])


def test_too_many_rows_are_a_density_alone(monkeypatch):
    layer = Recorder(monkeypatch)
    layer.show_rows(*square(MOST_GLYPHS + 1))
    drawn(layer)
    assert (layer.densities, layer.glyphs) == ([MOST_GLYPHS + 1], [])


def test_zooming_into_many_rows_brings_their_glyphs(monkeypatch):
    layer = Recorder(monkeypatch)
    layer.show_rows(*square(200_000))
    for zoom in (1.0, 2.3, 10.0):
        drawn(layer, zoom)
    assert len(layer.densities) == 2
    (fading, share), (few, whole) = layer.glyphs
    assert 0.0 < share < 1.0
    assert fading == pytest.approx(200_000 * (1.0 / 2.3 + 0.055) ** 2, rel=0.15)
    assert few < 5000
    assert whole == 1.0


def test_a_density_has_the_colour_of_its_class_where_the_rows_are_and_nothing_elsewhere():
    features, labels, means = square(200_000)
    features[:, 0] = 0.5 * features[:, 0] - 0.5
    features[:, 1] = 0.5 * features[:, 1] + 0.5
    layer = PointsLayer()
    layer.show_rows(features, labels, means)
    image = drawn(layer)
    # The upper left quarter, and nowhere else.
    for x, y in ((150, 50), (50, 150), (150, 150), (104, 50), (50, 104)):
        assert image.pixelColor(x, y) == QColor("white")
    ink, plain = layer.look.class_color(0), QColor("white")
    for x, y in ((50, 50), (3, 3), (96, 96)):
        found = image.pixelColor(x, y)
        shares = [(there.redF() - plain.redF()) / (ink.redF() - plain.redF()) for there in (found,)] + [
            (found.greenF() - plain.greenF()) / (ink.greenF() - plain.greenF())
        ]
        assert shares[0] == pytest.approx(shares[1], abs=0.03)
        assert 0.6 < shares[0] < 0.95


def test_a_density_and_its_glyphs_lie_in_the_same_place():
    # A cloud with a sharp edge at 0.3 in both, once as a density and once as glyphs.
    features, labels, means = square(200_000)
    features = 0.3 * features
    edges = []
    for rows in (slice(None), slice(0, 20_000)):
        layer = PointsLayer()
        layer.show_rows(features[rows], labels[rows], means)
        image = drawn(layer)
        inked = [x for x in range(200) if image.pixelColor(x, 100) != QColor("white")]
        edges.append((inked[0], inked[-1]))
    assert edges[0] == pytest.approx(edges[1], abs=4)
    assert edges[0] == pytest.approx((70, 130), abs=3)


def test_a_few_rows_of_a_rare_class_lie_as_glyphs_on_the_density(monkeypatch):
    layer = Recorder(monkeypatch)
    features, labels, means = square(100_000, rare=3)
    features[-3:] = [(-0.5, 0.5), (0.0, 0.0), (0.5, -0.5)]
    layer.show_rows(features, labels, means)
    image = drawn(layer)
    assert layer.glyphs == [(3, 0.0)]
    for x in (50, 100, 150):
        assert image.pixelColor(x, x) == layer.look.class_color(1)


def test_rare_rows_are_found_unless_they_are_too_many():
    labels = shuffled_labels(100_000, 30, 50_000, 70)
    sizes = np.bincount(labels)
    np.testing.assert_array_equal(rare_rows(labels, sizes), np.flatnonzero((labels == 1) | (labels == 3)))
    many = shuffled_labels(100_000, MOST_RARE + 1)
    assert len(rare_rows(many, np.bincount(many))) == 0
    equal = shuffled_labels(50, 50)
    assert len(rare_rows(equal, np.bincount(equal))) == 0


def test_a_draft_counts_some_rows_from_all_over_the_data(monkeypatch):
    layer = Recorder(monkeypatch)
    # Class after class, as data come: the left half, then the right.
    features, labels, means = square(1_000_000)
    features = features[np.argsort(features[:, 0])]
    layer.show_rows(features, labels, means)
    layer.is_draft = True
    image = drawn(layer)
    assert 0.5 * DRAFT_ROWS < layer.densities[0] <= DRAFT_ROWS
    inked = [image.pixelColor(x, y) != QColor("white") for x in range(0, 200, 9) for y in range(0, 200, 9)]
    assert np.mean(inked) > 0.95


def test_the_layer_keeps_no_copy_of_the_rows():
    features, labels, means = square(200_000)
    layer = PointsLayer()
    layer.show_rows(features, labels, means)
    drawn(layer)
    held = [value for value in vars(layer).values() if isinstance(value, np.ndarray)]
    own = [value for value in held if value is not features and value is not labels]
    assert len(held) == len(own) + 2
    assert sum(value.nbytes for value in own) < 1000
