"""The table names the weights and compares only what can be compared."""

import pytest

from logreg_gui.presets import PRESETS
from logreg_gui.scenario import GaussianClass, GaussianData, with_model
from logreg_gui.views.style import LIGHT, Look, load_fonts
from logreg_gui.views.weights import WeightsPanel, weight_rows
from logreg_gui.views.wording import term_names
from tests.views.frames_for_tests import IN_THE_PLANE, ONE_INPUT, frame_of, scenario_of

TEN = zip(("₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀"), "abcdefghij", strict=True)
ROUND = GaussianData(
    (GaussianClass((-1, 0), ((1, 0), (0, 1)), 50), GaussianClass((1, 1), ((1, 0), (0, 1)), 50)), 3
)


@pytest.fixture
def panel(qtbot):
    load_fonts()
    panel = WeightsPanel()
    qtbot.addWidget(panel)
    panel.set_look(Look(LIGHT, 720))
    return panel


def number(text):
    return float(text.replace("−", "-"))


def test_weights_stand_beside_the_maximum_and_the_bayes_optimal_ones(panel):
    frame = frame_of(scenario_of("overlapping", data=ROUND), 5)
    heading, *rows = panel.rows(frame)
    assert heading == ["weights", "now", "MLE", "Bayes"]
    assert [row[0] for row in rows] == ["intercept w₀", "w₁ x₁", "w₂ x₂"]
    # Of round Gaussians with the same covariance: w = mu1 - mu0, and w0 puts 0 in the middle between them.
    for row, now, best, optimal in zip(
        rows, frame.weights, frame.maximum.weights, (-0.5, 2.0, 1.0), strict=True
    ):
        assert [number(text) for text in row[1:]] == pytest.approx([now, best, optimal], abs=6e-5)


@pytest.mark.parametrize(
    "scenario",
    [
        scenario_of("overlapping", data=ROUND, objective="squared-error"),
        scenario_of("overlapping", data=ROUND, standardise=True),
        scenario_of("overlapping", data=ROUND, inputs="first"),
        ONE_INPUT["regression"],
    ],
)
def test_bayes_optimal_weights_are_not_set_beside_others_than_their_own(panel, scenario):
    assert len(panel.rows(frame_of(scenario))[0]) == 3


def test_a_curved_bayes_boundary_has_no_weights(panel):
    assert [row[3] for row in panel.rows(frame_of(IN_THE_PLANE["logistic"]))] == ["Bayes", "curved", "", ""]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "MLE"),
        ({"penalty": "l2"}, "maximum"),
        ({"objective": "squared-error"}, "OLS"),
        ({"objective": "squared-error", "penalty": "l2"}, "maximum"),
    ],
)
def test_the_maximum_goes_by_its_name(panel, changes, name):
    assert panel.rows(frame_of(scenario_of("overlapping", **changes)))[0][2] == name


def test_no_maximum_and_one_not_known_yet_are_not_the_same(panel):
    assert panel.rows(frame_of(IN_THE_PLANE["separated"]))[1][2] == "none"
    assert panel.rows(frame_of(IN_THE_PLANE["logistic"], has_maximum=False))[1][2] == "…"


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (("intercept", "x", "x²"), ["intercept w₀", "w₁ x", "w₂ x²"]),
        (("intercept", "x₁"), ["intercept w₀", "w₁ x₁"]),
        (("x₁", "x₂"), ["w₁ x₁", "w₂ x₂"]),
        (("class 0: x", "class 1: x"), ["class 0: x", "class 1: x"]),
        (("intercept", *"abcdefghij"), ["intercept w₀", *(f"w{n} {t}" for n, t in TEN)]),
    ],
)
def test_weights_are_named_by_their_terms(names, rows):
    assert weight_rows(names, {}) == rows


def test_terms_that_are_columns_go_by_their_names(panel):
    frame = frame_of(with_model(PRESETS["iris"], objective="softmax"), 0)
    assert term_names(frame) == {"x₁": "petal length", "x₂": "petal width"}
    assert weight_rows(("intercept", "x₁", "x₂"), term_names(frame)) == [
        "intercept w₀", "w₁ petal length", "w₂ petal width",
    ]  # fmt: skip
    assert weight_rows(("class 0: x₁",), term_names(frame)) == ["class 0: petal length"]
    curved = frame_of(with_model(PRESETS["iris"], degree=2), 0)
    assert term_names(curved)["x₁"] == "x₁"
    assert term_names(curved)["x₁x₂"] == "x₁x₂"


def test_the_table_is_painted_and_said_in_words(panel):
    frame = frame_of(ONE_INPUT["regression"], 5)
    panel.resize(400, panel.height())
    panel.show_frame(frame)
    assert not panel.grab().isNull()
    assert panel.describe(frame).startswith("intercept w₀: now ")
    assert "w₂ x²: now " in panel.describe(frame)
