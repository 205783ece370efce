"""Bars are as long as their weights, zeros are told apart, the scale stays still, names never overlap."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from logreg_gui.scenario import GaussianClass, GaussianData
from logreg_gui.views import coefficients as module
from logreg_gui.views.coefficients import Bars, CoefficientsPanel, bars_of, steady_reach
from logreg_gui.views.style import DARK, LIGHT, Look, load_fonts
from tests.views.frames_for_tests import IN_THE_PLANE, ONE_INPUT, frame_of, frames_of, scenario_of

SMALL = Look(LIGHT, 720)
LASSO = IN_THE_PLANE["lasso, degree 3"]
SIX = scenario_of(
    "three-gaussians",
    data=GaussianData(
        tuple(
            GaussianClass((3 * math.cos(k), 3 * math.sin(k)), ((1.0, 0.0), (0.0, 1.0)), 30) for k in range(6)
        ),
        3,
    ),
    degree=6,
    standardise=True,
    penalty="l2",
)


@pytest.fixture
def make_panel(qtbot):
    load_fonts()

    def make(frame, height=None, width=400, look=SMALL):
        panel = CoefficientsPanel()
        qtbot.addWidget(panel)
        panel.set_look(look)
        panel.show_frame(frame)
        panel.resize(width, height or panel.height_for(look))
        return panel

    return make


def bars(*values, best=None):
    return Bars(
        tuple(f"x{index}" for index in range(len(values))),
        np.array([values]),
        None if best is None else np.array([best]),
    )


# which weights


def test_bars_are_the_weights_without_the_intercept():
    frame = frame_of(LASSO, 30)
    shown = bars_of(frame)
    assert shown.terms == ("x₁", "x₂", "x₁²", "x₁x₂", "x₂²", "x₁³", "x₁²x₂", "x₁x₂²", "x₂³")
    np.testing.assert_array_equal(shown.values, [frame.weights[1:]])
    np.testing.assert_array_equal(shown.best, [frame.maximum.weights[1:]])


def test_softmax_has_a_column_of_bars_per_class():
    frame = frame_of(IN_THE_PLANE["all inputs"], 30)
    shown = bars_of(frame)
    assert shown.terms == ("petal length", "petal width", "sepal length", "sepal width")
    for label in range(3):
        named = [
            weight
            for name, weight in zip(frame.weight_names, frame.weights, strict=True)
            if name.startswith(f"class {label}: x")
        ]
        np.testing.assert_array_equal(shown.values[label], named)


def test_without_an_intercept_every_weight_is_a_bar():
    frame = frame_of(scenario_of("moons", degree=2, intercept=False), 5)
    np.testing.assert_array_equal(bars_of(frame).values, [frame.weights])


@pytest.mark.parametrize("has_maximum", [True, False])
def test_what_is_not_known_has_no_mark(has_maximum):
    assert (bars_of(frame_of(LASSO, 3, has_maximum=has_maximum)).best is not None) == has_maximum
    assert bars_of(frame_of(IN_THE_PLANE["separated"], 3)).best is None


# zeros


def test_the_caption_counts_what_is_exactly_0(make_panel):
    frame = frame_of(LASSO, 200)
    zeros = sum(weight == 0.0 for weight in frame.weights[1:])
    assert 0 < zeros < 9
    panel = make_panel(frame)
    assert panel.caption(frame) == f"{zeros} of 9 are exactly 0"
    nearly = np.where(frame.weights == 0.0, 1e-300, frame.weights)
    assert panel.caption(replace(frame, weights=nearly)) == "0 of 9 are exactly 0"


def test_the_intercept_has_no_bar_but_is_said_where_there_is_room(make_panel):
    lasso, ridge = frame_of(LASSO, 20), frame_of(IN_THE_PLANE["ridge, degree 6"], 20)
    panel = make_panel(lasso)
    value = float(lasso.weights[0])
    long, short = panel.remarks(lasso)
    assert float(long.split()[1].rstrip(",").replace("\N{MINUS SIGN}", "-")) == pytest.approx(value, rel=0.01)
    assert long.endswith(f", {short}")
    assert panel.remarks(ridge)[0].startswith("intercept ")
    softmax = frame_of(IN_THE_PLANE["softmax of three"], 3)
    assert panel.remarks(softmax)[0] == "intercepts not shown"
    plain = frame_of(scenario_of("moons", degree=2, intercept=False), 5)
    assert panel.remarks(plain) == ("",)


def test_nothing_is_counted_where_no_penalty_makes_zeros(make_panel):
    frame = frame_of(IN_THE_PLANE["ridge, degree 6"], 0)
    assert make_panel(frame).caption(frame) == ""


def test_zeros_are_hollow_and_only_they(make_panel):
    frame = frame_of(LASSO, 200, has_maximum=False)
    panel = make_panel(frame)
    picture = panel.grab().toImage()
    area = bar_area(panel)
    middle = round(area.center().x())
    for index, weight in enumerate(frame.weights[1:]):
        row = round(area.top() + (index + 0.5) * area.height() / 9)
        is_hollow = picture.pixelColor(middle, row) == panel.look.color("window")
        assert is_hollow == (weight == 0.0)


def bar_area(panel):
    shown = bars_of(panel.frame)
    return panel._column_areas(shown, *panel._rows(shown))[0]


def bar_rows(picture, ink, columns):
    """The middle of every stretch of rows in which these columns hold the ink."""
    has_ink = [
        any(picture.pixelColor(column, row) == ink for column in columns) for row in range(picture.height())
    ]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], has_ink, [0]))))
    return [round((begin + end - 1) / 2) for begin, end in edges.reshape(-1, 2)]


@pytest.mark.parametrize("look", [Look(LIGHT, 720), Look(DARK, 1080), Look(LIGHT, 1080, stage=True)])
def test_bars_are_as_long_as_their_weights(make_panel, look):
    frame = frame_of(scenario_of("noisy-curve", degree=4), 30, has_maximum=False)
    panel = make_panel(frame, look=look, width=700)
    picture = panel.grab().toImage()
    ink = panel.look.color("accent")
    inked = np.array(
        [
            [picture.pixelColor(column, row) == ink for column in range(picture.width())]
            for row in range(picture.height())
        ]
    )
    rows = inked.sum(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows > 0, [0])))).reshape(-1, 2)
    lengths = np.array([rows[begin:end].max() for begin, end in edges])
    weights = np.abs(frame.weights[1:])
    assert len(lengths) == 4
    np.testing.assert_allclose(lengths / lengths.max(), weights / weights.max(), atol=4 / lengths.max())


# scale


@pytest.mark.parametrize("seed", range(100))
def test_the_scale_covers_every_bar_in_steps_of_1_2_and_5(seed):
    rng = np.random.default_rng(seed)
    reach = 0.0
    for _ in range(20):
        values = rng.normal(size=4) * 10 ** rng.uniform(-6, 6)
        reach = steady_reach(bars(*values, best=10 * rng.normal(size=4)), reach)
        assert np.abs(values).max() <= reach
        assert f"{reach:e}"[0] in "125"
        assert float(f"{reach:.0e}") == reach


def test_the_scale_covers_the_maximum_from_the_start():
    assert steady_reach(bars(0.0, 0.0, best=(3.0, -1.0)), 0.0) == 5.0
    assert steady_reach(bars(0.8, 0.0, best=(3.0, -1.0)), 5.0) == 5.0


def test_bars_are_not_lost_beside_a_far_maximum():
    reach = steady_reach(bars(0.1, best=(5000.0,)), 0.0)
    assert 1 <= reach / 0.1 <= 20


def test_the_scale_does_not_follow_small_moves():
    assert steady_reach(bars(4.5), 10.0) == 10.0
    assert steady_reach(bars(4.5), 0.0) == 5.0
    assert steady_reach(bars(0.4), 5.0) == 0.5


@pytest.mark.parametrize("values", [(0.0, 0.0), (math.nan, 0.0), (math.inf, 0.0)])
def test_the_scale_stays_where_nothing_is_known(values):
    assert steady_reach(bars(*values), 2.0) == 2.0


@pytest.mark.parametrize("name", ["lasso, degree 3", "ridge, degree 6", "all inputs"])
def test_the_scale_hardly_changes_while_it_trains(make_panel, name):
    frames = frames_of(IN_THE_PLANE[name], tuple(range(0, 200, 2)))
    panel = make_panel(frames[0])
    reaches = []
    for frame in frames:
        panel.show_frame(frame)
        reaches.append(panel.reach)
    assert np.count_nonzero(np.diff(reaches)) <= 2


def test_another_run_begins_with_its_own_scale(make_panel):
    frame = frame_of(LASSO, has_maximum=False)
    large, small = (np.array([0.0, weight, *[0.0] * 8]) for weight in (90.0, 45.0))
    panel = make_panel(replace(frame, weights=large))
    panel.show_frame(replace(frame, weights=small))
    assert panel.reach == 100.0
    panel.show_frame(replace(frame, weights=small, run=frame.run + 1))
    assert panel.reach == 50.0


# room


@pytest.mark.parametrize(
    ("scenario", "height"),
    [
        (LASSO, 400),
        (LASSO, 150),
        (LASSO, 110),
        (ONE_INPUT["lasso"], 140),
        (IN_THE_PLANE["ridge, degree 6"], 180),
        (IN_THE_PLANE["ridge, degree 6"], 500),
        (IN_THE_PLANE["all inputs"], 135),
        (SIX, 200),
        (SIX, 700),
    ],
)
def test_texts_are_inside_and_apart(make_panel, monkeypatch, scenario, height):
    cells = []
    draw = module.draw_name

    def watched(painter, cell, alignment, text):
        cells.append((cell, text))
        draw(painter, cell, alignment, text)

    panel = make_panel(frame_of(scenario, 20), height)
    monkeypatch.setattr(module, "draw_name", watched)
    panel.grab()
    names = [cell for cell, text in cells if text in bars_of(panel.frame).terms]
    assert names
    for index, name in enumerate(names):
        assert panel.rect().contains(name.toAlignedRect())
        assert name.top() >= 1.2 * panel.look.base
        assert not any(name.intersects(other) for other in names[:index])


def test_a_weight_that_is_not_0_is_never_invisible(make_panel):
    frame = frame_of(LASSO, 200, has_maximum=False)
    weights = np.array([0.0, 5.0, *[1e-9] * 8])
    panel = make_panel(replace(frame, weights=weights), height=300)
    picture = panel.grab().toImage()
    area = bar_area(panel)
    middle = round(area.center().x())
    assert len(bar_rows(picture, panel.look.color("accent"), range(middle, middle + 4))) == 9


def test_marks_beyond_the_scale_are_arrowheads_at_its_end(make_panel):
    frame = frame_of(LASSO, 200)
    weights = np.array([0.0, 0.5, *[0.1] * 8])
    best = replace(frame.maximum, weights=np.array([0.0, 500.0, *[0.1] * 8]))
    panel = make_panel(replace(frame, weights=weights, maximum=best), height=300)
    assert panel.reach < 500
    picture = panel.grab().toImage()
    area = bar_area(panel)
    tip = QPoint(round(area.right()) - 4, round(area.top() + 0.5 * area.height() / 9))
    assert picture.pixelColor(tip) == panel.look.color("maximum")


def test_words_name_the_largest_weights_first(make_panel):
    frame = frame_of(LASSO, 200)
    words = make_panel(frame).describe(frame)
    shown = bars_of(frame)
    largest = shown.terms[int(np.abs(shown.values[0]).argmax())]
    assert words.startswith(f"{largest}: ")
    assert words.endswith("are exactly 0")
    assert make_panel(frame_of(SIX, 5)).describe(frame_of(SIX, 5)).startswith("class ")
