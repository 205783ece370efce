"""The status line names run, model and data, and leaves out what there is no room for, never cut."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QFontMetricsF

from logreg_gui.frames import RunStatus
from logreg_gui.views.status import StatusLine, status_texts
from logreg_gui.views.style import LIGHT, Look, load_fonts
from tests.views.frames_for_tests import (
    EVERY_KIND,
    IN_THE_PLANE,
    ONE_INPUT,
    OPTIMIZER_NAMES,
    frame_of,
    scenario_of,
)


@pytest.fixture
def line(qtbot):
    load_fonts()
    line = StatusLine()
    line.setFont(Look(LIGHT, 720).font(15))
    line.resize(1280, 28)
    qtbot.addWidget(line)
    line.show()
    return line


def running(frame, speed=9.87):
    return replace(frame, status=RunStatus.RUNNING, steps_per_second=speed)


def test_the_line_in_full():
    scenario = scenario_of("overlapping", degree=3, penalty="l2", C=10.0, optimizer="adam", test_size=0.25)
    assert status_texts(running(frame_of(scenario, 1)))[0].split("  ·  ") == [
        "Running",
        "logistic regression, degree 3, ridge C = 10",
        "Adam",
        "9.9 steps/s",
        "200 points (50 hollow: test)",
        "seed 7",
        "float64",
    ]


@pytest.mark.parametrize(
    ("scenario", "name"),
    [
        (IN_THE_PLANE["logistic"], "logistic regression"),
        (IN_THE_PLANE["softmax of three"], "softmax regression"),
        (IN_THE_PLANE["least squares on labels"], "least squares on labels"),
        (scenario_of("noisy-curve", degree=1), "linear regression"),
        (scenario_of("noisy-curve", degree=4), "polynomial regression, degree 4"),
        (scenario_of("noisy-curve", degree=1, penalty="l2", C=0.5), "ridge regression, C = 0.5"),
        (ONE_INPUT["lasso"], "lasso, degree 6, C = 0.1"),
        (
            scenario_of("noisy-curve", degree=2, penalty="elasticnet", l1_ratio=0.25),
            "elastic net, degree 2, C = 1, 25.0\N{NARROW NO-BREAK SPACE}% l1",
        ),
        (IN_THE_PLANE["lasso, degree 3"], "logistic regression, degree 3, lasso C = 0.5"),
    ],
)
def test_models_go_by_their_classic_names(scenario, name):
    assert status_texts(frame_of(scenario))[0].split("  ·  ")[1] == name


@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
def test_optimizers_are_named_as_within_a_sentence(optimizer):
    name = status_texts(frame_of(scenario_of("overlapping", optimizer=optimizer)))[0].split("  ·  ")[2]
    names = {
        "gradient-ascent": "gradient ascent",
        "sgd": "stochastic gradient ascent",
        "momentum": "momentum",
    }
    names |= {"nesterov": "Nesterov momentum", "adam": "Adam", "lbfgs": "L-BFGS", "newton": "Newton"}
    assert name == names.get(optimizer, name)
    assert name.lower() != "gradient ascent" or name == "gradient ascent"


def test_what_the_run_does_comes_first():
    frame = frame_of(IN_THE_PLANE["logistic"], 3)
    assert status_texts(replace(frame, notice="η is too large"))[0].startswith("Paused, not converging  ·")
    finished = status_texts(replace(frame, status=RunStatus.FINISHED))[0]
    assert finished.startswith("Finished  ·")
    assert "3 steps done" in finished


def test_data_without_chance_have_no_seed():
    assert "seed" not in status_texts(frame_of(IN_THE_PLANE["all inputs"]))[0]


@pytest.mark.parametrize("name", EVERY_KIND)
@pytest.mark.parametrize("optimizer", ["sgd", "proximal"])
def test_nothing_is_cut_at_1280_pixels(line, name, optimizer):
    frame = running(frame_of(EVERY_KIND[name], 1), speed=1.2e6)
    model = replace(frame.model, optimizer=optimizer)
    line.show_frame(replace(frame, model=model, notice="falls"))
    assert QFontMetricsF(line.font()).horizontalAdvance(line.text()) <= 1280
    assert "points" in line.text()


@pytest.mark.parametrize("width", range(100, 1300, 60))
def test_as_much_is_said_as_there_is_room_for(line, width):
    frame = running(frame_of(IN_THE_PLANE["ridge, degree 6"], 1))
    line.show_frame(frame)
    line.resize(width, 28)
    metrics = QFontMetricsF(line.font())
    fitting = [text for text in status_texts(frame) if metrics.horizontalAdvance(text) <= width - 1]
    assert line.text() == fitting[0]
    assert line.toolTip() == status_texts(frame)[0]


def test_each_text_is_shorter_than_the_one_before():
    texts = status_texts(running(frame_of(scenario_of("moons", optimizer="sgd", degree=2), 1)))
    assert all(len(one) > len(other) for one, other in pairwise(texts))


def test_the_text_is_fitted_again_to_another_font(line):
    frame = running(frame_of(scenario_of("moons", degree=6, penalty="l2", C=10.0, optimizer="nesterov"), 1))
    line.show_frame(frame)
    full = line.text()
    line.setFont(Look(LIGHT, 720).font(30))
    line.show_frame(frame)
    assert len(line.text()) < len(full)
    assert QFontMetricsF(line.font()).horizontalAdvance(line.text()) <= line.width()
