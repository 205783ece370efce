"""What a hand makes of a Gaussian: where it leads, what it leaves alone, and that no covariance breaks."""

import math

import numpy as np
import pytest

from logreg_gui.controls.gestures import (
    LEAST_SHARE,
    SNAP_ANGLE,
    Carry,
    Drag,
    GaussianDrag,
    PaintTool,
    Part,
    Stroke,
    nudged,
    placed,
)
from logreg_gui.scenario import GaussianClass, GaussianData, PaintedData

OBLIQUE = GaussianClass.from_axes((1.0, -2.0), (1.5, 0.5), math.radians(30.0), 40)
PIXEL = 0.01


def handle_of(gaussian, part, reach=2.0):
    """Where the handle stands, from the eigenvectors of the covariance."""
    if part in (Part.MEAN, Part.BODY):
        return gaussian.mean
    variances, axes = np.linalg.eigh(np.array(gaussian.covariance))
    column = 1 if part is Part.LONG else 0
    axis = axes[:, column]
    wanted = gaussian.angle + (0.0 if part is Part.LONG else math.pi / 2)
    if axis @ (math.cos(wanted), math.sin(wanted)) < 0.0:
        axis = -axis
    return tuple(np.array(gaussian.mean) + reach * math.sqrt(variances[column]) * axis)


def dragged(gaussian, part, way, **modifiers):
    start = handle_of(gaussian, part)
    drag = Drag(gaussian, part, start, 2.0, PIXEL)
    return drag.moved_to(start[0] + way[0], start[1] + way[1], **modifiers)


def axes_of(gaussian):
    return np.sqrt(np.linalg.eigvalsh(np.array(gaussian.covariance)))[::-1]


@pytest.mark.parametrize("part", [Part.MEAN, Part.BODY])
def test_centre_and_body_move_the_mean_alone(part):
    moved = dragged(OBLIQUE, part, (0.3, -0.7))
    assert moved.mean == pytest.approx((1.3, -2.7))
    assert (moved.covariance, moved.size) == (OBLIQUE.covariance, OBLIQUE.size)


@pytest.mark.parametrize("part", Part)
def test_a_hand_that_does_not_move_changes_nothing(part):
    assert dragged(OBLIQUE, part, (0.0, 0.0)) == OBLIQUE


@pytest.mark.parametrize("part", [Part.LONG, Part.SHORT])
def test_a_handle_stays_under_the_hand(part):
    start = np.array(handle_of(OBLIQUE, part))
    outwards = start - OBLIQUE.mean
    way = 0.6 * outwards
    moved = dragged(OBLIQUE, part, way)
    mean = np.array(OBLIQUE.mean)
    expected = np.linalg.norm(start + way - mean) / 2.0
    assert axes_of(moved)[0 if part is Part.LONG else 1] == pytest.approx(expected, rel=2e-3)
    assert moved.mean == OBLIQUE.mean


def test_the_long_handle_turns_the_ellipse():
    start = np.array(handle_of(OBLIQUE, Part.LONG)) - OBLIQUE.mean
    turn = math.radians(40.0)
    there = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ start
    moved = dragged(OBLIQUE, Part.LONG, there - start)
    assert math.degrees(moved.angle) == pytest.approx(70.0, abs=0.1)
    assert axes_of(moved) == pytest.approx((1.5, 0.5), rel=2e-3)


def test_control_keeps_the_angle():
    moved = dragged(OBLIQUE, Part.LONG, (0.2, 1.1), keeps_angle=True)
    assert math.degrees(moved.angle) == pytest.approx(30.0, abs=0.05)
    grown = 1.5 + (0.2 * math.cos(math.radians(30)) + 1.1 * math.sin(math.radians(30))) / 2
    assert axes_of(moved) == pytest.approx((grown, 0.5), rel=2e-3)


def test_shift_snaps_to_quarters_and_to_fifteen_degrees():
    assert dragged(OBLIQUE, Part.MEAN, (0.36, 0.1), snaps=True).mean == (1.25, -2.0)
    turned = dragged(OBLIQUE, Part.LONG, (0.31, 1.23), snaps=True)
    steps = turned.angle / SNAP_ANGLE
    assert steps == pytest.approx(round(steps), abs=1e-9)
    quarters = 4.0 * axes_of(turned)[0]
    assert quarters == pytest.approx(round(quarters), abs=1e-9)


def test_the_short_handle_widens_and_keeps_the_long_axis():
    outwards = np.array((-math.sin(math.radians(30)), math.cos(math.radians(30))))
    moved = dragged(OBLIQUE, Part.SHORT, 0.8 * outwards)
    assert axes_of(moved) == pytest.approx((1.5, 0.9), rel=2e-3)


@pytest.mark.parametrize("part", [Part.LONG, Part.SHORT])
def test_no_axis_becomes_thinner_than_three_hundredths_of_the_other(part):
    inwards = np.array(OBLIQUE.mean) - handle_of(OBLIQUE, part)
    moved = dragged(OBLIQUE, part, 0.9999 * inwards)
    long, short = axes_of(moved)
    assert short / long == pytest.approx(LEAST_SHARE, rel=0.03)


def test_what_was_cut_off_on_the_way_is_there_again_when_the_hand_comes_back():
    start = handle_of(OBLIQUE, Part.SHORT)
    data = GaussianData((OBLIQUE, OBLIQUE), 1)
    gesture = GaussianDrag.begun(data, 1, Part.SHORT, start, 2.0, PIXEL)
    away = gesture.moved(*OBLIQUE.mean, snaps=False, keeps_angle=False)
    assert away.data != data
    assert away.data.classes[0] == OBLIQUE
    assert away.moved(*start, snaps=False, keeps_angle=False).data == data


def test_the_opposite_end_of_an_axis_pulls_its_own_way():
    for part in (Part.LONG, Part.SHORT):
        start = handle_of(OBLIQUE, part, reach=-2.0)
        outwards = np.array(start) - OBLIQUE.mean
        drag = Drag(OBLIQUE, part, start, -2.0, PIXEL)
        moved = drag.moved_to(*(np.array(start) + 0.5 * outwards))
        assert axes_of(moved).prod() == pytest.approx(1.5 * 1.5 * 0.5, rel=4e-3)


def test_a_point_can_be_pulled_into_an_ellipse():
    point = GaussianClass((0.0, 0.0), ((0.0, 0.0), (0.0, 0.0)), 5)
    drag = Drag(point, Part.LONG, (0.26, 0.0), 2.0, PIXEL)
    long, short = axes_of(drag.moved_to(1.26, 0.0))
    assert (long, short) == pytest.approx((0.5, 0.5 * LEAST_SHARE), rel=0.01)


@pytest.mark.parametrize("seed", range(20))
def test_any_sequence_of_drags_keeps_covariances_positive_definite_and_numbers_short(seed):
    rng = np.random.default_rng(seed)
    gaussian = OBLIQUE
    for _ in range(60):
        part = Part(rng.choice([*Part]))
        scale = 10.0 ** rng.uniform(-3, 2)
        way = scale * rng.normal(size=2)
        snaps, keeps = (bool(flag) for flag in rng.integers(0, 2, 2))
        start = handle_of(gaussian, part)
        drag = Drag(gaussian, part, start, float(rng.choice([-2.0, 2.0])), 10.0 ** rng.uniform(-4, 0))
        gaussian = drag.moved_to(start[0] + way[0], start[1] + way[1], snaps=snaps, keeps_angle=keeps)
        np.linalg.cholesky(np.array(gaussian.covariance))
        long, short = axes_of(gaussian)
        assert short / long > 0.95 * LEAST_SHARE
        if part in (Part.LONG, Part.SHORT) and not snaps and tuple(way) != (0.0, 0.0):
            # Ten digits are what a field shows: it shows all there are.
            for number in (*gaussian.standard_deviations, gaussian.correlation):
                assert float(f"{number:.10g}") == pytest.approx(number, rel=1e-14)
                assert len(f"{abs(number):.10g}".replace(".", "").lstrip("0")) <= 9


def test_an_arrow_key_moves_a_handle_by_its_step():
    assert nudged(OBLIQUE, Part.MEAN, 2.0, (0.1, 0.0)).mean == pytest.approx((1.1, -2.0))
    outwards = (0.2 * math.cos(OBLIQUE.angle), 0.2 * math.sin(OBLIQUE.angle))
    assert axes_of(nudged(OBLIQUE, Part.LONG, 2.0, outwards))[0] == pytest.approx(1.6, rel=5e-3)


def test_a_mean_can_be_put_anywhere():
    assert placed(OBLIQUE, 3.14159, 2.71828, 0.01).mean == (3.142, 2.718)
    assert placed(OBLIQUE, 3.14159, 2.71828, 0.01, snaps=True).mean == (3.25, 2.75)
    assert placed(OBLIQUE, 3.1, 2.7, 0.01).covariance == OBLIQUE.covariance


PLAIN = {"snaps": False, "keeps_angle": False}
PAPER = PaintedData([[0, 0], [1, 0], [5, 5], [6, 5]], [0, 0, 1, 1], 2)


def test_a_click_of_the_brush_paints_one_point_at_its_place():
    stroke = Stroke.begun(PAPER, PaintTool("paint", 1), (2.0, 3.0), (0.5, 0.5))
    assert stroke.data.features.tolist()[-1] == [2.0, 3.0]
    assert stroke.data.n_rows == 5


def test_a_stroke_is_as_dense_whatever_the_number_of_its_moves():
    begun = Stroke.begun(PAPER, PaintTool("paint", 0, density=4), (0.0, 0.0), (1.0, 1.0))
    at_once = begun.moved(10.0, 0.0, **PLAIN)
    in_steps = begun
    for x in (2.5, 5.0, 7.5, 10.0):
        in_steps = in_steps.moved(x, 0.0, **PLAIN)
    assert at_once.data.n_rows == in_steps.data.n_rows == 4 + 1 + 20 * 4
    np.testing.assert_allclose(at_once.data.features, in_steps.data.features, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", ["paint", "erase", "flip"])
def test_a_movement_makes_the_set_once_however_far_it_goes(kind, monkeypatch):
    made = []
    check = PaintedData.__post_init__
    monkeypatch.setattr(PaintedData, "__post_init__", lambda self: (made.append(self), check(self))[1])
    features = [[0.1 * x, y] for x in range(1000) for y in (0.0, 50.0)]
    begun = Stroke.begun(PaintedData(features, [0, 1] * 1000, 2), PaintTool(kind), (-9.0, 0.0), (1.0, 1.0))
    made.clear()
    there = begun.moved(100.0, 0.0, **PLAIN)
    assert len(made) == 1
    assert there.data != begun.data


def test_a_stroke_paints_until_there_is_no_more_room_and_says_so():
    features = np.random.default_rng(0).normal(size=(19_980, 2))
    data = PaintedData(features, np.arange(19_980) % 2, 2)
    begun = Stroke.begun(data, PaintTool("paint", 0, density=4), (0.0, 0.0), (1.0, 1.0))
    full = begun.moved(10.0, 0.0, **PLAIN)
    assert full.data.n_rows == 19_981 + 4 * 4
    assert "at most 20,000 points can be painted" in full.refusal
    assert full.moved(0.0, 0.0, **PLAIN).data == full.data


def test_a_flip_does_not_flip_back_in_the_same_stroke():
    stroke = Stroke.begun(PAPER, PaintTool("flip"), (0.0, 0.0), (0.4, 0.4))
    assert stroke.data.labels.tolist() == [1, 0, 1, 1]
    back = stroke.moved(0.5, 0.5, **PLAIN).moved(0.0, 0.0, **PLAIN)
    assert back.data.labels[0] == 1


def test_what_a_stroke_cannot_do_it_says():
    erased = Stroke.begun(PAPER, PaintTool("erase"), (0.5, 0.0), (1.0, 1.0))
    assert erased.data.labels.tolist() == [0, 1, 1]
    assert "keeps one point" in erased.refusal
    full = Stroke.begun(PAPER, PaintTool("paint", 4), (0.5, 0.0), (1.0, 1.0))
    assert full.data == PAPER
    assert "label" in full.refusal


def test_carried_points_follow_the_hand_and_the_others_stay():
    carry = Carry.begun(PAPER, (0.9, 0.0), (0.3, 0.3)).moved(1.9, -2.0, **PLAIN)
    assert carry.data.features == pytest.approx(np.array([[0, 0], [2, -2], [5, 5], [6, 5]]))
    assert carry.moved(0.9, 0.0, **PLAIN).data == PAPER
