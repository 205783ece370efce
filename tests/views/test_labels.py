"""Labels find places that are free, inside the plot and beside their lines."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from logreg_gui.views.labels import (
    FEW_SEGMENTS,
    Label,
    LabelSpace,
    boxes_around,
    boxes_beside,
    crosses,
    draw_label,
    overlaps,
    plate_size,
    pushed_inside,
)
from logreg_gui.views.style import Look

AREA = QRectF(0, 0, 400, 300)


@pytest.fixture
def painter():
    image = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    painter = QPainter(image)
    yield painter
    painter.end()


def random_boxes(rng, count):
    corners = rng.uniform(0, 10, (count, 2))
    return np.hstack((corners, corners + rng.uniform(0.2, 4, (count, 2))))


@pytest.mark.parametrize("seed", range(5))
def test_boxes_overlap_as_qt_says(seed):
    rng = np.random.default_rng(seed)
    boxes, plates = random_boxes(rng, 20), random_boxes(rng, 15)
    found = overlaps(boxes, plates)
    for i, j in np.ndindex(20, 15):
        one, other = (QRectF(QPointF(*box[:2]), QPointF(*box[2:])) for box in (boxes[i], plates[j]))
        assert found[i, j] == one.intersects(other)
    assert 0 < found.mean() < 1


@pytest.mark.parametrize("seed", range(5))
def test_a_segment_enters_a_box_exactly_when_one_of_its_points_is_inside(seed):
    rng = np.random.default_rng(seed)
    boxes, segments = random_boxes(rng, 20), rng.uniform(-2, 12, (15, 2, 2))
    clearances = rng.uniform(0, 1, 15)
    found = crosses(boxes, segments, clearances)
    share = np.linspace(0, 1, 4001)[:, None]
    for i, j in np.ndindex(20, 15):
        points = (1 - share) * segments[j, 0] + share * segments[j, 1]
        low, high = boxes[i, :2] - clearances[j], boxes[i, 2:] + clearances[j]
        assert found[i, j] == ((points >= low) & (points <= high)).all(axis=1).any()
    assert 0 < found.mean() < 1


@pytest.mark.parametrize("angle", np.linspace(0, 2 * np.pi, 9))
def test_a_box_beside_a_line_keeps_exactly_the_gap(angle):
    normal = np.array([np.cos(angle), np.sin(angle)])
    (box,) = boxes_beside(np.array([[50.0, 40.0]]), normal[None], (30.0, 12.0), 5.0)
    corners = np.array([(x, y) for x in box[[0, 2]] for y in box[[1, 3]]])
    assert ((corners - (50.0, 40.0)) @ normal).min() == pytest.approx(5.0)
    np.testing.assert_allclose(box[2:] - box[:2], (30.0, 12.0))


def test_boxes_are_pushed_inside_but_not_too_far():
    boxes = boxes_around(np.array([[200.0, 150.0], [395.0, 150.0], [-90.0, 150.0]]), (40.0, 20.0))
    inside = pushed_inside(boxes, AREA)
    np.testing.assert_array_equal(inside[0], boxes[0])
    assert inside[1].tolist() == [357, 140, 397, 160]
    assert inside[2].tolist() == [3, 140, 43, 160]
    near = pushed_inside(boxes, AREA, furthest=20.0)
    assert np.isnan(near[2]).all()
    np.testing.assert_array_equal(near[:2], inside[:2])


def four_boxes():
    return boxes_around(np.array([[50.0, 50.0], [150.0, 50.0], [250.0, 50.0], [350.0, 50.0]]), (40.0, 20.0))


def test_the_first_free_box_is_taken_and_the_last_one_kept():
    space = LabelSpace()
    assert space.first_free(four_boxes()) == 0
    assert space.first_free(four_boxes(), kept=2) == 2
    space.plates.append(QRectF(40, 40, 20, 20))
    space.avoid(np.array([[150.0, 0.0], [150.0, 300.0]]), 1.0)
    assert space.first_free(four_boxes()) == 2
    assert space.first_free(four_boxes(), kept=1) == 2
    assert space.first_free(four_boxes(), ranks=np.array([[3, 2, 1, 0]])) == 3


def test_a_faint_line_is_avoided_only_if_there_is_another_place():
    space = LabelSpace()
    space.avoid(np.array([[0.0, 50.0], [300.0, 50.0]]), 1.0, is_faint=True)
    assert space.first_free(four_boxes()) == 3
    assert space.first_free(four_boxes(), kept=1) == 3
    assert space.first_free(four_boxes()[:3]) == 0
    assert space.first_free(four_boxes()[:3], kept=1) == 1
    assert space.first_free(four_boxes()[:3], needs_all=True) is None
    # A better rank counts for more than a faint line.
    assert space.first_free(four_boxes(), ranks=np.array([[0, 1], [2, 3]])) == 0


@pytest.mark.parametrize("points", [2, FEW_SEGMENTS + 2])
def test_one_box_alone_is_judged_as_among_others(points):
    rng = np.random.default_rng(points)
    verdicts = []
    for _ in range(100):
        space = LabelSpace()
        for _ in range(rng.integers(3)):
            space.avoid(rng.uniform(0, 400, (points, 2)), rng.uniform(0, 9), is_faint=bool(rng.integers(2)))
        for x, y in rng.uniform(0, 400, (rng.integers(3), 2)):
            space.plates.append(QRectF(x, y, 60.0, 30.0))
        boxes = boxes_around(rng.uniform(0, 400, (20, 2)), (40.0, 20.0))
        boxes[0] = np.nan
        bare = space.free(boxes)[0].tolist()
        assert [space.is_bare(box) for box in boxes] == bare
        verdicts += bare
    assert 0 < np.mean(verdicts) < 1


def test_where_nothing_is_free_there_is_no_box():
    space = LabelSpace()
    space.plates.append(AREA)
    assert space.first_free(four_boxes()) is None
    space.clear()
    assert space.first_free(four_boxes()) == 0
    assert space.first_free(np.empty((0, 4)), kept=2) is None
    assert space.first_free(np.full((2, 4), np.nan)) is None


def test_a_broken_curve_leaves_its_gap_free():
    space = LabelSpace()
    space.avoid(np.array([[0.0, 50.0], [100.0, 50.0], [np.nan, np.nan], [200.0, 50.0], [400.0, 50.0]]), 1.0)
    assert space.first_free(four_boxes()) == 1


def test_a_label_avoids_the_labels_before_it_and_is_never_cut(painter):
    look, space = Look(), LabelSpace()
    label = Label("P = 0.25", QColor("black"))
    places = [QPointF(398, 2), QPointF(200, 150)]
    first = draw_label(painter, look, AREA, label, places, space)
    second = draw_label(painter, look, AREA, label, places, space)
    third = draw_label(painter, look, AREA, label, places, space)
    assert AREA.contains(first)
    assert (first.width(), first.height()) == pytest.approx(plate_size(look, label))
    assert second.center() == QPointF(200, 150)
    assert third == first
    assert space.plates == [first, second, third]


def test_a_symbol_makes_a_plate_wider():
    look, black = Look(), QColor("black")
    plain = plate_size(look, Label("class 0", black, bold=True))
    assert plate_size(look, Label("class 0", black, symbol=0))[0] > plain[0] + 0.8 * look.base
