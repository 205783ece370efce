"""The tiles say what the model has: each number is computed anew from the rows."""

from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from PySide6.QtGui import QPixmap, QRegion

from logreg_gui.views.numbers import NumbersPanel, gap_remark, tile_grid
from logreg_gui.views.style import LIGHT, Look, load_fonts
from tests.views.frames_for_tests import (
    EVERY_KIND,
    IN_THE_PLANE,
    ONE_INPUT,
    frame_of,
    frames_of,
    scenario_of,
)


@pytest.fixture
def panel(qtbot):
    load_fonts()
    panel = NumbersPanel()
    qtbot.addWidget(panel)
    panel.set_look(Look(LIGHT, 720))
    panel.resize(400, panel.height())
    return panel


def number(text):
    return float(text.replace("−", "-").replace(",", "").replace("\N{NARROW NO-BREAK SPACE}%", ""))


def logistic_value(features, target, weights):
    scores = weights[0] + features.astype(float) @ weights[1:]
    return float(np.sum(target * scores - np.logaddexp(0.0, scores)))


def test_a_plain_model_has_its_log_likelihood_and_the_gap(panel):
    frame = frame_of(IN_THE_PLANE["logistic"], 5)
    step, value, gradient, accuracy = panel.tiles(frame)
    assert step == ("step t", "5", "of 60")
    features, target = frame.data.sample.training()
    assert value.caption == "log-likelihood"
    assert number(value.value) == pytest.approx(logistic_value(features, target, frame.weights), abs=6e-3)
    gap = frame.maximum.log_likelihood - frame.log_likelihood
    assert value.remark.endswith(" below max")
    assert number(value.remark.split()[0]) == pytest.approx(gap, rel=6e-3)
    assert number(gradient.value) == pytest.approx(np.linalg.norm(frame.gradient), rel=6e-3)
    wrong = np.sum((frame.weights[0] + features @ frame.weights[1:] > 0) != target)
    assert accuracy.remark == f"{wrong} wrong"
    assert number(accuracy.value) == pytest.approx(100 * (1 - wrong / 200), abs=0.06)


def test_a_penalised_model_has_both_values_and_the_gap_of_the_one_climbed(panel):
    scenario = scenario_of("overlapping", penalty="l2", C=0.5)
    frame = frame_of(scenario, 5)
    value = panel.tiles(frame)[1]
    features, target = frame.data.sample.training()
    plain = logistic_value(features, target, frame.weights)
    assert number(value.value) == pytest.approx(plain, abs=6e-3)
    objective, gap = value.remark.split("\n")
    penalised = plain - float(np.sum(frame.weights[1:] ** 2)) / (2 * 0.5)
    assert objective.startswith("F ")
    assert number(objective[2:]) == pytest.approx(penalised, abs=6e-3)
    best = frame.maximum.weights
    highest = logistic_value(features, target, best) - float(np.sum(best[1:] ** 2)) / (2 * 0.5)
    assert number(gap.split()[0]) == pytest.approx(highest - penalised, rel=6e-3)


def test_a_test_set_has_its_own_numbers_beside_those_of_training(panel):
    frame = frame_of(IN_THE_PLANE["logistic with a test set"], 5)
    _, value, _, accuracy = panel.tiles(frame)
    (features, target), (test, labels) = frame.data.sample.training(), frame.data.sample.test()
    assert (len(target), len(labels)) == (150, 50)
    assert number(value.value) == pytest.approx(logistic_value(features, target, frame.weights), abs=6e-3)
    assert value.remark.split("\n")[-1].startswith("test ")
    tested = logistic_value(test, labels, frame.weights)
    assert number(value.remark.split("\n")[-1][5:]) == pytest.approx(tested, abs=6e-3)

    def errors(rows, classes):
        return int(np.sum((frame.weights[0] + rows @ frame.weights[1:] > 0) != classes))

    wrong, tested = accuracy.remark.split("\n")
    assert wrong == f"{errors(features, target)} wrong"
    assert number(tested[5:]) == pytest.approx(100 * (1 - errors(test, labels) / 50), abs=0.06)


def test_a_regression_has_its_squared_error_and_how_much_is_explained(panel):
    frame = frame_of(scenario_of("noisy-curve", standardise=False, test_size=0.3), 50)
    _, value, _, quality = panel.tiles(frame)
    (x, y), (test_x, test_y) = frame.data.sample.training(), frame.data.sample.test()

    def rest(column, target):
        return target - np.polyval(frame.weights[::-1], column[:, 0])

    assert value.caption == "−½ squared error"
    assert number(value.value) == pytest.approx(-0.5 * float(np.sum(rest(x, y) ** 2)), abs=6e-3)
    assert quality.caption == "R²"
    assert number(quality.value) == pytest.approx(1 - np.var(rest(x, y)) / np.var(y), abs=2e-2)
    left = float(np.sum(rest(test_x, test_y) ** 2) / np.sum((test_y - test_y.mean()) ** 2))
    assert number(quality.remark[5:]) == pytest.approx(1 - left, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "words"),
    [("separated", "no maximum"), ("three of one kind", "max not unique")],
)
def test_where_there_is_no_single_maximum_it_says_so(name, words):
    scenario = IN_THE_PLANE.get(name)
    if scenario is None:
        # More terms than rows: many sets of weights fit as well.
        data = replace(ONE_INPUT["regression"].data, size=4)
        scenario = scenario_of("noisy-curve", data=data, degree=6)
    assert gap_remark(frame_of(scenario)) == words


def test_what_is_being_computed_and_what_is_reached_have_words():
    scenario = ONE_INPUT["regression"]
    assert gap_remark(frame_of(scenario, has_maximum=False)) == "maximum: computing"
    assert gap_remark(frame_of(scenario_of("noisy-curve", optimizer="newton"), 3)) == "at the maximum"


@pytest.mark.parametrize("look", [Look(LIGHT, 720), Look(LIGHT, 720, stage=True)])
@pytest.mark.parametrize("name", EVERY_KIND)
def test_there_is_room_for_every_line(panel, name, look):
    panel.set_look(look)
    panel.show_frame(frame_of(EVERY_KIND[name], 3))
    assert not panel.grab().isNull()
    lines = [tile.lines for tile in panel.tiles(panel.frame)]
    rows = [lines] if len(tile_grid(look, panel.width()).lefts) == 4 else [lines[:2], lines[2:]]
    needed = sum(1.25 * (look.key + (1 + max(row)) * look.base) for row in rows)
    assert panel.height() >= needed


def test_the_height_follows_the_model_and_comes_back(panel):
    plain, penalised = frame_of(IN_THE_PLANE["logistic"]), frame_of(IN_THE_PLANE["lasso, degree 3"])
    panel.show_frame(plain)
    before = panel.height()
    panel.show_frame(penalised)
    assert panel.height() > before
    panel.show_frame(plain)
    assert panel.height() == before


@pytest.mark.parametrize("height", [600, 664, 720, 740, 760, 1080])
@pytest.mark.parametrize(
    ("zoom", "stage"), [(0.8, False), (0.9, False), (1.0, False), (1.0, True), (1.3, True)]
)
@pytest.mark.parametrize("name", ["logistic", "lasso, degree 3", "logistic with a test set"])
def test_what_is_painted_of_a_frame_makes_the_whole_picture(panel, monkeypatch, name, height, zoom, stage):
    panel.set_look(Look(LIGHT, height, zoom, stage))
    panel.resize(int(0.55 * height), panel.height())
    parts, update = [], panel.update

    def noted(*part):
        parts.append(*(part or (panel.rect(),)))
        update(*part)

    monkeypatch.setattr(panel, "update", noted)
    run = frames_of(IN_THE_PLANE[name], (1, 2, 3, 30, 59))
    frames = [frame_of(IN_THE_PLANE[name], 1, has_maximum=False), *run, *reversed(run)]
    compared = 0
    for frame in frames:
        picture = panel.grab().toImage()
        parts.clear()
        panel.show_frame(frame)
        if picture.size() == panel.grab().toImage().size():
            for part in parts:
                panel.render(picture, part.topLeft(), QRegion(part))
            assert picture == panel.grab().toImage()
            compared += bool(parts)
    assert compared > 6


def test_captions_are_not_painted_again(panel, monkeypatch):
    panel.show_frame(frame_of(IN_THE_PLANE["logistic"], 3))
    painted = []
    monkeypatch.setattr("logreg_gui.views.numbers.draw_fitted", lambda *rest: painted.append(rest[3]))
    parts = []
    monkeypatch.setattr(panel, "update", parts.append)
    panel.show_frame(frame_of(IN_THE_PLANE["logistic"], 4))
    panel.render(QPixmap(panel.size()), sourceRegion=reduce(QRegion.united, map(QRegion, parts)))
    assert "4" in painted
    assert not {"step t", "log-likelihood", "of 60"} & set(painted)
