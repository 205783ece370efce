"""Painted points: what a brush does to them, and what it cannot do."""

import math

import numpy as np
import pytest

from logreg_gui.core.datasets import Dataset
from logreg_gui.core.painted import (
    MOST_PAINTED,
    PaintedData,
    cleared,
    flipped,
    jittered,
    moved,
    painted_from,
    rows_near,
    sprayed,
    starting_points,
    with_points_added,
    without_points,
)
from logreg_gui.core.samples import draw, number_of_classes

POINTS = PaintedData([[0, 0], [1, 0], [5, 5], [6, 5]], [0, 0, 1, 1], 2)


def test_points_are_a_data_set_like_any_other():
    sample = draw(POINTS, test_size=0.5, split_seed=3)
    assert number_of_classes(POINTS) == 2
    assert np.array_equal(sample.features, POINTS.features)
    assert np.array_equal(sample.target, POINTS.labels)
    assert sorted(sample.target[sample.test_rows]) == [0, 1]


def test_equal_points_are_equal_and_others_are_not():
    again = PaintedData(POINTS.features.copy(), POINTS.labels.copy(), 2)
    assert (again, hash(again)) == (POINTS, hash(POINTS))
    assert with_points_added(POINTS, [(2, 2)], 0) != POINTS
    assert PaintedData(POINTS.features, [0, 1, 1, 0], 2) != POINTS
    assert POINTS != "points"


def test_points_cannot_be_written_to():
    source = np.zeros((2, 2), dtype=np.float32)
    data = PaintedData(source, [0, 1], 2)
    source[:] = 7.0
    assert not data.features.any()
    with pytest.raises(ValueError, match="read-only"):
        data.features[0, 0] = 1.0


@pytest.mark.parametrize(
    ("features", "labels", "n_classes", "reason"),
    [
        ([[0, 0], [1, 1]], [0, 0], 2, "labels must be of every class from 0 to 1"),
        ([[0, 0], [1, 1], [2, 2]], [0, 1, 2], 2, "labels must be of every class"),
        ([[0, 0], [1, 1]], [0, 1], 1, "n_classes"),
        ([[0, 0], [1e31, 1]], [0, 1], 2, "features"),
        (np.zeros((MOST_PAINTED + 1, 2)), np.arange(MOST_PAINTED + 1) % 2, 2, "at most 20,000 points"),
    ],
)
def test_what_cannot_be_painted_is_refused_by_name(features, labels, n_classes, reason):
    with pytest.raises(ValueError, match=reason):
        PaintedData(features, labels, n_classes)


def test_an_added_point_comes_last_and_may_begin_a_class():
    data = with_points_added(POINTS, [(9.0, 8.0)], 2)
    assert (data.n_classes, data.n_rows) == (3, 5)
    assert (data.features[-1].tolist(), data.labels[-1]) == ([9.0, 8.0], 2)
    with pytest.raises(ValueError, match="label"):
        with_points_added(POINTS, [(9.0, 8.0)], 3)


def test_spray_lies_under_the_brush_and_is_the_same_again():
    data = sprayed(POINTS, [(3.0, -2.0)], (0.5, 2.0), 1, 200)
    away = (data.features[4:] - (3.0, -2.0)) / (0.5, 2.0)
    radius = np.hypot(*away.T)
    assert radius.max() <= 1.0 + 1e-6
    # Evenly over the area: half the points within the square root of a half.
    assert np.mean(radius < np.sqrt(0.5)) == pytest.approx(0.5, abs=0.12)
    assert sprayed(POINTS, [(3.0, -2.0)], (0.5, 2.0), 1, 200) == data


def test_spray_at_several_places_is_that_at_one_after_the_other():
    places = [(0.0, 0.0), (1.0, 2.0), (-3.0, 1.0)]
    data = POINTS
    for place in places:
        data = sprayed(data, [place], (0.5, 2.0), 1, 7)
    assert sprayed(POINTS, places, (0.5, 2.0), 1, 7) == data


def test_the_brush_is_an_ellipse_in_the_plane():
    assert rows_near(POINTS, (0.0, 0.0), (1.0, 0.1)).tolist() == [0, 1]
    assert rows_near(POINTS, (0.0, 0.0), (0.9, 9.0)).tolist() == [0]


@pytest.mark.parametrize("middle", [0.0, 3.0, 1e4, -1e25])
def test_points_near_are_those_inside_the_ellipse_wherever_it_is(middle):
    rng = np.random.default_rng(4)
    unit = max(1.0, abs(middle))
    features = (middle + unit * rng.normal(size=(2000, 2))).astype(np.float32)
    data = PaintedData(features, np.arange(2000, dtype=np.int8) % 2, 2)
    n_near = 0
    for row in range(0, 2000, 40):
        centre, radii = tuple(features[row].tolist()), tuple((unit * rng.uniform(0.01, 0.5, 2)).tolist())
        away = [
            math.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1]) for x, y in features.tolist()
        ]
        inside = [number for number, distance in enumerate(away) if distance <= 1.0]
        assert rows_near(data, centre, radii).tolist() == inside
        n_near += len(inside)
    assert n_near > 500


def test_erasing_leaves_one_point_of_each_class():
    assert without_points(POINTS, [0]).features.tolist() == [[1, 0], [5, 5], [6, 5]]
    rest = without_points(POINTS, range(POINTS.n_rows))
    assert rest.labels.tolist() == [0, 1]
    assert without_points(rest, range(2)) == rest
    assert without_points(POINTS, []) is POINTS


def test_moving_moves_these_points_alone():
    data = moved(POINTS, np.array([1, 2]), (0.5, -1.0))
    assert data.features.tolist() == [[0, 0], [1.5, -1], [5.5, 4], [6, 5]]
    assert POINTS.features.tolist()[1] == [1, 0]


def test_flipping_goes_round_the_classes_and_keeps_one_of_each():
    assert flipped(POINTS, [1]).labels.tolist() == [0, 1, 1, 1]
    three = with_points_added(POINTS, [(9, 9), (8, 8)], 2)
    assert flipped(three, [2, 4]).labels.tolist() == [0, 0, 2, 1, 0, 2]
    flooded = flipped(POINTS, range(4))
    assert set(flooded.labels.tolist()) == {0, 1}


def test_jitter_moves_every_point_a_little_and_is_reproducible():
    rng = np.random.default_rng(0)
    data = PaintedData(rng.normal(size=(2000, 2)) * (3.0, 0.1), np.arange(2000) % 2, 2)
    ways = jittered(data, 0.02).features - data.features
    assert ways.std(axis=0) == pytest.approx(0.02 * data.features.std(axis=0), rel=0.1)
    assert np.count_nonzero(ways) > 3900
    assert jittered(data) == jittered(data)
    assert jittered(jittered(data)) != jittered(data)


def test_clearing_leaves_the_point_in_the_middle_of_each_class():
    data = PaintedData([[0, 0], [1, 0], [2, 0], [5, 5]], [0, 0, 0, 1], 2)
    assert cleared(data).features.tolist() == [[1, 0], [5, 5]]


def test_rows_become_points_and_of_too_many_an_even_choice():
    rows = Dataset(np.arange(8, dtype=np.float32).reshape(4, 2), np.array([0, 1, 0, 1], dtype=np.int8))
    assert np.array_equal(painted_from(rows, 2).features, rows.features)
    many = 3 * MOST_PAINTED
    labels = np.zeros(many, dtype=np.int8)
    labels[-3:] = 1
    points = np.column_stack((np.arange(many), np.zeros(many))).astype(np.float32)
    chosen = painted_from(Dataset(points, labels), 2)
    assert 0.99 * MOST_PAINTED < chosen.n_rows <= MOST_PAINTED
    assert 1 in chosen.labels
    assert np.diff(chosen.features[chosen.labels == 0][:, 0]).max() <= 4.0


def test_a_class_without_rows_is_left_out():
    rows = Dataset(np.eye(2, dtype=np.float32), np.array([0, 2], dtype=np.int8))
    assert painted_from(rows, 3).labels.tolist() == [0, 1]
    alone = Dataset(np.eye(2, dtype=np.float32), np.array([1, 1], dtype=np.int8))
    assert painted_from(alone, 2) == starting_points()
