"""The curve shows the present data, whatever came before and however far it fell; its labels keep clear."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QRectF

from logreg_gui.core.models import ModelSpec, build, reference
from logreg_gui.frames import Frame, Ghost, Maximum, RunStatus, read_only
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import with_model
from logreg_gui.session.run import TrainingRun
from logreg_gui.views import curve as curve_module
from logreg_gui.views import curve_points as module
from logreg_gui.views.curve import CurveView, ceiling_of, curve_limits
from logreg_gui.views.curve_points import CurvePoints, Extent, present_begin
from logreg_gui.views.style import DARK, LIGHT, Look, load_fonts

NAN = math.nan


def points_of(*chunks):
    """Points from (steps, values, revision) each."""
    points = CurvePoints()
    for steps, values, revision in chunks:
        points.extend(np.array(steps, dtype=float), np.array(values, dtype=float), revision)
    return points


def climb(steps, low=-100.0):
    return low / (1.0 + np.asarray(steps, dtype=float))


# pieces


def test_a_change_of_data_begins_a_piece_with_an_extent_of_its_own():
    points = points_of(([0, 1, 2], [-90, -60, -50], 1), ([2, 2, 3], [NAN, -70, -65], 2))
    assert points.breaks == [2.0]
    assert points.extent == Extent(-70.0, -70.0, -65.0, -70.0)
    np.testing.assert_array_equal(points.values, [-90, -60, -50, NAN, -70, -65])


def test_data_that_are_dragged_before_training_leave_no_trace():
    points = points_of(([0], [-90], 1), *[([0, 0], [NAN, -90 + move], 2 + move) for move in range(50)])
    assert points.breaks == []
    assert points.values.tolist() == [-41.0]


def test_data_that_are_dragged_at_rest_leave_one_break():
    drags = [([3, 3], [NAN, -60 + move], 2 + move) for move in range(50)]
    points = points_of((range(4), climb(range(4)), 1), *drags)
    assert points.breaks == [3.0]
    np.testing.assert_array_equal(points.values, [*climb(range(4)), NAN, -11.0])


def test_going_back_and_taking_another_course_drops_what_lay_ahead():
    points = points_of((range(10), climb(range(10)), 1), ([5, 6], [-500, -40], 1))
    # Of two values at one step the one of the course that was left is no part of the curve.
    np.testing.assert_array_equal(points.steps, [0, 1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(points.values, [*climb(range(5)), -500, -40])
    assert points.extent.low == -500
    assert points.breaks == []
    points.extend(np.array([3.0]), np.array([-20.0]), 1)
    assert points.extent == Extent(-100.0, -100.0, -20.0, -100.0)


def test_going_back_to_before_a_change_does_not_join_old_data_with_new():
    points = points_of(
        (range(10), climb(range(10)), 1), ([9, 9, 10], [NAN, -30, -29], 2), ([5, 6], [-35, -34], 2)
    )
    assert len(points.breaks) == 1
    assert points.extent == Extent(-35.0, -35.0, -34.0, -35.0)


def test_a_frame_that_brings_no_points_changes_nothing():
    points = points_of(([0, 1], [-9, -8], 1), ([], [], 2))
    assert points.values.tolist() == [-9, -8]
    assert CurvePoints().extent is None


def test_values_that_are_not_finite_do_not_count():
    points = points_of(([0, 1, 2], [-9, -math.inf, -8], 1))
    assert points.extent == Extent(-9.0, -9.0, -8.0, -9.0)
    assert points_of(([0], [-math.inf], 1)).extent is None


def naive_extent(values):
    last = values[np.flatnonzero(np.isnan(values))[-1] + 1 :] if np.isnan(values).any() else values
    return Extent(last[0], last.min(), last.max(), last[-200:].min())


@pytest.mark.parametrize("seed", range(30))
def test_running_extremes_are_those_of_a_full_scan(seed):
    rng = np.random.default_rng(seed)
    points, step, revision = CurvePoints(), 0, 1
    for _ in range(60):
        kind = rng.choice(["go on", "go back", "change"])
        if kind == "change":
            revision += 1
            points.extend(np.array([step, step], float), np.array([NAN, rng.normal()]), revision)
        if kind == "go back":
            step = int(rng.integers(0, step + 1))
        count = int(rng.integers(1, 300))
        points.extend(np.arange(step + 1, step + 1 + count, dtype=float), rng.normal(size=count), revision)
        step += count
        assert points.extent == naive_extent(points.values)
        assert np.all(np.diff(points.steps) >= 0)
        shown, everything = points.outline()[1], points.values
        assert np.nanmin(shown) == np.nanmin(everything)
        assert np.nanmax(shown) == np.nanmax(everything)


def test_a_frame_looks_at_its_own_points_only(monkeypatch):
    seen = []
    observe = module._Piece.observe
    monkeypatch.setattr(
        module._Piece, "observe", lambda piece, values: (seen.append(len(values)), observe(piece, values))
    )
    points = CurvePoints()
    for begin in range(0, 50_000, 500):
        steps = np.arange(begin, begin + 500, dtype=float)
        points.extend(steps, climb(steps), 1)
    assert sum(seen) == 50_000
    assert points.extent == naive_extent(points.values)


def test_what_is_drawn_stays_small_and_keeps_the_extremes_of_every_column():
    rng = np.random.default_rng(3)
    points, values = CurvePoints(), rng.normal(size=300_000)
    values[[12_345, 200_000]] = -90.0, 80.0
    for begin in range(0, 300_000, 1000):
        points.extend(np.arange(begin, begin + 1000, dtype=float), values[begin : begin + 1000], 1)
    steps, shown = points.outline()
    assert len(steps) <= 4 * 4096 + 9_000
    assert np.all(np.diff(steps) > 0)
    np.testing.assert_array_equal(shown, values[steps.astype(int)])
    for column in np.array_split(np.arange(300_000), 300):
        inside = (steps >= column[0]) & (steps <= column[-1])
        assert shown[inside].min() == values[column].min()
        assert shown[inside].max() == values[column].max()


@pytest.mark.parametrize("step", [0, 7, 3_000, 30_000, 59_990, 60_000])
def test_a_course_left_after_a_long_time_is_not_drawn_on(step):
    points = CurvePoints()
    for begin in range(0, 60_001, 1000):
        steps = np.arange(begin, min(begin + 1000, 60_001), dtype=float)
        points.extend(steps, climb(steps), 1)
    points.extend(np.array([step, step, step + 1], float), np.array([NAN, -7.0, -6.0]), 2)
    steps, values = points.outline()
    begin = present_begin(values)
    assert (steps[begin:].tolist(), values[begin:].tolist()) == ([step, step + 1], [-7.0, -6.0])
    assert np.all(np.diff(steps) >= 0)
    past = max(begin - 1, 0)
    np.testing.assert_array_equal(values[:past], climb(steps[:past]))
    # Of a course that was left at its very start nothing remains.
    assert (steps[0], steps[past - 1]) == (0, step) if step else past == 0


def long_course(count, chunk=5_000, **changes):
    """Noisy points by the chunk, with breaks at `changes`, and every value by step."""
    values = np.random.default_rng(7).normal(size=count)
    points, revision = CurvePoints(), 1
    for begin in range(0, count, chunk):
        steps = np.arange(begin, min(begin + chunk, count), dtype=float)
        points.extend(steps, values[begin : begin + chunk], revision)
        if begin in changes.get("at", ()):
            revision += 1
            points.extend(np.array([steps[-1]] * 2), np.array([NAN, values[int(steps[-1])]]), revision)
    return points, values


def test_the_memory_of_a_long_run_is_bounded():
    points, values = long_course(2_000_000)
    arrays = [array for array in vars(points).values() if isinstance(array, np.ndarray)]
    assert sum(array.nbytes for array in arrays) < 10e6
    assert len(points.steps) <= module.MOST_KEPT
    assert (points.steps[0], points.steps[-1]) == (0, 1_999_999)
    np.testing.assert_array_equal(points.values, values[points.steps.astype(int)])
    np.testing.assert_array_equal(points.values[-200:], values[-200:])
    assert points.extent == Extent(values[0], values.min(), values.max(), values[-200:].min())


@pytest.mark.parametrize("end", [30_000, 299_999, 1_000_000, 1_999_999])
def test_a_long_run_cut_anywhere_has_the_extremes_of_every_pixel_column(end):
    points, values = long_course(2_000_000)
    if end < 1_999_999:
        points.extend(np.array([end + 1.0]), np.array([0.0]), 1)
    steps, shown = points.outline()
    np.testing.assert_array_equal(shown[:-1], values[steps[:-1].astype(int)])
    for column in np.array_split(np.arange(end), 400):
        # Half a column more on either side: a stretch may reach across the edge by a tenth of a column.
        width = len(column) // 8
        inside = shown[(steps >= column[0] - width) & (steps <= column[-1] + width)]
        assert inside.min() <= values[column].min()
        assert inside.max() >= values[column].max()


def test_thinning_keeps_every_break_where_it_is():
    changes = (100_000, 400_000, 900_000)
    points, values = long_course(1_200_000, at=changes)
    assert points.breaks == [step + 4_999.0 for step in changes]
    breaks = np.flatnonzero(np.isnan(points.values))
    np.testing.assert_array_equal(points.steps[breaks], points.breaks)
    # The last point before a break and the first behind it.
    np.testing.assert_array_equal(points.steps[breaks - 1], points.breaks)
    np.testing.assert_array_equal(points.steps[breaks + 1], points.breaks)
    present = values[904_999:]
    assert points.extent == Extent(present[0], present.min(), present.max(), present[-200:].min())


def test_more_breaks_than_points_may_be_kept_are_kept_all_the_same(monkeypatch):
    monkeypatch.setattr(module, "MOST_KEPT", 1000)
    points = CurvePoints()
    for number in range(800):
        steps = np.array([number, number, number + 1], dtype=float)
        points.extend(steps, np.array([NAN, -1.0, -2.0]), number)
    assert len(points.breaks) == 799
    assert len(points.steps) == 3 * 800 - 1


def test_the_present_piece_begins_behind_the_last_break():
    assert present_begin(np.array([1.0, 2.0])) == 0
    assert present_begin(np.array([1.0, NAN, 2.0, NAN, 3.0])) == 4
    assert present_begin(np.array([])) == 0


# limits


def extent_of(values):
    return naive_extent(np.array(values, dtype=float))


def test_one_wild_value_does_not_flatten_the_rest():
    left, right, bottom, top = curve_limits(60, extent_of([-240, -50_000, -60]), -60.0, -48.0)
    assert bottom == pytest.approx(-48 - 4 * (240 - 48))
    assert left < 0 < 60 < right
    assert top > -48


def test_a_curve_that_climbs_is_seen_whole():
    _, _, bottom, top = curve_limits(60, extent_of([-240, -100, -60]), -60.0, -48.0)
    assert -240 - 0.1 * 192 < bottom < -240
    assert -48 < top < -48 + 0.2 * 1.06 * 192


@pytest.mark.parametrize("first", [-48.0, -48.001, -48.4])
def test_a_first_value_near_the_maximum_says_nothing_about_the_scale(first):
    calm = [-60.0] * 200
    _, _, wild, _ = curve_limits(900, extent_of([first, *calm[:100], -50_000.0]), -60.0, -48.0)
    assert wild < -50_000
    _, _, bottom, _ = curve_limits(900, extent_of([first, -50_000.0, *calm]), -60.0, -48.0)
    assert -63 < bottom < -60


@pytest.mark.parametrize("seed", range(200))
def test_limits_always_hold_what_matters_and_are_never_empty(seed):
    rng = np.random.default_rng(seed)
    values = -np.exp(rng.normal(scale=4, size=rng.integers(1, 400)))
    ceiling = None if rng.random() < 0.3 else float(values.max() * rng.random())
    label_share, dot_share = rng.uniform(0, 0.45), rng.uniform(0, 0.1)
    extent = extent_of(values)
    last = int(rng.integers(0, 10_000))
    left, right, bottom, top = curve_limits(
        last, extent, values[-1], ceiling, label_share=label_share, dot_share=dot_share
    )
    high = max(values.max(), -np.inf if ceiling is None else ceiling)
    assert left < 0
    assert max(last, 1) < right
    assert bottom < min(values[0], high)
    assert top > high
    assert (top - high) / (top - bottom) >= label_share - 1e-9
    assert min(-left, right - max(last, 1)) / (right - left) >= dot_share - 1e-9
    climb_from_first = high - values[0]
    if climb_from_first > 0.01 * max(abs(high), 1.0):
        assert bottom >= high - 4 * climb_from_first * (1 + 1e-9)
    else:
        assert bottom < values[-200:].min()


def test_limits_can_be_given_before_anything_is_known():
    for present in (NAN, -math.inf, -3.0):
        left, right, bottom, top = curve_limits(0, None, present, None)
        assert left < right
        assert bottom < top
        assert np.isfinite((left, right, bottom, top)).all()


# what the curve cannot exceed

POINTS = np.array([(-1.0, 0.0), (-2.0, 1.0), (1.0, 0.0), (2.0, -1.0)])


def test_the_ceiling_is_the_maximum_where_there_is_one():
    # Every point once in each class: no line says anything, and each row has the probability 1/2.
    ceiling = ceiling_of(frame_with(np.vstack((POINTS, POINTS)), [0, 0, 1, 1, 1, 1, 0, 0]))
    assert ceiling.value == pytest.approx(-8 * math.log(2))
    assert ceiling.texts[0] == "maximum (MLE) −5.5452"


def test_the_ceiling_of_separated_classes_is_0_and_no_maximum():
    ceiling = ceiling_of(frame_with(POINTS, [0, 0, 1, 1]))
    assert (ceiling.value, ceiling.texts[0]) == (0.0, "supremum 0: separable, no maximum")


def test_no_ceiling_is_shown_that_is_not_right():
    # Two rows of both classes at one place on the line: the log-likelihood tends to 2 log(1/2), not to 0.
    quasi = frame_with([(-1.0, 0.0), (0.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.5, 2.0)], [0, 0, 1, 1, 1])
    assert quasi.maximum.weights is None
    assert "separated" in quasi.maximum.reason
    assert ceiling_of(quasi) is None
    assert ceiling_of(replace(quasi, maximum=None)) is None


# the picture

MAXIMUM = Maximum(
    read_only([0, 1, 1]), -48.3, -48.3, read_only(-np.eye(3)), read_only([1, 1, 1]), 1.0, 0.1, 5, "found"
)


LOOKS = {
    "720p": (Look(LIGHT, 720), (400, 300)),
    "dark": (Look(DARK, 720), (400, 300)),
    "stage": (Look(LIGHT, 1080, 1.0, stage=True), (730, 420)),
    "zoomed": (Look(LIGHT, 720, 1.75), (330, 236)),
    "low": (Look(LIGHT, 720), (330, 140)),
}


def any_frame():
    return TrainingRun.of(PRESETS["overlapping"]).frame(RunStatus.PAUSED, 60, 0.0)


def frame_with(features, labels):
    """A frame of plain logistic regression on these rows, whose maximum is looked for."""
    maximum = reference(build(ModelSpec(), np.array(features), np.array(labels)))
    return replace(any_frame(), maximum=maximum)


@dataclass
class Story:
    """Makes the frames of a run from (step, value) pairs."""

    frame: Frame

    def then(self, steps, values, revision=1, maximum=MAXIMUM, stop_step=60, others=(NAN, NAN)):
        """The next frame; `others` are the penalised objective and the test set's value at all steps."""
        trace = np.column_stack((values, np.tile(others, (len(values), 1))))
        trace[np.isnan(np.asarray(values, dtype=float))] = NAN
        self.frame = replace(
            self.frame,
            step=int(steps[-1]),
            stop_step=stop_step,
            log_likelihood=float(values[-1]),
            trace_steps=read_only(steps),
            trace_values=read_only(trace),
            revision=revision,
            maximum=maximum,
        )
        return self.frame


@pytest.fixture
def story():
    return Story(any_frame())


@pytest.fixture
def make_view(qtbot):
    load_fonts()

    def make(look, size, *frames):
        view = CurveView()
        qtbot.addWidget(view)
        view.set_look(look)
        view.resize(*size)
        view.show()
        QCoreApplication.processEvents()
        for frame in frames:
            view.show_frame(frame)
        view.grab()
        return view

    return make


def dot_and_labels(view):
    """The rectangles of the dot and of the labels, as the layer placed them."""
    dot, *labels = view.layer.space.plates
    return dot, labels


def plot_area(view):
    return view.getViewBox().mapRectToScene(view.getViewBox().rect())


def share_of(picture, rectangle, color):
    """Share of the pixels of a rectangle that have about this colour."""
    area = rectangle.toAlignedRect().intersected(picture.rect())
    found = [
        picture.pixelColor(x, y)
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    ]
    near = [one for one in found if np.abs(np.subtract(one.getRgb(), color.getRgb())).max() < 40]
    return len(near) / len(found)


@pytest.mark.parametrize(("look", "size"), LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("end", [-48.3, -49.0, -60.0, -100.0])
def test_the_label_of_the_maximum_lies_over_neither_curve_nor_dot(make_view, story, look, size, end):
    steps = np.arange(61)
    values = end - (240.0 + end) * np.exp(-steps / 4.0)
    view = make_view(look, size, story.then(steps, values))
    dot, (label,) = dot_and_labels(view)
    area = plot_area(view)
    assert area.adjusted(-1, -1, 1, 1).contains(label)
    assert not label.intersects(dot)
    x = area.left() + (steps - view.viewRange()[0][0]) / np.ptp(view.viewRange()[0]) * area.width()
    y = area.bottom() - (values - view.viewRange()[1][0]) / np.ptp(view.viewRange()[1]) * area.height()
    line = area.bottom() - (-48.3 - view.viewRange()[1][0]) / np.ptp(view.viewRange()[1]) * area.height()
    assert label.bottom() <= line
    assert not any(label.contains(*point) for point in zip(x, y, strict=True))


@pytest.mark.parametrize(("look", "size"), LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("step", [1, 30, 60])
def test_a_value_off_the_scale_has_its_dot_on_the_edge_and_its_number_beside(
    make_view, story, look, size, step
):
    values = np.full(step + 1, -70.0)
    values[0], values[-1] = -240.0, -50_684.2
    view = make_view(look, size, story.then(np.arange(step + 1), values))
    assert view.viewRange()[1][0] == pytest.approx(-48.3 - 4 * (240 - 48.3))
    dot, (number, maximum) = dot_and_labels(view)
    area = plot_area(view)
    assert dot.bottom() == pytest.approx(area.bottom(), abs=1.0)
    assert area.adjusted(-1, -1, 1, 1).contains(number)
    assert area.adjusted(-1, -1, 1, 1).contains(maximum)
    assert not number.intersects(dot)
    picture = view.grab().toImage()
    centre = QRectF(dot.center().x() - 2, dot.center().y() - 2, 4, 4)
    assert share_of(picture, centre, look.color("accent")) > 0.9


def test_a_value_on_the_scale_has_no_number(make_view, story):
    view = make_view(*LOOKS["720p"], story.then([0, 1], [-240.0, -200.0]))
    assert len(dot_and_labels(view)[1]) == 1


@pytest.mark.parametrize("value", [NAN, -math.inf])
def test_a_value_that_is_no_number_is_survived(make_view, story, value):
    view = make_view(*LOOKS["720p"], story.then([0, 1], [-240.0, -200.0]), story.then([2], [value]))
    assert len(view.layer.space.plates) == (1 if math.isnan(value) else 3)


def test_history_is_pale_and_thin_and_the_scale_is_that_of_the_present_data(make_view, story):
    look, size = LOOKS["720p"]
    past = story.then(np.arange(21), np.full(21, -60.0), maximum=None)
    now = story.then(np.array([20, *range(20, 41)]), np.array([NAN, *np.linspace(-80, -62, 21)]), revision=2)
    view = make_view(look, size, past, now)
    assert view.viewRange()[1][0] > -90
    picture, area = view.grab().toImage(), plot_area(view)
    (left, right), (low, high) = view.viewRange()

    def strip(step, value):
        x = area.left() + (step - left) / (right - left) * area.width()
        y = area.bottom() - (value - low) / (high - low) * area.height()
        return QRectF(x - 1, y - 1, 2, 2)

    accent = look.color("accent")
    assert share_of(picture, strip(33, -80 + 18 * 13 / 20), accent) > 0.5
    assert share_of(picture, strip(7, -60), accent) == 0
    assert share_of(picture, strip(7, -60), look.color("plot")) < 1
    # The dotted line of the break, well away from both pieces.
    column = QRectF(strip(20, -55).left() - 1, area.top() + 2, 4, 0.2 * area.height())
    assert share_of(picture, column, look.color("plot")) < 0.98


def test_a_new_run_forgets_the_curve(make_view, story):
    first = story.then([0, 1], [-240.0, -200.0])
    view = make_view(*LOOKS["720p"], first, replace(story.then([0], [-300.0]), run=2))
    assert view.points.values.tolist() == [-300.0]


def test_the_label_fits_above_the_maximum_after_the_window_was_made_low(make_view, story):
    view = make_view(*LOOKS["720p"], story.then([0, 60], [-240.0, -48.3]))
    view.resize(330, 130)
    QCoreApplication.processEvents()
    view.grab()
    dot, (label,) = dot_and_labels(view)
    assert not label.intersects(dot)
    assert plot_area(view).adjusted(-1, -1, 1, 1).contains(label)


def test_a_penalty_and_a_test_set_have_curves_and_labels_of_their_own(make_view, story):
    frame = story.then(np.arange(41), climb(np.arange(41)), others=(-70.0, -80.0))
    model = with_model(PRESETS["overlapping"], penalty="l2").model
    both = replace(frame, model=model, penalised=-70.0, test_log_likelihood=-80.0)
    rows = replace(both.data.sample, test_rows=np.arange(50))
    both = replace(both, data=replace(both.data, sample=rows))
    view = make_view(Look(), (420, 330), both)
    texts = [one.text for one in view.companions if one.is_shown]
    assert texts == ["objective", "test ×3"]
    for companion, value in zip(view.companions, (-70.0, -80.0), strict=True):
        assert set(companion.points.values.tolist()) == {value}
    plates = view.layer.space.plates
    assert len(plates) == 4  # the dot, the maximum's label, and one for each curve
    assert not any(one.intersects(other) for one in plates for other in plates if one is not other)
    (_, _), (bottom, _) = view.getViewBox().viewRange()
    assert bottom < -80.0


def test_without_penalty_and_test_set_there_is_one_curve(make_view, story):
    view = make_view(Look(), (420, 330), story.then(np.arange(41), climb(np.arange(41))))
    assert not any(one.is_shown for one in view.companions)
    assert not any(len(one.points.steps) for one in view.companions)


def test_the_axis_is_named_after_what_is_climbed(make_view, story):
    model = with_model(PRESETS["overlapping"], objective="squared-error").model
    frame = replace(story.then(np.arange(41), climb(np.arange(41))), model=model)
    view = make_view(Look(), (420, 400), frame)
    assert view.getAxis("left").labelText == "−½ squared error"


# what stays where it is


def restless_ghost(number):
    steps = np.arange(0, 2_000, dtype=float)
    values = -60.0 - 1e6 * (np.sin(12.9898 * steps) ** 2) * (steps > 20)
    return Ghost(number, f"η = {number}", read_only(steps), read_only(values))


def test_courses_that_were_left_and_the_past_are_drawn_once_and_copied(make_view, story, monkeypatch):
    drawn = []
    draw_curve = curve_module.draw_curve
    monkeypatch.setattr(
        curve_module, "draw_curve", lambda *args, **how: (drawn.append(1), draw_curve(*args, **how))
    )
    frames = [story.then(range(40), climb(range(40))), story.then([40, 40, 41], [NAN, -40, -39], 2)]
    frames[1] = replace(frames[1], ghosts=tuple(map(restless_ghost, range(4))))
    view = make_view(Look(), (400, 300), *frames)
    first = view.grab().toImage()
    drawn.clear()
    second = view.grab().toImage()
    assert drawn == []
    view.layer._ghosts = tuple(curve_module.GhostCurve(one.ghost) for one in view.layer._ghosts)
    view.layer._past, view.layer._breaks = curve_module.Still(), curve_module.Still()
    anew = view.grab().toImage()
    assert len(drawn) == 5
    assert is_nearly(first, anew)
    assert is_nearly(second, anew)


def test_a_course_that_was_left_is_copied_from_frame_to_frame(make_view, story, monkeypatch):
    ghost, frames = restless_ghost(0), []
    for step in range(1, 6):
        values = [-101.0 + step, -100.0 + step]  # below the maximum, so that the view stays
        frames.append(replace(story.then([step - 1, step], values), ghosts=(ghost,)))
    view = make_view(Look(), (400, 300), *frames[:2])
    view.grab()
    drawn = []
    monkeypatch.setattr(curve_module, "draw_curve", lambda *_: drawn.append(1))
    for frame in frames[2:]:
        view.show_frame(frame)
        view.grab()
    assert drawn == []


def test_a_past_that_gets_longer_is_drawn_anew(make_view, story):
    # From -100 on every time, so that the view stays.
    first = story.then(range(20), np.linspace(-100, -60, 20))
    second = story.then([19, 19, *range(20, 40)], [NAN, *np.linspace(-100, -80, 21)], 2)
    third = story.then([39, 39, 40], [NAN, -100, -99], 3)
    view = make_view(Look(), (400, 300), first, second)
    before = view.getViewBox().viewRange()
    for _ in range(3):
        view.grab()
    view.show_frame(third)
    assert view.getViewBox().viewRange() == before
    wanted = make_view(Look(), (400, 300), first, second, third).grab().toImage()
    for _ in range(3):
        assert is_nearly(view.grab().toImage(), wanted)


@pytest.mark.parametrize("look", [Look(), Look(DARK)], ids=["other course", "other look"])
def test_a_course_that_takes_the_place_of_another_is_drawn(make_view, story, look):
    frame, other = story.then(range(40), climb(range(40))), restless_ghost(1)
    one, second = (replace(frame, ghosts=(ghost,)) for ghost in (restless_ghost(0), other))
    view = make_view(Look(), (400, 300), one, one, one)
    for _ in range(3):
        view.grab()
    view.set_look(look)
    view.show_frame(second)
    wanted = make_view(look, (400, 300), second).grab().toImage()
    for _ in range(3):
        assert is_nearly(view.grab().toImage(), wanted)


def is_nearly(one, other):
    """But for the last digits where lines of one curve overlap."""
    pictures = (np.frombuffer(picture.constBits(), np.uint8).astype(int) for picture in (one, other))
    away = np.abs(np.subtract(*pictures))
    return away.max() <= 2 and np.count_nonzero(away) <= 0.005 * len(away)
