"""The update in symbols fits optimizer, objective and penalty; the numbers below are those of the step."""

import itertools
import re

import numpy as np
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from logreg_gui.core.models import ModelSpec
from logreg_gui.core.optimizers import OPTIMIZERS
from logreg_gui.views import equation as module
from logreg_gui.views.equation import EquationPanel, number_columns, step_line, svg_of
from logreg_gui.views.formulas import formula_of
from logreg_gui.views.style import DARK, LIGHT, Look, load_fonts
from tests.views.frames_for_tests import IN_THE_PLANE, frame_of, frames_of, scenario_of

SMALL = Look(LIGHT, 720)
L1 = ("l1", "elasticnet")


def specs():
    for optimizer, objective, penalty in itertools.product(
        OPTIMIZERS, ("logistic", "softmax", "squared-error"), ("none", "l2", *L1)
    ):
        if penalty not in L1 or OPTIMIZERS[optimizer].handles_l1:
            yield ModelSpec(objective, optimizer=optimizer, penalty=penalty)


SPECS = list(specs())


@pytest.fixture
def make_panel(qtbot):
    load_fonts()

    def make(frame, look=SMALL, width=400):
        panel = EquationPanel()
        qtbot.addWidget(panel)
        panel.typeset()
        panel.set_look(look)
        panel.show_frame(frame)
        panel.resize(width, panel.height())
        return panel

    return make


# symbols


def test_every_line_of_every_formula_can_be_set(qapp):
    lines = {line for spec in SPECS for line in (formula_of(spec).update, *formula_of(spec).where)}
    assert len(lines) > 60
    for line in lines:
        renderer = QSvgRenderer(QByteArray(svg_of(line, "#000000", "#005a9e")))
        assert renderer.isValid(), line
        assert renderer.viewBoxF().width() > 40, line


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.optimizer}-{spec.objective}-{spec.penalty}")
def test_symbols_stand_for_what_the_model_has(spec):
    formula = formula_of(spec)
    text = " ".join((formula.update, *formula.where))
    assert ("S_{" in formula.update) == (spec.penalty in L1)
    assert (r"\lambda" in text) == (spec.penalty != "none")
    shrinks = re.search(r"- \\lambda(_2)?\\mathbf", text) is not None
    assert shrinks == (spec.penalty in ("l2", "elasticnet"))
    assert (r"\lambda_2" in text) == (spec.penalty == "elasticnet")
    assert (r"\eta" in text) == ("learning_rate" in [p.name for p in OPTIMIZERS[spec.optimizer].parameters])
    assert (r"\sigma" in text) == (spec.objective == "logistic")
    assert ("softmax" in text) == (spec.objective == "softmax")
    assert (r"\mathbf{w}" in text) == (spec.objective != "softmax")
    assert text.count("{") == text.count("}")


def test_gradient_ascent_is_the_textbooks():
    assert formula_of(ModelSpec()).update == (
        r"\mathbf{w}_{t+1} = \mathbf{w}_t + \textcolor{ACCENT}{\eta}\,"
        r"\mathbf{X}^{\mathsf{T}}(\mathbf{y} - \mathbf{p}_t)"
    )
    squared = formula_of(ModelSpec("squared-error"))
    assert squared.update.endswith(r"\mathbf{X}^{\mathsf{T}}(\mathbf{y} - \mathbf{X}\mathbf{w}_t)")
    assert squared.where == ()


@pytest.mark.parametrize("look", [Look(LIGHT, 720), Look(DARK, 1080), Look(LIGHT, 720, stage=True)])
def test_the_symbols_are_painted_in_the_looks_colours(make_panel, look):
    panel = make_panel(frame_of(IN_THE_PLANE["logistic"]), look, width=500)
    picture = panel.grab().toImage()
    head = round(panel._head(look, module.MOST_MEANINGS))
    seen = {
        picture.pixelColor(column, row).name() for row in range(head) for column in range(picture.width())
    }
    assert {look.theme.plot, look.theme.text} <= seen


def test_symbols_are_set_once_however_many_frames_come(make_panel, monkeypatch):
    calls = []
    monkeypatch.setattr(module, "svg_of", lambda *key: (calls.append(key), svg_of(*key))[1])
    frames = frames_of(IN_THE_PLANE["ridge, degree 6"], tuple(range(12)))
    panel = make_panel(frames[0])
    panel.grab()
    before = len(calls)
    for frame in frames[1:]:
        panel.show_frame(frame)
        panel.grab()
    assert (before > 0, len(calls)) == (True, before)
    panel.set_look(Look(DARK, 720))
    panel.grab()
    assert len(calls) == 2 * before


def test_nothing_is_set_before_the_window_is_there(make_panel, monkeypatch):
    panel = make_panel(frame_of(IN_THE_PLANE["logistic"]))
    panel._may_typeset = False
    monkeypatch.setattr(module, "svg_of", lambda *key: pytest.fail("set too early"))
    panel.grab()


@pytest.mark.parametrize("name", IN_THE_PLANE)
def test_the_height_is_the_same_at_every_step(make_panel, name):
    frames = frames_of(IN_THE_PLANE[name], (0, 1, 50))
    panel = make_panel(frames[0])
    heights = set()
    for frame in frames:
        panel.show_frame(frame)
        heights.add(panel.height())
    assert len(heights) == 1


def test_fewer_lines_take_less_height(make_panel):
    panel = make_panel(frame_of(scenario_of("moons", optimizer="adam", penalty="l2")))
    full = panel.height()
    heights = []
    for lines in range(6):
        panel.show_meanings(lines)
        heights.append(panel.height())
        assert panel.height() == panel.needed_height(panel.look, lines)
    assert heights == sorted(heights)
    assert heights[0] < heights[3] < full
    panel.show_meanings(module.MOST_MEANINGS)
    assert panel.height() == full


# numbers


def parsed(column):
    return np.array([float(text.replace("−", "-").replace(",", "")) for text in column])


def test_next_is_now_plus_learning_rate_times_gradient():
    frame = frame_of(IN_THE_PLANE["logistic"], 5)
    after, equals, now, plus, rate, gradient = number_columns(frame)
    assert (equals, plus, rate) == ("=", "+", "0.004 ·")
    features, target = frame.data.sample.training()
    ones = np.column_stack((np.ones(len(features)), features)).astype(float)
    slope = ones.T @ (target - 1 / (1 + np.exp(-ones @ frame.weights)))
    np.testing.assert_allclose(parsed(gradient), slope, atol=6e-3)
    np.testing.assert_allclose(parsed(now) + 0.004 * parsed(gradient), parsed(after), atol=2e-3)


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "gradient-ascent"])
def test_next_is_now_plus_the_change_for_every_other_optimizer(optimizer):
    frame = frame_of(scenario_of("overlapping", optimizer=optimizer), 3)
    after, equals, now, plus, change = number_columns(frame)
    assert (equals, plus) == ("=", "+")
    np.testing.assert_allclose(parsed(now) + parsed(change), parsed(after), atol=2e-3)


def test_a_soft_threshold_is_not_passed_off_as_a_gradient_step():
    frame = frame_of(scenario_of("overlapping", optimizer="gradient-ascent", penalty="l1", C=0.05), 3)
    assert len(number_columns(frame)) == 5


def test_many_weights_are_one_line_with_the_length_of_the_step():
    frame = frame_of(IN_THE_PLANE["lasso, degree 3"], 4)
    length = np.sqrt(np.sum((frame.next_weights - frame.weights) ** 2))
    count, _, number = step_line(frame).partition(" weights, ‖Δw‖ = ")
    assert count == "10"
    assert float(number) == pytest.approx(length, rel=5e-3)


def test_words_say_the_next_weights(make_panel):
    frame = frame_of(IN_THE_PLANE["logistic"], 5)
    assert make_panel(frame).describe(frame) == f"next weights {', '.join(number_columns(frame)[0])}"
    many = frame_of(IN_THE_PLANE["lasso, degree 3"], 4)
    assert make_panel(many).describe(many) == step_line(many)
