"""A scenario that exists can be trained; an edit says what it means for the run in progress."""

import math
from dataclasses import replace
from itertools import combinations

import pytest

from logreg_gui.core.samples import draw
from logreg_gui.presets import PRESETS, preset
from logreg_gui.scenario import (
    OPTIMIZERS,
    SPEEDS,
    UNLIMITED,
    Change,
    Moons,
    classify_change,
    faster,
    slower,
    with_class,
    with_class_count,
    with_model,
    with_prior,
    with_seed,
)

BASE = PRESETS["overlapping"]


def moved(scenario, index=0):
    gaussian = scenario.data.classes[index]
    return with_class(scenario, index, replace(gaussian, mean=(gaussian.mean[0] + 0.1, gaussian.mean[1])))


@pytest.mark.parametrize(
    ("new", "change"),
    [
        (BASE, Change.NOTHING),
        (replace(BASE), Change.NOTHING),
        (with_model(BASE, learning_rate=0.5), Change.HYPERPARAMETERS),
        (replace(BASE, steps=7), Change.HYPERPARAMETERS),
        (replace(BASE, speed=UNLIMITED), Change.HYPERPARAMETERS),
        (with_model(BASE, optimizer="adam"), Change.HYPERPARAMETERS),
        (with_model(BASE, C=3.0), Change.HYPERPARAMETERS),
        (with_model(BASE, penalty="l2"), Change.DATA),
        (replace(BASE, test_size=0.2), Change.DATA),
        (replace(BASE, label_noise=0.1), Change.DATA),
        (with_model(BASE, degree=2), Change.NEW_MODEL),
        (with_model(BASE, objective="softmax"), Change.NEW_MODEL),
        (replace(BASE, inputs="first"), Change.NEW_MODEL),
        (with_class_count(BASE, 3), Change.NEW_MODEL),
        (replace(BASE, data=Moons(100, 0.1, 1)), Change.NEW_RUN),
        (with_seed(BASE, 8), Change.DATA),
        (moved(BASE), Change.DATA),
        (with_class(BASE, 1, replace(BASE.data.classes[1], size=91)), Change.DATA),
        (with_model(moved(BASE), learning_rate=0.5), Change.DATA),
        (replace(BASE, initial_weights=(0, 0, 0)), Change.NEW_RUN),
        (replace(moved(BASE), initial_weights=(0, 0, 0)), Change.NEW_RUN),
        (PRESETS["separated"], Change.NEW_RUN),
    ],
)
def test_what_an_edit_means_for_the_run(new, change):
    assert classify_change(BASE, new) is change


@pytest.mark.parametrize("value", [0, -0.1, math.nan, math.inf, -math.inf, "fast", True, 1e-300, 1e300])
def test_a_learning_rate_that_cannot_train_is_refused_by_name_and_value(value):
    with pytest.raises(ValueError, match="learning_rate must be a positive") as caught:
        with_model(BASE, learning_rate=value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [0, -1, 2.5, math.nan, math.inf, True, "60", 10**12])
def test_a_step_budget_that_is_no_whole_number_in_range_is_refused(value):
    with pytest.raises(ValueError, match="steps must be a whole number"):
        replace(BASE, steps=value)


@pytest.mark.parametrize("value", [0, -5, math.nan, "quick"])
def test_a_speed_that_is_not_positive_is_refused(value):
    with pytest.raises(ValueError, match="speed must be a positive finite number"):
        replace(BASE, speed=value)


@pytest.mark.parametrize("value", [(0, 0, math.nan), (math.inf, 0, 0)])
def test_initial_weights_are_finite_numbers(value):
    with pytest.raises(ValueError, match="initial_weights must be finite numbers"):
        replace(BASE, initial_weights=value)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, math.nan])
def test_a_seed_that_numpy_would_not_take_is_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        with_seed(BASE, seed)


def test_an_unknown_preset_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"unknown preset 'moon'.*overlapping.*noisy-curve"):
        preset("moon")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_carries_its_own_name_and_draws_the_classes_it_says(name):
    scenario = preset(name)
    assert scenario.preset == name
    sample = draw(scenario.data, scenario.inputs)
    assert sample.n_classes == scenario.n_classes
    if sample.n_classes:
        assert sorted(set(sample.target.tolist())) == list(range(sample.n_classes))


def test_the_default_sizes_and_length_are_those_of_a_five_second_show():
    assert all(90 <= gaussian.size <= 150 for gaussian in BASE.data.classes)
    assert 4.0 <= BASE.steps / BASE.speed <= 7.0


def test_faster_and_slower_walk_the_offered_speeds_and_stop_at_the_ends():
    walked = [SPEEDS[0]]
    while faster(walked[-1]) != walked[-1]:
        walked.append(faster(walked[-1]))
    assert tuple(walked) == SPEEDS
    assert slower(SPEEDS[0]) == SPEEDS[0]
    assert slower(UNLIMITED) == SPEEDS[-2]
    assert faster(7) == 10
    assert slower(7) == 5


def test_another_optimizer_or_other_features_make_the_learning_rate_automatic():
    for change in ({"optimizer": "adam"}, {"degree": 3}, {"standardise": True}, {"objective": "softmax"}):
        assert with_model(BASE, **change).learning_rate is None
        assert with_model(BASE, **change, learning_rate=0.5).learning_rate == 0.5
    for change in ({"penalty": "l2"}, {"C": 0.1}, {"optimizer": "gradient-ascent"}):
        assert with_model(BASE, **change).learning_rate == BASE.learning_rate


@pytest.mark.parametrize("name", [name for name, info in OPTIMIZERS.items() if not info.handles_l1])
def test_choices_that_exclude_each_other_give_way_to_the_later_one(name):
    climber = with_model(BASE, optimizer=name)
    assert with_model(climber, penalty="l1").model.optimizer == "proximal"
    assert with_model(with_model(BASE, penalty="l1"), optimizer=name).model.penalty == "l2"
    with pytest.raises(ValueError, match="optimizer must be one of"):
        replace(climber.model, penalty="l1")


def test_an_elastic_net_asks_for_another_optimizer_only_once_it_has_an_l1_part():
    ridge = with_model(with_model(BASE, optimizer="adam"), penalty="elasticnet", l1_ratio=0.0)
    assert ridge.model.optimizer == "adam"
    assert with_model(ridge, l1_ratio=0.5).model.optimizer == "proximal"
    assert with_model(with_model(ridge, l1_ratio=0.5), optimizer="adam").model.penalty == "l2"


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_more_classes_ask_for_softmax_and_stand_apart(count):
    scenario = with_class_count(BASE, count)
    assert scenario.n_classes == count
    assert scenario.model.objective == ("softmax" if count > 2 else "logistic")
    means = [gaussian.mean for gaussian in scenario.data.classes]
    assert means[:2] == [gaussian.mean for gaussian in BASE.data.classes]
    assert all(math.dist(one, other) > 1.0 for one, other in combinations(means, 2))
    assert with_class_count(scenario, 2) == with_model(BASE, learning_rate=scenario.learning_rate)


@pytest.mark.parametrize("count", [1, 7, 2.5])
def test_a_number_of_classes_that_cannot_be_told_apart_is_refused(count):
    with pytest.raises(ValueError, match="classes must be a whole number from 2 to 6"):
        with_class_count(BASE, count)


@pytest.mark.parametrize("prior", [0.01, 0.25, 0.5, 0.9])
def test_a_prior_is_a_share_of_the_same_number_of_rows(prior):
    scenario = with_prior(with_class_count(BASE, 4), 2, prior)
    sizes = [gaussian.size for gaussian in scenario.data.classes]
    assert sizes[2] == round(400 * prior)
    assert abs(sum(sizes) - 400) <= 2
    assert max(sizes[:2] + sizes[3:]) - min(sizes[:2] + sizes[3:]) <= 1


@pytest.mark.parametrize("prior", [0.0, 1.0, -0.5, math.nan, "half"])
def test_a_prior_that_is_no_share_is_refused(prior):
    with pytest.raises(ValueError, match="prior must"):
        with_prior(BASE, 0, prior)


@pytest.mark.parametrize(
    ("name", "objective"),
    [("three-gaussians", "logistic"), ("iris", "squared-error"), ("noisy-curve", "logistic")],
)
def test_an_objective_that_the_target_does_not_suit_is_refused(name, objective):
    with pytest.raises(ValueError, match="objective must be"):
        with_model(preset(name), objective=objective)


@pytest.mark.parametrize("field", ["label_noise", "test_size"])
@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan, "some"])
def test_a_share_that_is_none_is_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be"):
        replace(BASE, **{field: value})


def test_a_seed_goes_to_the_data_and_to_the_test_set():
    scenario = with_seed(BASE, 99)
    assert (scenario.data.seed, scenario.split_seed, scenario.seed) == (99, 99, 99)
    flowers = with_seed(replace(preset("iris"), test_size=0.2), 99)
    assert flowers.seed == flowers.split_seed == 99
    assert flowers.has_seed
    assert not preset("iris").has_seed
