"""The rows of every class can be seen, however many the others have."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from logreg_gui.views.points_layer import (
    PointsLayer,
    drawing_order,
    point_opacities,
    point_opacity,
    rare_classes,
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
