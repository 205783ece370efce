"""A table becomes a scenario that can be trained; other data bring the objective along that they ask for."""

from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.core.csv_files import parse_csv
from logreg_gui.core.maxima import Maximum
from logreg_gui.core.models import build, reference
from logreg_gui.core.samples import draw
from logreg_gui.core.training import advance, has_converged, start
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import (
    Change,
    TableData,
    best_guess,
    classify_change,
    scenario_of_table,
    with_data,
    with_model,
    with_seed,
)


def table_of(n_classes, n_rows=120, name="own.csv"):
    """Overlapping classes in units of very different size; more than six are a regression."""
    rng = np.random.default_rng(2)
    labels = np.arange(n_rows) % n_classes
    first = 1000.0 + 30.0 * (labels + rng.normal(size=n_rows))
    second = 0.01 * (rng.normal(size=n_rows) - labels)
    rows = "".join(
        f"{a!r},{b!r},{k}\n" for a, b, k in zip(first.tolist(), second.tolist(), labels, strict=True)
    )
    return parse_csv("a,b,label\n" + rows, name)


@pytest.mark.parametrize(
    ("n_classes", "objective"), [(2, "logistic"), (3, "softmax"), (6, "softmax"), (20, "squared-error")]
)
def test_the_label_decides_about_the_model(n_classes, objective):
    scenario = scenario_of_table(best_guess(table_of(n_classes)), standardise=True)
    assert scenario.model.objective == objective
    assert scenario.learning_rate is None
    assert scenario.preset == "own.csv"
    assert scenario.n_classes == (n_classes if n_classes <= 6 else 0)


@pytest.mark.parametrize("n_classes", [2, 3, 20])
def test_training_arrives_at_the_maximum_whatever_the_units(n_classes):
    scenario = scenario_of_table(best_guess(table_of(n_classes)), standardise=True)
    rows = draw(scenario.data)
    model = build(scenario.model, rows.features, rows.target, scenario.n_classes or None)
    end = advance(start(np.zeros(model.n_weights), model.optimizer), model.objective, model.optimizer, 5000)
    maximum = reference(model)
    assert isinstance(maximum, Maximum)
    np.testing.assert_allclose(end.weights, maximum.weights, atol=1e-6)
    assert has_converged(model.objective, end.weights)


def test_another_seed_makes_another_test_set_and_no_other_rows():
    scenario = replace(scenario_of_table(best_guess(table_of(2)), standardise=False), test_size=0.2)
    assert scenario.has_seed
    other = with_seed(scenario, 7)
    assert other.data == scenario.data
    assert classify_change(scenario, other) is Change.DATA


def test_what_a_change_of_columns_means_for_the_run():
    scenario = scenario_of_table(best_guess(table_of(2)), standardise=True)
    turned = replace(scenario, data=replace(scenario.data, x1="b", x2="a"))
    assert classify_change(scenario, turned) is Change.NEW_MODEL
    assert classify_change(scenario, replace(scenario, data=replace(scenario.data))) is Change.NOTHING
    other_file = scenario_of_table(best_guess(table_of(2, name="other.csv")), standardise=True)
    assert classify_change(scenario, other_file) is Change.NEW_RUN


def test_another_label_brings_its_objective_and_an_automatic_rate():
    table = parse_csv(
        "a,b,two,three,many\n" + "".join(f"{k},{k * k},{k % 2},{k % 3},{k / 7}\n" for k in range(40))
    )
    first = scenario_of_table(TableData(table, "a", "b", "two"), standardise=False)
    first = with_model(first, learning_rate=0.5)
    assert with_data(first, replace(first.data, x1="many")).learning_rate == 0.5
    objectives = []
    scenario = first
    for label in ("three", "many", "two"):
        scenario = with_data(scenario, replace(scenario.data, label=label))
        objectives.append((scenario.model.objective, scenario.learning_rate))
    assert objectives == [("softmax", None), ("squared-error", None), ("logistic", None)]


def test_two_classes_leave_the_choice_of_the_objective():
    data = best_guess(table_of(2))
    for objective in ("logistic", "softmax", "squared-error"):
        scenario = with_model(scenario_of_table(data, standardise=False), objective=objective)
        assert with_data(scenario, replace(data, x1="b", x2="a")).model.objective == objective


def test_more_terms_than_can_be_trained_live_are_refused_in_words():
    header = ",".join(f"c{k}" for k in range(30))
    rows = "".join(",".join(f"{(3 * k + j * j) % 17}" for j in range(30)) + f",{k % 2}\n" for k in range(40))
    scenario = scenario_of_table(best_guess(parse_csv(f"{header},label\n{rows}")), standardise=False)
    wide = replace(scenario, inputs="all")
    assert with_model(wide, degree=2).model.degree == 2  # 495 terms
    assert with_model(wide, degree=6, interactions=False).model.degree == 6  # 180
    with pytest.raises(ValueError, match=r"at most 500 terms, got 3: of 30 inputs it makes 5,455"):
        with_model(wide, degree=3)
    with pytest.raises(ValueError, match="at most 500 terms"):
        replace(with_model(scenario, degree=6), inputs="all")


def test_no_preset_has_too_many_terms_with_all_its_inputs_and_any_degree():
    for scenario in PRESETS.values():
        for degree in range(1, 7):
            with_model(replace(scenario, inputs="all"), degree=degree)
