"""A scenario that exists can be trained; an edit says what it means for the run in progress."""

import math
from dataclasses import replace

import pytest

from logreg_gui.scenario import (
    PRESETS,
    SPEEDS,
    UNLIMITED,
    Change,
    classify_change,
    faster,
    preset,
    slower,
    with_class,
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
        (replace(BASE, learning_rate=0.5), Change.HYPERPARAMETERS),
        (replace(BASE, steps=7), Change.HYPERPARAMETERS),
        (replace(BASE, speed=UNLIMITED), Change.HYPERPARAMETERS),
        (with_seed(BASE, 8), Change.DATA),
        (moved(BASE), Change.DATA),
        (with_class(BASE, 1, replace(BASE.data.classes[1], size=91)), Change.DATA),
        (replace(moved(BASE), learning_rate=0.5), Change.DATA),
        (replace(BASE, initial_weights=(0, 0, 0)), Change.NEW_RUN),
        (replace(moved(BASE), initial_weights=(0, 0, 0)), Change.NEW_RUN),
        (PRESETS["separated"], Change.NEW_RUN),
    ],
)
def test_what_an_edit_means_for_the_run(new, change):
    assert classify_change(BASE, new) is change


@pytest.mark.parametrize("value", [0, -0.1, math.nan, math.inf, -math.inf, "fast", None, True, 1e-300, 1e300])
def test_a_learning_rate_that_cannot_train_is_refused_by_name_and_value(value):
    with pytest.raises(ValueError, match="learning_rate must be a positive") as caught:
        replace(BASE, learning_rate=value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [0, -1, 2.5, math.nan, math.inf, True, "60", 10**12])
def test_a_step_budget_that_is_no_whole_number_in_range_is_refused(value):
    with pytest.raises(ValueError, match="steps must be a whole number"):
        replace(BASE, steps=value)


@pytest.mark.parametrize("value", [0, -5, math.nan, "quick"])
def test_a_speed_that_is_not_positive_is_refused(value):
    with pytest.raises(ValueError, match="speed must be a positive finite number"):
        replace(BASE, speed=value)


@pytest.mark.parametrize("value", [(0, 0), (0, 0, math.nan), (0, 0, 0, 0), (math.inf, 0, 0)])
def test_initial_weights_are_three_finite_numbers(value):
    with pytest.raises(ValueError, match="initial_weights must be three finite numbers"):
        replace(BASE, initial_weights=value)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, math.nan])
def test_a_seed_that_numpy_would_not_take_is_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        with_seed(BASE, seed)


def test_an_unknown_preset_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"unknown preset 'moon'.*overlapping.*tutorial-becker"):
        preset("moon")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_carries_its_own_name_and_makes_two_classes(name):
    scenario = preset(name)
    assert scenario.preset == name
    assert len(scenario.data.classes) == 2


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
