"""Penalties by hand, against central differences, and the soft threshold against its definition."""

import numpy as np
import pytest

from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.objectives import Objective
from logreg_gui.core.penalties import (
    PenalisedObjective,
    Penalty,
    largest_curvature,
    penalised_value,
    proximal_step,
    stationarity,
)
from logreg_gui.core.softmax_objective import SoftmaxObjective
from tests.core.conftest import central_differences
from tests.core.oracles import three_clouds


@pytest.mark.parametrize(
    ("kind", "l1", "l2"),
    [("none", 0.0, 0.0), ("l2", 0.0, 3.0), ("l1", 3.0, 0.0), ("elasticnet", 0.75, 2.25)],
)
def test_a_kind_says_how_the_strength_is_shared(kind, l1, l2):
    penalty = Penalty(kind, 3.0, 0.25)
    assert (penalty.l1, penalty.l2) == (l1, l2)


def test_the_penalised_value_is_the_formula_without_the_intercept(overlapping):
    plain = LogisticObjective(*overlapping)
    weights = np.array([5.0, -2.0, 3.0])
    objective = PenalisedObjective(plain, Penalty("elasticnet", 0.7, 0.4))
    # |w|_1 = 5 and |w|^2 = 13 of the slopes.
    expected = plain.value(weights) - 0.7 * (0.4 * 5.0 + 0.6 / 2 * 13.0)
    assert objective.penalised_value(weights) == pytest.approx(expected, rel=1e-15)
    assert penalised_value(objective, weights) == objective.penalised_value(weights)
    assert penalised_value(plain, weights) == plain.value(weights)
    assert objective.value(weights) == pytest.approx(expected + 0.7 * 0.4 * 5.0, rel=1e-15)
    assert objective.accuracy(weights) == plain.accuracy(weights)
    np.testing.assert_array_equal(objective.scores(weights, [[1.0, 2.0]]), [9.0])
    np.testing.assert_array_equal(
        objective.probabilities(weights, [[1.0, 2.0]]), plain.probabilities(weights, [[1.0, 2.0]])
    )


def test_gradient_and_hessian_of_the_smooth_part_agree_with_central_differences():
    features, labels = three_clouds()
    objective: Objective = PenalisedObjective(
        SoftmaxObjective(features, labels, 3), Penalty("elasticnet", 5.0, 0.3)
    )
    weights = np.linspace(-1.0, 1.5, 9)
    np.testing.assert_allclose(
        objective.gradient(weights), central_differences(objective.value, weights, 1e-5), rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(
        objective.hessian(weights),
        central_differences(objective.gradient, weights, 1e-5),
        rtol=1e-6,
        atol=1e-5,
    )
    value, gradient = objective.value_and_gradient(weights)
    assert value == objective.value(weights)
    np.testing.assert_array_equal(gradient, objective.gradient(weights))


def test_a_batch_carries_the_penalty_in_full(overlapping):
    objective = PenalisedObjective(LogisticObjective(*overlapping), Penalty("l2", 2.0))
    weights = np.array([0.3, -0.5, 0.2])
    halves = np.split(np.random.default_rng(0).permutation(400), 2)
    mean = sum(objective.rows_gradient(weights, rows) for rows in halves) / 2
    np.testing.assert_allclose(mean, objective.gradient(weights), rtol=1e-11)


def test_the_curvature_bound_includes_the_penalty(overlapping):
    plain = LogisticObjective(*overlapping)
    objective = PenalisedObjective(plain, Penalty("l2", 2.0))
    difference = objective.curvature_bound() - plain.curvature_bound()
    np.testing.assert_allclose(difference, np.diag([0.0, 2.0, 2.0]), atol=1e-12)
    assert objective.row_curvature_bound() == pytest.approx(plain.row_curvature_bound() + 2.0 / 400)
    assert largest_curvature(plain) == pytest.approx(np.linalg.norm(plain.curvature_bound(), 2), rel=1e-12)


def test_the_soft_threshold_is_the_best_compromise_of_its_definition(overlapping):
    objective = PenalisedObjective(LogisticObjective(*overlapping), Penalty("elasticnet", 2.0, 0.5))
    step = 0.3
    candidates = np.linspace(-3.0, 3.0, 60_001)
    for start in (-2.0, -0.31, -0.2, 0.0, 0.29, 1.3):
        cost = step * 1.0 * np.abs(candidates) + 0.5 * (candidates - start) ** 2
        best = candidates[np.argmin(cost)]
        moved = objective.proximal(np.array([start, start, start]), step)
        assert moved[0] == start  # the intercept
        np.testing.assert_allclose(moved[1:], best, atol=1e-4)


def test_small_weights_become_0_without_a_sign(overlapping):
    objective = PenalisedObjective(LogisticObjective(*overlapping), Penalty("l1", 2.0))
    moved = objective.proximal(np.array([-1.0, -0.1, 0.1]), 0.1)
    np.testing.assert_array_equal(moved, [-1.0, 0.0, 0.0])
    assert not np.signbit(moved[1:]).any()


def test_without_an_l1_part_a_step_stays_as_it_is(overlapping):
    plain = LogisticObjective(*overlapping)
    weights = np.array([0.1, 0.2, 0.3])
    assert proximal_step(plain, weights, 1.0) is weights
    assert proximal_step(PenalisedObjective(plain, Penalty("l2", 9.0)), weights, 1.0) is weights


def test_stationarity_is_the_distance_to_the_subgradients(overlapping):
    plain = LogisticObjective(*overlapping)
    weights = np.array([0.4, 0.0, -0.3])
    gradient = plain.gradient(weights)
    for strength in (0.5 * abs(gradient[1]), 2.0 * abs(gradient[1])):
        objective = PenalisedObjective(plain, Penalty("l1", strength))
        subgradients = gradient[1] - strength * np.linspace(-1.0, 1.0, 10_001)
        found = stationarity(objective, weights)
        assert abs(found[1]) == pytest.approx(np.abs(subgradients).min(), abs=1e-3 * strength)
        assert found[0] == gradient[0]
        assert found[2] == pytest.approx(gradient[2] + strength, rel=1e-13)
    np.testing.assert_array_equal(stationarity(plain, weights), gradient)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "l3"}, "penalty must be one of none, l2, l1, elasticnet, got 'l3'"),
        ({"strength": -1.0}, "strength must be a finite number of at least 0, got -1.0"),
        ({"strength": np.inf}, "strength must be a finite number, got inf"),
        ({"l1_ratio": 1.5}, "l1_ratio must be a number from 0 to 1, got 1.5"),
        ({"l1_ratio": "a"}, "l1_ratio must be a finite number, got 'a'"),
    ],
)
def test_a_penalty_out_of_range_is_named(settings, words):
    with pytest.raises(ValueError, match=words):
        Penalty(**settings)
