"""Labels find places that are free, inside the plot and beside their lines."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from logreg_gui.views.copies import Cards
from logreg_gui.views.label_space import FEW_SEGMENTS, NOWHERE, LabelSpace, Stroke, as_boxes, corners
from logreg_gui.views.labels import (
    Label,
    box_around,
    box_beside,
    box_inside,
    boxes_around,
    boxes_beside,
    draw_label,
    plate_size,
    pushed_inside,
)
from logreg_gui.views.style import DARK, Look

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
def test_a_box_is_bare_unless_it_overlaps_a_plate_as_qt_says(seed):
    rng = np.random.default_rng(seed)
    verdicts = []
    for box, plate in zip(random_boxes(rng, 300), random_boxes(rng, 300), strict=True):
        one, other = (QRectF(QPointF(*ends[:2]), QPointF(*ends[2:])) for ends in (box, plate))
        space = LabelSpace(plates=[other])
        verdicts.append(space.is_bare(*box.tolist()))
        assert verdicts[-1] != one.intersects(other)
    assert 0 < np.mean(verdicts) < 1


@pytest.mark.parametrize("seed", range(5))
def test_a_segment_enters_a_box_exactly_when_one_of_its_points_is_inside(seed):
    rng = np.random.default_rng(seed)
    boxes, segments = random_boxes(rng, 20), rng.uniform(-2, 12, (15, 2, 2))
    clearances = rng.uniform(0, 1, 15)
    share = np.linspace(0, 1, 4001)[:, None]
    verdicts = []
    for i, j in np.ndindex(20, 15):
        points = (1 - share) * segments[j, 0] + share * segments[j, 1]
        low, high = boxes[i, :2] - clearances[j], boxes[i, 2:] + clearances[j]
        verdicts.append(Stroke(segments[j], clearances[j]).enters(*boxes[i].tolist()))
        assert verdicts[-1] == ((points >= low) & (points <= high)).all(axis=1).any()
    assert 0 < np.mean(verdicts) < 1


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


@pytest.mark.parametrize("seed", range(5))
def test_one_box_lies_where_it_would_among_others(seed):
    rng = np.random.default_rng(seed)
    size, gap, furthest = (70.0, 25.0), 4.0, 30.0
    points = rng.uniform((-50.0, -50.0), (450.0, 350.0), (50, 2))
    angles = rng.uniform(0, 2 * np.pi, 50)
    normals = np.column_stack((np.cos(angles), np.sin(angles)))
    beside, around = boxes_beside(points, normals, size, gap), boxes_around(points, size)
    pushed = pushed_inside(beside, AREA, furthest)
    assert 0 < np.isnan(pushed[:, 0]).mean() < 1
    for number, ((x, y), normal) in enumerate(zip(points.tolist(), normals.tolist(), strict=True)):
        box = box_beside(x, y, tuple(normal), size, gap)
        np.testing.assert_allclose(box, beside[number], rtol=1e-13)
        np.testing.assert_allclose(box_around(x, y, size), around[number], rtol=1e-13)
        np.testing.assert_allclose(box_inside(box, corners(AREA), furthest), pushed[number], rtol=1e-13)


def four_boxes():
    return as_boxes(
        boxes_around(np.array([[50.0, 50.0], [150.0, 50.0], [250.0, 50.0], [350.0, 50.0]]), (40.0, 20.0))
    )


def test_the_first_free_box_is_taken_and_the_last_one_kept():
    space = LabelSpace()
    assert space.first_free(four_boxes()) == 0
    assert space.first_free(four_boxes(), kept=2) == 2
    space.plates.append(QRectF(40, 40, 20, 20))
    space.avoid(np.array([[150.0, 0.0], [150.0, 300.0]]), 1.0)
    assert space.first_free(four_boxes()) == 2
    assert space.first_free(four_boxes(), kept=1) == 2
    assert space.first_free(four_boxes(), ranks=[[3, 2, 1, 0]]) == 3


def test_a_faint_line_is_avoided_only_if_there_is_another_place():
    space = LabelSpace()
    space.avoid(np.array([[0.0, 50.0], [300.0, 50.0]]), 1.0, is_faint=True)
    assert space.first_free(four_boxes()) == 3
    assert space.first_free(four_boxes(), kept=1) == 3
    assert space.first_free(four_boxes()[:3]) == 0
    assert space.first_free(four_boxes()[:3], kept=1) == 1
    assert space.first_free(four_boxes()[:3], needs_all=True) is None
    # A better rank counts for more than a faint line.
    assert space.first_free(four_boxes(), ranks=[[0, 1], [2, 3]]) == 0


def crowded(rng, points, most=3):
    """A space with fewer than `most` random plates and strokes of so many points in it."""
    space = LabelSpace()
    for _ in range(rng.integers(most)):
        curve = rng.uniform(-300, 700, (points, 2))
        curve[rng.random(points) < 0.1] = np.nan
        space.avoid(curve, rng.uniform(0, 9), is_faint=bool(rng.integers(2)))
    for x, y in rng.uniform(0, 400, (rng.integers(most), 2)):
        space.plates.append(QRectF(x, y, 60.0, 30.0))
    return space


def rooms(space, boxes):
    """By box 2 where it is clear, 1 where only faint strokes are in it, 0 otherwise; the simplest way."""
    found = []
    for box in boxes:
        blocked = not np.isfinite(box).all()
        rectangle = QRectF(QPointF(*box[:2]), QPointF(*box[2:]))
        blocked = blocked or any(rectangle.intersects(plate) for plate in space.plates)
        hits = {False: False, True: False}
        for stroke in space.strokes:
            pieces = (Stroke(ends, stroke.clearance) for ends in pairwise(stroke.curve.tolist()))
            hits[stroke.is_faint] |= any(piece.enters(*box) for piece in pieces)
        found.append(0 if blocked or hits[False] else 1 if hits[True] else 2)
    return found


@pytest.mark.parametrize("points", [2, 9, FEW_SEGMENTS + 1, FEW_SEGMENTS + 2, 60])
def test_boxes_are_judged_one_by_one_as_all_strokes_and_plates_say(points):
    rng = np.random.default_rng(points)
    verdicts = []
    for _ in range(100):
        space = crowded(rng, points)
        boxes = as_boxes(boxes_around(rng.uniform(0, 400, (20, 2)), (40.0, 20.0)))
        boxes[0] = NOWHERE
        bare = [room == 2 for room in rooms(space, boxes)]
        assert [space.is_bare(*box) for box in boxes] == bare
        verdicts += bare
    assert 0 < np.mean(verdicts) < 1


@pytest.mark.parametrize("points", [2, 60])
def test_of_all_boxes_the_one_is_taken_that_the_ranks_and_the_last_time_say(points):
    rng = np.random.default_rng(points)
    taken = []
    for _ in range(300):
        space = crowded(rng, points, most=30 if points == 2 else 3)
        boxes = as_boxes(boxes_around(rng.uniform(0, 400, (12, 2)), (40.0, 20.0)))
        kept = None if rng.random() < 0.3 else int(rng.integers(12))
        needs_all = bool(rng.integers(2))
        ranks = rng.permutation(12).reshape(rng.choice([1, 2, 3]), -1).tolist()
        room = rooms(space, boxes)
        wanted = kept if kept in ranks[0] and room[kept] == 2 else None
        for row in ranks:
            for least in (2,) if needs_all else (2, 1):
                good = [index for index in row if room[index] >= least]
                if wanted is None and good:
                    wanted = kept if kept in good else good[0]
        assert space.first_free(boxes, ranks=ranks, kept=kept, needs_all=needs_all) == wanted
        taken.append(wanted)
    assert None in taken


def test_where_nothing_is_free_there_is_no_box():
    space = LabelSpace()
    space.plates.append(AREA)
    assert space.first_free(four_boxes()) is None
    space.clear()
    assert space.first_free(four_boxes()) == 0
    assert space.first_free([], kept=2) is None
    assert space.first_free([NOWHERE] * 2) is None


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
    assert second.center().toPoint() == QPoint(200, 150), "on whole pixels"
    assert second.topLeft() == QPointF(second.topLeft().toPoint())
    assert third == first
    assert space.plates == [first, second, third]


def test_a_symbol_makes_a_plate_wider():
    look, black = Look(), QColor("black")
    plain = plate_size(look, Label("class 0", black, bold=True))
    assert plate_size(look, Label("class 0", black, symbol=0))[0] > plain[0] + 0.8 * look.base


def test_a_label_has_the_colours_of_its_look_and_of_its_own(painter, monkeypatch):
    looks = [Look(), Look(theme=DARK), Look(zoom=1.5)]
    inks = [QColor("#7a1fa2"), QColor("#00703c")]
    labels = [Label("MLE", ink, symbol=symbol) for ink in inks for symbol in (None, 0, 1)]

    def drawn(label, look):
        image = QImage(120, 60, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        draw_label(painter, look, QRectF(0, 0, 120, 60), label, [QPointF(60, 30)])
        painter.end()
        return image

    seen = [drawn(label, look) for look in looks for label in labels]
    for image, (look, label) in zip(seen, ((look, label) for look in looks for label in labels), strict=True):
        monkeypatch.setattr("logreg_gui.views.labels._cards", Cards(most=64))
        assert image == drawn(label, look)
    assert len({bytes(image.constBits()) for image in seen}) == len(seen)
