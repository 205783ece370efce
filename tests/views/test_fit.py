"""Over one input: rows and curves lie where they belong, the view stays still, labels keep clear."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF
from PySide6.QtGui import QColor

from logreg_gui.frames import Sample
from logreg_gui.scenario import GaussianClass, GaussianData
from logreg_gui.views import fit
from logreg_gui.views.fit import FitView, crossings, holds, rows_limits
from logreg_gui.views.fit_layers import CurvesLayer, RowsLayer
from logreg_gui.views.geometry import row_points
from logreg_gui.views.style import DARK, LIGHT, PROJECTOR, Look, load_fonts, probability_color
from tests.views.frames_for_tests import IN_THE_PLANE, ONE_INPUT, frame_of, frames_of, scenario_of

LOOKS = {
    "720p": (Look(LIGHT, 720), (560, 560)),
    "dark": (Look(DARK, 720), (560, 560)),
    "stage": (Look(PROJECTOR, 1080, 1.0, stage=True), (1100, 880)),
    "narrow": (Look(LIGHT, 600), (320, 400)),
}


@pytest.fixture
def make_view(qtbot):
    load_fonts()

    def make(*frames, look=LOOKS["720p"][0], size=LOOKS["720p"][1]):
        view = FitView()
        qtbot.addWidget(view)
        view.set_look(look)
        view.resize(*size)
        view.show()
        QCoreApplication.processEvents()
        for frame in frames:
            view.show_frame(frame)
        return view

    return make


def layers(view):
    return view.ground, view.rows, view.curves


def pixel_of(view, x, y):
    """Where data coordinates are in a grabbed picture."""
    return view.mapFromScene(view.getViewBox().mapViewToScene(QPointF(x, y)))


def is_near(color, other, tolerance=12):
    return all(abs(one - two) <= tolerance for one, two in zip(color.getRgb(), other.getRgb(), strict=True))


def has_color(picture, point, color, radius=2):
    around = range(-radius, radius + 1)
    return any(
        is_near(picture.pixelColor(point + QPoint(right, down)), color) for right in around for down in around
    )


# what is drawn


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ONE_INPUT)
def test_labels_are_whole_and_apart_for_every_model(make_view, name, look):
    view = make_view(frame_of(ONE_INPUT[name], 15), look=LOOKS[look][0], size=LOOKS[look][1])
    assert not view.grab().isNull()
    assert not any(layer._has_failed for layer in layers(view))
    area = view.getViewBox().mapRectToScene(view.getViewBox().rect())
    plates = view.curves.space.plates
    assert plates
    for index, plate in enumerate(plates):
        assert area.contains(plate)
        assert not any(plate.intersects(other) for other in plates[:index])


@pytest.mark.parametrize("theme", [LIGHT, DARK, PROJECTOR])
def test_the_curve_of_the_weights_is_seen(make_view, theme):
    frame = frame_of(ONE_INPUT["logistic"], 15)
    look = Look(theme, 720)
    view = make_view(frame, look=look)
    picture = view.grab().toImage()
    intercept, slope = frame.weights
    for score in (-2.0, -1.0, 1.0, 2.0):
        place = pixel_of(view, (score - intercept) / slope, 1.0 / (1.0 + np.exp(-score)))
        assert has_color(picture, place, look.color("boundary"))


def test_a_regression_curve_is_the_polynomial_of_its_weights(make_view):
    frame = frame_of(scenario_of("noisy-curve", standardise=False, optimizer="newton"), 1)
    view = make_view(frame)
    picture = view.grab().toImage()
    for x in (-2.0, 0.5, 2.0):
        place = pixel_of(view, x, float(np.polyval(frame.weights[::-1], x)))
        assert has_color(picture, place, view._look.color("boundary"))


def test_the_background_says_the_probability_in_the_planes_own_colours(make_view):
    frame = frame_of(ONE_INPUT["logistic"], 15)
    view = make_view(frame)
    picture = view.grab().toImage()
    intercept, slope = frame.weights
    for score in (-3.0, -0.7, 0.8, 2.5):
        probability = 1.0 / (1.0 + np.exp(-score))
        # Between the levels, and away from the grid and the curve.
        height = 0.33 if probability > 0.5 else 0.67
        place = pixel_of(view, (score - intercept) / slope, height)
        assert has_color(picture, place, probability_color(view._look, probability), radius=1)


def test_least_squares_tints_the_two_sides_alike_however_far_its_line_goes(make_view):
    frame = frame_of(ONE_INPUT["least squares on labels"], 50)
    view = make_view(frame)
    picture = view.grab().toImage()
    left, right = (picture.pixelColor(pixel_of(view, x, 0.9)) for x in (-1.5, 3.5))
    far = picture.pixelColor(pixel_of(view, 7.5, 0.62))
    assert is_near(right, far, tolerance=2)
    assert not is_near(left, right, tolerance=2)


def test_rows_of_the_test_set_are_hollow(make_view):
    scenario = replace(ONE_INPUT["regression with a test set"], test_size=0.4)
    frame = replace(frame_of(scenario, 0, has_maximum=False))
    view = make_view(frame)
    picture = view.grab().toImage()
    sample, (points, _) = frame.data.sample, row_points(frame.data.sample)
    truth = 0.5 * points[:, 0] ** 2 + points[:, 0] + 2.0
    pixels = np.array([pixel_of(view, *point).toTuple() for point in points])
    distances = np.hypot(*(pixels[:, None] - pixels[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(pixels))
    # Alone, and neither below the curve (which is 0 before training) nor below the truth.
    alone = (distances.min(axis=1) > 20) & (np.abs(points[:, 1] - truth) > 0.6) & (points[:, 1] > 0.8)
    ink, paper = view._look.class_color(0), QColor(view._look.theme.plot)
    seen = {True: 0, False: 0}
    for row in np.flatnonzero(alone):
        is_test = row in sample.test_rows
        seen[is_test] += 1
        assert is_near(picture.pixelColor(*pixels[row]), paper if is_test else ink)
    assert min(seen.values()) >= 2


def test_of_too_many_rows_every_class_has_its_share_and_a_rare_one_all():
    counts = (60_000, 39_000, 1_000)
    labels = np.repeat(np.arange(3, dtype=np.int8), counts)
    x = np.random.default_rng(1).normal(size=(len(labels), 1)).astype(np.float32)
    sample = Sample(x, labels, ("x",), ("a", "b", "c"), None)
    rows = fit.shown_rows(sample)
    assert len(np.unique(rows)) == len(rows) <= fit.MOST_SHOWN + counts[2]
    drawn = np.bincount(labels[rows])
    assert drawn[2] == counts[2]
    assert drawn[0] / drawn[1] == pytest.approx(60 / 39, rel=0.01)
    # The view is that of all rows, drawn or not.
    left, right, *_ = rows_limits(sample)
    assert left < x.min() < x.max() < right
    some = Sample(x[:25_000], labels[:25_000], ("x",), ("a", "b", "c"), None)
    assert fit.shown_rows(some) is None


@pytest.mark.parametrize("name", ["logistic", "regression with a test set"])
def test_where_not_every_row_is_drawn_the_view_says_so(make_view, monkeypatch, name):
    frame = frame_of(ONE_INPUT[name], 5)
    sample = frame.data.sample
    every = make_view(frame)
    every.grab()
    assert "drawn" not in every.describe(frame)
    monkeypatch.setattr(fit, "MOST_SHOWN", -(-sample.n_rows // 3))
    view = make_view(frame)
    view.grab()
    assert "1 in 3 drawn" in view.describe(frame)
    assert len(view.rows._plates) == len(every.rows._plates) + 1
    assert view.getViewBox().viewRange() == every.getViewBox().viewRange()
    points, _ = row_points(sample)
    assert as_set(view.rows._points) == as_set(points[::3])
    if sample.is_test is not None:
        is_hollow = view.rows._is_test
        assert as_set(view.rows._points[is_hollow]) == as_set(points[::3][sample.is_test[::3]])
        assert 0 < is_hollow.sum() < len(is_hollow)


def as_set(points):
    return set(map(tuple, points.tolist()))


def test_classes_lie_at_0_and_1_and_a_regression_at_its_targets():
    two = frame_of(ONE_INPUT["logistic"]).data.sample
    points, labels = row_points(two)
    np.testing.assert_array_equal(points[:, 0], two.features[:, 0].astype(float))
    np.testing.assert_array_equal(points[:, 1], two.target)
    np.testing.assert_array_equal(labels, two.target)
    curve = frame_of(ONE_INPUT["regression"]).data.sample
    np.testing.assert_array_equal(row_points(curve)[0][:, 1], curve.target)


def test_several_classes_lie_in_lanes_below_0():
    sample = frame_of(ONE_INPUT["softmax of three"]).data.sample
    points, labels = row_points(sample)
    lanes = [set(points[labels == label, 1]) for label in range(3)]
    assert all(len(lane) == 1 for lane in lanes)
    heights = [lane.pop() for lane in lanes]
    assert 0 > heights[0] > heights[1] > heights[2] > rows_limits(sample)[2]


# crossings


def test_the_boundary_is_where_the_score_is_0():
    frame = frame_of(ONE_INPUT["logistic"], 15)
    (found,) = crossings(frame.picture.x, frame.picture.curves[0])
    assert found == pytest.approx(-frame.weights[0] / frame.weights[1], abs=1e-4)


def test_a_cubic_score_has_three_boundaries():
    x = np.linspace(-2, 2, 401)
    curve = 1 / (1 + np.exp(-(x + 1.3) * (x - 0.2) * (x - 1.5)))
    np.testing.assert_allclose(crossings(x, curve), (-1.3, 0.2, 1.5), atol=1e-4)


def test_a_curve_that_stays_on_one_side_has_no_boundary():
    assert crossings(np.arange(3.0), np.array([0.6, 0.5001, 0.9])) == ()
    assert crossings(np.arange(3.0), np.array([np.nan, np.nan, np.nan])) == ()


# the view


@pytest.mark.parametrize("name", ONE_INPUT)
def test_training_does_not_move_the_view(qtbot, make_view, name):
    frames = frames_of(ONE_INPUT[name], (0, 1, 20, 60))
    view = make_view(frames[0])
    before = view.getViewBox().viewRange()
    with qtbot.assertNotEmitted(view.view_changed):
        for frame in frames[1:]:
            view.show_frame(frame)
        for factor in (1e9, np.nan):
            wild = replace(frames[-1].picture, curves=factor * frames[-1].picture.curves)
            view.show_frame(replace(frames[-1], picture=wild))
            view.grab()
        view.resize(700, 300)
        QCoreApplication.processEvents()
    assert view.getViewBox().viewRange() == before
    assert not any(layer._has_failed for layer in layers(view))


@pytest.mark.parametrize("name", ONE_INPUT)
def test_all_rows_are_in_the_view(make_view, name):
    frame = frame_of(ONE_INPUT[name])
    (left, right), (bottom, top) = make_view(frame).getViewBox().viewRange()
    points, _ = row_points(frame.data.sample)
    assert left < points[:, 0].min()
    assert points[:, 0].max() < right
    assert bottom < points[:, 1].min()
    assert points[:, 1].max() < top


def test_the_visible_part_is_told_when_it_changes(qtbot, make_view):
    view = make_view()
    with qtbot.waitSignal(view.view_changed) as told:
        view.show_frame(frame_of(ONE_INPUT["regression"]))
    (limits,) = told.args
    assert limits == tuple(view.getViewBox().viewRange()[0])
    with qtbot.waitSignal(view.view_changed):
        view.show_frame(frame_of(ONE_INPUT["softmax of three"], run=2))


def test_rows_that_leave_the_view_take_it_with_them_and_near_ones_do_not():
    outer = (0.0, 10.0, 0.0, 1.0)
    assert holds(outer, (0.2, 9.0, 0.0, 1.0))
    assert holds(outer, (-0.2, 10.2, 0.0, 1.0))
    assert not holds(outer, (-1.0, 9.0, 0.0, 1.0))
    assert not holds(outer, (2.0, 6.0, 0.0, 1.0))
    assert not holds(outer, (0.0, 10.0, 0.0, 2.0))


def test_rows_in_one_place_make_a_view_too(make_view):
    data = GaussianData(tuple(GaussianClass((3.0, k), ((0.0, 0.0), (0.0, 0.0)), 5) for k in range(2)), 1)
    frame = frame_of(scenario_of("overlapping", data=data, inputs="first"))
    (left, right), _ = make_view(frame).getViewBox().viewRange()
    assert left < 3.0 < right


def test_the_plot_cannot_be_moved_by_accident(make_view):
    view = make_view(frame_of(ONE_INPUT["regression"]))
    assert view.getViewBox().state["mouseEnabled"] == [False, False]
    assert view.getViewBox().state["autoRange"] == [False, False]


def numbers_of(view):
    axis = view.getAxis("left")
    (low, high), size = view.getViewBox().viewRange()[1], view.getViewBox().height()
    return axis.tickValues(low, high, size)[0][1]


def test_probabilities_have_numbers_from_0_to_1_only(make_view):
    values = numbers_of(make_view(frame_of(ONE_INPUT["logistic"])))
    assert (min(values), max(values)) == pytest.approx((0, 1))
    assert max(numbers_of(make_view(frame_of(ONE_INPUT["least squares on labels"])))) > 1


def test_a_picture_of_the_plane_is_not_for_this_view(make_view):
    view = make_view(frame_of(ONE_INPUT["regression"]))
    before = view.getViewBox().viewRange()
    view.show_frame(frame_of(IN_THE_PLANE["logistic"], run=7))
    assert view.getViewBox().viewRange() == before


def test_words_say_what_the_picture_shows(make_view):
    frame = frame_of(ONE_INPUT["logistic"], 15)
    words = make_view(frame).describe(frame)
    boundary = -frame.weights[0] / frame.weights[1]
    assert words.startswith("200 points over x₁; decision boundary at x₁ = −0.1")
    assert boundary == pytest.approx(-0.11, abs=0.01)
    assert "accuracy 8" in words
    fitted = frame_of(ONE_INPUT["regression with a test set"], 20)
    assert make_view(fitted).describe(fitted).startswith("60 points over x, 18 of them to test on; R² 0.")


# cost


def test_rows_are_drawn_once_whatever_trains(make_view, monkeypatch):
    drawn = []
    draw = RowsLayer.draw_picture
    monkeypatch.setattr(
        RowsLayer, "draw_picture", lambda layer, *rest: (drawn.append(1), draw(layer, *rest))[1]
    )
    frames = frames_of(scenario_of("tutorial-becker", inputs="first"), (0, 1, 2, 3))
    view = make_view(frames[0])
    view.grab()
    before = len(drawn)
    for frame in frames[1:]:
        view.show_frame(frame)
        view.grab()
    assert (before > 0, len(drawn)) == (True, before)


def test_dashes_are_laid_once_for_the_same_maximum(make_view, monkeypatch):
    laid = []
    outline = CurvesLayer._outline
    monkeypatch.setattr(
        CurvesLayer, "_outline", lambda layer, *rest: (laid.append(1), outline(layer, *rest))[1]
    )
    frames = frames_of(ONE_INPUT["regression"], (0, 1, 2, 3))
    view = make_view(frames[0])
    view.grab()
    before = len(laid)
    for frame in frames[1:]:
        view.show_frame(frame)
        view.grab()
    assert (before > 0, len(laid)) == (True, before)


# what the pointer is told


def story_at(view, x, y):
    place = QPointF(view.mapFromScene(view.getViewBox().mapViewToScene(QPointF(x, y))))
    view.hover.point_at(place)
    view.viewport().repaint()
    return view.hover.story


def plain(story):
    return "\n".join(story.lines).replace("\N{MINUS SIGN}", "-")


def test_a_row_tells_its_number_its_probability_and_its_share(make_view):
    frame = frame_of(ONE_INPUT["logistic"], 15)
    view = make_view(frame)
    row = int(np.argmax(frame.data.sample.features[:, 0]))
    x, label = float(frame.data.sample.features[row, 0]), int(frame.data.sample.target[row])
    story = story_at(view, x, label)
    p = 1.0 / (1.0 + np.exp(-float(frame.weights @ (1.0, x))))
    height = np.log(p if label else 1.0 - p)
    assert story.place == pytest.approx((x, label))
    for words in (f"class {label}", f"p = {p:.4f}", f"y - p = {label - p:.4f}", f"{height:.4f}"):
        assert words in plain(story)
    assert f"{100 * height / frame.log_likelihood:.1f}" in plain(story)


def test_a_place_tells_the_probability_at_its_x_and_leaving_tells_nothing(make_view):
    frame = frame_of(ONE_INPUT["logistic"], 15)
    view = make_view(frame)
    story = story_at(view, 0.4, 0.5)
    x = view.getViewBox().mapSceneToView(view.mapToScene(view.hover._pointer.toPoint())).x()
    p = 1.0 / (1.0 + np.exp(-float(frame.weights @ (1.0, x))))
    where, what = plain(story).split("\n")
    assert where.startswith("x₁ ")
    assert float(where.split()[1]) == pytest.approx(x, rel=0.01)
    assert what == f"P(y = 1 | x) = {p:.3f}"
    view.hover.point_at(None)
    view.viewport().repaint()
    assert view.hover.story is None


def test_a_row_of_a_regression_tells_its_residual_and_its_share_of_the_squared_error(make_view):
    frame = frame_of(scenario_of("noisy-curve", standardise=False, optimizer="newton"), 1)
    view = make_view(frame)
    sample = frame.data.sample
    row = int(np.argmax(sample.features[:, 0]))
    x, y = float(sample.features[row, 0]), float(sample.target[row])
    predicted = float(np.polyval(frame.weights[::-1], x))
    text = plain(story_at(view, x, y))
    told = float(text.split("ŷ ≈ ")[1].split()[0])
    assert told == pytest.approx(predicted, abs=2e-3)
    assert float(text.split("y - ŷ ≈ ")[1].split()[0]) == pytest.approx(y - predicted, abs=2e-3)
    share = 100 * 0.5 * (y - predicted) ** 2 / -frame.log_likelihood
    assert f"{share:.1f}" in text.split(", ")[-1]
    assert "\nprediction ≈ " in plain(story_at(view, 0.0, float(sample.target.max())))


@pytest.mark.parametrize("name", ONE_INPUT)
def test_every_model_tells_something_of_rows_and_places(make_view, name):
    frame = frame_of(ONE_INPUT[name], 5)
    view = make_view(frame)
    points, _ = row_points(frame.data.sample)
    assert len(story_at(view, *points[0]).lines) >= 3
    left, right, bottom, top = rows_limits(frame.data.sample)
    assert story_at(view, 0.5 * (left + right), bottom + 0.98 * (top - bottom)).lines
    assert not view.hover._has_failed
