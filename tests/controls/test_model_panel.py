"""The model panel: what goes together, what does not, and what the field calls it."""

from dataclasses import replace

import pytest

from logreg_gui.controls.model_panel import classic_name
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.remark import Remark
from logreg_gui.controls.switch import Switch
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import ModelSpec, with_model
from tests.controls.find import choice, names, number, shown


@pytest.mark.parametrize(
    ("name", "open_to"),
    [
        ("overlapping", {"logistic", "softmax", "squared-error"}),
        ("outlier", {"logistic", "softmax", "squared-error"}),
        ("three-gaussians", {"softmax"}),
        ("noisy-curve", {"squared-error"}),
    ],
)
def test_objectives_that_the_data_rule_out_are_barred_and_say_why(make_column, name, open_to):
    field = choice(make_column(PRESETS[name]).model, "objective")
    assert {entry.value for entry in field.choices if not entry.obstacle} == open_to
    for index, entry in enumerate(field.choices):
        item = field.model().item(index)
        assert item.isEnabled() == (entry.value in open_to)
        assert (item.toolTip() == "") == item.isEnabled()


@pytest.mark.parametrize(
    ("name", "changes", "called"),
    [
        ("overlapping", {}, "Logistic regression"),
        ("three-gaussians", {}, "Softmax regression"),
        ("noisy-curve", {"degree": 1}, "Linear regression"),
        ("noisy-curve", {}, "Polynomial regression, degree 2"),
        ("noisy-curve", {"penalty": "l2", "C": 0.1}, "Ridge regression, degree 2, 1/C = 10"),
        ("noisy-curve", {"penalty": "l1", "C": 8.0, "degree": 1}, "Lasso, 1/C = 0.125"),
        ("noisy-curve", {"penalty": "elasticnet"}, "Elastic net, degree 2, 1/C = 1"),
        ("outlier", {}, "Linear regression of 0 and 1"),
        ("moons", {"penalty": "l2"}, "Logistic regression, degree 3, ridge (l2), 1/C = 1"),
    ],
)
def test_the_panel_names_the_classic_model_and_the_strength(make_column, name, changes, called):
    scenario = with_model(PRESETS[name], **changes)
    plain = classic_name(scenario).replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")
    assert plain == called
    column = make_column(scenario)
    assert classic_name(scenario) in [remark.text() for remark in column.model.findChildren(Remark)]


@pytest.mark.parametrize(
    ("name", "changes", "more"),
    [
        ("overlapping", {}, set()),
        ("overlapping", {"degree": 2}, {"interactions"}),
        ("noisy-curve", {"degree": 2}, set()),
        ("overlapping", {"penalty": "l2"}, {"C"}),
        ("overlapping", {"penalty": "l1"}, {"C"}),
        ("overlapping", {"penalty": "elasticnet"}, {"C", "l1 ratio"}),
    ],
)
def test_only_what_applies_is_there(make_column, name, changes, more):
    always = {"objective", "degree", "standardise", "penalty", "initial weights"}
    scenario = replace(with_model(PRESETS[name], **changes), start="zeros")
    assert names(make_column(scenario).model) == always | more


def test_one_input_has_no_interactions(make_column, choose):
    column = make_column(with_model(PRESETS["overlapping"], degree=3))
    choose(choice(column.data, "inputs"), "first")
    assert "interactions" not in names(column.model)


def test_every_field_changes_its_part_of_the_model(make_column, choose, retype):
    column = make_column(with_model(PRESETS["overlapping"], degree=2, penalty="elasticnet"))
    retype(number(column.model, "degree"), "4")
    shown(column.model, Switch, "interactions").click()
    shown(column.model, Switch, "standardise").click()
    retype(number(column.model, "C"), "1e-2")
    retype(number(column.model, "l1 ratio"), "0.25")
    choose(choice(column.model, "objective"), "squared-error")
    model = column.scenario.model
    assert (model.degree, model.interactions, model.standardise) == (4, False, True)
    assert (model.C, model.l1_ratio, model.objective) == (0.01, 0.25, "squared-error")
    assert column.edits[0].label == "Change degree"


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("degree", "7", "a whole number from 1 to 6 that makes at most 500 terms"),
        ("degree", "1.5", "a whole number from 1 to 6 that makes at most 500 terms"),
        ("C", "0", "a positive number"),
        ("l1 ratio", "1.1", "a number from 0 to 1"),
    ],
)
def test_what_no_model_can_be_is_refused_in_words(make_column, retype, field, text, wanted):
    column = make_column(with_model(PRESETS["overlapping"], penalty="elasticnet"))
    retype(number(column.model, field), text)
    assert column.edits == []
    assert column.told[-1] == ("rejected", f"{field} must be {wanted}, got {text}")


def test_arrows_stop_at_the_highest_degree(qtbot, make_column):
    column = make_column(with_model(PRESETS["overlapping"], degree=6))
    field = shown(column.model, NumberField, "degree")
    with qtbot.assertNotEmitted(field.value_edited):
        field.stepBy(1)
    assert not field.error


def test_a_lasso_part_that_appears_brings_an_optimizer_that_can_climb_it(make_column, retype):
    column = make_column(with_model(PRESETS["overlapping"], penalty="elasticnet", l1_ratio=0.0))
    column.show(with_model(column.scenario, optimizer="newton"))
    assert column.scenario.model.penalty == "elasticnet"
    retype(number(column.model, "l1 ratio"), "0.5")
    assert (column.scenario.model.optimizer, column.scenario.model.l1_ratio) == ("proximal", 0.5)


def given(column):
    return {name for name in names(column.model) if name[:-1] == "initial w"}


def test_given_weights_are_fields_and_an_edit_of_one_keeps_the_others(qtbot, make_column, retype):
    column = make_column(PRESETS["overlapping"])
    fields = {name: number(column.model, name) for name in ("initial w₀", "initial w₁", "initial w₂")}
    assert [field.value for field in fields.values()] == [0.3, -1.2, 0.9]
    retype(fields["initial w₁"], "2,5")
    assert column.scenario.initial_weights == (0.3, 2.5, 0.9)
    assert column.edits[-1].label == "Change initial w₁"
    fields["initial w₀"].stepBy(-2)
    assert column.scenario.initial_weights == pytest.approx((0.1, 2.5, 0.9))
    retype(fields["initial w₂"], "inf")
    assert column.scenario.initial_weights == pytest.approx((0.1, 2.5, 0.9))
    assert fields["initial w₂"].error


def test_starting_from_given_weights_takes_the_present_ones_unless_some_were_given(make_column, choose):
    column = make_column(PRESETS["unbalanced"])
    assert choice(column.model, "initial weights").currentText() == "zeros"
    column.model.show_weights((0.123456, -2.0, 3.0))
    choose(choice(column.model, "initial weights"), "weights")
    assert column.scenario.initial_weights == (0.12346, -2.0, 3.0)
    choose(choice(column.model, "initial weights"), "random")
    column.model.show_weights((9.0, 9.0, 9.0))
    choose(choice(column.model, "initial weights"), "weights")
    assert column.scenario.initial_weights == (0.12346, -2.0, 3.0)
    assert number(column.model, "initial w₂").value == 3.0


@pytest.mark.parametrize(
    ("changes", "weights", "shown"),
    [
        ({"inputs": "first"}, (1.0, 2.0), {"initial w₀", "initial w₁"}),
        ({"model": ModelSpec(intercept=False)}, (1.0, 2.0), {"initial w₁", "initial w₂"}),
        ({"model": ModelSpec(degree=2)}, (1.0,) * 6, set()),
        ({"model": ModelSpec(degree=2)}, (1.0,) * 3, set()),
        ({"model": ModelSpec("softmax")}, (1.0,) * 6, set()),
        ({"model": ModelSpec("softmax", intercept=False), "inputs": "first"}, (1.0, 2.0), set()),
    ],
)
def test_as_many_fields_as_a_line_has_weights_and_none_for_more(make_column, changes, weights, shown):
    column = make_column(replace(PRESETS["overlapping"], initial_weights=weights, **changes))
    assert given(column) == shown
    is_given = len(weights) in (2, 6)
    assert choice(column.model, "initial weights").currentText() == ("given" if is_given else "zeros")


@pytest.mark.parametrize(
    ("changes", "is_in_hand"),
    [
        ({}, True),
        ({"model": ModelSpec("squared-error")}, False),
        ({"model": ModelSpec(standardise=True)}, False),
        ({"inputs": "first", "initial_weights": (1.0, 2.0)}, False),
    ],
)
def test_initial_weights_speak_of_the_boundary_where_a_hand_can_move_it(make_column, changes, is_in_hand):
    start = replace(PRESETS["overlapping"], start="weights", initial_weights=(1.0, 2.0, 3.0))
    column = make_column(replace(start, **changes))
    tip = number(column.model, "initial w₁").toolTip()
    assert "where training starts" in tip
    assert ("dragging the boundary" in tip) == is_in_hand
